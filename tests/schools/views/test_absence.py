"""A class's attendance on one page, and what follows from it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from schools.models import Absence, LedgerEntry
from schools.models.attendance import attendance
from schools.models.calendar import school_days
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    ExcuseFactory,
    PostingFactory,
    TermFactory,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def teacher():
    return PostingFactory(role="CLASS_TEACHER")


@pytest.fixture
def child(teacher):
    return pupil(teacher)


def pupil(teacher):
    child = ChildFactory(birth_date=today() - 3650 * DAY, opened_on=today())
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    EnrolmentFactory(child=child, school=school_of(teacher.organisation))
    return child


def note(client, child, kind, was="", day=None):
    url = reverse("schools:absence_list") + (f"?day={day}" if day else "")
    return client.post(url, {f"away_{child.pk}": kind, f"was_{child.pk}": was})


def absences():
    rows = Absence.objects.order_by("starts_on", "pk")
    return list(rows.values_list("kind", "starts_on", "ends_on"))


def test_who_is_away_stays_away_until_marked_present(client, teacher, child):
    sign_in(client, teacher)

    assert note(client, child, "ILL").status_code == 302
    assert absences() == [("ILL", today(), None)]
    note(client, child, "UNEXCUSED", was="ILL")
    assert absences() == [("UNEXCUSED", today(), None)]
    note(client, child, "", was="UNEXCUSED")
    assert absences() == [("UNEXCUSED", today(), today())]  # no day at all
    assert Absence.objects.get().history.count() == 3


def test_an_earlier_day_is_that_day_alone_and_days_in_a_row_are_one_absence(client, teacher, child):
    sign_in(client, teacher)

    note(client, child, "ILL", day=today() - 2 * DAY)
    note(client, child, "ILL", day=today() - DAY)
    assert absences() == [("ILL", today() - 2 * DAY, today())]
    note(client, child, "UNEXCUSED", day=today())
    assert absences() == [
        ("ILL", today() - 2 * DAY, today()),
        ("UNEXCUSED", today(), None),
    ]


def test_a_row_that_this_user_did_not_touch_keeps_what_a_colleague_noted(client, teacher, child):
    sign_in(client, teacher)
    note(client, child, "ILL")

    note(client, child, "", was="")  # the page was opened before, and the row left alone

    assert absences() == [("ILL", today(), None)]


@pytest.mark.parametrize("day", ["2020-01-01", "nonsense", "2100-01-01"])
def test_another_time_is_refused_and_today_shown(client, teacher, child, day):
    sign_in(client, teacher)

    page = client.get(reverse("schools:absence_list"), {"day": day})

    assert page.context["day"] == today()
    assert page.context["day_form"].errors


def test_children_of_other_schools_cannot_be_noted(client, teacher, child):
    other = pupil(PostingFactory(role="CLASS_TEACHER"))
    sign_in(client, teacher)

    note(client, other, "UNEXCUSED")
    note(client, child, "HACKED")

    assert not Absence.objects.exists()


def test_enough_days_without_leave_open_the_ledger_at_once(client, teacher, child):
    sign_in(client, teacher)
    days = school_days(today() - 30 * DAY, today())

    note(client, child, "UNEXCUSED", day=days[-3])
    Absence.objects.get()
    note(client, child, "", was="UNEXCUSED", day=days[-3] + DAY)
    assert not LedgerEntry.objects.exists()
    row = Absence.objects.get()
    row.ends_on = None
    row.save()
    note(client, child, "LEAVE", was="UNEXCUSED", day=today())
    assert not LedgerEntry.objects.exists()
    note(client, child, "UNEXCUSED", was="LEAVE", day=today())
    assert not LedgerEntry.objects.exists()  # one day since the leave


def test_the_third_school_day_without_leave_is_a_suspected_dropout(client, teacher, child):
    sign_in(client, teacher)
    days = school_days(today() - 30 * DAY, today())
    Absence.objects.create(
        child=child, school=school_of(teacher.organisation), kind="UNEXCUSED", starts_on=days[-3]
    )
    other = pupil(teacher)

    note(client, other, "ILL")
    assert not LedgerEntry.objects.exists()  # only the changed child is looked at
    note(client, child, "", was="UNEXCUSED")
    note(client, child, "UNEXCUSED", was="")

    assert LedgerEntry.objects.get().ledger == "SUSPECTED"


def test_the_page_asks_the_same_queries_for_one_child_and_for_ten(client, teacher, child):
    sign_in(client, teacher)
    url = reverse("schools:absence_list")

    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    counted()
    one = counted()
    for _ in range(9):
        note(client, pupil(teacher), "ILL")
    assert counted() == one


def test_a_growth_record_takes_the_attendance_of_its_term(child):
    term = TermFactory(starts_on=today() - 20 * DAY, ends_on=today() + 60 * DAY)
    days = school_days(term.starts_on, today())
    Absence.objects.create(
        child=child, school=child.enrolments.get().school, kind="ILL", starts_on=days[-4],
        ends_on=days[-2],
    )  # fmt: skip

    found = attendance(child, term, today())

    assert (found.school_days, found.ill, found.unexcused) == (len(days), 2, 0)


@pytest.mark.parametrize(("ended", "asks"), [(-30, False), (3, True), (40, None)])
def test_whether_a_suspended_child_came_back_is_asked_where_attendance_is_noted(
    client, teacher, child, ended, asks
):
    day = today()
    ExcuseFactory(
        child=child, kind="SUSPENDED", starts_on=day - 200 * DAY, ends_on=day - ended * DAY
    )
    sign_in(client, teacher)

    page = client.get(reverse("schools:absence_list")).content.decode()

    told = {None: (False, False), True: (True, True), False: (True, False)}[asks]
    assert ("休学至" in page or "休学已" in page, "是否返校" in page) == told
