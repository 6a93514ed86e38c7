"""Monthly school report and quarterly review: what stood on a day stays what it was, sums agree."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import AccessEvent
from schools.forms.report import span_of
from schools.models.ledger_report import county_review, school_report, standing
from schools.rules.report import flow, total
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    AbsenceFactory,
    CaseAccessFactory,
    CategorySpellFactory,
    ChildFactory,
    EnrolmentFactory,
    LedgerEntryFactory,
    PersuasionFactory,
    PostingFactory,
    UserFactory,
    area,
    school_of,
)
from tests.signing_in import sign_in

TODAY = date(2026, 4, 20)


def at(day):
    return datetime.combine(day, datetime.min.time(), timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("year", "month", "months", "first", "last", "until"),
    [
        (2026, 4, 1, date(2026, 4, 1), date(2026, 4, 30), TODAY),
        (2025, 12, 1, date(2025, 12, 1), date(2025, 12, 31), date(2025, 12, 31)),
        (2025, 10, 3, date(2025, 10, 1), date(2025, 12, 31), date(2025, 12, 31)),
        (2026, 1, 3, date(2026, 1, 1), date(2026, 3, 31), date(2026, 3, 31)),
        (2027, 2, 1, date(2027, 2, 1), date(2027, 2, 28), date(2027, 2, 1)),
    ],
)
def test_periods_are_whole_months_up_to_today(year, month, months, first, last, until):
    span = span_of(year, month, months, TODAY)

    assert (span.first, span.last, span.until) == (first, last, until)


def test_who_came_and_went_is_told_from_who_stood_there():
    found = flow("x", [1, 2, 3], [3, 4])

    assert (found.begin, found.came, found.left, found.end) == (3, 1, 2, 2)
    assert found.agrees
    assert total([found, found]).end == 4


def grant_of(posting):
    return Grant(posting.user, posting, Permission.LEDGER_VIEW)


def line(child, opened, moves=(), closed=None, **facts):
    """A line with its history at given days; moves are (day, ledger)."""
    entry = LedgerEntryFactory.build(child=child, opened_on=opened, **facts)
    entry._history_date = at(opened)
    entry.save()
    for day, ledger in moves:
        entry.ledger, entry._history_date = ledger, at(day)
        entry.save()
    if closed:
        entry.cleared_on, entry.proposal = closed, "已返校"
        entry.proposed_by, entry.proposed_at = UserFactory(), at(closed)
        entry.closed_by, entry.closed_at, entry._history_date = (
            UserFactory(),
            at(closed),
            at(closed),
        )
        entry.save()
    return entry


@pytest.mark.django_db
def test_what_stood_on_a_day_is_read_from_history():
    county = grant_of(PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    moved = line(ChildFactory(), date(2026, 3, 5), [(date(2026, 4, 2), "DROPOUT")])
    closed = line(ChildFactory(), date(2026, 3, 1), closed=date(2026, 4, 10))
    line(ChildFactory(residence_area=area(OTHER_VILLAGE)), date(2026, 3, 1))

    march, april = standing(county, date(2026, 3, 31)), standing(county, TODAY)

    assert march.by("ledger") == {"NO_ROLL": {moved.pk, closed.pk}}
    assert april.by("ledger") == {"DROPOUT": {moved.pk}}
    review = county_review(county, span_of(2026, 4, 3, TODAY))
    assert {r.key: (r.begin, r.came, r.left, r.end) for r in review.ledgers} == {
        "NO_ROLL": (2, 0, 2, 0), "SUSPECTED": (0, 0, 0, 0), "DROPOUT": (0, 1, 0, 1),
        "UNPLACED": (0, 0, 0, 0),
    }  # fmt: skip
    assert (review.total.begin, review.total.left, review.total.end) == (2, 1, 1)
    assert review.total.agrees


@pytest.mark.django_db
def test_the_review_counts_causes_groups_and_names_who_is_missing():
    county = grant_of(PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
    entry = line(ChildFactory(), date(2026, 4, 5))
    CategorySpellFactory(child=entry.child)
    PersuasionFactory(entry=entry, cause="POVERTY", happened_on=date(2026, 4, 6))
    PersuasionFactory(entry=entry, cause="WORK", happened_on=date(2026, 4, 8), outcome="PROMISED")

    review = county_review(county, span_of(2026, 4, 3, TODAY))

    assert [count for _cause, count in review.causes] == [1]
    assert [count for _outcome, count in review.outcomes] == [1, 1]
    assert [count for _group, count in review.key_groups] == [1]
    assert review.missing == [entry]
    assert review.overdue == 1


@pytest.mark.django_db
def test_the_schools_month_agrees_in_every_row():
    principal = PostingFactory(role="PRINCIPAL")
    school = school_of(principal.organisation)
    came, left, stayed = (pupil(principal, school, day) for day in (
        date(2026, 4, 7), date(2025, 9, 1), date(2025, 9, 1)))  # fmt: skip
    left.ends_on, left.end_reason = date(2026, 4, 9), "TRANSFERRED"
    left.save()
    AbsenceFactory(child=stayed.child, school=school, starts_on=date(2026, 4, 13),
                   ends_on=date(2026, 4, 15))  # fmt: skip
    entry = line(stayed.child, date(2026, 4, 16), school=school)

    found = school_report(grant_of(principal), school, span_of(2026, 4, 1, TODAY))

    primary = found.roll[0]
    assert (primary.begin, primary.came, primary.left, primary.end) == (2, 1, 1, 2)
    assert found.roll_total.agrees
    assert [count for _reason, count in found.reasons] == [1]
    assert found.missed == {"ill": 2, "leave": 0, "unexcused": 0}
    assert found.missing == [entry]
    assert came.ends_on is None


def pupil(principal, school, day):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=principal.organisation)
    return EnrolmentFactory(child=child, school=school, starts_on=day)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["month_report", "quarter_review"])
def test_the_pages_print_log_and_ask_the_same_queries(client, name):
    principal = PostingFactory(role="PRINCIPAL")
    school = school_of(principal.organisation)
    sign_in(client, principal)
    url = reverse(f"schools:{name}")

    def counted():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200
        return len(queries)

    def add():
        row = pupil(principal, school, timezone.localdate() - timedelta(days=200))
        PersuasionFactory(entry=LedgerEntryFactory(child=row.child, school=school))

    add()
    counted()
    one = counted()
    for _ in range(9):
        add()
    assert counted() == one
    assert AccessEvent.objects.filter(subject__startswith="ledger_").latest("pk").row_count == 10


@pytest.mark.django_db
@pytest.mark.parametrize("period", ["x", "2026-13", "2026-", "99999-1", "2026-0"])
def test_a_period_that_is_none_shows_the_running_one(client, period):
    sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))

    for name, key in (("month_report", "month"), ("quarter_review", "quarter")):
        page = client.get(reverse(f"schools:{name}"), {key: period})
        assert page.status_code == 200
        assert page.context["form"].errors
