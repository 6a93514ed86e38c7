"""Entitlements: proposed, confirmed by the county, held, ended; what they are worth.

Each takes the books' lock first and the child's second: a run being put together sees an
entitlement before the change or after it, never between.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from assistance.models import Entitlement, EntitlementRate, Programme
from assistance.rules.entitlement import OWING, Move, after
from children.actions.promises import PromiseBroken, broken_promise
from children.actions.record import sign
from children.models import Child

from .books import lock_child_and_books
from .paid_by import end_what_it_pays, lock_what_it_pays


class DoesNotFit(Exception):
    """The entitlement has changed since its page was opened: the step does not fit any more."""


def propose_entitlement(
    *,
    child: Child,
    programme: Programme,
    from_month: date,
    amount: Decimal,
    by: User | None,
    now: datetime,
    to_month: date | None = None,
    grounds: str = "",
    basis: Mapping[str, Any] | None = None,
) -> Entitlement:
    """`by` is None for the engine; `basis`: standard, document, reasons of the amount.

    Raises PromiseBroken when the months are taken, or the file moves at this moment.
    """
    try:
        with transaction.atomic():
            lock_child_and_books(child)
            row = Entitlement(
                child=child, programme=programme, from_month=from_month, to_month=to_month,
                grounds=grounds, proposed_by=by, proposed_at=now,
            )  # fmt: skip
            sign(row, by, now, "")  # type: ignore[arg-type]
            row.save(force_insert=True)
            _add_rate(row, from_month, amount, by, now, basis)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def set_rate(
    *,
    entitlement: Entitlement,
    from_month: date,
    amount: Decimal,
    reason: str,
    by: User | None,
    now: datetime,
    basis: Mapping[str, Any] | None = None,
) -> EntitlementRate:
    """From that month on; back-dated, the next run reckons the difference. Another person approves
    the first run that pays it, unless the rules give it.

    Raises DoesNotFit where nothing is owed (yet), and PromiseBroken.
    """
    try:
        with transaction.atomic():
            row = _locked(entitlement)
            if row.state not in OWING:
                raise DoesNotFit
            basis = {**(basis or {}), "remark": reason}
            return _add_rate(row, from_month, amount, by, now, basis)
    except IntegrityError as error:
        raise broken_promise(error) from error


def move_entitlement(
    *,
    entitlement: Entitlement,
    move: Move,
    by: User,
    now: datetime,
    reason: str = "",
    to_month: date | None = None,
    end_reason: str = "",
) -> Entitlement:
    """One step. `to_month` and `end_reason` of END; `reason` in words of the others.

    What was paid for months that are owed no more is asked back by the next run; with an
    entitlement that is cancelled ends the award or subsidy it pays. Raises
    DoesNotFit, also for an end after the last month that was confirmed, or PromiseBroken, e.g.
    when who proposed it confirms.
    """
    try:
        with transaction.atomic():
            if move == Move.CANCEL:
                lock_what_it_pays(entitlement)
            row = _locked(entitlement)
            state = after(row.state, move)
            if state is None or (move == Move.END and _is_longer(row, to_month)):
                raise DoesNotFit
            row.state, row.end_reason = state.value, ""
            if move == Move.CONFIRM:
                row.confirmed_by, row.confirmed_at = by, now
            if move == Move.END:
                row.to_month, row.end_reason = to_month, end_reason
            row.remark = reason
            sign(row, by, now, reason)
            row.save()
            if move == Move.CANCEL:
                end_what_it_pays(entitlement=row, reason=reason, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _is_longer(row: Entitlement, to_month: date | None) -> bool:
    """An end adds no months: two persons confirmed as many as there are."""
    return bool(row.to_month and (to_month is None or to_month > row.to_month))


def confirm_all(
    *, entitlements: Iterable[Entitlement], by: User, now: datetime
) -> tuple[int, list[Entitlement]]:
    """How many were confirmed, and those that were not: decided since, proposed by `by`, or kept
    apart by an overlap rule.
    """
    done, left = 0, []
    for row in sorted(entitlements, key=lambda row: row.child_id):
        try:
            if row.proposed_by_id == by.pk:
                raise DoesNotFit
            move_entitlement(entitlement=row, move=Move.CONFIRM, by=by, now=now)
        except (DoesNotFit, PromiseBroken):
            left.append(row)
        else:
            done += 1
    return done, left


def _add_rate(
    entitlement: Entitlement,
    from_month: date,
    amount: Decimal,
    by: User | None,
    now: datetime,
    basis: Mapping[str, Any] | None,
) -> EntitlementRate:
    row = EntitlementRate(
        child_id=entitlement.child_id, entitlement=entitlement, from_month=from_month,
        amount=amount, set_by=by, set_at=now, **(basis or {}),
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def _locked(entitlement: Entitlement) -> Entitlement:
    lock_child_and_books(entitlement.child)
    rows = Entitlement.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=entitlement.pk)
