"""SQL that puts the awards of a term together; what becomes of each: `rules.education_award`.

Parameters: `term`, `by`, `now`, `today`, `counted` (day of counting), `month` (first of the term),
`begins` (the month in which the trigger asks the overlap rules).
"""

# What the rules owe for the term, with the enrolment that stands on the day of counting, or else
# the one of the month's first day.
FOUND = """
SELECT o.child_id, p.id AS programme_id, p.paid_to, o.amount, r.id AS rule_id,
       s.id AS standard_id, e.id AS enrolment_id, e.school_id, e.stage, e.is_boarding,
       coalesce((SELECT CASE WHEN x.adjusted_on > %(counted)s THEN x.tier_before ELSE x.tier END
                 FROM assistance_recognition x JOIN schools_term t ON t.year_id = x.year_id
                 WHERE x.child_id = o.child_id AND t.id = %(term)s AND x.state = 'CONFIRMED'), '')
           AS tier
FROM ({owed}) o
JOIN assistance_programme p ON p.code = o.programme AND p.id = ANY(%(programmes)s)
JOIN (VALUES {rules}) r(place, id) ON r.place = o.rule
JOIN (VALUES {standards}) s(place, id) ON s.place = o.standard
JOIN LATERAL (
    SELECT x.* FROM schools_enrolment x
    WHERE x.child_id = o.child_id AND x.status <> 'SUSPENDED' AND x.starts_on <= %(counted)s
      AND (x.ends_on IS NULL OR x.ends_on > %(month)s)
    ORDER BY coalesce(x.ends_on > %(counted)s, true) DESC, x.starts_on DESC LIMIT 1) e ON true
WHERE {only}
"""

_UNDER_WAY = """(a.settlement_id IS NOT NULL OR EXISTS (
    SELECT FROM assistance_paymentline l
    WHERE l.entitlement_id = a.entitlement_id AND l.state <> 'CANCELLED'))"""
_SAME = """(f.school_id, f.stage, f.amount)
    IS NOT DISTINCT FROM (a.school_id, a.stage, a.amount)"""

# Before the counting is over: no longer owed, or confirmed and owed otherwise (the next statement
# proposes it anew). What is only proposed and owed otherwise is written over there.
END = f"""
WITH found AS MATERIALIZED ({{found}})
UPDATE assistance_educationaward a
SET state = 'ENDED', ended_on = %(today)s, version = a.version + 1, updated_at = %(now)s,
    end_reason = CASE
        WHEN e.id IS NULL THEN 'LEFT' WHEN e.school_id <> a.school_id THEN 'MOVED'
        WHEN e.placement = 'HOME_TEACHING' AND o.placement <> 'HOME_TEACHING'
        THEN 'HOME_TEACHING' ELSE 'FACTS' END
FROM schools_enrolment o, children_child c
LEFT JOIN LATERAL (
    SELECT x.* FROM schools_enrolment x
    WHERE x.child_id = c.id AND x.status <> 'SUSPENDED' AND x.starts_on <= %(counted)s
      AND (x.ends_on IS NULL OR x.ends_on > least(%(counted)s, %(today)s))
    ORDER BY x.starts_on DESC LIMIT 1) e ON true
WHERE a.term_id = %(term)s AND a.programme_id = ANY(%(programmes)s)
  AND a.state <> 'ENDED' AND %(today)s <= %(counted)s
  AND o.id = a.enrolment_id AND c.id = a.child_id AND {{scope}} AND NOT {_UNDER_WAY}
  AND NOT EXISTS (
      SELECT FROM found f WHERE f.child_id = a.child_id AND f.programme_id = a.programme_id
        AND (a.state = 'PROPOSED' OR {_SAME}))
RETURNING a.id, a.entitlement_id
"""

# What was left out when the term was put together before; `a` is one of them.
FORGET = """
DELETE FROM assistance_awardleftout a USING children_child c
WHERE c.id = a.child_id AND a.term_id = %(term)s AND {scope}
"""

# An award that an overlap rule keeps from standing beside another is left out, and named: the
# larger of two stays, whatever stands already before both. The rest is built.
BUILD = """
WITH found AS MATERIALIZED ({found}),
apart AS MATERIALIZED (
    SELECT f.child_id, f.programme_id, f.school_id, f.amount, b.programme_id AS beside_id
    FROM found f JOIN children_child c ON c.id = f.child_id
    CROSS JOIN LATERAL (
        SELECT a.programme_id, 0 AS place FROM assistance_educationaward a
        WHERE a.child_id = f.child_id AND a.term_id = %(term)s AND a.state <> 'ENDED'
          AND a.programme_id <> f.programme_id
          AND registry_awards_exclude(
              a.programme_id, f.programme_id, %(begins)s,
              coalesce(c.hukou_area_id, c.residence_area_id))
        UNION ALL
        SELECT g.programme_id, 1 FROM found g
        WHERE g.child_id = f.child_id AND g.programme_id <> f.programme_id
          AND (g.amount, g.programme_id) > (f.amount, f.programme_id)
          AND registry_awards_exclude(
              g.programme_id, f.programme_id, %(begins)s,
              coalesce(c.hukou_area_id, c.residence_area_id))
        ORDER BY place, programme_id LIMIT 1) b),
named AS (
    INSERT INTO assistance_awardleftout (
        child_id, term_id, programme_id, school_id, amount, beside_id, found_at)
    SELECT child_id, %(term)s, programme_id, school_id, amount, beside_id, %(now)s FROM apart
    ORDER BY child_id, programme_id
    ON CONFLICT (child_id, programme_id, term_id) DO UPDATE SET
        school_id = excluded.school_id, amount = excluded.amount,
        beside_id = excluded.beside_id, found_at = excluded.found_at),
made AS (
INSERT INTO assistance_educationaward AS a (
    uuid, version, updated_at, child_id, term_id, programme_id, school_id, enrolment_id, stage,
    is_boarding, tier, amount, paid_to, rule_id, standard_id, state, proposed_by_id, proposed_at,
    end_reason)
SELECT gen_random_uuid(), 1, %(now)s, f.child_id, %(term)s, f.programme_id, f.school_id,
       f.enrolment_id, f.stage, f.is_boarding, f.tier, f.amount, f.paid_to, f.rule_id,
       f.standard_id, 'PROPOSED', %(by)s, %(now)s, ''
FROM found f
WHERE NOT EXISTS (
    SELECT FROM apart x WHERE x.child_id = f.child_id AND x.programme_id = f.programme_id)
  AND NOT EXISTS (
    SELECT FROM assistance_educationaward a
    WHERE a.child_id = f.child_id AND a.term_id = %(term)s AND a.programme_id = f.programme_id
      AND a.state = 'ENDED' AND a.end_reason IN ('REFUSED', 'CANCELLED')
        AND a.amount = f.amount)
ORDER BY f.child_id, f.programme_id
ON CONFLICT (child_id, programme_id, term_id) WHERE state <> 'ENDED' DO UPDATE SET
    version = a.version + 1, updated_at = excluded.updated_at, school_id = excluded.school_id,
    enrolment_id = excluded.enrolment_id, stage = excluded.stage,
    is_boarding = excluded.is_boarding, tier = excluded.tier, amount = excluded.amount,
    rule_id = excluded.rule_id, standard_id = excluded.standard_id,
    proposed_by_id = excluded.proposed_by_id, proposed_at = excluded.proposed_at
WHERE a.state = 'PROPOSED' AND %(today)s <= %(counted)s
  AND (a.school_id, a.stage, a.amount, a.tier) IS DISTINCT FROM (
      excluded.school_id, excluded.stage, excluded.amount, excluded.tier)
RETURNING a.id, xmax = 0 AS is_new)
SELECT id, is_new FROM made UNION ALL SELECT NULL, NULL FROM apart
"""

# Confirming grants: the entitlement that the next payment run pays, one for each award. Families
# that have one to this programme in these months already, or one that an overlap rule keeps apart
# from it, are left: one of them would have all refused.
ENTITLE = """
WITH chosen AS (
    SELECT a.id, a.child_id, a.programme_id, a.amount, a.proposed_by_id, a.proposed_at,
           a.rule_id, a.standard_id, nextval(
               pg_get_serial_sequence('assistance_entitlement', 'id')) AS entitlement_id
    FROM assistance_educationaward a
    WHERE a.id = ANY(%(ids)s) AND a.state = 'PROPOSED' AND a.paid_to = 'FAMILY'
      AND a.proposed_by_id IS DISTINCT FROM %(by)s
      AND NOT EXISTS (
          SELECT FROM assistance_entitlement e
          WHERE e.child_id = a.child_id
            AND e.state IN ('PROPOSED', 'RUNNING', 'HELD', 'ENDED')
            AND daterange(e.from_month, e.to_month, '[]')
                && daterange(%(month)s, %(last)s, '[]')
            AND (e.programme_id = a.programme_id OR e.state <> 'PROPOSED'
              AND registry_awards_exclude(
                  e.programme_id, a.programme_id, greatest(e.from_month, %(month)s),
                  (SELECT coalesce(c.hukou_area_id, c.residence_area_id)
                   FROM children_child c WHERE c.id = a.child_id))))
    ORDER BY a.child_id, a.id),
made AS (
    INSERT INTO assistance_entitlement (
        id, uuid, version, updated_at, child_id, programme_id, state, from_month, to_month,
        grounds, proposed_by_id, proposed_at, confirmed_by_id, confirmed_at, end_reason, remark)
    SELECT entitlement_id, gen_random_uuid(), 1, %(now)s, child_id, programme_id, 'RUNNING',
           %(month)s, %(last)s, '', proposed_by_id, proposed_at, %(by)s, %(now)s, '', ''
    FROM chosen ORDER BY child_id, id RETURNING id),
rates AS (
    INSERT INTO assistance_entitlementrate (
        child_id, entitlement_id, from_month, amount, standard_id, rule_id, document, reasons,
        set_by_id, set_at)
    SELECT c.child_id, c.entitlement_id, %(month)s, c.amount, c.standard_id, c.rule_id,
           s.document, '[]', %(by)s, %(now)s
    FROM chosen c JOIN assistance_standard s ON s.id = c.standard_id RETURNING id)
SELECT c.id, c.entitlement_id FROM chosen c
"""

CONFIRM = """
UPDATE assistance_educationaward a
SET state = 'CONFIRMED', confirmed_by_id = %(by)s, confirmed_at = %(now)s,
    version = a.version + 1, updated_at = %(now)s, entitlement_id = m.entitlement_id
FROM (
    SELECT x.id, k.entitlement_id FROM assistance_educationaward x
    LEFT JOIN unnest(%(awards)s::bigint[], %(entitlements)s::bigint[]) k(award, entitlement_id)
      ON k.award = x.id
    WHERE x.id = ANY(%(ids)s) AND x.state = 'PROPOSED'
      AND x.proposed_by_id IS DISTINCT FROM %(by)s
      AND (x.paid_to = 'SCHOOL' OR k.entitlement_id IS NOT NULL)) m
WHERE a.id = m.id
RETURNING a.id
"""

# The same as `rules.education_award.first_month` and `last_month`, of term `t`, programme `p`: the
# first month of the term in which a period begins, and the first month after that period.
PERIOD = """
    SELECT first.month, next.month AS after
    FROM generate_series(
        date_trunc('month', t.starts_on::timestamp), t.ends_on, '1 month') first(month),
    LATERAL (SELECT min(n.month) AS month
        FROM generate_series(
            first.month + interval '1 month', first.month + interval '12 months', '1 month')
            n(month)
        WHERE extract(month FROM n.month) = ANY(p.period_starts)) next
    WHERE extract(month FROM first.month) = ANY(p.period_starts)
    ORDER BY first.month LIMIT 1
"""
# For the lists of gaps: an award of the month's term serves what it is for. A family's that is
# confirmed is an entitlement, which the lists know.
SERVED = f"""
SELECT a.child_id, a.programme_id
FROM child c JOIN assistance_educationaward a ON a.child_id = c.id
JOIN schools_term t ON t.id = a.term_id
JOIN assistance_programme p ON p.id = a.programme_id
CROSS JOIN LATERAL ({PERIOD}) period
WHERE a.state <> 'ENDED' AND (a.paid_to = 'SCHOOL' OR a.state = 'PROPOSED')
  AND {{month}} >= period.month AND {{month}} < period.after
"""
SERVED_ONCE = """
SELECT f.child_id, p.id AS programme_id
FROM child c JOIN assistance_freshmansubsidy f ON f.child_id = c.id
JOIN assistance_programme p ON p.department = 'EDUCATION' AND p.cadence = 'ONCE'
WHERE f.state NOT IN ('REFUSED', 'RECOVERED')
"""
