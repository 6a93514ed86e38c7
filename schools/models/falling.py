"""Children whose mood falls: for the digests of leads and supervisors."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from accounts.models.area import upper_bound
from children.models import Child

from .digest import Counts
from .enrolment import Enrolment
from .norm import Norm


@dataclass(frozen=True)
class FallingMood:
    child_id: int
    case_number: str
    name: str
    by_observation: bool  # signs rose; else the last contacts say «worrying»
    since: date  # month observed, or day of the contact
    by_contact: bool = False


# The newest month against the mean of those before it in the window; and the newest contact that
# tells a mood, when it is worrying or worse than the one before.
_SQL = """
WITH children AS (
    SELECT c.id, c.case_number, c.name FROM children_child c
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
), moods AS (
    SELECT g.child_id, g.happened_on, g.mental_state,
           row_number() OVER (
               PARTITION BY g.child_id ORDER BY g.happened_on DESC, g.id DESC) AS back,
           lead(g.mental_state) OVER (
               PARTITION BY g.child_id ORDER BY g.happened_on DESC, g.id DESC) AS before
    FROM schools_guardiancontact g
    WHERE g.mental_state <> '' AND g.happened_on > %(since)s AND g.happened_on <= %(today)s
      AND g.child_id IN (SELECT id FROM children)
), told AS (
    SELECT m.child_id, m.happened_on AS since FROM moods m
    WHERE m.back = 1 AND m.happened_on > %(fresh)s
      AND (m.mental_state = 'WORRYING' OR (m.mental_state = 'FAIR' AND m.before = 'GOOD'))
)
SELECT c.id, c.case_number, c.name, o.child_id IS NOT NULL, coalesce(o.since, t.since),
       t.child_id IS NOT NULL
FROM children c
LEFT JOIN observed o ON o.child_id = c.id
LEFT JOIN told t ON t.child_id = c.id
WHERE o.child_id IS NOT NULL OR t.child_id IS NOT NULL
ORDER BY 4 DESC, 5 DESC, c.id
"""


def falling_moods(
    *, today: date, organisation_id: int | None = None, area_code: str | None = None
) -> list[FallingMood]:
    """Of the children on a school's roll, or kept by an area; two queries for however many.

    A mood falls when the signs observed in the newest month are MOOD_FALL_POINTS above the mean
    of the months before, within MOOD_FALL_DAYS (`Norm`); or when the newest contact that tells a
    mood, within MOOD_FRESH_DAYS, calls it worrying or worse than the one before. Run it in the
    scope of who is to read it (`acting(scope_of(posting))`): a township is shown contacts, but no
    observation. Observed ones first, newest first.
    """
    norms = Norm.objects.in_force(today)
    params: dict[str, Any] = {
        "today": today, "since": today - timedelta(days=norms["MOOD_FALL_DAYS"]),
        "fresh": today - timedelta(days=norms["MOOD_FRESH_DAYS"]),
        "points": norms["MOOD_FALL_POINTS"], "school": organisation_id, "lo": area_code,
        "hi": upper_bound(area_code) if area_code else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_SQL, params)
        return [FallingMood(*row) for row in cursor.fetchall()]


def count_falling(today: date) -> Counts:
    """For all schools and townships, in three queries; a township's figure knows contacts alone."""
    found = {row.child_id: row for row in falling_moods(today=today)}
    schools: Counter[int] = Counter()
    enrolled = Enrolment.objects.on(today).filter(child__in=list(found))
    schools.update(enrolled.values_list("school_id", flat=True))
    told = [row.child_id for row in found.values() if row.by_contact]
    towns = Child.objects.filter(pk__in=told).values_list("township_code", flat=True)
    return Counts(schools, Counter(towns))
