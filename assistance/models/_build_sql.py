"""SQL that puts a run together: what is owed, what was reckoned, and the lines between the two.

Parameters: `run`, `month`, `since`, `lo`, `hi` (area), `codes` (empty array: all programmes),
`now`, `by`. Each statement writes its history rows itself. A file continued in another one is
neither paid nor reckoned back; what was paid on it is not paid again on the one that goes on.
"""

# Entitlements of the run's place, read once, each with the account that its money goes to.
PLACE = """
SELECT e.id AS entitlement, e.child_id AS child, e.programme_id AS programme, e.state,
       e.from_month, e.to_month, c.township_code AS area_code, a.id AS account
FROM assistance_entitlement e
JOIN children_child c ON c.id = e.child_id
JOIN assistance_programme p ON p.id = e.programme_id
LEFT JOIN assistance_paymentaccount a ON a.child_id = e.child_id AND a.state = 'IN_USE'
WHERE c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s AND c.merged_into_id IS NULL
  AND (%(codes)s::text[] = '{}' OR p.code = ANY(%(codes)s::text[]))
"""

# Months in which a programme pays families, with the day by which it should.
PAYABLE = """
SELECT p.id AS programme, p.cadence = 'ONCE' AS is_once, m.month,
       (m.month + make_interval(days => least(
            coalesce(p.pay_day, 31),
            extract(day FROM m.month + interval '1 month - 1 day'))::int - 1))::date AS due_on
FROM assistance_programme p
CROSS JOIN (
    SELECT g::date AS month
    FROM generate_series(%(since)s::date, %(month)s::date, interval '1 month') g) m
WHERE p.paid_to = 'FAMILY' AND CASE p.cadence
    WHEN 'MONTH'
    THEN p.pay_months = '{}' OR extract(month FROM m.month)::int = ANY(p.pay_months)
    WHEN 'ONCE' THEN true
    ELSE extract(month FROM m.month)::int = ANY(p.period_starts) END
"""

# Amounts, each until the next one: that of a later month, or set later for the same. Worked out
# before months are joined to it: an entitlement has few amounts and many months.
IN_FORCE = """
SELECT e.entitlement, e.programme, e.from_month AS entitled_from, e.to_month, r.rate, r.amount,
       greatest(r.from_month, e.from_month) AS from_month, r.replaced_from
FROM place e
CROSS JOIN LATERAL (
    SELECT id AS rate, amount, from_month,
           lead(from_month, 1, 'infinity') OVER (ORDER BY from_month, id) AS replaced_from
    FROM assistance_entitlementrate WHERE entitlement_id = e.entitlement) r
WHERE e.state IN ('RUNNING', 'HELD', 'ENDED')
"""

OWED = """
SELECT r.entitlement, y.month, r.rate, r.amount, y.due_on
FROM in_force r
JOIN payable y ON y.programme = r.programme
    AND y.month >= r.from_month AND y.month < r.replaced_from
    AND (r.to_month IS NULL OR y.month <= r.to_month)
    AND (NOT y.is_once OR y.month = r.entitled_from)
"""

# What all runs have reckoned for these months; a recovery that was waived is among it. `open`:
# lines of this draft, or unpaid ones, which may go.
MADE = """
SELECT l.entitlement_id AS entitlement, l.month,
       coalesce(sum(l.amount) FILTER (WHERE NOT s.is_open), 0) AS fixed,
       coalesce(sum(l.amount) FILTER (WHERE s.is_open), 0) AS open, bool_or(s.is_open) AS may_go
FROM place e JOIN assistance_paymentline l ON l.entitlement_id = e.entitlement
CROSS JOIN LATERAL (SELECT l.state IN ('HELD', 'FAILED')
                        OR l.state = 'PENDING' AND l.run_id = %(run)s) s(is_open)
WHERE l.month BETWEEN %(since)s AND %(month)s AND l.state NOT IN ('REISSUED', 'CANCELLED')
GROUP BY l.entitlement_id, l.month
"""

# The same, of files that are continued in those of the place.
MERGED = """
SELECT e.entitlement, l.month, sum(l.amount) AS amount
FROM children_child o JOIN place e ON e.child = o.merged_into_id
JOIN assistance_paymentline l ON l.child_id = o.id AND l.programme_id = e.programme
WHERE o.merged_into_id IS NOT NULL
  AND l.month BETWEEN %(since)s AND %(month)s AND l.state NOT IN ('REISSUED', 'CANCELLED')
GROUP BY e.entitlement, l.month
"""

_HISTORY = """
INSERT INTO {history} ({columns}, history_date, history_type, history_user_id)
SELECT {columns}, %(now)s, '{kind}', %(by)s FROM {rows}
"""

# What is owed and was not reckoned, or was reckoned and is not owed, and what a line might have to
# go of. Kept before a line is written: a statement that writes lines and asks for lines is planned
# for those that were there before it. Compared as a difference to 0: of two sides compared to each
# other the planner thinks, as long as no line was ever written, that none differs, and joins what
# is left row by row over all children.
GAP = f"""
CREATE TEMPORARY TABLE run_gap ON COMMIT DROP AS
WITH place AS MATERIALIZED ({PLACE}), in_force AS MATERIALIZED ({IN_FORCE}),
payable AS MATERIALIZED ({PAYABLE}), owed AS ({OWED}), made AS ({MADE}),
merged AS MATERIALIZED ({MERGED}),
gap AS (
    SELECT coalesce(o.entitlement, m.entitlement) AS entitlement,
           coalesce(o.month, m.month) AS month, o.rate, m.entitlement IS NULL AS is_first,
           coalesce(m.may_go, false) AS may_go,
           d.amount, coalesce(o.due_on, coalesce(o.month, m.month)) AS due_on
    FROM owed o FULL JOIN made m ON m.entitlement = o.entitlement AND m.month = o.month
    LEFT JOIN merged g ON g.entitlement = o.entitlement AND g.month = o.month
    CROSS JOIN LATERAL (SELECT coalesce(o.amount, 0) - coalesce(m.fixed, 0) AS missing OFFSET 0) x
    CROSS JOIN LATERAL (
        SELECT CASE WHEN x.missing > 0 THEN greatest(x.missing - coalesce(g.amount, 0), 0)
               ELSE x.missing END - coalesce(m.open, 0) AS amount) d
    WHERE d.amount <> 0 OR m.may_go)
SELECT g.entitlement, e.child, e.programme, e.state, g.month, g.rate, g.is_first, g.may_go,
       g.amount, g.due_on, e.area_code, e.account
FROM gap g JOIN place e ON e.entitlement = g.entitlement
"""

# Lines of this draft whose child went to another place since, or is continued in another file.
AWAY = f"""
WITH gone AS (
    UPDATE assistance_paymentline l SET state = 'CANCELLED', act_by = NULL, retry_at = NULL
    WHERE l.run_id = %(run)s AND l.state IN ('PENDING', 'HELD') AND NOT EXISTS (
        SELECT FROM children_child c
        WHERE c.id = l.child_id AND c.merged_into_id IS NULL
          AND c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s)
    RETURNING {{line_columns}}),
told AS ({_HISTORY.replace("{rows}", "gone").replace("{kind}", "~")})
SELECT count(*) FROM gone
"""

# Lines of this draft that no longer fit, and unpaid ones of months for which too much stands.
CANCEL = f"""
WITH gone AS (
    UPDATE assistance_paymentline l SET state = 'CANCELLED', act_by = NULL, retry_at = NULL
    FROM run_gap g
    WHERE g.may_go AND g.entitlement = l.entitlement_id AND g.month = l.month
      AND l.state IN ('PENDING', 'HELD', 'FAILED')
      AND CASE WHEN l.run_id = %(run)s
          THEN g.amount <> 0 OR l.kind <> 'RECOVERY' AND (
              l.account_id IS DISTINCT FROM g.account
              OR (l.state = 'HELD') <> (g.state = 'HELD' OR l.account_id IS NULL))
          ELSE l.state <> 'PENDING' AND g.amount < 0 END
    RETURNING {{line_columns}}),
told AS ({_HISTORY.replace("{rows}", "gone").replace("{kind}", "~")})
SELECT count(*) FROM gone
"""

CANCEL_ALL = f"""
WITH gone AS (
    UPDATE assistance_paymentline l SET state = 'CANCELLED', act_by = NULL, retry_at = NULL
    WHERE l.run_id = %(run)s AND l.state <> 'CANCELLED'
    RETURNING {{line_columns}}),
told AS ({_HISTORY.replace("{rows}", "gone").replace("{kind}", "~")})
SELECT count(*) FROM gone
"""

# A line cancelled in the draft gives back the one that it was to replace.
GIVE_BACK = f"""
WITH back AS (
    UPDATE assistance_paymentline o
    SET state = CASE WHEN o.failed_on IS NULL THEN 'HELD' ELSE 'FAILED' END
    FROM assistance_paymentline l
    WHERE l.run_id = %(run)s AND l.replaces_id = o.id AND l.state = 'CANCELLED'
      AND o.state = 'REISSUED'
      AND NOT EXISTS (SELECT 1 FROM assistance_paymentline n
                      WHERE n.replaces_id = o.id AND n.state <> 'CANCELLED')
    RETURNING {{old_columns}}),
told AS ({_HISTORY.replace("{rows}", "back").replace("{kind}", "~")})
SELECT count(*) FROM back
"""

_LINE = """run_id, child_id, area_code, entitlement_id, programme_id, rate_id, account_id, month,
    kind, state, amount, due_on, reason, replaces_id"""

INSERT = f"""
WITH paid AS MATERIALIZED (
    SELECT x.child_id, x.programme_id FROM assistance_paymentline x
    WHERE x.month = %(month)s AND x.kind = 'REGULAR' AND x.state <> 'CANCELLED'
      AND EXISTS (SELECT FROM run_gap g WHERE g.child = x.child_id AND g.amount <> 0)),
new AS (
    INSERT INTO assistance_paymentline ({_LINE})
    SELECT %(run)s, g.child, g.area_code, g.entitlement,
           g.programme, g.rate, CASE WHEN g.amount > 0 THEN g.account END, g.month,
           CASE WHEN g.amount < 0 THEN 'RECOVERY'
                WHEN g.is_first AND g.month = %(month)s AND p.child_id IS NULL
                THEN 'REGULAR' ELSE 'ARREARS' END,
           CASE WHEN g.amount > 0 AND (g.state = 'HELD' OR g.account IS NULL)
                THEN 'HELD' ELSE 'PENDING' END,
           g.amount, g.due_on,
           CASE WHEN g.amount < 0 THEN '' WHEN g.state = 'HELD' THEN 'SUSPENDED'
                WHEN g.account IS NULL THEN 'NO_ACCOUNT' ELSE '' END,
           NULL
    FROM run_gap g
    LEFT JOIN paid p ON p.child_id = g.child AND p.programme_id = g.programme
    WHERE g.amount <> 0
    ORDER BY g.child, g.programme, g.month
    RETURNING {{columns}}),
told AS ({_HISTORY.replace("{rows}", "new").replace("{kind}", "+")})
SELECT count(*) FROM new
"""

# Lines that failed and were put right, or are held no longer: paid again in this run.
REISSUE = f"""
WITH ready AS (
    SELECT l.*, a.id AS to_account
    FROM assistance_paymentline l
    JOIN assistance_entitlement e ON e.id = l.entitlement_id
    JOIN children_child c ON c.id = l.child_id
    JOIN assistance_programme p ON p.id = l.programme_id
    JOIN assistance_paymentaccount a ON a.child_id = l.child_id AND a.state = 'IN_USE'
    WHERE c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s AND c.merged_into_id IS NULL
      AND (%(codes)s::text[] = '{{}}' OR p.code = ANY(%(codes)s::text[]))
      AND l.run_id <> %(run)s AND e.state <> 'HELD' AND l.month <= %(month)s
      AND (l.state = 'HELD' OR l.state = 'FAILED' AND l.retry_at IS NOT NULL)),
old AS (
    UPDATE assistance_paymentline l SET state = 'REISSUED', act_by = NULL
    FROM ready WHERE ready.id = l.id
    RETURNING {{line_columns}}),
old_told AS ({_HISTORY.replace("{rows}", "old").replace("{kind}", "~")}),
new AS (
    INSERT INTO assistance_paymentline ({_LINE})
    SELECT %(run)s, child_id, area_code, entitlement_id, programme_id, rate_id, to_account, month,
           'REISSUE', 'PENDING', amount, due_on, '', id
    FROM ready ORDER BY child_id, id
    RETURNING {{columns}}),
new_told AS ({_HISTORY.replace("{rows}", "new").replace("{kind}", "+")})
SELECT count(*) FROM new
"""
