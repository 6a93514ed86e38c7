"""What is paid above the standard brought down to it: after a lower standard, hundreds at once.

From the first month that no run has reckoned yet: nothing that was paid, or is on its way, is asked
back by it. What somebody should give back is decided one by one.
"""

from collections.abc import Iterable
from datetime import date, datetime

from accounts.models import User
from assistance.models import (
    Entitlement,
    EntitlementRate,
    Gap,
    PaymentLine,
    PaymentLineState,
)
from assistance.models.owed import Owed
from assistance.models.rulebook import Kept
from assistance.rules.assess import assess
from assistance.rules.facts import Facts, begun
from assistance.rules.months import paying_months, shifted
from assistance.rules.payment_run import RunState
from assistance.rules.raising import in_force
from schools.actions.access import beyond_own_sight

from .gap import basis_of, this_month
from .raise_amounts import in_parts, running_one

AHEAD = 12  # months in which a programme is paid at least once


def lower_to_standard(*, gaps: Iterable[Gap], by: User, now: datetime) -> tuple[int, list[Gap]]:
    """How many were lowered, and the gaps that were left: not above the standard any more, lowered
    from a later month already, or not owed at all."""
    return in_parts(_lower, gaps=gaps, by=by, now=now)


def _lower(gap: Gap, kept: Kept, facts: Facts, told: Facts, by: User, now: datetime) -> bool:
    """`facts` decide; `told` of them are the reasons that all may read."""
    row = running_one(gap)
    programme = kept.book().by_code.get(gap.programme.code)
    if row is None or programme is None:
        return False
    first = _not_reckoned_yet(row, this_month(now))
    months = paying_months(programme, row.from_month, row.to_month, shifted(first, AHEAD))
    month = next((one for one in months if one >= first), None)
    if month is None:
        return False
    code = programme.code
    answer = assess(kept.book(), begun(facts, code, row.from_month), month)[code]
    rates = [(rate.from_month, rate.amount) for rate in row.rates.order_by("from_month", "pk")]
    if not 0 < answer.amount < in_force(rates, month):
        return False
    one = Owed(
        gap.child_id, code, answer.amount, answer.met.rule.place if answer.met.rule else "",
        answer.standard.place if answer.standard else "", answer.to_open,
    )  # fmt: skip
    EntitlementRate(
        child_id=row.child_id, entitlement=row, from_month=month, amount=answer.amount, set_by=by,
        set_at=now, **basis_of(gap, one, kept, told, month),
    ).save(force_insert=True)  # fmt: skip
    return True


def _not_reckoned_yet(row: Entitlement, month: date) -> date:
    """`month`, or the first one behind those that runs hold; a draft is put right itself."""
    gone = [PaymentLineState.REISSUED, PaymentLineState.CANCELLED]
    with beyond_own_sight():
        lines = PaymentLine.objects.filter(entitlement=row, month__gte=month)
        lines = lines.exclude(state__in=gone).exclude(run__state=RunState.DRAFT)
        last = lines.order_by("-month").values_list("month", flat=True).first()
    return shifted(last, 1) if last else month
