"""Runs: put together, checked by one person, approved by another; each step once.

Every action takes the books' lock of the county first. Repeating one, or two at once, has the
effect of one; a process killed on the way leaves nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Sum

from accounts.in_bulk import in_bulk
from accounts.models import Area, User
from assistance.models import PaymentLine, PaymentRun, payment_figures
from assistance.models.payment_build import cancel_lines, fill, lock_books
from assistance.rules.months import shifted
from assistance.rules.payment_run import MOVES, OPEN, RunMove, RunState
from children.actions.promises import broken_promise
from children.actions.record import sign
from schools.actions.access import beyond_own_sight


class MovedOn(Exception):
    """The run is no longer in the state in which this step fits."""


class StillWaiting(Exception):
    """The bank has not answered for all payments: closed, they would be forgotten."""


class NotAsChecked(Exception):
    """Accounts, lines or what is owed changed since the check: the run goes back and is put
    together anew."""


def open_run(
    *, month: date, area: Area, by: User | None, now: datetime, programmes: Sequence[str] = ()
) -> PaymentRun:
    """The run of this month and place that is open, or a new one, still empty: see `fill_run`."""
    with transaction.atomic():
        lock_books(area.pk)
        of_place = PaymentRun.objects.filter(month=month, area=area)
        known = of_place.filter(state__in=[state.value for state in OPEN]).first()
        if known is not None:
            return known
        last = of_place.aggregate(last=Max("number"))["last"] or 0
        months = payment_figures(month)["ARREARS_MONTHS"]
        run = PaymentRun(
            month=month, area=area, number=last + 1, programmes=list(programmes), built_by=by,
            arrears_from=shifted(month, -months),
        )  # fmt: skip
        sign(run, by, now, "")  # type: ignore[arg-type]
        run.save(force_insert=True)
    return run


def fill_run(*, run: PaymentRun, by: User | None, now: datetime) -> int:
    """Bring a draft in line with what is owed; rows written, 0 when it was. Others are left."""
    with in_bulk():
        row = locked(run)
        if not row.is_draft:
            return 0
        with beyond_own_sight():  # a set of rows of the run's place: cheaper than asking for each
            written = fill(row, by_id=by.pk if by else None, now=now)
        if written or row.built_at is None:
            row.built_at, row.built_by = now, by or row.built_by
            sign(row, by, now, "")  # type: ignore[arg-type]
            row.save()
    return written


def check_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """The township has looked through it. Raises MovedOn."""
    with transaction.atomic():
        row = _moved(run, RunMove.CHECK)
        row.checked_by, row.checked_at = by, now
        row.line_count, row.total = _sums(row)
        sign(row, by, now, "")
        row.save()
    return row


def return_run(*, run: PaymentRun, reason: str, by: User, now: datetime) -> PaymentRun:
    """Back to the draft, to be put together again; an approved one too, until it is sent.

    Raises MovedOn, also when money that the approved run asks back has come or was waived.
    """
    with transaction.atomic():
        row = _moved(run, RunMove.RETURN)
        if row.lines.filter(state__in=["RECOVERED", "WAIVED"]).exists():
            raise MovedOn
        row.checked_by = row.checked_at = row.line_count = row.total = None
        row.approved_by = row.approved_at = None
        sign(row, by, now, reason)
        row.save()
    return row


def approve_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """The county. Raises MovedOn, NotAsChecked, or PromiseBroken when it is the same person."""
    try:
        with transaction.atomic():
            row = _moved(run, RunMove.APPROVE)
            if _sums(row) != (row.line_count, row.total) or has_changed(row):
                raise NotAsChecked
            row.approved_by, row.approved_at = by, now
            sign(row, by, now, "")
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def cancel_run(*, run: PaymentRun, reason: str, by: User, now: datetime) -> PaymentRun:
    """A draft is thrown away with its lines. Raises MovedOn."""
    with transaction.atomic():
        row = _moved(run, RunMove.CANCEL)
        cancel_lines(row, by_id=by.pk, now=now)
        sign(row, by, now, reason)
        row.save()
    return row


def close_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """Nothing more is expected of it: also of an approved one that only holds or asks back. Raises
    MovedOn, StillWaiting.
    """
    with transaction.atomic():
        row = _moved(run, RunMove.CLOSE)
        if not row.is_sent and row.line_count:
            raise MovedOn
        if PaymentLine.objects.filter(run=row).to_pay().exists():
            raise StillWaiting
        row.closed_at = now
        sign(row, by, now, "")
        row.save()
    return row


def _sums(run: PaymentRun) -> tuple[int, Decimal]:
    rows = PaymentLine.objects.filter(run=run).to_pay()
    found = rows.aggregate(count=Count("pk"), total=Sum("amount", default=0))
    return found["count"], found["total"]


def has_changed(run: PaymentRun) -> bool:
    """Money would go to an account no longer in use, or to whom it is not owed any more."""
    rows = PaymentLine.objects.filter(run=run).to_pay()
    return rows.exclude(account__state="IN_USE").exists() or rows.no_longer_owed().exists()


def locked(run: PaymentRun) -> PaymentRun:
    lock_books(run.area_id)
    rows = PaymentRun.objects.select_for_update(of=("self",), no_key=True)
    return rows.get(pk=run.pk)


def _moved(run: PaymentRun, move: RunMove) -> PaymentRun:
    """The row locked and in its new state, not saved yet."""
    row = locked(run)
    state = MOVES.get((RunState(row.state), move))
    if state is None:
        raise MovedOn
    row.state = state.value
    return row
