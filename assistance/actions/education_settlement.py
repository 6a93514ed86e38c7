"""Waived fees are credited to the school: counted from its awards, then paid."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Max, Sum

from accounts.history_rows import write_history
from accounts.models import User
from assistance.models import EducationAward, EducationSettlement
from assistance.models.award_build import lock_term
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
    """Raises DoesNotFit when it was paid already, and PromiseBroken when who settled records it."""
    try:
        with transaction.atomic():
            rows = EducationSettlement.objects.select_for_update(of=("self",), no_key=True)
            row = rows.get(pk=settlement.pk)
            if row.is_paid:
                raise DoesNotFit
            row.paid_on, row.voucher, row.paid_by = paid_on, voucher, by
            sign(row, by, now, "")
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row
