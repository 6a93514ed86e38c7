"""A failing write for each promise of rehabilitation: applications, plans, sessions, claims."""

from datetime import date

from django.utils import timezone

from children.actions.record import sign
from tests.factories import (
    ChildFactory,
    ClaimLineFactory,
    RehabilitationApplicationFactory,
    RehabilitationClaimFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
)

from . import twice


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


def _rehab_claim_paid_by_who_approved():
    user = UserFactory()
    _rehab_claim(state="PAID", approved_by=user, paid_by=user, paid_on=date(2026, 4, 1))


def _rehab_claim_approved_by_who_wrote_a_line():
    user, now = UserFactory(), timezone.now()
    line = ClaimLineFactory()
    sign(line, user, now, "")
    line.save()
    claim = line.claim
    claim.state, claim.checked_by, claim.checked_at = "APPROVED", UserFactory(), now
    claim.approved_by, claim.approved_at = user, now
    claim.save()


def _claim_beyond(asked=1, amount=100, **facts):
    """A claim of so much of a plan with three sessions attended."""
    plan = RehabilitationPlanFactory(**facts)
    for day in (3, 4, 5):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 3, day))
    ClaimLineFactory(plan=plan, asked_sessions=asked, asked_amount=amount)


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


def _plan_approved_alone():
    user = UserFactory()
    RehabilitationPlanFactory(proposed_by=user, approved_by=user)


def _plan_not_approved(**facts):
    return RehabilitationPlanFactory(
        **{"state": "PROPOSED", "approved_by": None, "approved_at": None} | facts
    )


WRITES = {
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
    "rehab_plan_proposed_by_somebody": lambda: RehabilitationPlanFactory(proposed_by=None),
    "rehab_plan_approved_by_whom_and_when": lambda: RehabilitationPlanFactory(approved_by=None),
    "rehab_plan_approved_by_a_second_person": _plan_approved_alone,
    "rehab_plan_refused_for_a_reason": lambda: _plan_not_approved(state="REFUSED"),
    "rehab_plan_state_known": lambda: _plan_not_approved(state="X"),
    "rehab_session_of_an_approved_plan": lambda: RehabilitationSessionFactory(
        plan=_plan_not_approved()
    ),
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
    "rehab_claim_approved_by_none_of_its_lines": _rehab_claim_approved_by_who_wrote_a_line,
    "rehab_claim_paid_on_a_day": lambda: _rehab_claim(state="PAID"),
    "rehab_claim_paid_by_another_person": _rehab_claim_paid_by_who_approved,
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
}  # fmt: skip
