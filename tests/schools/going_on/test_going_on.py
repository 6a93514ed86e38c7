"""A class goes on to another school: named by the one, taken in by the other, and nobody lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission, scope_of
from accounts.scope import acting
from children.models import CaseAccess, Child
from schools.actions.enrolment import leave
from schools.actions.going_on import Answered, answer_pupils
from schools.actions.ledger import refresh_all
from schools.actions.move_up import ChangedSince
from schools.models import GoingOn, LedgerEntry, MoveUp
from schools.rules.going_on import expected_on
from schools.views.going_on import home_going_on
from tests.factories import (
    CaseAccessFactory,
    GrowthRecordFactory,
    PairingFactory,
    PostingFactory,
    ReferralFactory,
    SchoolFactory,
    TermFactory,
)
from tests.schools.going_on.pupils import history_agrees, named, pupil, taken, waits
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def test_a_class_goes_on_with_its_exceptions_named_and_its_growth_records(
    client, principal, primary, receiving, junior
):
    today = timezone.localdate()
    goes, refused, stays, away = (pupil(primary) for _ in range(4))
    goes.roll_number = "G990101201403020088"
    goes.save()
    younger = pupil(primary, grade=5)
    helper = PostingFactory(role="CLASS_TEACHER", organisation=primary.organisation)
    pairing = PairingFactory(child=goes.child, helper=helper)
    CaseAccessFactory(child=goes.child, user=helper.user, reason="PAIRING")
    term = TermFactory(
        year__starts_on=today - timedelta(days=60), year__ends_on=today + timedelta(days=250),
        starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=60), season=1,
    )  # fmt: skip
    record = GrowthRecordFactory(child=goes.child, school=primary, term=term)
    referral = ReferralFactory(
        child=goes.child, organisation=primary.organisation, state="OPEN", counsellor=None,
        lead=None,
    )  # fmt: skip
    sign_in(client, principal)
    page = client.get(reverse("schools:going_on_name"))
    assert younger.pk not in [row.enrolment.pk for row in page.context["pupils"]]

    wanting = named(client, page, junior, **{f"to_{stays.pk}": "STAYS"})
    assert wanting.context["pupils"][0].choice  # everything typed stays
    assert GoingOn.objects.count() == 0
    told = {
        f"to_{stays.pk}": "STAYS", f"note_{stays.pk}": "因病留级", f"to_{away.pk}": "ELSEWHERE",
        f"note_{away.pk}": "随父母到外省就读",
    }  # fmt: skip
    assert named(client, page, junior, **told).status_code == 302

    # Told of by name, but the file is closed to the next school until it takes the child in.
    with acting(scope_of(receiving)):
        assert set(GoingOn.objects.values_list("child", flat=True)) == {
            goes.child_id, refused.child_id,
        }  # fmt: skip
        assert not Child.objects.filter(pk=goes.child_id).exists()
    sign_in(client, receiving)
    assert client.get(reverse("schools:child_school", args=[goes.child.case_number])
                      ).status_code == 404  # fmt: skip
    page = client.get(reverse("schools:going_on_answer"))
    not_ours = next(o.row.pk for o in page.context["comers"] if o.row.child_id == refused.child_id)
    silent = taken(client, page, **{f"answer_{not_ours}": "REFUSE"})
    assert silent.context["form"].errors
    why = {f"answer_{not_ours}": "REFUSE", f"note_{not_ours}": "户籍在外镇"}
    assert taken(client, page, **why).status_code == 302

    new = goes.child.enrolments.get(ends_on=None)
    assert (new.school, new.stage, new.grade, new.class_name) == (junior, "JUNIOR", 1, "初一2班")
    assert new.roll_number == "G990101201403020088"
    for row in (goes, pairing, record, referral):
        row.refresh_from_db()
    assert (goes.end_reason, goes.ends_on) == ("GRADUATED", today)
    assert pairing.ends_on is not None
    assert (record.school, record.stage) == (junior, "JUNIOR")
    assert referral.organisation == junior.organisation
    holders = CaseAccess.objects.filter(child=goes.child, closed_at=None)
    assert set(holders.values_list("organisation", "user")) == {(junior.pk, None)}
    assert client.get(reverse("schools:child_school", args=[goes.child.case_number])
                      ).status_code == 200  # fmt: skip
    with acting(scope_of(receiving)):  # of whom it refused it is told no more
        assert not GoingOn.objects.filter(child=refused.child).exists()

    sign_in(client, principal)
    page = client.get(reverse("schools:going_on"))
    assert {row.child_id: row.state for row in page.context["page"]["rows"]} == {
        refused.child_id: "REFUSED", stays.child_id: "STAYS", away.child_id: "ELSEWHERE",
    }  # fmt: skip
    assert "户籍在外镇" in page.content.decode()
    page = client.get(reverse("schools:going_on_name"))
    assert [row.enrolment for row in page.context["pupils"]] == [refused]
    assert "户籍在外镇" in page.content.decode()
    assert (
        home_going_on(Grant(principal.user, principal, Permission.ROLL_KEEP), today)["refused"] == 1
    )
    page = client.get(reverse("schools:move_up_add"))  # nobody of them is graduated by mistake
    assert {row.enrolment: (row.choice, row.waits) for row in page.context["rows"]} == {
        younger: ("UP", False), refused: ("STAY", True), stays: ("STAY", False),
        away: ("STAY", True),
    }  # fmt: skip
    sign_in(client, receiving)
    page = client.get(reverse("schools:going_on"))
    assert page.context["last"] == new.opened_by_move
    assert client.get(reverse("schools:move_up_add")).context["last"] is None
    history_agrees()


@pytest.mark.parametrize(
    ("began", "today", "day"),
    [
        (date(2025, 9, 1), date(2026, 6, 20), date(2026, 9, 1)),
        (date(2025, 9, 1), date(2026, 9, 10), date(2026, 9, 1)),  # still to be said
        (date(2026, 9, 1), date(2026, 9, 10), date(2027, 9, 1)),  # has just come to the last grade
        (date(2025, 9, 1), date(2027, 1, 10), date(2027, 9, 1)),
    ],
)
def test_the_day_that_is_meant(began, today, day):
    year = date(today.year if today.month > 8 else today.year - 1, 9, 1)
    assert expected_on(began, year, today) == day


def test_whom_nobody_took_in_is_a_possible_dropout_until_somebody_does(
    principal, primary, receiving, junior
):
    now, today = timezone.now(), timezone.localdate()
    row = waits(primary, junior, day=today - timedelta(days=10))
    stays = waits(primary, None, day=today - timedelta(days=10), state="STAYS", note="留级")

    refresh_all(now=now, today=today)

    line = LedgerEntry.objects.get(child=row.child)
    assert (line.ledger, line.cause, line.since) == ("SUSPECTED", "NOT_ACCEPTED", row.day)
    assert (line.school, line.owner) == (primary, principal)  # who sent the child on answers
    assert not LedgerEntry.objects.filter(child=stays.child).exists()

    answers = [Answered(row.pk, row.version)]
    told = {"school": junior, "by": receiving.user, "now": timezone.now(), "today": today}
    answer_pupils(answers=answers, day=today, **told)

    line.refresh_from_db()
    assert (line.cleared_on, line.closed_at) == (today, None)


def test_after_an_examination_each_of_a_class_is_named_with_a_school_of_its_own(
    client, receiving, junior
):
    now, today = timezone.now(), timezone.localdate()
    senior, both = (
        SchoolFactory(organisation__area=junior.organisation.area, stages=stages)
        for stages in (["SENIOR"], ["SENIOR", "VOCATIONAL"])
    )
    rows = [pupil(junior, stage="JUNIOR", grade=3) for _n in range(4)]
    first, second, third, none = rows
    sign_in(client, receiving)
    page = client.get(reverse("schools:going_on_name"))
    assert {row.choice for row in page.context["pupils"]} == {"LATER"}
    assert "CLASS" not in dict(page.context["pupils"][0].choices)
    assert client.get(reverse("schools:going_on")).context["examined"] == 4

    wrong = named(client, page, senior, **{f"to_{first.pk}": "CLASS"})
    assert wrong.status_code == 200
    told = {
        f"to_{first.pk}": str(senior.pk), f"to_{second.pk}": f"{both.pk}_SENIOR",
        f"to_{third.pk}": f"{both.pk}_VOCATIONAL",
        "day": (today - timedelta(days=30)).isoformat(),
    }  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert named(client, page, senior, **told).status_code == 302

    found = {row.enrolment_id: (row.to_school, row.stage) for row in GoingOn.objects.all()}
    assert found == {
        first.pk: (senior, "SENIOR"), second.pk: (both, "SENIOR"), third.pk: (both, "VOCATIONAL"),
    }  # fmt: skip
    assert sum('INSERT INTO "schools_goingon"' in q["sql"] for q in asked) == 1  # all at once
    refresh_all(now=now, today=today)
    assert not LedgerEntry.objects.filter(cause="NOT_ACCEPTED").exists()
    row = GoingOn.objects.get(enrolment=third)
    answer_pupils(
        school=both, answers=[Answered(row.pk, row.version)], day=today, by=receiving.user,
        now=now, today=today,
    )  # fmt: skip
    new = third.child.enrolments.get(ends_on=None)
    assert (new.school, new.stage, new.grade) == (both, "VOCATIONAL", 1)
    assert none.child.enrolments.get(ends_on=None) == none


def test_a_change_of_the_roll_ends_the_waiting(principal, primary, receiving, junior):
    now, today = timezone.now(), timezone.localdate()
    row = waits(primary, junior)

    leave(
        child=row.child, left_on=today, end_reason="TRANSFERRED", reason="外省", by=principal.user,
        now=now, today=today,
    )  # fmt: skip

    row.refresh_from_db()
    assert row.state == "OVERTAKEN"
    with pytest.raises(ChangedSince):
        answer_pupils(
            school=junior, answers=[Answered(row.pk, row.version)], day=today, by=receiving.user,
            now=now, today=today,
        )  # fmt: skip
    assert not MoveUp.objects.exists()


def test_who_is_taken_in_while_the_page_is_open_is_told_and_nothing_typed_is_lost(
    client, primary, receiving, junior
):
    first, second = waits(primary, junior), waits(primary, junior)
    sign_in(client, receiving)
    page = client.get(reverse("schools:going_on_answer"))
    answer_pupils(
        school=junior, answers=[Answered(first.pk, first.version)], day=timezone.localdate(),
        by=receiving.user, now=timezone.now(), today=timezone.localdate(),
    )  # fmt: skip

    answer = taken(client, page, **{f"class_{second.pk}": "初一3班"})

    assert answer.context["form"].errors
    assert [(o.row, o.class_name) for o in answer.context["comers"]] == [(second, "初一3班")]


def test_taking_in_asks_the_same_number_of_queries_however_many(primary, receiving, junior):
    counts = []
    for many in (1, 6):
        answers = [Answered(row.pk, 1) for row in [waits(primary, junior) for _ in range(many)]]
        with CaptureQueriesContext(connection) as asked:
            answer_pupils(
                school=junior, answers=answers, day=timezone.localdate(), by=receiving.user,
                now=timezone.now(), today=timezone.localdate(),
            )  # fmt: skip
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_an_office_reads_and_a_school_answers_for_its_own_alone(client, primary, junior):
    row = waits(primary, junior)
    county = PostingFactory(role="CHILD_SUPERVISOR", area=row.child.managing_area.parent)
    sign_in(client, county)
    assert row.child.name in client.get(reverse("schools:going_on")).content.decode()
    assert client.get(reverse("schools:going_on_answer")).status_code == 403
    sign_in(client, PostingFactory(role="PRINCIPAL", organisation=SchoolFactory().organisation))
    assert row.child.name not in client.get(reverse("schools:going_on_answer")).content.decode()
