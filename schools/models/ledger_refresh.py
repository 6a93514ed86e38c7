"""Brings the ledgers in line with the rule: the whole registry at night, a child after a change.

Called by `schools.actions.ledger` alone, inside a scope that sees every child concerned.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.guard.install import tracked_columns
from children.rules import ages
from schools.rules.ledger import NOT_TAKEN_IN_AFTER, PLACED, Calendar

from ._ledger_sql import LINES, REFRESH
from .calendar import calendar_of
from .ledger import Ledger, LedgerEntry
from .norm import Norm


def refresh_lines(
    *, children: Iterable[int] | None, now: datetime, today: date, user_id: int | None, reason: str
) -> int:
    """Open, move, clear and reopen lines, with history; the number of rows written.

    Of the given `children`, or of all. One statement, whatever it finds.
    """
    sql = REFRESH.replace("{columns}", ", ".join(tracked_columns(LedgerEntry)))
    params = _params(children, today) | {"now": now, "user": user_id, "reason": reason or None}
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def lines_by_sql(children: Iterable[int] | None, today: date) -> list[tuple[int, str, str, date]]:
    """(child, ledger, cause, since) as the set-based rule says; for the test of both."""
    with connection.cursor() as cursor:
        cursor.execute(LINES, _params(children, today))
        return cursor.fetchall()


def _params(children: Iterable[int] | None, today: date) -> dict[str, Any]:
    norms, calendar = Norm.objects.in_force(today), calendar_of(today)
    year = calendar.year_starts_on
    youngest, oldest = norms["SCHOOL_AGE_FROM"], norms["SCHOOL_AGE_TO"]
    born_first, born_last = ages.born_between(youngest, oldest, year)
    return {
        "children": None if children is None else list(children),
        "today": today,
        "age_from": youngest,
        "month": year.month,
        "day": year.day,
        "born_first": born_first,
        "born_last": born_last,
        "year_starts_at": timezone.make_aware(datetime.combine(year, time.min)),
        "placed": sorted(PLACED),
        **_thresholds(calendar, norms),
        **{f"due_{ledger}": norms[f"DEADLINE_{ledger}"] for ledger in Ledger.values},
    }


def _thresholds(calendar: Calendar, norms: dict[str, int]) -> dict[str, date]:
    return {
        "roll_since": calendar.days_ago(norms["ROLL_AFTER_DAYS"]),
        "suspected_since": calendar.days_ago(norms["SUSPECTED_AFTER_DAYS"]),
        "taken_in_since": calendar.days_ago(NOT_TAKEN_IN_AFTER),
        "dropout_since": calendar.days_ago(norms["DROPOUT_AFTER_DAYS"]),
    }
