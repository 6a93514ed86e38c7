"""A failing write for each promise of programmes, entitlements and payments."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from tests.factories import (
    AnswerUploadFactory,
    BankLayoutFactory,
    BankRejectFactory,
    BankReturnFactory,
    ChildFactory,
    ComingChangeFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    EntitlementRateFactory,
    GapCheckFactory,
    GapFactory,
    OverlapRuleFactory,
    PaymentAccountFactory,
    PaymentFigureFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    RecognitionRuleFactory,
    RecoveryWaiverFactory,
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


def _entitled_beside_what_excludes_it():
    OverlapRuleFactory(kind="HIGHER_OF", programmes=["A", "B"], others=[])
    child = ChildFactory()
    for code in ("A", "B"):
        EntitlementFactory(child=child, programme=ProgrammeFactory(code=code), is_running=True)


def _paid_and_then_in_other_months():
    line = PaymentLineFactory()
    line.programme.pay_months = [3, 6, 9, 12]
    line.programme.save()


def _run_approved_by_who_set_an_amount():
    user, now = UserFactory(), timezone.now()
    row = EntitlementFactory(is_running=True)
    rate = EntitlementRateFactory(entitlement=row, set_by=user, set_at=now + timedelta(hours=1))
    account = PaymentAccountFactory(child=row.child, is_in_use=True)
    run = _run(state="CHECKED", approved_by=None, approved_at=None)
    PaymentLineFactory(
        run=run, entitlement=row, rate=rate, account=account, state="PENDING", reason=""
    )
    run.state, run.approved_by, run.approved_at = "APPROVED", user, now
    run.save()


def _waived_alone():
    line = RecoveryWaiverFactory().line
    line.state = "WAIVED"
    line.save()


def _waiver(**facts):
    return RecoveryWaiverFactory(
        **{"state": "GRANTED", "decided_by": UserFactory(), "decided_at": timezone.now()} | facts
    )


def _waiver_decided_alone():
    user = UserFactory()
    _waiver(asked_by=user, decided_by=user)


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
    "rate_month_is_a_month": lambda: EntitlementRateFactory(from_month=date(2026, 1, 31)),
    "rate_is_not_below_zero": lambda: EntitlementRateFactory(amount=-1),
    "run_numbered_once": lambda: twice(PaymentRunFactory, state="CANCELLED"),
    "run_one_open_per_place_and_month": _two_open_runs,
    "run_month_is_a_month": lambda: PaymentRunFactory(month=date(2026, 1, 2)),
    "run_looks_back": lambda: PaymentRunFactory(arrears_from=date(2026, 2, 1)),
    "run_checked_by_whom_and_when": lambda: PaymentRunFactory(state="CHECKED"),
    "run_approved_by_whom_and_when": lambda: _run(state="APPROVED", approved_by=None),
    "run_approved_by_another_person": _run_approved_alone,
    "entitlement_beside_what_excludes_it": _entitled_beside_what_excludes_it,
    "programme_pays_as_it_paid": _paid_and_then_in_other_months,
    "run_approved_by_none_of_its_amounts": _run_approved_by_who_set_an_amount,
    "run_closed_after_the_bank": lambda: _run(state="CLOSED", line_count=1),
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
    "line_waived_by_a_second_person": _waived_alone,
    "waiver_asked_once_at_a_time": lambda: twice(
        RecoveryWaiverFactory,
        line=PaymentLineFactory(kind="RECOVERY", state="PENDING", reason="", amount=-100),
    ),
    "waiver_asked_for_a_reason": lambda: RecoveryWaiverFactory(reason=""),
    "waiver_decided_by_whom_and_when": lambda: RecoveryWaiverFactory(state="GRANTED"),
    "waiver_decided_by_a_second_person": _waiver_decided_alone,
    "waiver_refused_for_a_reason": lambda: _waiver(state="REFUSED"),
    "waiver_state_known": lambda: _waiver(state="X"),
    "line_kind_known": lambda: PaymentLineFactory(kind="X"),
    "line_state_known": lambda: PaymentLineFactory(state="X"),
    "bank_layout_kind_known": lambda: BankLayoutFactory(kind="X"),
    "bank_return_read_once": lambda: twice(
        BankReturnFactory, run=PaymentRunFactory(), sha256="0" * 64
    ),
    "answer_upload_state_known": lambda: AnswerUploadFactory(state="LOST"),
    "answer_upload_one_at_a_time": lambda: twice(AnswerUploadFactory, run=PaymentRunFactory()),
    "answer_upload_taken_in_is_an_answer": lambda: AnswerUploadFactory(state="TAKEN_IN"),
    "bank_reject_reason_known": lambda: BankRejectFactory(reason="X"),
    "payment_figure_once_a_day": lambda: twice(PaymentFigureFactory),
    "payment_figure_is_positive": lambda: PaymentFigureFactory(value=0),
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
