"""Claims of institutions: drawn up from the sessions, checked, approved by another, paid.

The institution is locked first, its plans next in the order of their keys: two claims at once
wait for each other, and a session withdrawn meanwhile waits for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction

from accounts.history_rows import write_history
from accounts.models import Area, User
from assistance.models import (
    ClaimLine,
    RehabilitationClaim,
    RehabilitationInstitution,
    RehabilitationPlan,
)
from assistance.models.rehabilitation_ledger import plans_to_claim, rooms
from assistance.rules.rehabilitation import (
    CLAIM_MOVES,
    ClaimMove,
    ClaimStep,
    granted,
    proposed,
)
from children.actions.promises import broken_promise
from children.actions.record import sign

from .rehabilitation import MovedOn, lock_institution


class NotAsChecked(Exception):
    """Sessions or other claims changed since the check: the claim goes back to be checked anew."""


@dataclass(frozen=True)
class LineFigures:
    plan_id: int
    child_id: int
    asked: int
    asked_money: Decimal
    granted: int
    granted_money: Decimal


def draw_up(
    *, institution: RehabilitationInstitution, month: date, area: Area, by: User, now: datetime
) -> RehabilitationClaim:
    """The claim of this month and place that is a draft, or a new one; in line with the sessions.

    Drawn up again it changes nothing but what the sessions changed; lines typed by hand stay.
    """
    try:
        with transaction.atomic():
            lock_institution(institution.pk)
            claim = RehabilitationClaim.objects.filter(
                institution=institution, month=month, area=area, state="DRAFT"
            ).first()
            if claim is None:
                claim = RehabilitationClaim(
                    institution=institution, month=month, area=area, made_by=by, made_at=now
                )
                sign(claim, by, now, "")
                claim.save(force_insert=True)
            fill(claim, plans_to_claim(claim), by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return claim


def fill(
    claim: RehabilitationClaim, plans: Sequence[RehabilitationPlan], by: User, now: datetime
) -> None:
    """Lines of `plans`, which are locked: what is expected, or what was typed, and what of it."""
    lines = {line.plan_id: line for line in ClaimLine.objects.filter(claim=claim)}
    room = rooms([plan.pk for plan in plans], claim)
    fresh, changed = [], []
    for plan in plans:
        line = lines.get(plan.pk)
        if line is not None and line.is_by_hand:
            asked, money = line.asked_sessions, line.asked_amount
        else:
            asked, money = proposed(plan.sessions, plan.money, room[plan.pk])
        sessions, amount, _cuts = granted(asked, money, room[plan.pk])
        row = LineFigures(plan.pk, plan.child_id, asked, money, sessions, amount)
        if line is None:
            fresh.append(row)
        elif row != _stored(line):
            changed.append(row)
    insert_lines(claim, fresh, by=by, now=now)
    update_lines(claim, changed, by=by, now=now)


def _stored(line: ClaimLine) -> LineFigures:
    return LineFigures(
        line.plan_id, line.child_id, line.asked_sessions, line.asked_amount,
        line.granted_sessions, line.granted_amount,
    )  # fmt: skip


_ROWS = """unnest(%s::bigint[], %s::bigint[], %s::int[], %s::numeric[], %s::int[], %s::numeric[])
    AS r (plan_id, child_id, asked_sessions, asked_amount, granted_sessions, granted_amount)"""


def _columns(rows: Sequence[LineFigures]) -> list[list[object]]:
    return [
        [getattr(row, name) for row in rows]
        for name in ("plan_id", "child_id", "asked", "asked_money", "granted", "granted_money")
    ]


def insert_lines(
    claim: RehabilitationClaim, rows: Sequence[LineFigures], *, by: User, now: datetime,
    is_by_hand: bool = False, reason: str = "",
) -> None:  # fmt: skip
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assistance_claimline (uuid, version, updated_at, claim_id, area_code,"
            " is_by_hand, plan_id, child_id, asked_sessions, asked_amount, granted_sessions,"
            " granted_amount) SELECT gen_random_uuid(), 1, %s, %s, %s, %s, r.*"
            f" FROM {_ROWS} RETURNING id",
            [now, claim.pk, claim.area_id, is_by_hand, *_columns(rows)],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    write_history(ClaimLine, ids, "+", by_id=by.pk, now=now, reason=reason)


def update_lines(
    claim: RehabilitationClaim, rows: Sequence[LineFigures], *, by: User, now: datetime,
    is_by_hand: bool = False, reason: str = "",
) -> None:  # fmt: skip
    """What was typed by hand stays so."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assistance_claimline l SET version = version + 1, updated_at = %s,"
            " asked_sessions = r.asked_sessions, asked_amount = r.asked_amount,"
            " granted_sessions = r.granted_sessions, granted_amount = r.granted_amount,"
            " is_by_hand = l.is_by_hand OR %s"
            f" FROM {_ROWS} WHERE l.claim_id = %s AND l.plan_id = r.plan_id RETURNING l.id",
            [now, is_by_hand, *_columns(rows), claim.pk],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    write_history(ClaimLine, ids, "~", by_id=by.pk, now=now, reason=reason)


def set_line(
    *, line: ClaimLine, asked_sessions: int, asked_amount: Decimal, by: User, now: datetime
) -> ClaimLine:
    """As the institution's own list has it; what may be granted of it follows. Raises MovedOn."""
    try:
        with transaction.atomic():
            claim = _locked(line.claim)
            if not claim.is_draft:
                raise MovedOn
            plans = RehabilitationPlan.objects.select_for_update(of=("self",), no_key=True)
            plan = plans.get(pk=line.plan_id)
            row = ClaimLine.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
            room = rooms([plan.pk], claim)[plan.pk]
            sessions, amount, _cuts = granted(asked_sessions, asked_amount, room)
            row.asked_sessions, row.asked_amount = asked_sessions, asked_amount
            row.granted_sessions, row.granted_amount = sessions, amount
            row.is_by_hand = True
            sign(row, by, now, "")
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def move_claim(
    *,
    claim: RehabilitationClaim,
    move: ClaimMove,
    by: User,
    now: datetime,
    reason: str = "",
    paid_on: date | None = None,
    invoice: str = "",
) -> RehabilitationClaim:
    """Raises MovedOn, NotAsChecked, or PromiseBroken when one person would do it alone."""
    try:
        with transaction.atomic():
            row = _locked(claim)
            state = CLAIM_MOVES.get((ClaimStep(row.state), move))
            if state is None:
                raise MovedOn
            if move == ClaimMove.CHECK:
                fill(row, _locked_plans(row), by, now)
                row.checked_by, row.checked_at, row.invoice = by, now, invoice or row.invoice
            elif move == ClaimMove.RETURN:
                row.checked_by = row.checked_at = None
            elif move == ClaimMove.APPROVE:
                if not _is_as_checked(row):
                    raise NotAsChecked
                row.approved_by, row.approved_at = by, now
            elif move == ClaimMove.PAY:
                row.paid_on, row.paid_by = paid_on, by
            row.state = state.value
            sign(row, by, now, reason)
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _locked(claim: RehabilitationClaim) -> RehabilitationClaim:
    lock_institution(claim.institution_id)
    return RehabilitationClaim.objects.select_for_update(of=("self",), no_key=True).get(pk=claim.pk)


def _locked_plans(claim: RehabilitationClaim) -> list[RehabilitationPlan]:
    """Of the lines that the claim has."""
    rows = RehabilitationPlan.objects.filter(claim_lines__claim=claim)
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _is_as_checked(claim: RehabilitationClaim) -> bool:
    """Whether each line would be granted today what was granted at the check."""
    lines = list(ClaimLine.objects.filter(claim=claim))
    room = rooms([line.plan_id for line in lines], claim)
    return all(
        granted(line.asked_sessions, line.asked_amount, room[line.plan_id])[:2]
        == (line.granted_sessions, line.granted_amount)
        for line in lines
    )
