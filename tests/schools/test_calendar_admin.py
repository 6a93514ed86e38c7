"""Terms and holidays are the administrator's to keep; attendance and ledgers count by them."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.roles import Role
from schools.models import SchoolBreak, SchoolYear, Term
from schools.models.calendar import school_days
from tests.factories import COUNTY, PostingFactory, SchoolYearFactory, TermFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MONDAY, FRIDAY = date(2026, 4, 20), date(2026, 4, 24)


@pytest.fixture(autouse=True)
def _administrator(client):
    sign_in(client, PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY)))


@pytest.fixture
def term():
    return TermFactory(year=SchoolYearFactory())


def url(model, page, *args):
    return reverse(f"admin:schools_{model._meta.model_name}_{page}", args=args)


def test_a_holiday_entered_is_no_school_day_and_may_be_moved(client, term):
    assert len(school_days(MONDAY, FRIDAY)) == 5
    typed = {"name": "春假", "starts_on": "2026-04-20", "ends_on": "2026-04-21"}

    assert client.post(url(SchoolBreak, "add"), typed).status_code == 302
    assert len(school_days(MONDAY, FRIDAY)) == 3

    row = SchoolBreak.objects.get()
    typed |= {"starts_on": "2026-04-24", "ends_on": "2026-04-24"}
    assert client.post(url(SchoolBreak, "change", row.pk), typed).status_code == 302
    assert school_days(MONDAY, FRIDAY)[-1] == date(2026, 4, 23)
    assert row.history.count() == 2


def test_a_term_ends_when_the_administrator_says(client, term):
    typed = {
        "year": term.year_id, "season": term.season, "starts_on": term.starts_on,
        "ends_on": "2026-04-21",
    }  # fmt: skip

    assert client.post(url(Term, "change", term.pk), typed).status_code == 302

    assert len(school_days(MONDAY, FRIDAY)) == 2


@pytest.mark.parametrize(
    "typed",
    [
        {"starts_on": "2026-04-21", "ends_on": "2026-04-20"},
        {"starts_on": "", "ends_on": ""},
        {"starts_on": "今天", "ends_on": "9999-99-99"},
        {"starts_on": "2026-03-01", "ends_on": "2026-03-31"},  # another term's days
        {"season": "7"},
        {"year": "0"},
    ],
)
def test_an_impossible_term_is_refused_in_words(client, term, typed):
    whole = {
        "year": term.year_id, "season": 1, "starts_on": "2025-09-01", "ends_on": "2026-01-22",
    }  # fmt: skip

    answer = client.post(url(Term, "add"), whole | typed)

    assert answer.status_code == 200
    assert answer.context["adminform"].errors
    assert Term.objects.count() == 1


def test_years_never_overlap(client, term):
    typed = {"name": "x", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}

    answer = client.post(url(SchoolYear, "add"), typed)

    assert answer.context["adminform"].errors
    assert SchoolYear.objects.count() == 1
