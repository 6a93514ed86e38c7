"""Brings the findings of one check in line with what it finds now; called by `run_checks` alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.history_rows import write_history
from exchange.checks import CHECKS, FOR_FEW

from .check import Check
from .finding import OPEN_STATES, Finding
from .finding_question import FindingQuestion

# Whether somebody stands on a list is looked up in a table of its rows, as long as there is room
# for one; without, the list is read again for each child.
_ROOM = "SET LOCAL work_mem = '256MB'"
_HITS = """
    CREATE TEMP TABLE finding_hits ON COMMIT DROP AS
    SELECT DISTINCT ON (subject) subject, child_id, list_row_id, area_code, facts
      FROM ({query}) found WHERE area_code <> '' AND subject IS NOT NULL
     ORDER BY subject, list_row_id DESC NULLS LAST, facts"""
_OPEN = "f.found_by_id = %(check)s AND f.state = ANY(%(open)s)"
_NEW = f"""
    INSERT INTO exchange_finding (uuid, version, updated_at, found_by_id, subject, child_id,
           list_row_id, area_code, facts, state, found_on, due_on, is_for_few)
    SELECT gen_random_uuid(), 1, %(now)s, %(check)s, h.subject, h.child_id, h.list_row_id,
           h.area_code, h.facts, 'NEW', %(today)s, %(due_on)s, %(is_for_few)s
      FROM finding_hits h
     WHERE NOT EXISTS (SELECT 1 FROM exchange_finding f WHERE {_OPEN} AND f.subject = h.subject)
       AND NOT EXISTS (
           SELECT 1 FROM exchange_finding f
            WHERE f.found_by_id = %(check)s AND f.subject = h.subject AND f.facts = h.facts
              AND (f.state = 'DISMISSED' OR f.state = 'CLOSED' AND f.done_at > %(come_back)s))
     ORDER BY h.subject
    ON CONFLICT DO NOTHING RETURNING id"""
_CHANGED = f"""
    UPDATE exchange_finding f
       SET facts = h.facts, list_row_id = h.list_row_id, child_id = h.child_id,
           area_code = h.area_code, cleared_on = NULL, version = f.version + 1,
           updated_at = %(now)s
      FROM finding_hits h
     WHERE {_OPEN} AND f.subject = h.subject
       AND (f.facts <> h.facts OR f.cleared_on IS NOT NULL OR f.area_code <> h.area_code)
    RETURNING f.id"""
_CLEARED = f"""
    UPDATE exchange_finding f
       SET cleared_on = %(today)s, version = f.version + 1, updated_at = %(now)s
     WHERE {_OPEN} AND f.cleared_on IS NULL
       AND NOT EXISTS (SELECT 1 FROM finding_hits h WHERE h.subject = f.subject)
    RETURNING f.id"""
# What departments are asked of it follows the finding: whose it is now reads the answer.
_QUESTIONS = """
    UPDATE exchange_findingquestion q
       SET area_code = f.area_code, child_id = f.child_id, version = q.version + 1,
           updated_at = %(now)s
      FROM exchange_finding f
     WHERE f.id = ANY(%(changed)s) AND q.finding_id = f.id
       AND (q.area_code, q.child_id) IS DISTINCT FROM (f.area_code, f.child_id)
    RETURNING q.id"""


@dataclass(frozen=True)
class Refreshed:
    new: int
    changed: int
    cleared: int


def refresh_findings(
    *, check: Check, params: dict[str, Any], due_on: date, today: date, now: datetime
) -> Refreshed:
    """In a transaction and a scope that sees everybody. A second one waits its turn."""
    own: dict[str, Any] = {
        "check": check.pk, "is_for_few": check.code in FOR_FEW, "open": OPEN_STATES,
        "due_on": due_on, "today": today, "now": now,
        "come_back": now - timedelta(days=params["come_back_days"]),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"findings {check.code}"])
        cursor.execute("DROP TABLE IF EXISTS pg_temp.finding_hits")
        query = CHECKS[check.code]
        if query.lists:
            cursor.execute(query.tables)
        cursor.execute(
            _HITS.format(query=query.sql), params | {"programmes": list(check.programmes)}
        )  # fmt: skip
        ids = []
        for sql, kind in ((_NEW, "+"), (_CHANGED, "~"), (_CLEARED, "~")):
            cursor.execute(sql, own)
            found = [key for (key,) in cursor.fetchall()]
            write_history(Finding, found, kind, by_id=None, now=now)
            ids.append(len(found))
            if sql is _CHANGED and found:
                cursor.execute(_QUESTIONS, own | {"changed": found})
                moved = [key for (key,) in cursor.fetchall()]
                write_history(FindingQuestion, moved, "~", by_id=None, now=now)
    return Refreshed(*ids)
