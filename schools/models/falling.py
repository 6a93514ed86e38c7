"""Children whose mood falls: for the digests of leads and supervisors."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.models.area import upper_bound

from .digest import Counts
from .norm import Norm


@dataclass(frozen=True)
class FallingMood:
    child_id: int
    case_number: str
    name: str
    by_observation: bool  # signs rose; else the last contacts say «worrying»
    since: date  # month observed, or day of the contact


# The newest month against the mean of those before it in the window; and the mood that contacts
# told last, as `schools_duecontact` keeps it: worse than the time before, or worrying still.
_FOUND = """
WITH children AS (
    SELECT c.id, c.case_number, c.name, c.township_code FROM children_child c
    WHERE c.status <> 'CLOSED'
      AND (%(school)s::bigint IS NULL OR c.id IN (
          SELECT e.child_id FROM schools_enrolment e
          WHERE e.school_id = %(school)s AND e.starts_on <= %(today)s
            AND (e.ends_on IS NULL OR e.ends_on > %(today)s)))
      AND (%(lo)s::text IS NULL OR (
          c.managing_area_id COLLATE "C" >= %(lo)s AND c.managing_area_id COLLATE "C" < %(hi)s))
), months AS (
    SELECT o.child_id, o.month, avg(o.total) AS points,
           row_number() OVER (PARTITION BY o.child_id ORDER BY o.month DESC) AS back
    FROM schools_observation o
    WHERE o.month > %(since)s AND o.month <= %(today)s AND o.child_id IN (SELECT id FROM children)
    GROUP BY o.child_id, o.month
), observed AS (
    SELECT newest.child_id, newest.month AS since
    FROM months newest
    JOIN LATERAL (
        SELECT avg(points) AS points FROM months earlier
        WHERE earlier.child_id = newest.child_id AND earlier.back > 1) before ON true
    WHERE newest.back = 1 AND newest.points - before.points >= %(points)s
), told AS (
    SELECT d.child_id, d.mood_on AS since FROM schools_duecontact d
    WHERE d.is_mood_falling AND d.mood_on > %(fresh)s AND d.mood_on <= %(today)s
      AND d.child_id IN (SELECT id FROM children)
), found AS (
    SELECT c.*, o.child_id IS NOT NULL AS is_observed, t.child_id IS NOT NULL AS is_told,
           coalesce(o.since, t.since) AS since
    FROM children c
    LEFT JOIN observed o ON o.child_id = c.id
    LEFT JOIN told t ON t.child_id = c.id
    WHERE o.child_id IS NOT NULL OR t.child_id IS NOT NULL
)"""
_NAMED = f"""{_FOUND}
SELECT id, case_number, name, is_observed, since FROM found
ORDER BY is_observed DESC, since DESC, id
"""
# A township learns of no observation, hence counts what contacts told alone.
_COUNTED = f"""{_FOUND}
SELECT e.school_id, NULL, count(DISTINCT found.id)
FROM found JOIN schools_enrolment e ON e.child_id = found.id
WHERE e.starts_on <= %(today)s AND (e.ends_on IS NULL OR e.ends_on > %(today)s)
GROUP BY e.school_id
UNION ALL
SELECT NULL, township_code, count(*) FROM found WHERE is_told GROUP BY township_code
"""


def _parameters(today: date, school: int | None, area_code: str | None) -> dict[str, Any]:
    norms = Norm.objects.in_force(today)
    return {
        "today": today, "since": today - timedelta(days=norms["MOOD_FALL_DAYS"]),
        "fresh": today - timedelta(days=norms["MOOD_FRESH_DAYS"]),
        "points": norms["MOOD_FALL_POINTS"], "school": school, "lo": area_code,
        "hi": upper_bound(area_code) if area_code else None,
    }  # fmt: skip


def falling_moods(
    *, today: date, organisation_id: int | None = None, area_code: str | None = None
) -> list[FallingMood]:
    """Of the children on a school's roll, or kept by an area; two queries for however many.

    A mood falls when the signs observed in the newest month are MOOD_FALL_POINTS above the mean
    of the months before, within MOOD_FALL_DAYS (`Norm`); or when what a contact told last, within
    MOOD_FRESH_DAYS, is worse than the time before or worrying (`schools.rules.due`). Run it in
    the scope of who is to read it (`acting(scope_of(posting))`): a township is shown contacts,
    but no observation. Observed ones first, newest first.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, _parameters(today, organisation_id, area_code))
        return [FallingMood(*row) for row in cursor.fetchall()]


def count_falling(today: date) -> Counts:
    """How many `falling_moods` finds for each school's lead and each township; two queries.

    For schools observations count too. Run it in the scope of everything.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, _parameters(today, None, None))
        rows = cursor.fetchall()
    return Counts(
        {school: count for school, _town, count in rows if school is not None},
        {town: count for school, town, count in rows if school is None},
    )
