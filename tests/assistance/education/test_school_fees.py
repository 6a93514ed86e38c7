"""Waivers pay what the child's own school charges, dated, and nothing where it charges nothing."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.actions.load_rules import load_rules
from assistance.models import EducationAward
from tests.factories import SchoolFactory, SchoolFeeFactory, term_of

from .awards import NOW, awards, build, pupil

pytestmark = pytest.mark.django_db


def waiver(code, cost, conditions, **formula):
    return {
        "code": code, "cadence": "TERM", "department": "EDUCATION", "paid_to": "SCHOOL",
        "starts": "MONTH_MET",
        "standards": [{"formula": {"kind": "ACTUAL", "cost": cost, **formula}}],
        "eligibility": [{"conditions": {"school": conditions}}],
    }  # fmt: skip


RULES = {
    "programmes": [
        waiver("VE_FREE", "tuition", {"stages": "VOCATIONAL"}),
        # A private kindergarten down to the level of a like public one.
        waiver("PRE_WAIVER", "kindergarten_fee", {"last_kindergarten_year": True}, at_most=1500),
    ]
}


def test_a_term_is_waived_at_the_fee_of_the_childs_own_school_in_force_then():
    load_rules(data=RULES, by=None, now=NOW)
    dear, cheap, none = SchoolFactory(), SchoolFactory(), SchoolFactory()
    fee = SchoolFeeFactory(school=dear, amount=2000, to_month=date(2026, 1, 1))
    SchoolFeeFactory(school=dear, amount=2200, from_month=date(2026, 2, 1))
    SchoolFeeFactory(school=dear, stage="SENIOR", amount=9)
    SchoolFeeFactory(school=cheap, amount=1100)
    of_kindergarten = {"stage": "PRESCHOOL", "what": "kindergarten_fee"}
    SchoolFeeFactory(school=cheap, amount=250, months=5, **of_kindergarten)
    SchoolFeeFactory(school=dear, amount=800, months=5, **of_kindergarten)
    pupils = {
        (school, stage): pupil(school=school, tier=None, stage=stage, grade=3)
        for school in (dear, cheap, none) for stage in ("VOCATIONAL", "PRESCHOOL")
    }  # fmt: skip

    build(term_of(1))

    assert {key: awards(child) for key, child in pupils.items()} == {
        (dear, "VOCATIONAL"): {"VE_FREE": (Decimal(2000), "PROPOSED")},
        (dear, "PRESCHOOL"): {"PRE_WAIVER": (Decimal(1500), "PROPOSED")},
        (cheap, "VOCATIONAL"): {"VE_FREE": (Decimal(1100), "PROPOSED")},
        (cheap, "PRESCHOOL"): {"PRE_WAIVER": (Decimal(1250), "PROPOSED")},
        (none, "VOCATIONAL"): {},
        (none, "PRESCHOOL"): {},
    }
    assert set(EducationAward.objects.values_list("paid_to", flat=True)) == {"SCHOOL"}

    fee.amount = Decimal(1900)
    fee.save()
    assert build(term_of(1)).changed == 1
    assert awards(pupils[dear, "VOCATIONAL"])["VE_FREE"][0] == Decimal(1900)
