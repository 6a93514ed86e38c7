"""A school moves up as a whole, with history, and back again while nothing has changed."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from children.models import CaseAccess
from schools.actions.move_up import ChangedSince, undo_move
from schools.models import Enrolment, MoveUp, Pairing
from schools.models.calendar import year_starts_on
from schools.rules.move_up import Step, propose
from tests.asking import shows
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    DeputyFactory,
    EnrolmentFactory,
    GrowthRecordFactory,
    PairingFactory,
    PostingFactory,
    SchoolFactory,
    TermFactory,
)
from tests.signing_in import sign_in

BEFORE = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("stage", "grade", "status", "taught", "step"),
    [
        ("PRIMARY", 4, "ENROLLED", ["PRIMARY"], Step("UP", "PRIMARY", 5)),
        ("PRIMARY", 6, "ENROLLED", ["PRIMARY"], Step("GRADUATED", "PRIMARY", 6)),
        ("PRIMARY", 6, "ENROLLED", ["PRIMARY", "JUNIOR"], Step("UP", "JUNIOR", 1)),
        ("JUNIOR", 3, "RETURNED", ["JUNIOR", "SENIOR"], Step("GRADUATED", "JUNIOR", 3)),
        ("PRESCHOOL", 3, "ENROLLED", ["PRESCHOOL", "PRIMARY"], Step("UP", "PRIMARY", 1)),
        ("PRIMARY", 2, "SUSPENDED", ["PRIMARY"], Step("STAY", "PRIMARY", 2)),
    ],
)
def test_the_usual_step(stage, grade, status, taught, step):
    assert propose(stage, grade, status, taught) == step


def pupil(school, principal, **facts):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=school.organisation)
    return EnrolmentFactory(child=child, school=school, starts_on=BEFORE, **facts)


@pytest.fixture
def principal():
    return PostingFactory(role="PRINCIPAL")


@pytest.fixture
def school(principal):
    return SchoolFactory(organisation=principal.organisation, stages=["PRIMARY"])


def posted(page):
    typed = {"day": page.context["form"]["day"].value(), "submission": page.context["submission"]}
    for row in page.context["rows"]:
        key = row.enrolment.pk
        typed |= {
            f"to_{key}": row.choice,
            f"class_{key}": row.class_name,
            f"was_{key}": row.version,
        }
    return typed


def go(client, typed):
    return client.post(reverse("schools:move_up_add"), typed)


@pytest.mark.django_db
def test_a_school_moves_up_as_proposed_with_its_exceptions(client, principal, school):
    up = pupil(school, principal, grade=4, class_name="1班",
               roll_number="G990101201603010088", is_boarding=True)  # fmt: skip
    stays, out = pupil(school, principal, grade=2), pupil(school, principal, grade=6)
    this_year = EnrolmentFactory(school=school, starts_on=year_starts_on(timezone.localdate()))
    helper = PostingFactory(role="CLASS_TEACHER", organisation=school.organisation)
    pairing = PairingFactory(child=out.child, helper=helper)
    access = CaseAccessFactory(child=out.child, user=helper.user, reason="PAIRING")
    sign_in(client, principal)
    page = client.get(reverse("schools:move_up_add"))
    assert [r.enrolment for r in page.context["rows"]] == [stays, up, out]
    assert [r.choice for r in page.context["rows"]] == ["UP", "UP", "GRADUATED"]

    answer = go(client, posted(page) | {f"to_{stays.pk}": "STAY", f"class_{up.pk}": "2班"})

    move = MoveUp.objects.get()
    assert answer.url == reverse("schools:move_up_detail", args=[move.pk])
    new = up.child.enrolments.get(ends_on=None)
    assert (new.grade, new.class_name, new.is_boarding) == (5, "2班", True)
    assert new.roll_number == "G990101201603010088"
    assert new.history.get().history_user == principal.user
    up.refresh_from_db()
    assert (up.end_reason, up.ends_on) == ("MOVED_UP", move.day)
    stays.refresh_from_db()
    this_year.refresh_from_db()
    assert (stays.ends_on, this_year.ends_on, stays.version) == (None, None, 1)
    out.refresh_from_db()
    pairing.refresh_from_db()
    access.refresh_from_db()
    assert (out.end_reason, pairing.ends_on) == ("GRADUATED", move.day)
    assert access.closed_at is not None
    _history_agrees()
    assert client.get(answer.url).status_code == 200


def _history_agrees():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.django_db
def test_the_move_is_undone_as_a_whole(client, principal, school):
    up, out = pupil(school, principal, grade=4), pupil(school, principal, grade=6)
    pairing = PairingFactory(
        child=out.child,
        helper=PostingFactory(role="CLASS_TEACHER", organisation=school.organisation),
    )
    # Begun with the term, before the school moved up.
    term = TermFactory(
        year__starts_on=year_starts_on(timezone.localdate()), year__ends_on=date(2099, 8, 31),
        starts_on=year_starts_on(timezone.localdate()), ends_on=date(2099, 1, 20), season=1,
    )  # fmt: skip
    record = GrowthRecordFactory(child=up.child, school=school, term=term, class_name="")
    sign_in(client, principal)
    go(client, posted(client.get(reverse("schools:move_up_add"))))
    record.refresh_from_db()
    assert record.grade == 5
    url = reverse("schools:move_up_detail", args=[MoveUp.objects.get().pk])

    assert client.post(url, {"reason": ""}).context["form"].errors
    assert client.post(url, {"reason": "日期错了"}).status_code == 302

    assert set(Enrolment.objects.values_list("pk", "ends_on")) == {(up.pk, None), (out.pk, None)}
    record.refresh_from_db()
    assert record.grade == 4
    pairing.refresh_from_db()
    assert pairing.ends_on is None
    assert CaseAccess.objects.filter(child=out.child, closed_at=None).count() == 1
    assert Enrolment.history.filter(history_type="-").count() == 1
    _history_agrees()
    page = client.get(reverse("schools:move_up_add"))
    assert [row.enrolment for row in page.context["rows"]] == [up, out]
    with pytest.raises(ChangedSince):
        undo_move(move=MoveUp.objects.get(), reason="x", by=principal.user, now=timezone.now(),
                  today=timezone.localdate())  # fmt: skip


@pytest.mark.django_db
def test_who_came_to_care_since_the_day_of_the_move_and_their_deputies_let_go_too(
    client, principal, school
):
    out = pupil(school, principal, grade=6)
    out.child.name = "丁小四"
    out.child.save()
    helper = PostingFactory(role="CLASS_TEACHER", organisation=school.organisation)
    pairing = PairingFactory(
        child=out.child, helper=helper, starts_on=timezone.localdate() - timedelta(days=1)
    )
    CaseAccessFactory(child=out.child, user=helper.user, reason="PAIRING")
    deputy = DeputyFactory(stands_in_for=helper)
    until = timezone.now() + timedelta(days=7)
    shared = CaseAccessFactory(child=out.child, user=deputy.user, reason="DEPUTY", closed_at=until)
    sign_in(client, principal)
    moved = go(client, posted(client.get(reverse("schools:move_up_add"))))
    assert shows(client.get(moved.url), "丁小四")  # told once, and seen no more

    assert not CaseAccess.objects.open_at(timezone.now()).filter(child=out.child).exists()
    pairing.refresh_from_db()
    assert pairing.ends_on == pairing.starts_on
    _history_agrees()

    url = reverse("schools:move_up_detail", args=[MoveUp.objects.get().pk])
    client.post(url, {"reason": "日期错了"})
    assert CaseAccess.objects.open_at(timezone.now()).filter(child=out.child).count() == 3
    shared.refresh_from_db()
    assert shared.closed_at == until
    pairing.refresh_from_db()
    assert pairing.ends_on is None


@pytest.mark.django_db
def test_what_was_worked_on_since_is_not_undone(client, principal, school):
    up = pupil(school, principal, grade=4)
    sign_in(client, principal)
    go(client, posted(client.get(reverse("schools:move_up_add"))))
    row = up.child.enrolments.get(ends_on=None)
    row.class_name = "3班"
    row.save()
    url = reverse("schools:move_up_detail", args=[MoveUp.objects.get().pk])

    assert not client.get(url).context["can_undo"]
    assert client.post(url, {"reason": "日期错了"}).context["form"].errors
    assert MoveUp.objects.get().undone_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        lambda key: {f"was_{key}": "7"},
        lambda key: {f"to_{key}": "X"},
        lambda key: {f"to_{key}": ""},
        lambda key: {f"class_{key}": "班" * 41},
        lambda key: {"day": "2100-01-01"},
        lambda key: {"day": "2020-01-01"},
    ],
)
def test_one_wrong_row_moves_nobody(client, principal, school, typed):
    row, other = pupil(school, principal), pupil(school, principal)
    sign_in(client, principal)
    good = posted(client.get(reverse("schools:move_up_add")))

    answer = go(client, good | typed(row.pk))

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not MoveUp.objects.exists()
    assert Enrolment.objects.filter(ends_on=None).count() == 2
    assert str(other.child.name) in answer.content.decode()


@pytest.mark.django_db
def test_moving_ten_takes_as_many_statements_as_moving_two(client, principal, school):
    def counted(children):
        for _ in range(children):
            pupil(school, principal, grade=4)
            leaver = pupil(school, principal, grade=6)
            PairingFactory(
                child=leaver.child,
                helper=PostingFactory(role="CLASS_TEACHER", organisation=school.organisation),
            )
        typed = posted(client.get(reverse("schools:move_up_add")))
        with CaptureQueriesContext(connection) as queries:
            assert go(client, typed).status_code == 302
        return len(queries)

    sign_in(client, principal)
    counted(1)
    assert counted(2) == counted(10)
    assert Pairing.objects.filter(ends_on=None).count() == 0
    assert timedelta(0) == Enrolment.objects.filter(end_reason="GRADUATED").first().ends_on - (
        year_starts_on(timezone.localdate())
    )
