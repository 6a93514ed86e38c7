"""Which allowances will stop, asked of the rules for the months to come, so that none does unseen.

Certificates that run out, birthdays, a term served to its end, transitions: one question.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from assistance.reasons import Reason, reasons
from assistance.rules.assess import Assessment, assess
from assistance.rules.months import shifted
from assistance.rules.rulebook import Rulebook

from .child_facts import facts_of
from .entitlement import Entitlement
from .rulebook import kept_rules

MONTHS = 3  # ninety days


@dataclass(frozen=True)
class Stop:
    """`month`: the first that is not owed; `reason`: the condition that fails then, if one does."""

    code: str
    month: date
    reason: Reason | None


def stops_ahead(child_id: int, running: Collection[Entitlement], month: date) -> list[Stop]:
    """Of what is owed in `month`; no query when nothing runs, else a constant number."""
    if not running:
        return []
    book, codes = kept_rules().book(), {row.programme.code for row in running}
    facts = facts_of([child_id])[child_id]
    now, found = assess(book, facts, month), {}
    waiting = {code for code in codes if code in now and now[code].owed}
    for ahead in range(1, MONTHS + 1):
        then = assess(book, facts, shifted(month, ahead))
        for code in sorted(waiting):
            if not then[code].owed and then[code].is_pay_month:
                found[code] = Stop(code, shifted(month, ahead), _failing(then[code], book))
        waiting -= found.keys()
    return list(found.values())


def _failing(one: Assessment, book: Rulebook) -> Reason | None:
    return next((reason for reason in reasons(one, book) if not reason.held), None)
