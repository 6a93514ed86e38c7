"""Where the promises of the registry end: what is refused beside what is allowed."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    ApplicationFactory,
    ChildFactory,
    EconomicStatusFactory,
    GuardianshipFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db

ID = "99010120160301007X"
DAY = date(2025, 6, 1)


def _approved(month):
    return ApplicationFactory(
        state="APPROVED", decided_by=UserFactory(), decided_at=timezone.now(),
        effective_month=month,
    )  # fmt: skip


def test_an_approval_without_any_month_is_refused_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        _approved(None)


def test_periods_may_follow_each_other_day_by_day():
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True, ends_on=DAY)
    GuardianshipFactory(child=child, is_main_carer=True, starts_on=DAY + timedelta(days=1))
    EconomicStatusFactory(child=child, ends_on=DAY)
    EconomicStatusFactory(child=child, starts_on=DAY + timedelta(days=1))


def test_the_last_day_belongs_to_the_period():
    child = ChildFactory()
    EconomicStatusFactory(child=child, ends_on=DAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        EconomicStatusFactory(child=child, starts_on=DAY)


def test_a_file_merged_into_another_frees_its_id_number():
    first = ChildFactory(id_number=ID)
    first.merged_into = ChildFactory(residence_area=area(OTHER_VILLAGE))
    first.status, first.closed_on, first.closing_reason = "CLOSED", first.opened_on, "DUPLICATE"
    first.save()

    ChildFactory(id_number=ID, residence_area=area(VILLAGE))
