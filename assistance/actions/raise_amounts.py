"""What is paid below the standard brought up to it: after a new standard, hundreds at once.

The rules say for every month what is owed; the next run pays the difference as arrears. Who pays
it out is another matter: the run is checked and approved as ever.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from accounts.in_bulk import in_bulk
from accounts.models import User
from assistance.models import Entitlement, EntitlementRate, EntitlementState, Gap
from assistance.models.child_facts import facts_of
from assistance.models.owed import Owed
from assistance.models.payment_figure import payment_figures
from assistance.models.rulebook import Kept, kept_rules
from assistance.rules.assess import assess
from assistance.rules.facts import Facts, begun
from assistance.rules.months import paying_months, shifted
from assistance.rules.raising import raised
from children.actions.promises import PromiseBroken
from schools.actions.access import beyond_own_sight

from .books import lock_child_and_books
from .gap import basis_of, check_children, facts_all_may_read, this_month

AT_ONCE = 200  # in one transaction
FEW = 25  # are done while somebody waits: a seventh of a second each


# Gap, rules, facts that decide, those of them that all may read, who, when → whether it was done.
Change = Callable[[Gap, Kept, Facts, Facts, User, datetime], bool]


def raise_to_standard(*, gaps: Iterable[Gap], by: User, now: datetime) -> tuple[int, list[Gap]]:
    """How many were raised, and the gaps that were left: not below the standard any more."""
    return in_parts(_raise, gaps=gaps, by=by, now=now)


def in_parts(
    change: Change, *, gaps: Iterable[Gap], by: User, now: datetime
) -> tuple[int, list[Gap]]:
    """How many were changed, and the gaps that were left; children in the order of their keys."""
    done = 0
    left: list[Gap] = []
    todo = sorted(gaps, key=lambda gap: gap.child_id)
    for start in range(0, len(todo), AT_ONCE):
        with in_bulk():
            some, others = _change_some(change, todo[start : start + AT_ONCE], by, now)
        done, left = done + some, left + others
    return done, left


def _change_some(change: Change, gaps: list[Gap], by: User, now: datetime) -> tuple[int, list[Gap]]:
    kept, children = kept_rules(), {gap.child_id for gap in gaps}
    with beyond_own_sight():
        whole = facts_of(children)
    told = facts_all_may_read(children)
    left = [
        gap for gap in gaps
        if not change(gap, kept, whole[gap.child_id], told[gap.child_id], by, now)
    ]  # fmt: skip
    check_children(children, now=now, by=by)
    return len(gaps) - len(left), left


def running_one(gap: Gap) -> Entitlement | None:
    """What is paid, locked with its child and the books; None where they are held, or it ended."""
    try:
        lock_child_and_books(gap.child)
    except PromiseBroken:
        return None
    rows = Entitlement.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=gap.entitlement_id or 0, state=EntitlementState.RUNNING).first()


def _raise(gap: Gap, kept: Kept, facts: Facts, told: Facts, by: User, now: datetime) -> bool:
    """`facts` decide; `told` of them are the reasons that all may read."""
    row = running_one(gap)
    if row is None:
        return False
    owed = _owed(gap, row, kept, facts, this_month(now))
    rates = list(row.rates.order_by("from_month", "pk"))
    amounts = {month: one.amount for month, one in owed.items()}
    added = raised([(rate.from_month, rate.amount) for rate in rates], amounts)
    for month, amount in added:
        one = owed[month]
        basis = (
            basis_of(gap, one, kept, told, month)
            if one.amount == amount
            else _as_before(rates, month)
        )
        EntitlementRate(
            child_id=row.child_id, entitlement=row, from_month=month, amount=amount, set_by=by,
            set_at=now, **basis,
        ).save(force_insert=True)  # fmt: skip
    return bool(added)


def _owed(gap: Gap, row: Entitlement, kept: Kept, facts: Facts, month: date) -> dict[date, Owed]:
    """Of each month that the entitlement is paid for, no further back than arrears are worked out.

    From when on was decided when it was confirmed: the rules are not asked for its start again.
    """
    book, code = kept.book(), gap.programme.code
    programme = book.by_code.get(code)
    if programme is None:
        return {}
    facts = begun(facts, code, row.from_month)
    earliest = shifted(month, 1 - payment_figures(month)["ARREARS_MONTHS"])
    months = paying_months(programme, row.from_month, row.to_month, month)
    answers = {one: assess(book, facts, one)[code] for one in months if one >= earliest}
    return {
        one: Owed(
            gap.child_id, code, answer.amount, answer.met.rule.place if answer.met.rule else "",
            answer.standard.place if answer.standard else "", answer.to_open,
        )
        for one, answer in answers.items()
    }  # fmt: skip


def _as_before(rates: list[EntitlementRate], month: date) -> dict[str, Any]:
    """What the amount of before rested on, where it holds again behind months that were raised."""
    before = [rate for rate in rates if rate.from_month <= month][-1]
    return {
        "standard": before.standard, "rule": before.rule, "document": before.document,
        "reasons": before.reasons,
    }  # fmt: skip
