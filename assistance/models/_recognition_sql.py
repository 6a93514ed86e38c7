"""SQL of recognition: the tier of every pupil from the facts, and what it says to the rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from assistance.rules.read_conditions import condition
from assistance.rules.reading import At
from assistance.rules.recognition import HIGHEST_FIRST

from . import _facts_sql as sql
from ._facts_sql import AREA, literal, literals


def from_facts(rules: Iterable[Any], day: date, pupils: str) -> str:
    """child_id, school_id, tier, grounds, is_posted of the `pupils` (SQL) whom a rule fits.

    The rules of the nearest area enclosing the child count, as everywhere in assistance.
    """
    of = list(rules)
    areas = sorted({rule.area for rule in of}, key=len, reverse=True)
    nearest = " ".join(
        f"WHEN starts_with({AREA}, {literal(code)}) THEN {literal(code)}" for code in areas
    )
    fitting = " UNION ALL ".join(_fits(rule) for rule in of)
    order = f"array_position(ARRAY[{literals(HIGHEST_FIRST)}], tier)"
    return (
        "SELECT f.child_id, f.school_id,"
        f" (array_agg(f.tier ORDER BY {order}))[1] AS tier,"
        " array_agg(DISTINCT f.ground) AS grounds, bool_and(f.is_posted) AS is_posted"
        " FROM (SELECT p.child_id, p.school_id, r.* FROM (" + pupils + ") p"
        " JOIN children_child c ON c.id = p.child_id"
        f" CROSS JOIN LATERAL (SELECT CASE {nearest} END AS area) near"
        f" CROSS JOIN (SELECT {literal(day)} AS day, {literal(day)} AS until,"
        " NULL::date AS frozen) a"
        " CROSS JOIN (SELECT NULL::date AS applied, NULL::date AS confirmed) app"
        f" CROSS JOIN LATERAL ({fitting}) r) f GROUP BY f.child_id, f.school_id"
    )


def _fits(rule: Any) -> str:
    holds = sql.condition(condition(At(rule.conditions, "", [])))
    return (
        f"SELECT {literal(rule.ground)} AS ground, {literal(rule.tier)} AS tier,"
        f" {literal(rule.is_posted)} AS is_posted"
        f" WHERE near.area = {literal(rule.area)} AND {holds}"
    )


PUPILS = """
SELECT DISTINCT ON (e.child_id) e.child_id, e.school_id
FROM schools_enrolment e JOIN children_child c ON c.id = e.child_id
WHERE e.starts_on <= {day} AND (e.ends_on IS NULL OR e.ends_on > {day})
  AND e.status <> 'SUSPENDED' AND c.status <> 'CLOSED' AND {within}
ORDER BY e.child_id, e.starts_on DESC
"""

_DIFFERS = "(r.tier, r.grounds) IS DISTINCT FROM (excluded.tier, excluded.grounds)"
_OPEN = "r.state IN ('PROPOSED', 'LAPSED')"
_AGAIN = f"(r.state IN ('REFUSED', 'WITHDRAWN') AND {_DIFFERS} OR {_OPEN})"


def _when_open(column: str) -> str:
    return f"{column} = CASE WHEN {_AGAIN} THEN excluded.{column} ELSE r.{column} END"


# Proposed for whom there is nothing yet; what waits follows the facts; what was refused is proposed
# again once the facts are others; what is confirmed gets a new tier beside it, for a decision.
UPSERT = f"""
INSERT INTO assistance_recognition AS r (
    uuid, version, updated_at, child_id, year_id, school_id, tier, grounds, is_posted, facts_on,
    state, proposed_by_id, proposed_at, reason, objection, tier_before, new_tier, new_grounds)
SELECT gen_random_uuid(), 1, %(now)s, f.child_id, %(year)s, f.school_id, f.tier, f.grounds,
       f.is_posted, %(day)s, 'PROPOSED', %(by)s, %(now)s, '', '', '', '', '{{{{}}}}'
FROM ({{found}}) f ORDER BY f.child_id
ON CONFLICT (child_id, year_id) DO UPDATE SET
    version = r.version + 1, updated_at = excluded.updated_at,
    {
    ", ".join(
        _when_open(c)
        for c in (
            "school_id",
            "tier",
            "grounds",
            "facts_on",
            "state",
            "proposed_by_id",
            "proposed_at",
            "reason",
        )
    )
},
    is_posted = excluded.is_posted AND (r.is_posted OR {_AGAIN}),
    decided_by_id = CASE WHEN {_AGAIN} THEN NULL ELSE r.decided_by_id END,
    decided_at = CASE WHEN {_AGAIN} THEN NULL ELSE r.decided_at END,
    objection = CASE WHEN {_AGAIN} THEN '' ELSE r.objection END,
    objected_at = CASE WHEN {_AGAIN} THEN NULL ELSE r.objected_at END,
    answered_at = CASE WHEN {_AGAIN} THEN NULL ELSE r.answered_at END,
    new_tier = CASE WHEN r.state = 'CONFIRMED' AND r.tier <> excluded.tier
               THEN excluded.tier ELSE '' END,
    new_grounds = CASE WHEN r.state = 'CONFIRMED' AND r.tier <> excluded.tier
                  THEN excluded.grounds ELSE '{{{{}}}}' END
WHERE r.state = 'LAPSED'
   OR r.state IN ('REFUSED', 'WITHDRAWN') AND {_DIFFERS}
   OR r.state = 'PROPOSED' AND (r.tier, r.grounds, r.school_id, r.is_posted) IS DISTINCT FROM
      (excluded.tier, excluded.grounds, excluded.school_id, excluded.is_posted)
   OR r.state = 'CONFIRMED' AND r.is_posted AND NOT excluded.is_posted
   OR r.state = 'CONFIRMED' AND r.new_tier <>
      CASE WHEN r.tier <> excluded.tier THEN excluded.tier ELSE '' END
RETURNING id, xmax = 0
"""

# Proposed, and no fact speaks for it any more.
LAPSE = """
UPDATE assistance_recognition r
SET state = 'LAPSED', version = r.version + 1, updated_at = %(now)s
FROM ({pupils}) p
WHERE p.child_id = r.child_id AND r.year_id = %(year)s AND r.state = 'PROPOSED'
  AND NOT EXISTS (SELECT FROM ({found}) f WHERE f.child_id = r.child_id)
RETURNING r.id
"""
