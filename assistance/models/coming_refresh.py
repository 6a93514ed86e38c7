"""Brings the coming changes in line with the rules. Called by `assistance.actions.gap` alone.

In a scope that sees every child concerned and what is secret of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from assistance.reasons import reasons
from assistance.rules.assess import Assessment, assess
from assistance.rules.coming_change import Cause, cause_of, happens_on, months_ahead
from assistance.rules.facts import Facts
from assistance.rules.months import last_day
from assistance.rules.rulebook import Rulebook

from ._coming_sql import WRITE, compared
from .child_facts import facts_of
from .prepared import in_parts
from .rulebook import Kept

CHUNK = 500


@dataclass(frozen=True)
class _Coming:
    child_id: int
    programme_id: int
    entitlement_id: int
    code: str
    month: date
    amount: Decimal
    amount_then: Decimal
    fingerprint: str
    is_secret: bool


def refresh_coming(kept: Kept, today: date, where: str, *, keeps_plan: bool = False) -> int:
    """Of the children `c` for whom `where` holds: how many came or changed. Again it is none.

    `keeps_plan`: as of `gap_refresh.refresh`.
    """
    book = kept.book()
    if not book.programmes:
        return 0
    month, ahead = today.replace(day=1), months_ahead(today)
    with connection.cursor() as cursor:
        if keeps_plan:
            sql = compared(book, month, ahead, "c.id = ANY($1)")
            answered = in_parts(cursor, "coming", "bigint[]", sql, where)
        else:
            cursor.execute(compared(book, month, ahead, where))
            answered = cursor.fetchall()
        found = [_Coming(*row) for row in answered]
        for start in range(0, len(found), CHUNK):
            part = found[start : start + CHUNK]
            facts = facts_of({one.child_id for one in part})
            rows = [_row(one, book, facts[one.child_id], today) for one in part]
            cursor.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])
    return len(found)


def _row(one: _Coming, book: Rulebook, facts: Facts, today: date) -> tuple[Any, ...]:
    cause = Cause.STANDARD if one.amount_then else _cause(one, book, facts, today)
    day = happens_on(cause, facts, today, last_day(one.month))
    return (
        one.child_id, one.programme_id, one.entitlement_id, one.month, one.amount,
        one.amount_then, one.fingerprint, one.is_secret, cause.value, day,
    )  # fmt: skip


def _cause(one: _Coming, book: Rulebook, facts: Facts, today: date) -> Cause:
    now = assess(book, facts, today.replace(day=1))[one.code]
    then = assess(book, facts, one.month)[one.code]
    return cause_of(_failing(now, book), _failing(then, book))


def _failing(answer: Assessment, book: Rulebook) -> list[tuple[str, str]]:
    told: Iterable[Any] = reasons(answer, book)
    return [(reason.kind, reason.condition) for reason in told if not reason.held]
