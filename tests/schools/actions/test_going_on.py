"""A class goes on to another school: named by the one, taken in by the other, and nobody lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.scope import acting
from children.actions.record import add_record
from children.models import CaseAccess, Child
from schools.actions.enrolment import leave
from schools.actions.going_on import Answered, answer_pupils
from schools.actions.ledger import refresh_all
from schools.actions.move_up import ChangedSince, undo_move
from schools.models import GoingOn, LedgerEntry, MoveUp
from schools.rules.going_on import expected_on
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    GrowthRecordFactory,
    PairingFactory,
    PlanFactory,
    PostingFactory,
    ReferralFactory,
    SchoolFactory,
    TermFactory,
    UserFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
BEFORE = date(2024, 9, 1)


@pytest.fixture
def principal():
    return PostingFactory(role="PRINCIPAL")


@pytest.fixture
def primary(principal):
    return SchoolFactory(organisation=principal.organisation, stages=["PRIMARY"])


@pytest.fixture
def receiving(principal):
    """The principal of the junior school of the same county."""
    return PostingFactory(
        role="PRINCIPAL", organisation__area=principal.organisation.area,
    )  # fmt: skip


@pytest.fixture
def junior(receiving):
    return SchoolFactory(organisation=receiving.organisation, stages=["JUNIOR"])


def pupil(school, **facts):
    child = ChildFactory(birth_date=date(2014, 3, 2))
    CaseAccessFactory(child=child, organisation=school.organisation)
    told = {"grade": 6, "class_name": "1班", "starts_on": BEFORE} | facts
    return EnrolmentFactory(child=child, school=school, **told)


def named(client, page, junior, **otherwise):
    """Post the page as it stands, all to the junior school but for `otherwise`."""
    typed = {
        "submission": page.context["submission"], "to_school": str(junior.pk),
        "day": page.context["form"]["day"].value(),
    }  # fmt: skip
    for row in page.context["pupils"]:
        key = row.enrolment.pk
        typed |= {f"to_{key}": row.choice, f"note_{key}": "", f"was_{key}": row.version}
    return client.post(reverse("schools:going_on_name"), typed | otherwise)


def taken(client, page, **otherwise):
    typed = {
        "submission": page.context["submission"], "class_name": "初一2班",
        "day": timezone.localdate().isoformat(),
    }  # fmt: skip
    for one in page.context["comers"]:
        typed |= {f"answer_{one.row.pk}": one.choice, f"was_{one.row.pk}": one.version}
    return client.post(reverse("schools:going_on_answer"), typed | otherwise)


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
    page = client.get(reverse("schools:move_up_add"))  # nobody of them is graduated by mistake
    assert {row.enrolment: (row.choice, row.waits) for row in page.context["rows"]} == {
        younger: ("UP", False), refused: ("STAY", True), stays: ("STAY", False),
        away: ("STAY", True),
    }  # fmt: skip
    sign_in(client, receiving)
    page = client.get(reverse("schools:going_on"))
    assert page.context["last"] == new.opened_by_move
    assert client.get(reverse("schools:move_up_add")).context["last"] is None
    _history_agrees()


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


def _history_agrees():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def waits(primary, junior, **facts):
    row = pupil(primary)
    return GoingOn.objects.create(
        child=row.child, enrolment=row, from_school=primary, name=row.child.name,
        sex=row.child.sex, birth_date=row.child.birth_date, stage="JUNIOR", stage_before="PRIMARY",
        grade_before=6, proposed_by=PostingFactory().user, proposed_at=timezone.now(),
        **{"to_school": junior, "day": date(2025, 9, 1)} | facts,
    )  # fmt: skip


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


def test_a_taking_in_is_undone_as_a_whole_unless_somebody_cares_already(
    principal, primary, receiving, junior
):
    today = timezone.localdate()
    row = waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    move = answer_pupils(
        school=junior, answers=[Answered(row.pk, row.version)], day=today, now=timezone.now(),
        **told,
    )  # fmt: skip
    cares = PairingFactory(
        child=row.child,
        helper=PostingFactory(role="CLASS_TEACHER", organisation=junior.organisation),
    )
    with pytest.raises(ChangedSince):
        undo_move(move=move, reason="误接收", now=timezone.now(), **told)
    cares.ends_on = today + timedelta(days=1)
    cares.save()

    undo_move(move=move, reason="误接收", now=timezone.now(), **told)

    row.refresh_from_db()
    assert (row.state, row.move, row.answered_at) == ("WAITING", None, None)
    assert [e.school for e in row.child.enrolments.all()] == [primary]
    holders = CaseAccess.objects.filter(child=row.child, closed_at=None)
    assert list(holders.values_list("organisation", flat=True)) == [primary.pk]
    _history_agrees()


def test_undone_a_plan_of_home_teaching_and_a_waiting_referral_are_where_they_were(
    principal, primary, receiving, junior
):
    today = timezone.localdate()
    row, taken_on = waits(primary, junior), waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    plan = PlanFactory(
        child=row.child, school=primary, teacher=principal, starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=60),
    )  # fmt: skip
    last = plan.ends_on
    referral, other = (
        ReferralFactory(child=one.child, organisation=primary.organisation, state="OPEN",
                        counsellor=None, lead=None)
        for one in (row, taken_on)
    )  # fmt: skip
    answers = [Answered(row.pk, row.version), Answered(taken_on.pk, taken_on.version)]
    move = answer_pupils(school=junior, answers=answers, day=today, now=timezone.now(), **told)
    plan.refresh_from_db()
    assert plan.ends_on == today - timedelta(days=1)
    other.refresh_from_db()
    other.state, other.counsellor, other.lead = "TAKEN", UserFactory(), UserFactory()
    other.save()

    undo_move(move=move, reason="误接收", now=timezone.now(), **told)

    for one in (plan, referral, other):
        one.refresh_from_db()
    assert (plan.ends_on, plan.history.latest().history_change_reason) == (last, "误接收")
    assert referral.organisation == primary.organisation
    assert other.organisation == junior.organisation  # stays with the two who took it
    _history_agrees()


def test_a_plan_made_at_the_new_school_keeps_the_taking_in(principal, primary, receiving, junior):
    today = timezone.localdate()
    row = waits(primary, junior)
    told = {"by": receiving.user, "today": today}
    move = answer_pupils(
        school=junior, answers=[Answered(row.pk, row.version)], day=today, now=timezone.now(),
        **told,
    )  # fmt: skip
    add_record(
        row=PlanFactory.build(
            child=row.child, school=junior, teacher=receiving, starts_on=today,
            ends_on=today + timedelta(days=60),
        ),
        by=receiving.user, now=timezone.now(),
    )  # fmt: skip

    with pytest.raises(ChangedSince):
        undo_move(move=move, reason="误接收", now=timezone.now(), **told)


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
