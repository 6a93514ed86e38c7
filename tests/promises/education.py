"""A failing write for each promise of education aid: recognition, awards, fees, freshmen."""

from datetime import date

from django.db import connection
from django.db.models import F
from django.utils import timezone

from assistance.models import EducationAward, EducationSettlement, Entitlement
from tests.factories import (
    AwardLeftOutFactory,
    ChildFactory,
    EducationAwardFactory,
    EducationSettlementFactory,
    EntitlementFactory,
    FreshmanFactory,
    OverlapRuleFactory,
    ProgrammeFactory,
    RecognitionFactory,
    SchoolFactory,
    SchoolFeeFactory,
    UserFactory,
)

from . import twice


def _recognised_alone():
    user = UserFactory()
    RecognitionFactory(is_confirmed=True, proposed_by=user, decided_by=user)


def _awards_apart():
    first = EducationAwardFactory()
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["SE_FREE"])
    EducationAwardFactory(child=first.child, programme=other)


def _awarded_alone():
    user = UserFactory()
    EducationAwardFactory(is_confirmed=True, proposed_by=user, confirmed_by=user)


def _ended_alone():
    award = EducationAwardFactory(
        is_confirmed=True, paid_to="FAMILY", entitlement=EntitlementFactory(is_running=True)
    )
    EducationAward.objects.filter(pk=award.pk).update(
        state="ENDED", end_reason="FACTS", ended_on=date(2026, 4, 1)
    )
    _at_the_end()


def _cancelled_alone():
    subsidy = _freshman(state="CONFIRMED", entitlement=EntitlementFactory(is_running=True))
    Entitlement.objects.filter(pk=subsidy.entitlement_id).update(state="CANCELLED")
    _at_the_end()


def _at_the_end():
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS award_ends_with_its_entitlement,"
            " entitlement_cancelled_with_what_it_pays, award_settled_once IMMEDIATE"
        )


def _settlement(**facts):
    """Asked to be taken back, written over with `facts`."""
    asked = {
        "state": "ASKED", "back_reason": "重复", "back_asked_by": UserFactory(),
        "back_asked_at": timezone.now(),
    }  # fmt: skip
    row = EducationSettlementFactory(**asked)
    EducationSettlement.objects.filter(pk=row.pk).update(**facts)
    return row


def _taken_back_and_again():
    row = _settlement(state="TAKEN_BACK", taken_back_by=UserFactory(), taken_back_at=timezone.now())
    EducationSettlement.objects.filter(pk=row.pk).update(
        state="ASKED", taken_back_by=None, taken_back_at=None
    )


def _settled_again():
    award = EducationAwardFactory(is_confirmed=True, settlement=EducationSettlementFactory())
    EducationAward.objects.filter(pk=award.pk).update(settlement=None)
    _at_the_end()


def _freshman(**facts):
    return FreshmanFactory(
        **{"decided_by": UserFactory(), "decided_at": timezone.now(), "reason": ""} | facts
    )


def _freshman_alone():
    user = UserFactory()
    _freshman(
        proposed_by=user, decided_by=user, state="CONFIRMED", entitlement=EntitlementFactory()
    )


WRITES = {
    "recognition_once_a_year": lambda: twice(RecognitionFactory, child=ChildFactory()),
    "recognition_rests_on_grounds": lambda: RecognitionFactory(grounds=[]),
    "recognition_decided_by_whom_and_when": lambda: RecognitionFactory(state="CONFIRMED"),
    "recognition_decided_by_a_second_person": _recognised_alone,
    "recognition_refused_with_reason": lambda: RecognitionFactory(
        is_confirmed=True, state="REFUSED"
    ),
    "recognition_objection_has_its_day": lambda: RecognitionFactory(objection="不服"),
    "recognition_adjusted_from_a_day": lambda: RecognitionFactory(tier_before="GENERAL"),
    "recognition_tier_known": lambda: RecognitionFactory(tier="X"),
    "recognition_state_known": lambda: RecognitionFactory(is_confirmed=True, state="X"),
    "settlement_numbered_once": lambda: twice(EducationSettlementFactory, school=SchoolFactory()),
    "settlement_is_above_zero": lambda: EducationSettlementFactory(total=0),
    "settlement_paid_with_voucher": lambda: EducationSettlementFactory(
        paid_on=date(2026, 4, 1), paid_by=UserFactory()
    ),
    "settlement_paid_by_a_second_person": lambda: EducationSettlementFactory(
        paid_on=date(2026, 4, 1), voucher="凭1"
    ),
    "settlement_taken_back_for_a_reason": lambda: _settlement(back_reason=""),
    "settlement_taken_back_by_a_second_person": lambda: _settlement(
        state="TAKEN_BACK", taken_back_at=timezone.now(), taken_back_by=F("back_asked_by")
    ),
    "settlement_taken_back_with_its_money": lambda: _settlement(
        paid_on=date(2026, 4, 1), voucher="凭1", paid_by=UserFactory(), back_money="CAME_BACK",
        back_receipt="收1",
    ),
    "settlement_state_known": lambda: _settlement(state="X"),
    "settlement_taken_back_for_good": _taken_back_and_again,
    "award_settled_once": _settled_again,
    "award_left_out_once_a_term": lambda: twice(
        AwardLeftOutFactory, award=EducationAwardFactory()
    ),
    "award_once_a_term": lambda: twice(EducationAwardFactory, child=ChildFactory()),
    "award_beside_what_excludes_it": _awards_apart,
    "award_is_above_zero": lambda: EducationAwardFactory(amount=0),
    "award_confirmed_by_whom_and_when": lambda: EducationAwardFactory(state="CONFIRMED"),
    "award_confirmed_by_a_second_person": _awarded_alone,
    "award_ended_with_day_and_reason": lambda: EducationAwardFactory(state="ENDED"),
    "award_settled_with_schools_alone": lambda: EducationAwardFactory(
        settlement=EducationSettlementFactory()
    ),
    "award_of_a_family_has_its_entitlement": lambda: EducationAwardFactory(
        is_confirmed=True, paid_to="FAMILY"
    ),
    "award_ends_with_its_entitlement": _ended_alone,
    "award_codes_known": lambda: EducationAwardFactory(tier="X"),
    "award_state_known": lambda: EducationAwardFactory(is_confirmed=True, state="X"),
    "freshman_given_back_when_cancelled": _cancelled_alone,
    "freshman_once": lambda: twice(FreshmanFactory, child=ChildFactory()),
    "freshman_registers_after_the_notice": lambda: FreshmanFactory(registers_on=date(2025, 7, 1)),
    "freshman_decided_by_whom_and_when": lambda: FreshmanFactory(decided_by=UserFactory()),
    "freshman_decided_by_a_second_person": _freshman_alone,
    "freshman_refused_or_recovered_with_reason": lambda: _freshman(state="REFUSED"),
    "freshman_is_paid_by_its_entitlement": lambda: _freshman(state="CONFIRMED"),
    "freshman_arrived_with_proof": lambda: FreshmanFactory(arrived_on=date(2025, 9, 6)),
    "freshman_level_known": lambda: FreshmanFactory(level="X"),
    "freshman_state_known": lambda: _freshman(state="X", entitlement=EntitlementFactory()),
    "school_fee_one_at_a_time": lambda: twice(SchoolFeeFactory, school=SchoolFactory()),
    "school_fee_is_above_zero": lambda: SchoolFeeFactory(amount=0),
    "school_fee_months_of_a_term": lambda: SchoolFeeFactory(months=13),
    "school_fee_months_are_months": lambda: SchoolFeeFactory(from_month=date(2025, 1, 2)),
    "school_fee_ends_no_earlier_than_it_starts": lambda: SchoolFeeFactory(
        to_month=date(2024, 12, 1)
    ),
    "school_fee_stage_known": lambda: SchoolFeeFactory(stage="X"),
    "school_fee_is_named": lambda: SchoolFeeFactory(what="school fee"),
}  # fmt: skip
