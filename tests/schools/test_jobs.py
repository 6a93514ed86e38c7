"""The clock's work for the schools, as the worker does it: to its commit, and again."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from schools import jobs
from schools.models import GrowthRecord, LedgerEntry
from tests.factories import (
    ChildFactory,
    PairingFactory,
    PostingFactory,
    SchoolFactory,
    SchoolYearFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _everywhere():
    with acting(EVERYTHING):
        yield


def test_lines_of_the_night_are_opened_once_with_their_history():
    today = timezone.localdate()
    with transaction.atomic():
        child = ChildFactory(birth_date=date(today.year - 9, 1, 1))

    jobs.refresh_ledgers(timestamp=0)
    jobs.refresh_ledgers(timestamp=0)

    with transaction.atomic():
        line = LedgerEntry.objects.get(child=child)
        assert (line.ledger, line.history.count()) == ("NO_ROLL", 1)


def test_records_of_a_term_are_begun_once_with_their_history():
    today = timezone.localdate()
    with transaction.atomic():
        year = SchoolYearFactory(starts_on=today, ends_on=today + timedelta(days=300))
        TermFactory(year=year, starts_on=today, ends_on=today + timedelta(days=100))
        school = SchoolFactory()
        teacher = PostingFactory(role=Role.CLASS_TEACHER, organisation=school.organisation)
        pairing = PairingFactory(helper=teacher, starts_on=today)

    jobs.start_growth_records(timestamp=0)
    jobs.start_growth_records(timestamp=0)

    with transaction.atomic():
        record = GrowthRecord.objects.get()
        assert (record.child_id, record.history.count()) == (pairing.child_id, 1)
