"""Condition by condition, why something is owed or not: asked anew when it is shown."""

from datetime import date

from assistance.reasons import Reason, reasons
from assistance.rules.assess import assess
from assistance.rules.months import month_of

from .child_facts import facts_of
from .gap import Gap
from .rulebook import kept_rules


def reasons_of(gap: Gap, today: date) -> list[Reason]:
    """As far as the reader sees the facts; a constant number of queries."""
    book = kept_rules().book()
    answers = assess(book, facts_of([gap.child_id])[gap.child_id], month_of(today))
    answer = answers.get(gap.programme.code)
    return reasons(answer, book) if answer else []
