"""Statements of the tables about money and dropouts, under the reader's own policies.

Parameters: `lo`, `hi` (area), `month`, `first`, `last`, `zone`. Each answers with (key of the row,
figures as JSON); the row of all has the key ''.
"""

_LINES = """
WITH line AS MATERIALIZED (
    SELECT l.child_id, l.programme_id, l.amount, l.kind, l.state, l.failed_on,
           r.month = %(month)s AS is_now, r.total IS NOT NULL AND r.month = %(month)s
               AND r.area_id >= %(lo)s AND r.area_id < %(hi)s AS is_checked
    FROM assistance_paymentrun r JOIN assistance_paymentline l ON l.run_id = r.id
    JOIN assistance_programme p ON p.id = l.programme_id
    WHERE (r.month = %(month)s OR p.cadence = 'MONTH'
           AND r.month = (%(month)s - interval '1 month')::date)
      AND r.state <> 'CANCELLED'
      AND l.state <> 'CANCELLED' AND l.area_code >= %(lo)s AND l.area_code < %(hi)s),
head AS MATERIALIZED (
    SELECT child_id, programme_id,
           sum(amount) FILTER (WHERE is_now AND kind = 'REGULAR') AS now,
           sum(amount) FILTER (WHERE NOT is_now AND kind = 'REGULAR') AS before,
           sum(amount) FILTER (WHERE is_now AND kind = 'ARREARS') AS arrears,
           sum(amount) FILTER (WHERE is_now AND kind = 'RECOVERY') AS recovery,
           sum(amount) FILTER (WHERE is_now AND kind <> 'REISSUE') AS money,
           sum(amount) FILTER (WHERE is_checked AND kind <> 'RECOVERY'
               AND (state IN ('PENDING', 'PAID', 'FAILED') OR failed_on IS NOT NULL)) AS sent
    FROM line GROUP BY child_id, programme_id)
"""
_PAID = """jsonb_build_object(
    'BEFORE', count(before), 'NEW', count(*) FILTER (WHERE now IS NOT NULL AND before IS NULL),
    'STOPPED', count(*) FILTER (WHERE now IS NULL AND before IS NOT NULL), 'HEADS', count(now),
    'RAISED', count(*) FILTER (WHERE now > before),
    'LOWERED', count(*) FILTER (WHERE now < before), 'SAME', count(*) FILTER (WHERE now = before),
    'LEAST', coalesce(min(now), 0), 'MOST', coalesce(max(now), 0),
    'REGULAR', coalesce(sum(now), 0), 'ARREARS', coalesce(sum(arrears), 0),
    'RECOVERY', coalesce(sum(recovery), 0), 'MONEY', coalesce(sum(money), 0),
    'SENT', coalesce(sum(sent), 0))"""
PAYMENTS = f"""{_LINES}
SELECT programme_id::text, {_PAID}::text FROM head GROUP BY programme_id
UNION ALL
SELECT '', ({_PAID} || jsonb_build_object('RUNS', (
    SELECT coalesce(sum(r.total), 0) FROM assistance_paymentrun r WHERE r.month = %(month)s
    AND r.state <> 'CANCELLED' AND r.area_id >= %(lo)s AND r.area_id < %(hi)s)))::text
FROM head
"""

_STEPS = {
    "BEGIN": "opened_on < %(first)s AND (left_on IS NULL OR left_on >= %(first)s)",
    "CAME": "opened_on >= %(first)s",
    "RETURNED": "left_on BETWEEN %(first)s AND %(last)s AND is_back",
    "LEFT": "left_on BETWEEN %(first)s AND %(last)s AND NOT is_back",
    "END": "left_on IS NULL OR left_on > %(last)s",
}
_BY_STAGE = "jsonb_build_object(" + ", ".join(
    f"'{stage}_{step}', count(*) FILTER (WHERE ({of}) AND ({when}))"
    for stage, of in (("PRIMARY", "stage = 'PRIMARY'"), ("JUNIOR", "stage = 'JUNIOR'"),
                      ("NEITHER", "stage = ''"), ("ALL", "true"))
    for step, when in _STEPS.items()
) + ")::text"  # fmt: skip


def dropouts(row_key: str) -> str:
    """`row_key`: SQL over `l` (line of the ledger) and `c` (child). A stage is the last before."""
    return f"""
WITH line AS MATERIALIZED (
    SELECT l.child_id, coalesce({row_key}, '-') AS row_key, l.opened_on,
           least(l.cleared_on, (l.closed_at AT TIME ZONE %(zone)s)::date) AS left_on
    FROM schools_ledgerentry l JOIN children_child c ON c.id = l.child_id
    WHERE l.ledger = 'DROPOUT' AND l.opened_on <= %(last)s
      AND c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s),
fact AS MATERIALIZED (
    SELECT line.*,
           coalesce((SELECT CASE WHEN e.stage IN ('PRIMARY', 'JUNIOR') THEN e.stage ELSE '' END
            FROM schools_enrolment e WHERE e.child_id = line.child_id
              AND e.starts_on <= line.opened_on ORDER BY e.starts_on DESC LIMIT 1), '') AS stage,
           EXISTS (SELECT 1 FROM schools_enrolment e WHERE e.child_id = line.child_id
              AND e.starts_on <= line.left_on AND (e.ends_on IS NULL OR e.ends_on > line.left_on)
              AND e.status IN ('ENROLLED', 'RETURNED')) AS is_back
    FROM line)
SELECT row_key, {_BY_STAGE} FROM fact GROUP BY row_key
UNION ALL SELECT '', {_BY_STAGE} FROM fact
"""


BY_SCHOOL = dropouts("l.school_id::text")
_PARTS = {4: "c.county_code", 6: "c.township_code"}


def by_place(place: str) -> str:
    return dropouts(_PARTS.get(len(place), "c.managing_area_id"))
