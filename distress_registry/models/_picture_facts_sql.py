"""How each child is counted on a day: the definitions of docs/picture.md, as two functions.

`picture_facts` answers with a row for each child and category, ANY and SECRET_ALONE among them;
`picture_first_visits` with a row for each child. Both look past the policies, for the clock.
"""

from django.conf import settings

from children.rules.categories import SECRET
from children.rules.parent_status import AWAY
from schools.rules.norms import DEFAULTS

HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
_SECRET = ", ".join(f"'{code.value}'" for code in sorted(SECRET))
_AWAY = ", ".join(f"'{status.value}'" for status in sorted(AWAY))


def _norm(key: str) -> str:
    return f"""coalesce((SELECT n.value FROM schools_norm n WHERE n.key = '{key}'
        AND n.starts_on <= day ORDER BY n.starts_on DESC LIMIT 1), {DEFAULTS[key].value})"""


def _in_force(row: str) -> str:
    return f"{row}.starts_on <= day AND ({row}.ends_on IS NULL OR {row}.ends_on >= day)"


def _owed(guarantee: str, held: str = "true") -> str:
    """Whether a category held concerns the guarantee."""
    return f"coalesce(bool_or(t.guarantee = '{guarantee}') FILTER (WHERE {held}), false)"


def _answer(concerned: str, covered: str) -> str:
    return f"CASE WHEN {concerned} THEN {covered} END"


_KNOWN = f"""
    kid AS MATERIALIZED (
        SELECT c.id, c.birth_date, c.county_code, c.township_code, c.managing_area_id
        FROM children_child c
        WHERE c.id = ANY (only_children) AND c.opened_on <= day
          AND (c.closed_on IS NULL OR c.closed_on > day)),
    term AS (
        SELECT g.guarantee, g.category, g.programme_id FROM distress_registry_guaranteeterm g
        WHERE g.from_month <= month AND (g.to_month IS NULL OR g.to_month >= month)),
    held AS MATERIALIZED (
        SELECT s.child_id, s.category, s.category IN ({_SECRET}) AS is_secret
        FROM children_categoryspell s JOIN kid ON kid.id = s.child_id
        WHERE {_in_force("s")}),
    owed AS MATERIALIZED (
        SELECT h.child_id, bool_or(NOT h.is_secret) AS is_told,
            {_owed("LIVING", "NOT h.is_secret")} AS living, {_owed("LIVING")} AS living_all,
            {_owed("MEDICAL", "NOT h.is_secret")} AS medical, {_owed("MEDICAL")} AS medical_all,
            {_owed("WELFARE", "NOT h.is_secret")} AS welfare
        FROM held h LEFT JOIN term t ON t.category = h.category GROUP BY h.child_id),
    paid AS MATERIALIZED (
        SELECT e.child_id, bool_or(t.guarantee = 'LIVING') AS living,
            bool_or(t.guarantee = 'MEDICAL') AS medical, bool_or(t.guarantee = 'WELFARE') AS welfare
        FROM assistance_entitlement e JOIN kid ON kid.id = e.child_id
        JOIN term t ON t.programme_id = e.programme_id
        WHERE e.state IN ('RUNNING', 'ENDED') AND e.from_month <= month
          AND (e.to_month IS NULL OR e.to_month >= month)
        GROUP BY e.child_id),
    place AS MATERIALIZED (
        SELECT e.child_id, e.stage <> 'PRESCHOOL' AND e.status IN ('ENROLLED', 'RETURNED') AS learns
        FROM schools_enrolment e JOIN kid ON kid.id = e.child_id
        WHERE e.starts_on <= day AND (e.ends_on IS NULL OR e.ends_on > day))"""

# Of `kid`: what each of these answers.
_DISABLED = """EXISTS (SELECT 1 FROM children_disabilitycertificate d WHERE d.child_id = kid.id
        AND d.status = 'VALID' AND (d.issued_on IS NULL OR d.issued_on <= day)
        AND (d.expires_on IS NULL OR d.expires_on >= day))"""
_GRADUATED = """EXISTS (SELECT 1 FROM schools_enrolment e WHERE e.child_id = kid.id
        AND e.stage = 'JUNIOR' AND e.end_reason = 'GRADUATED' AND e.ends_on <= day)"""
_EXCUSED = """EXISTS (SELECT 1 FROM schools_excuse x WHERE x.child_id = kid.id
        AND x.starts_on <= day AND x.ends_on >= day)"""
_IN_LEDGER = """EXISTS (SELECT 1 FROM schools_ledgerentry l WHERE l.child_id = kid.id
        AND l.ledger IN ('NO_ROLL', 'SUSPECTED', 'DROPOUT') AND l.opened_on <= day
        AND (l.cleared_on IS NULL OR l.cleared_on > day)
        AND (l.closed_at IS NULL OR l.closed_at > day_end))"""
_CARED_FOR = f"""EXISTS (SELECT 1 FROM children_guardianship g WHERE g.child_id = kid.id
        AND g.is_main_carer AND {_in_force("g")}
        AND NOT EXISTS (SELECT 1 FROM children_parentstatus p WHERE p.child_id = kid.id
            AND p.parent = g.relation AND p.status IN ({_AWAY}) AND {_in_force("p")}))"""


def _flags(suffix: str) -> str:
    living, medical = f"owed.living{suffix}", f"owed.medical{suffix}"
    return ", ".join([
        _answer(living, "coalesce(paid.living, false)"),
        _answer(medical, "coalesce(paid.medical, false)"),
        _answer("fact.of_school_age", "fact.learns"),
        "fact.cared_for",
        _answer("owed.welfare OR fact.is_disabled", "coalesce(paid.welfare, false)"),
    ])  # fmt: skip


def facts() -> str:
    columns = "category text, county_code text, township_code text, village_code text"
    flags = "living boolean, medical boolean, education boolean, guardianship boolean"
    place = "kid.county_code::text, kid.township_code::text, kid.managing_area_id::text"
    return f"""
CREATE OR REPLACE FUNCTION picture_facts(only_children bigint[], day date)
RETURNS TABLE (child_id bigint, {columns}, {flags}, welfare boolean)
LANGUAGE plpgsql STABLE {HEAD} AS $$
#variable_conflict use_column
DECLARE
    month date := date_trunc('month', day)::date;
    day_end timestamptz := (day + 1)::timestamp AT TIME ZONE '{settings.TIME_ZONE}';
    youngest date := (day - make_interval(years => {_norm("SCHOOL_AGE_FROM")}))::date;
    oldest date := (day - make_interval(years => {_norm("SCHOOL_AGE_TO")} + 1))::date;
BEGIN
    RETURN QUERY
    WITH {_KNOWN},
    fact AS MATERIALIZED (
        SELECT kid.id,
            kid.birth_date <= youngest AND kid.birth_date > oldest
                AND (place.child_id IS NOT NULL OR NOT {_GRADUATED}) AS of_school_age,
            coalesce(place.learns, false) AND NOT {_IN_LEDGER} OR {_EXCUSED} AS learns,
            {_CARED_FOR} AS cared_for, {_DISABLED} AS is_disabled
        FROM kid LEFT JOIN place ON place.child_id = kid.id
        WHERE kid.id IN (SELECT held.child_id FROM held))
    SELECT held.child_id, held.category::text, {place}, {_flags("")}
    FROM held JOIN kid ON kid.id = held.child_id JOIN fact ON fact.id = kid.id
    JOIN owed ON owed.child_id = kid.id LEFT JOIN paid ON paid.child_id = kid.id
    WHERE NOT held.is_secret
    UNION ALL
    SELECT held.child_id, held.category::text, {place}, {_flags("_all")}
    FROM held JOIN kid ON kid.id = held.child_id JOIN fact ON fact.id = kid.id
    JOIN owed ON owed.child_id = kid.id LEFT JOIN paid ON paid.child_id = kid.id
    WHERE held.is_secret
    UNION ALL
    SELECT kid.id, 'ANY', {place}, {_flags("")}
    FROM owed JOIN kid ON kid.id = owed.child_id JOIN fact ON fact.id = kid.id
    LEFT JOIN paid ON paid.child_id = kid.id WHERE owed.is_told
    UNION ALL
    SELECT kid.id, 'SECRET_ALONE', {place}, {_flags("_all")}
    FROM owed JOIN kid ON kid.id = owed.child_id JOIN fact ON fact.id = kid.id
    LEFT JOIN paid ON paid.child_id = kid.id WHERE NOT owed.is_told;
END $$;
"""


def first_visits() -> str:
    return f"""
CREATE OR REPLACE FUNCTION picture_first_visits(only_children bigint[], day date)
RETURNS TABLE (child_id bigint, county_code text, township_code text, village_code text,
               month date, opened_on date, limit_on date, visited_on date)
LANGUAGE sql STABLE {HEAD} AS $$
    SELECT c.id, c.county_code, c.township_code, c.managing_area_id,
        date_trunc('month', c.opened_on)::date, c.opened_on,
        c.opened_on + cadence.first_visit_days,
        (SELECT min(v.visited_on) FROM children_homevisit v WHERE v.child_id = c.id
         AND v.mode = 'HOME' AND v.outcome = 'MET' AND v.visited_on BETWEEN c.opened_on AND day)
    FROM children_child c CROSS JOIN LATERAL (
        SELECT k.first_visit_days FROM children_cadence k WHERE k.risk_level = c.risk_level
        ORDER BY k.starts_on <= c.opened_on DESC, abs(k.starts_on - c.opened_on) LIMIT 1) cadence
    WHERE c.id = ANY (only_children) AND c.merged_into_id IS NULL AND c.opened_on <= day
$$;
"""
