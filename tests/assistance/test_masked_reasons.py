"""Reasons written before secret categories were kept out of them lose what they told."""

from datetime import date

import pytest
from django.db import connections, transaction

from accounts.scope import EVERYTHING, acting
from assistance.migrations._mask_sql import MASK
from assistance.models import EntitlementRate
from tests.factories import (
    CategorySpellFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    EntitlementRateFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
TOLD = [{"condition": "儿童类别", "value": "艾滋病病毒感染儿童", "held": True}]


def rated(child, programme):
    row = EntitlementFactory(child=child, programme=programme)
    return EntitlementRateFactory(entitlement=row, reasons=TOLD).pk


def test_only_what_could_tell_a_secret_category_is_masked():
    with acting(EVERYTHING), transaction.atomic():
        masked, kept = _written_earlier()

    with connections["owner"].cursor() as cursor:
        cursor.execute(MASK)

    with acting(EVERYTHING), transaction.atomic():
        reasons = dict(EntitlementRate.objects.values_list("pk", "reasons"))
    assert reasons == {masked: [], **dict.fromkeys(kept, TOLD)}


def _written_earlier():
    asks, asks_not = ProgrammeFactory(code="ORPHAN"), ProgrammeFactory(code="NURSING")
    EligibilityRuleFactory(programme=asks, conditions={"category": ["ORPHAN", "HIV"]})
    EligibilityRuleFactory(programme=asks_not, conditions={"disability": "SEVERE"})
    secret, open_ = ChildFactory(), ChildFactory()
    CategorySpellFactory(child=secret, category="HIV", starts_on=date(2026, 1, 1))
    return rated(secret, asks), [rated(secret, asks_not), rated(open_, asks)]
