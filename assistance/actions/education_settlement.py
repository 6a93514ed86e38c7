"""Waived fees are credited to the school: counted from its awards, then paid."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max, Sum

from accounts.history_rows import write_history
from accounts.models import User
from assistance.models import EducationAward, EducationSettlement
from assistance.models.award_build import lock_term
from assistance.rules.settlement import State
from children.actions.promises import broken_promise
from children.actions.record import sign
from schools.actions.access import beyond_own_sight
from schools.models import School, Term

from .entitlement import DoesNotFit

TAKE = """
UPDATE assistance_educationaward a
SET settlement_id = %(settlement)s, version = a.version + 1, updated_at = %(now)s
WHERE a.school_id = %(school)s AND a.term_id = %(term)s AND a.state = 'CONFIRMED'
  AND a.paid_to = 'SCHOOL' AND a.settlement_id IS NULL
RETURNING a.id
"""
RELEASE = """
UPDATE assistance_educationaward a
SET settlement_id = NULL, version = a.version + 1, updated_at = %(now)s
WHERE a.settlement_id = %(settlement)s
RETURNING a.id
"""


def settle(*, school: School, term: Term, by: User, now: datetime) -> EducationSettlement:
    """All confirmed waivers of the school in the term that no settlement holds yet.

    Raises DoesNotFit when there are none.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_term(term)
            awards = EducationAward.objects.waivers().filter(
                school=school, term=term, state="CONFIRMED", settlement=None
            )
            figures = awards.aggregate(count=Count("pk"), total=Sum("amount"))
            if not figures["count"]:
                raise DoesNotFit
            rows = EducationSettlement.objects.filter(school=school, term=term)
            last = rows.aggregate(last=Max("number"))["last"] or 0
            row = EducationSettlement(
                school=school, term=term, number=last + 1, award_count=figures["count"],
                total=figures["total"], settled_by=by, settled_at=now,
            )  # fmt: skip
            sign(row, by, now, "")
            row.save(force_insert=True)
            _take(row, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _take(settlement: EducationSettlement, by: User, now: datetime) -> None:
    params = {
        "settlement": settlement.pk, "now": now, "school": settlement.school_id,
        "term": settlement.term_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TAKE, params)
        taken = [pk for (pk,) in cursor.fetchall()]
    write_history(EducationAward, taken, "~", by_id=by.pk, now=now)


def pay_settlement(
    *, settlement: EducationSettlement, paid_on: date, voucher: str, by: User, now: datetime
) -> EducationSettlement:
    """Raises DoesNotFit when it was paid or is taken back, and PromiseBroken when who settled
    records it.
    """
    try:
        with transaction.atomic():
            row = _locked(settlement, State.SETTLED)
            if row.is_paid:
                raise DoesNotFit
            row.paid_on, row.voucher, row.paid_by = paid_on, voucher, by
            return _saved(row, by, now, "")
    except IntegrityError as error:
        raise broken_promise(error) from error


def ask_to_take_back(
    *, settlement: EducationSettlement, reason: str, money: Mapping[str, Any], by: User,
    now: datetime,
) -> EducationSettlement:  # fmt: skip
    """`money`: back_money, back_on and back_receipt of what was paid; empty where nothing was.

    Raises DoesNotFit, and PromiseBroken where what was paid is not accounted for.
    """
    try:
        with transaction.atomic():
            row = _locked(settlement, State.SETTLED)
            row.state, row.back_reason = State.ASKED.value, reason
            row.back_asked_by, row.back_asked_at, row.back_refusal = by, now, ""
            for name, value in money.items():
                setattr(row, name, value)
            return _saved(row, by, now, reason)
    except IntegrityError as error:
        raise broken_promise(error) from error


def take_back(*, settlement: EducationSettlement, by: User, now: datetime) -> EducationSettlement:
    """Its waivers are free for the next settlement. Raises DoesNotFit, and PromiseBroken when who
    asked decides.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_term(settlement.term)
            row = _locked(settlement, State.ASKED)
            row.state, row.taken_back_by, row.taken_back_at = State.TAKEN_BACK.value, by, now
            _saved(row, by, now, row.back_reason)
            with connection.cursor() as cursor:
                cursor.execute(RELEASE, {"settlement": row.pk, "now": now})
                freed = [pk for (pk,) in cursor.fetchall()]
            told: dict[str, Any] = {"by_id": by.pk, "now": now, "reason": row.back_reason}
            write_history(EducationAward, freed, "~", **told)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def keep_settlement(
    *, settlement: EducationSettlement, by: User, now: datetime, reason: str = ""
) -> EducationSettlement:
    """It is not taken back: refused for a reason, or no longer asked for. Raises DoesNotFit."""
    with transaction.atomic():
        row = _locked(settlement, State.ASKED)
        row.state, row.back_reason, row.back_refusal = State.SETTLED.value, "", reason
        row.back_asked_by = row.back_asked_at = row.back_on = None
        row.back_money = row.back_receipt = ""
        return _saved(row, by, now, reason)


def _locked(settlement: EducationSettlement, state: State) -> EducationSettlement:
    """Raises DoesNotFit when it is in another state by now."""
    rows = EducationSettlement.objects.select_for_update(of=("self",), no_key=True)
    row = rows.get(pk=settlement.pk)
    if row.state != state:
        raise DoesNotFit
    return row


def _saved(row: EducationSettlement, by: User, now: datetime, reason: str) -> EducationSettlement:
    sign(row, by, now, reason)
    row.save()
    return row
