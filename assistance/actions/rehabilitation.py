"""Rehabilitation: applied for, decided, planned, attended."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from assistance.models import (
    RehabilitationApplication,
    RehabilitationInstitution,
    RehabilitationPlan,
    RehabilitationSession,
)
from assistance.rules.rehabilitation import (
    APPLICATION_MOVES,
    DECIDING,
    ApplicationMove,
    ApplicationStep,
    PlanMove,
    PlanStep,
)
from children.actions.document import add_document
from children.actions.promises import broken_promise
from children.actions.record import add_record, change_record, lock_child, sign
from children.models import Child


class MovedOn(Exception):
    """Somebody took a step in the meantime: this one does not fit any more."""


def apply_for_rehabilitation(
    *, child: Child, facts: Mapping[str, Any], paper: bytes | None, by: User, now: datetime
) -> RehabilitationApplication:
    """`paper`: a new diagnosis, stored as the child's document.

    Raises PromiseBroken while another application for the kind is open, Refused for a bad file.
    """
    facts = dict(facts)
    try:
        with transaction.atomic():
            lock_child(child.pk)
            if paper is not None:
                told = {"kind": "DIAGNOSIS", "remark": "", "application": None, "is_secret": False}
                facts["diagnosis"] = add_document(
                    child=child, content=paper, facts=told, by=by, now=now
                )
            row = RehabilitationApplication(child=child, **facts, entered_by=by, entered_at=now)
            sign(row, by, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def move_application(
    *,
    application: RehabilitationApplication,
    move: ApplicationMove,
    by: User,
    now: datetime,
    reason: str = "",
) -> RehabilitationApplication:
    """Raises MovedOn, or PromiseBroken when the same person entered and approves it."""
    try:
        with transaction.atomic():
            lock_child(application.child_id)
            rows = RehabilitationApplication.objects.select_for_update(of=("self",), no_key=True)
            row = rows.get(pk=application.pk)
            state = APPLICATION_MOVES.get((ApplicationStep(row.state), move))
            if state is None:
                raise MovedOn
            row.state, row.reason = state.value, reason
            if move in DECIDING:
                row.decided_by, row.decided_at = by, now
            elif move == ApplicationMove.SUBMIT:  # who sends it in answers for it now
                row.entered_by, row.entered_at, row.decided_by, row.decided_at = by, now, None, None
            sign(row, by, now, reason)
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def propose_plan(
    *, application: RehabilitationApplication, facts: Mapping[str, Any], by: User, now: datetime
) -> RehabilitationPlan:
    """Raises PromiseBroken: not designated, a plan of the kind in the same time, another year …"""
    row = RehabilitationPlan(
        application=application, child_id=application.child_id, kind=application.kind, **facts,
        proposed_by=by, proposed_at=now,
    )  # fmt: skip
    return add_record(row=row, by=by, now=now)


def decide_plan(
    *, plan: RehabilitationPlan, move: PlanMove, by: User, now: datetime, reason: str = ""
) -> RehabilitationPlan:
    """As it was proposed, or not for `reason`. Raises MovedOn, or PromiseBroken when who proposed
    it approves it.
    """
    try:
        with transaction.atomic():
            lock_child(plan.child_id)
            rows = RehabilitationPlan.objects.select_for_update(of=("self",), no_key=True)
            row = rows.get(pk=plan.pk)
            if not row.is_proposed:
                raise MovedOn
            if move == PlanMove.APPROVE:
                row.state, row.approved_by, row.approved_at = PlanStep.APPROVED.value, by, now
            else:
                row.state, row.refusal = PlanStep.REFUSED.value, reason
            sign(row, by, now, reason)
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def end_plan(
    *, plan: RehabilitationPlan, version: int, ends_on: date, reason: str, by: User, now: datetime
) -> RehabilitationPlan:
    """Before its time. Raises StaleRecord, or PromiseBroken over sessions attended later."""
    facts = {"ends_on": ends_on, "end_reason": reason}
    return change_record(row=plan, version=version, facts=facts, by=by, now=now, reason=reason)


def lock_institution(institution_id: int) -> None:
    """Before its plans, as claims do: a session and a claim at once wait for each other."""
    rows = RehabilitationInstitution.objects.select_for_update(no_key=True)
    rows.get(pk=institution_id)


def add_sessions(
    *,
    plan: RehabilitationPlan,
    days: Iterable[date],
    hours: Decimal,
    signed_by: str,
    by: User,
    now: datetime,
) -> int:
    """All of them or none; days entered already are left as they are. Raises PromiseBroken."""
    try:
        with transaction.atomic():
            lock_child(plan.child_id)
            lock_institution(plan.institution_id)
            known = RehabilitationSession.objects.standing().filter(plan=plan)
            entered = set(known.values_list("held_on", flat=True))
            fresh = sorted(set(days) - entered)
            for day in fresh:
                row = RehabilitationSession(
                    plan=plan, child_id=plan.child_id, institution_id=plan.institution_id,
                    held_on=day, hours=hours, signed_by=signed_by, entered_by=by,
                    entered_on=timezone.localdate(now),
                )  # fmt: skip
                sign(row, by, now, "")
                row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return len(fresh)


def withdraw_session(
    *, session: RehabilitationSession, reason: str, by: User, now: datetime
) -> RehabilitationSession:
    """Entered by mistake. Raises MovedOn, or PromiseBroken when a claim rests on it."""
    try:
        with transaction.atomic():
            lock_child(session.child_id)
            rows = RehabilitationSession.objects.select_for_update(of=("self",), no_key=True)
            row = rows.get(pk=session.pk)
            if row.is_withdrawn:
                raise MovedOn
            row.withdrawn_on, row.withdrawal_reason = timezone.localdate(now), reason
            sign(row, by, now, reason)
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row
