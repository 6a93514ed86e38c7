"""Awards of a term: put together from the roll, confirmed by a second person, refused."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from accounts.history_rows import write_history
from accounts.models import User
from assistance.models import EducationAward, Entitlement
from assistance.models.award_build import Built, build, confirm, lock_term
from assistance.models.payment_build import lock_books
from assistance.rules.education_award import EndReason, State
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from schools.actions.access import beyond_own_sight
from schools.models import School, Term

from .entitlement import DoesNotFit

CANCEL_UNPAID = """
UPDATE assistance_entitlement e
SET state = 'CANCELLED', end_reason = '', version = e.version + 1, updated_at = %(now)s
WHERE e.id = ANY(%(ids)s) AND e.state IN ('RUNNING', 'HELD', 'ENDED')
  AND NOT EXISTS (SELECT FROM assistance_paymentline l
                  WHERE l.entitlement_id = e.id AND l.state <> 'CANCELLED')
RETURNING e.id
"""


def build_awards(
    *, term: Term, today: date, by: User | None, now: datetime, school: School | None = None,
    area: str = "",
) -> Built:  # fmt: skip
    """For a school's pupils, or the children kept in `area` (a county or inside one).

    Again changes nothing. What a school may not see decides like all the rest. What an overlap
    rule keeps apart is left out and named. Raises PromiseBroken.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_books(school.organisation.area_id if school else area, shared=True)
            lock_term(term)
            built, entitlements = build(
                term=term, today=today, school=school.pk if school else None, area=area,
                by_id=by.pk if by else None, now=now,
            )  # fmt: skip
            _cancel(entitlements, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return built


def _cancel(entitlements: list[int], by: User | None, now: datetime) -> None:
    """Of ended awards; none of them was reckoned yet."""
    if not entitlements:
        return
    with connection.cursor() as cursor:
        cursor.execute(CANCEL_UNPAID, {"ids": entitlements, "now": now})
        gone = [pk for (pk,) in cursor.fetchall()]
    write_history(Entitlement, gone, "~", by_id=by.pk if by else None, now=now)


def confirm_awards(
    *, term: Term, awards: Iterable[EducationAward], area: str, by: User, now: datetime
) -> tuple[int, int]:
    """How many were confirmed, and how many left: decided since, proposed by `by`, or of a family
    that has an entitlement to the programme in these months already, or one that an overlap rule
    keeps apart from it. Raises PromiseBroken.
    """
    rows = list(awards)
    try:
        with transaction.atomic():
            lock_books(area, shared=True)
            lock_term(term)
            done = confirm(term=term, awards=rows, by_id=by.pk, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return len(done), len(rows) - len(done)


def refuse_award(
    *, award: EducationAward, reason: str, by: User, now: datetime, today: date
) -> EducationAward:
    """What is proposed, or a confirmed waiver that no settlement holds: it is not proposed again
    at the same amount. Raises DoesNotFit.
    """
    with transaction.atomic():
        lock_term(award.term)  # nobody settles it meanwhile
        lock_child(award.child_id)
        row = EducationAward.objects.select_for_update(of=("self",), no_key=True).get(pk=award.pk)
        if not (row.is_proposed or row.is_unsettled):
            raise DoesNotFit
        row.state, row.ended_on, row.end_reason = State.ENDED, today, EndReason.REFUSED
        sign(row, by, now, reason)
        row.save()
    return row
