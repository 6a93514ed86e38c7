"""A waiver of money paid too much: asked for by one person, decided by another."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from assistance.models import PaymentLine, PaymentLineState, RecoveryWaiver
from assistance.rules.recovery_waiver import MOVES, Move, State
from children.actions.promises import broken_promise
from children.actions.record import sign

from .books import lock_child_and_books
from .payment_run import MovedOn


def ask_for_waiver(*, line: PaymentLine, reason: str, by: User, now: datetime) -> RecoveryWaiver:
    """Raises MovedOn when the line is no open recovery of a run that was approved, and
    PromiseBroken, e.g. when a waiver is asked for already.
    """
    try:
        with transaction.atomic():
            row = locked_recovery(line)
            waiver = RecoveryWaiver(
                line=row, child_id=row.child_id, reason=reason, asked_by=by, asked_at=now
            )
            sign(waiver, by, now, reason)
            waiver.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return waiver


def decide_waiver(
    *, waiver: RecoveryWaiver, move: Move, by: User, now: datetime, reason: str = ""
) -> RecoveryWaiver:
    """GRANT waives the payment; `reason` of REFUSE. Raises MovedOn, or PromiseBroken when who
    asked decides.
    """
    try:
        with transaction.atomic():
            line = locked_recovery(waiver.line)
            rows = RecoveryWaiver.objects.select_for_update(of=("self",), no_key=True)
            row = rows.get(pk=waiver.pk)
            if not row.is_asked:
                raise MovedOn
            row.state, row.answer = MOVES[move].value, reason
            row.decided_by, row.decided_at = by, now
            sign(row, by, now, reason)
            row.save()
            if move == Move.GRANT:
                line.state = PaymentLineState.WAIVED
                sign(line, by, now, row.reason)
                line.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def locked_recovery(line: PaymentLine) -> PaymentLine:
    """Books and child are locked with it. Raises MovedOn when it is not open."""
    lock_child_and_books(line.child)
    rows = PaymentLine.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("run").get(pk=line.pk)
    if not row.is_open_recovery:
        raise MovedOn
    return row


def end_waivers(*, line: PaymentLine, by: User, now: datetime) -> None:
    """The money came back: what is asked for is needed no more. In the transaction of that."""
    rows = RecoveryWaiver.objects.filter(line=line, state=State.ASKED)
    for row in rows.select_for_update(of=("self",), no_key=True):
        row.state, row.decided_by, row.decided_at = State.WITHDRAWN.value, by, now
        sign(row, by, now, "")
        row.save()
