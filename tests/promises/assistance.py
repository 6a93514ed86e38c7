"""A failing write for each promise of programmes, entitlements and payments."""

from datetime import date
from decimal import Decimal
from functools import partial

from django.utils import timezone

from tests.factories import (
    AnswerUploadFactory,
    BankLayoutFactory,
    BankRejectFactory,
    BankReturnFactory,
    ChildFactory,
    ClaimLineFactory,
    ComingChangeFactory,
    EducationAwardFactory,
    EducationSettlementFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    EntitlementRateFactory,
    FreshmanFactory,
    GapCheckFactory,
    GapFactory,
    OverlapRuleFactory,
    PaymentAccountFactory,
    PaymentFigureFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    RecognitionFactory,
    RecognitionRuleFactory,
    RehabilitationApplicationFactory,
    RehabilitationClaimFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    SchoolFactory,
    SchoolFeeFactory,
    StandardFactory,
    UserFactory,
)

from . import twice


def _account_confirmed_alone():
    user = UserFactory()
    PaymentAccountFactory(is_in_use=True, proposed_by=user, decided_by=user)


def _entitled_twice():
    first = EntitlementFactory(to_month=date(2026, 3, 1))
    EntitlementFactory(child=first.child, from_month=date(2026, 3, 1))


def _entitled_to_what_was_paid_once():
    once = ProgrammeFactory(cadence="ONCE")
    first = EntitlementFactory(programme=once, to_month=date(2026, 1, 1))
    EntitlementFactory(child=first.child, programme=once, from_month=date(2026, 3, 1))


def _entitlement_confirmed_alone():
    user = UserFactory()
    EntitlementFactory(is_running=True, proposed_by=user, confirmed_by=user)


def _run(**facts):
    """Approved by others than those who built and checked it."""
    now = timezone.now()
    people = {f"{step}_by": UserFactory() for step in ("built", "checked", "approved")}
    return PaymentRunFactory(
        **{"checked_at": now, "approved_at": now, "line_count": 0, "total": 0, "state": "APPROVED"}
        | people
        | facts
    )


def _run_approved_alone():
    user = UserFactory()
    _run(built_by=user, approved_by=user)


def _two_open_runs():
    PaymentRunFactory()
    PaymentRunFactory(number=2)


def _coming_twice():
    first = ComingChangeFactory()
    ComingChangeFactory(entitlement=first.entitlement)


def _gap_twice():
    first = GapFactory()
    GapFactory(child=first.child, programme=first.programme)


def _replaced_twice():
    first = PaymentLineFactory()
    for number in (2, 3):
        run = PaymentRunFactory(number=number, state="CANCELLED")
        PaymentLineFactory(entitlement=first.entitlement, run=run, kind="REISSUE", replaces=first)


def _recognised_alone():
    user = UserFactory()
    RecognitionFactory(is_confirmed=True, proposed_by=user, decided_by=user)


def _rehab_decided_alone():
    user = UserFactory()
    RehabilitationApplicationFactory(is_approved=True, entered_by=user, decided_by=user)


def _two_institutions_on_a_day():
    first = RehabilitationSessionFactory()
    other = RehabilitationApplicationFactory(child=first.child, kind="SPEECH", is_approved=True)
    RehabilitationSessionFactory(plan__application=other)


def _plan_cut_short():
    plan = RehabilitationSessionFactory().plan
    plan.ends_on = date(2026, 2, 1)
    plan.save()


def _designation_ended():
    plan = RehabilitationPlanFactory()
    plan.institution.ends_on = date(2026, 2, 1)
    plan.institution.save()
    RehabilitationSessionFactory(plan=plan)


def _rehab_claim(**facts):
    """Approved by another than those who drew it up and checked it."""
    now = timezone.now()
    people = {"checked_by": UserFactory(), "approved_by": UserFactory()}
    told = {"state": "APPROVED", "checked_at": now, "approved_at": now}
    return RehabilitationClaimFactory(**told | people | facts)


def _rehab_claim_approved_alone():
    user = UserFactory()
    _rehab_claim(checked_by=user, approved_by=user)


def _claim_beyond(asked=1, amount=100, **facts):
    """A claim of so much of a plan with three sessions attended."""
    plan = RehabilitationPlanFactory(**facts)
    for day in (3, 4, 5):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, day))
    ClaimLineFactory(plan=plan, asked_sessions=asked, asked_amount=amount)


def _awards_apart():
    first = EducationAwardFactory()
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["SE_FREE"])
    EducationAwardFactory(child=first.child, programme=other)


def _awarded_alone():
    user = UserFactory()
    EducationAwardFactory(is_confirmed=True, proposed_by=user, confirmed_by=user)


def _freshman(**facts):
    return FreshmanFactory(
        **{"decided_by": UserFactory(), "decided_at": timezone.now(), "reason": ""} | facts
    )


def _freshman_alone():
    user = UserFactory()
    _freshman(
        proposed_by=user, decided_by=user, state="CONFIRMED", entitlement=EntitlementFactory()
    )


def _plan_below_its_claim():
    plan = RehabilitationSessionFactory().plan
    RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, 9))
    ClaimLineFactory(plan=plan, asked_sessions=2)
    plan.sessions = 1
    plan.save()


def _session_beyond_plan():
    plan = RehabilitationPlanFactory(sessions=1)
    for day in (3, 4):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, day))


WRITES = {
    "programme_pay_day_is_of_a_month": lambda: ProgrammeFactory(pay_day=32),
    "programme_months_known": lambda: ProgrammeFactory(pay_months=[13]),
    "programme_period_has_its_months": lambda: ProgrammeFactory(period_starts=[3]),
    "programme_events_known": lambda: ProgrammeFactory(stop_events=["X"]),
    "programme_cadence_known": lambda: ProgrammeFactory(cadence="X", period_starts=[1]),
    "programme_paid_to_known": lambda: ProgrammeFactory(paid_to="X"),
    "programme_starts_known": lambda: ProgrammeFactory(starts="X"),
    "programme_stops_known": lambda: ProgrammeFactory(stops="X"),
    **{
        f"{noun}_{promise}": partial(make, **wrong)
        for noun, make in (
            ("standard", StandardFactory),
            ("eligibility", EligibilityRuleFactory),
            ("overlap", OverlapRuleFactory),
            ("recognition_rule", RecognitionRuleFactory),
        )
        for promise, wrong in (
            ("area_well_formed", {"area": "35010"}),
            ("months_begin_on_the_first", {"from_month": date(2025, 1, 2)}),
            (
                "ends_after_it_starts",
                {"from_month": date(2025, 2, 1), "to_month": date(2025, 1, 1)},
            ),
        )
    },
    "standard_one_at_a_time": lambda: twice(StandardFactory, programme=ProgrammeFactory()),
    "standard_amount_fits_its_formula": lambda: StandardFactory(amount=None),
    "standard_amount_not_below_zero": lambda: StandardFactory(amount=Decimal(-1)),
    "standard_formula_known": lambda: StandardFactory(formula="X", amount=None),
    "standard_per_known": lambda: StandardFactory(per="X"),
    "overlap_names_its_programmes": lambda: OverlapRuleFactory(others=[]),
    "overlap_kind_known": lambda: OverlapRuleFactory(kind="X"),
    "account_one_in_use_per_child": lambda: twice(
        PaymentAccountFactory, child=ChildFactory(), is_in_use=True
    ),
    "account_one_proposal_per_child": lambda: twice(PaymentAccountFactory, child=ChildFactory()),
    "account_decided_by_whom_and_when": lambda: PaymentAccountFactory(decided_by=UserFactory()),
    "account_confirmed_by_a_second_person": _account_confirmed_alone,
    "account_refused_with_reason": lambda: PaymentAccountFactory(
        state="REFUSED", decided_by=UserFactory(), decided_at=timezone.now()
    ),
    "account_of_a_guardian_names_the_guardian": lambda: PaymentAccountFactory(
        holder_is="GUARDIAN"
    ),
    "account_has_number_and_holder": lambda: PaymentAccountFactory(account_number=""),
    "account_holder_known": lambda: PaymentAccountFactory(holder_is="X"),
    "account_state_known": lambda: PaymentAccountFactory(is_in_use=True, state="X"),
    "entitlement_once_a_month": _entitled_twice,
    "entitlement_paid_once_for_all": _entitled_to_what_was_paid_once,
    "entitlement_months_are_months": lambda: EntitlementFactory(from_month=date(2026, 1, 2)),
    "entitlement_ends_no_earlier_than_it_starts": lambda: EntitlementFactory(
        to_month=date(2025, 12, 1)
    ),
    "entitlement_confirmed_by_whom_and_when": lambda: EntitlementFactory(state="RUNNING"),
    "entitlement_confirmed_by_a_second_person": _entitlement_confirmed_alone,
    "entitlement_ended_with_reason_and_last_month": lambda: EntitlementFactory(
        is_running=True, state="ENDED"
    ),
    "entitlement_state_known": lambda: EntitlementFactory(is_running=True, state="X"),
    "recognition_rule_ground_known": lambda: RecognitionRuleFactory(ground="X"),
    "recognition_rule_tier_known": lambda: RecognitionRuleFactory(tier="X"),
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
    "settlement_paid_with_voucher": lambda: EducationSettlementFactory(paid_on=date(2026, 4, 1)),
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
    "award_codes_known": lambda: EducationAwardFactory(tier="X"),
    "award_state_known": lambda: EducationAwardFactory(is_confirmed=True, state="X"),
    "freshman_once": lambda: twice(FreshmanFactory, child=ChildFactory()),
    "freshman_registers_after_the_notice": lambda: FreshmanFactory(registers_on=date(2025, 7, 1)),
    "freshman_decided_by_whom_and_when": lambda: FreshmanFactory(decided_by=UserFactory()),
    "freshman_decided_by_a_second_person": _freshman_alone,
    "freshman_refused_or_recovered_with_reason": lambda: _freshman(state="REFUSED"),
    "freshman_is_paid_by_its_entitlement": lambda: _freshman(state="CONFIRMED"),
    "freshman_arrived_with_proof": lambda: FreshmanFactory(arrived_on=date(2025, 9, 6)),
    "freshman_level_known": lambda: FreshmanFactory(level="X"),
    "freshman_state_known": lambda: _freshman(state="X", entitlement=EntitlementFactory()),
    "rate_month_is_a_month": lambda: EntitlementRateFactory(from_month=date(2026, 1, 31)),
    "rate_is_not_below_zero": lambda: EntitlementRateFactory(amount=-1),
    "run_numbered_once": lambda: twice(PaymentRunFactory, state="CANCELLED"),
    "run_one_open_per_place_and_month": _two_open_runs,
    "run_month_is_a_month": lambda: PaymentRunFactory(month=date(2026, 1, 2)),
    "run_looks_back": lambda: PaymentRunFactory(arrears_from=date(2026, 2, 1)),
    "run_checked_by_whom_and_when": lambda: PaymentRunFactory(state="CHECKED"),
    "run_approved_by_whom_and_when": lambda: _run(state="APPROVED", approved_by=None),
    "run_approved_by_another_person": _run_approved_alone,
    "run_state_known": lambda: _run(state="X"),
    "line_pays_a_month_once": lambda: twice(
        PaymentLineFactory, entitlement=EntitlementFactory(is_running=True), run=PaymentRunFactory()
    ),
    "line_once_in_a_run": lambda: twice(
        PaymentLineFactory, entitlement=EntitlementFactory(is_running=True),
        run=PaymentRunFactory(), kind="ARREARS",
    ),
    "line_is_replaced_once": _replaced_twice,
    "line_month_is_a_month": lambda: PaymentLineFactory(month=date(2026, 1, 2)),
    "line_recovers_what_is_below_zero": lambda: PaymentLineFactory(amount=-1),
    "line_reissue_replaces_another": lambda: PaymentLineFactory(kind="REISSUE"),
    "line_paid_on_a_day": lambda: PaymentLineFactory(
        state="PAID", account=PaymentAccountFactory(is_in_use=True)
    ),
    "line_failed_with_day_and_reason": lambda: PaymentLineFactory(
        state="FAILED", account=PaymentAccountFactory(is_in_use=True)
    ),
    "line_held_with_reason": lambda: PaymentLineFactory(reason=""),
    "line_goes_to_an_account": lambda: PaymentLineFactory(state="PENDING", reason=""),
    "line_kind_known": lambda: PaymentLineFactory(kind="X"),
    "line_state_known": lambda: PaymentLineFactory(state="X"),
    "bank_layout_kind_known": lambda: BankLayoutFactory(kind="X"),
    "bank_return_read_once": lambda: twice(
        BankReturnFactory, run=PaymentRunFactory(), sha256="0" * 64
    ),
    "answer_upload_state_known": lambda: AnswerUploadFactory(state="LOST"),
    "answer_upload_taken_in_is_an_answer": lambda: AnswerUploadFactory(state="TAKEN_IN"),
    "bank_reject_reason_known": lambda: BankRejectFactory(reason="X"),
    "school_fee_one_at_a_time": lambda: twice(SchoolFeeFactory, school=SchoolFactory()),
    "school_fee_is_above_zero": lambda: SchoolFeeFactory(amount=0),
    "school_fee_months_of_a_term": lambda: SchoolFeeFactory(months=13),
    "school_fee_months_are_months": lambda: SchoolFeeFactory(from_month=date(2025, 1, 2)),
    "school_fee_ends_no_earlier_than_it_starts": lambda: SchoolFeeFactory(
        to_month=date(2024, 12, 1)
    ),
    "school_fee_stage_known": lambda: SchoolFeeFactory(stage="X"),
    "school_fee_is_named": lambda: SchoolFeeFactory(what="school fee"),
    "payment_figure_once_a_day": lambda: twice(PaymentFigureFactory),
    "payment_figure_is_positive": lambda: PaymentFigureFactory(value=0),
    "rehab_institution_ends_after_it_starts": lambda: RehabilitationInstitutionFactory(
        ends_on=date(2024, 1, 1)
    ),
    "rehab_institution_designated_once": lambda: twice(RehabilitationInstitutionFactory, name="甲"),
    "rehab_institution_kinds_known": lambda: RehabilitationInstitutionFactory(kinds=["X"]),
    "rehab_application_one_open_per_kind": lambda: twice(
        RehabilitationApplicationFactory, child=ChildFactory()
    ),
    "rehab_application_by_certificate_or_diagnosis": lambda: RehabilitationApplicationFactory(
        certificate=None
    ),
    "rehab_application_decided_by_whom_and_when": lambda: RehabilitationApplicationFactory(
        state="APPROVED"
    ),
    "rehab_application_approved_by_a_second_person": _rehab_decided_alone,
    "rehab_application_refusal_has_its_reason": lambda: RehabilitationApplicationFactory(
        is_approved=True, state="REJECTED"
    ),
    "rehab_application_kind_known": lambda: RehabilitationApplicationFactory(kind="X"),
    "rehab_application_state_known": lambda: RehabilitationApplicationFactory(state="X"),
    "rehab_plan_ends_after_it_starts": lambda: RehabilitationPlanFactory(ends_on=date(2026, 1, 9)),
    "rehab_plan_one_of_a_kind_at_a_time": lambda: twice(
        RehabilitationPlanFactory, application=RehabilitationApplicationFactory(is_approved=True)
    ),
    "rehab_plan_within_one_year": lambda: RehabilitationPlanFactory(ends_on=date(2027, 1, 1)),
    "rehab_plan_has_sessions_and_money": lambda: RehabilitationPlanFactory(sessions=0),
    "rehab_plan_one_off_names_its_item": lambda: RehabilitationPlanFactory(item="助听器"),
    "rehab_plan_age_rule_known": lambda: RehabilitationPlanFactory(age_rule="X"),
    "rehab_plan_of_an_approved_application": lambda: RehabilitationPlanFactory(
        application=RehabilitationApplicationFactory()
    ),
    "rehab_plan_inside_designation": lambda: RehabilitationPlanFactory(
        institution__starts_on=date(2026, 2, 1)
    ),
    "rehab_plan_covers_its_sessions": _plan_cut_short,
    "rehab_session_once_a_day": lambda: twice(
        RehabilitationSessionFactory, plan=RehabilitationPlanFactory()
    ),
    "rehab_session_at_one_institution_a_day": _two_institutions_on_a_day,
    "rehab_session_lies_not_ahead": lambda: RehabilitationSessionFactory(
        entered_on=date(2026, 3, 2)
    ),
    "rehab_session_has_hours": lambda: RehabilitationSessionFactory(hours=0),
    "rehab_session_is_signed": lambda: RehabilitationSessionFactory(signed_by=" "),
    "rehab_session_withdrawn_with_reason": lambda: RehabilitationSessionFactory(
        withdrawn_on=date(2026, 4, 1)
    ),
    "rehab_session_fits_its_plan": lambda: RehabilitationSessionFactory(child=ChildFactory()),
    "rehab_session_inside_plan": lambda: RehabilitationSessionFactory(held_on=date(2026, 1, 9)),
    "rehab_session_inside_designation": _designation_ended,
    "rehab_session_under_age": lambda: RehabilitationSessionFactory(plan__until_age=5),
    "rehab_session_within_plan": _session_beyond_plan,
    "rehab_claim_one_open_at_a_time": lambda: twice(
        RehabilitationClaimFactory, institution=RehabilitationInstitutionFactory()
    ),
    "rehab_claim_month_is_a_month": lambda: RehabilitationClaimFactory(month=date(2026, 3, 2)),
    "rehab_claim_checked_by_whom_and_when": lambda: RehabilitationClaimFactory(state="CHECKED"),
    "rehab_claim_approved_by_whom_and_when": lambda: _rehab_claim(approved_by=None),
    "rehab_claim_approved_by_another_person": _rehab_claim_approved_alone,
    "rehab_claim_paid_on_a_day": lambda: _rehab_claim(state="PAID"),
    "rehab_claim_state_known": lambda: RehabilitationClaimFactory(
        state="X", checked_by=UserFactory(), checked_at=timezone.now()
    ),
    "claim_line_once_in_a_claim": lambda: twice(
        ClaimLineFactory, claim=(line := ClaimLineFactory()).claim, plan=line.plan,
        asked_sessions=0, asked_amount=0,
    ),
    "claim_line_grants_what_is_asked": lambda: ClaimLineFactory(granted_sessions=0),
    "claim_line_fits_its_plan": lambda: ClaimLineFactory(claim=RehabilitationClaimFactory()),
    "claim_line_within_attended_sessions": lambda: _claim_beyond(asked=4),
    "claim_line_within_approved_sessions": _plan_below_its_claim,
    "claim_line_within_approved_money": lambda: _claim_beyond(amount=1001),
    "claim_line_within_the_months_money": lambda: _claim_beyond(amount=100, month_money=99),
    "gap_once_for_a_child_and_programme": _gap_twice,
    "gap_reason_fits_its_kind": lambda: GapFactory(kind="RECEIVED"),
    "gap_since_is_a_month": lambda: GapFactory(since=date(2026, 1, 2)),
    "gap_amount_is_positive": lambda: GapFactory(amount=0),
    "gap_aside_by_whom_when_and_why": lambda: GapFactory(aside_reason="不适用"),
    "coming_change_once_for_a_programme": _coming_twice,
    "coming_change_month_is_a_month": lambda: ComingChangeFactory(month=date(2026, 12, 2)),
    "coming_change_changes_the_amount": lambda: ComingChangeFactory(amount_then=119),
    "coming_change_cause_known": lambda: ComingChangeFactory(cause="LUCK"),
    "gap_check_one_under_way": partial(twice, GapCheckFactory),
    "gap_check_done_of_total": lambda: GapCheckFactory(done=1),
}  # fmt: skip
