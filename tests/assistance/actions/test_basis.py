"""What somebody typed keeps the rule and the standard that give the same, and nothing else."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance.actions.basis import basis_by_rules
from assistance.models import EntitlementRate
from assistance.rules.months import month_of, shifted
from tests.factories import (
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    ProgrammeFactory,
    StandardFactory,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
MONTH = month_of(timezone.localdate())


def programme(conditions, **facts):
    row = ProgrammeFactory(code="NURSING", starts="MONTH_AFTER_CONFIRMATION", **facts)
    EligibilityRuleFactory(programme=row, conditions=conditions)
    StandardFactory(programme=row, amount=Decimal(119), document="某民〔2025〕3号")
    return row


def basis(child, row, **facts):
    told = {"amount": Decimal(119), "month": MONTH, "document": ""} | facts
    with acting(EVERYTHING):
        return basis_by_rules(child=child, programme=row, **told)


@pytest.fixture
def disabled():
    child = ChildFactory(birth_date=date(MONTH.year - 9, 2, 3))
    CertificateFactory(child=child, kind=6, grade=2, issued_on=shifted(MONTH, -5), expires_on=None)
    return child


def test_the_same_amount_rests_on_rule_and_standard_with_reasons(disabled):
    row = programme({"disability": "SEVERE"})

    found = basis(disabled, row)

    assert (found["rule"], found["standard"]) == (row.eligibility_rules.get(), row.standards.get())
    assert found["document"] == "某民〔2025〕3号"
    assert found["reasons"][0]["held"]
    assert basis(disabled, row, document="县里的文")["document"] == "县里的文"


@pytest.mark.parametrize("typed_in", ["zh-hans", "en"])
def test_reasons_are_read_in_the_readers_language_not_in_that_of_who_set_the_amount(
    disabled, typed_in
):
    with override(typed_in):
        found = basis(disabled, programme({"disability": "SEVERE"}))
    rate = EntitlementRate(reasons=found["reasons"])

    with override("zh-hans"):
        assert "残疾" in rate.told[0]["condition"]
    with override("en"):
        assert "disability" in rate.told[0]["condition"]
        assert not any(re.search("[\u4e00-\u9fff]", one["condition"]) for one in rate.told)
    assert all(one["held"] for one in rate.told)


@pytest.mark.parametrize(
    "facts", [{"amount": Decimal(120)}, {"month": shifted(MONTH, -9)}],
    ids=["another amount", "a month in which nothing was owed"],
)  # fmt: skip
def test_what_the_rules_do_not_give_rests_on_its_document_alone(disabled, facts):
    row = programme({"disability": "SEVERE"})

    assert basis(disabled, row, document="文", **facts) == {"document": "文"}


def test_reasons_that_a_secret_decides_are_not_written_down():
    row = programme({"category": ["HIV"]})
    child = ChildFactory(birth_date=date(MONTH.year - 9, 2, 3))
    CategorySpellFactory(child=child, category="HIV", starts_on=shifted(MONTH, -2))

    found = basis(child, row)

    assert found["standard"] == row.standards.get()
    assert found["reasons"] == []


def test_a_programme_without_rules_in_force_has_its_document(disabled):
    assert basis(disabled, ProgrammeFactory(code="OTHER"), document="文") == {"document": "文"}
    off = programme({"disability": "SEVERE"}, is_active=False)
    assert basis(disabled, off, document="文") == {"document": "文"}


def test_by_hand_proposed_and_changed_the_page_of_a_payment_can_say_why(client, disabled):
    row = programme({"disability": "SEVERE"})
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    client.post(
        reverse("assistance:entitlement_add", args=[disabled.case_number]),
        {"programme": row.pk, "from_month": f"{MONTH:%Y-%m}", "amount": "119", "grounds": "申请"},
    )
    assert EntitlementRate.objects.get().rule == row.eligibility_rules.get()
    running = EntitlementFactory(
        child=disabled, programme=ProgrammeFactory(code="B"), is_running=True, amount=5,
        from_month=MONTH,
    )  # fmt: skip
    EligibilityRuleFactory(programme=running.programme, conditions={"disability": "SEVERE"})
    StandardFactory(programme=running.programme, amount=Decimal(7))
    sign_in(client, posted_as(Role.COUNTY_OFFICER))

    client.post(
        reverse("assistance:rate_add", args=[disabled.case_number, running.pk]),
        {"from_month": f"{MONTH:%Y-%m}", "amount": "7", "document": "调标", "reason": "调标"},
    )

    newest = running.rates.latest("pk")
    assert (newest.standard, newest.document) == (running.programme.standards.get(), "调标")
