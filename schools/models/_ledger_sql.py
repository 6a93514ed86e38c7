"""SQL of the ledgers: `schools.rules.ledger` over a whole county at once.

`WANTED` names each child that the rule puts in a ledger; the rest opens, moves, clears and
reopens lines to agree with it, and writes their history rows in the same statement.
"""

WANTED = """
kids AS MATERIALIZED (
    SELECT c.id, c.managing_area_id, d.duty_on
    FROM children_child c
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN (c.birth_date + make_interval(years => %(age_from)s))::date <= s.start_on
            THEN s.start_on ELSE (s.start_on + interval '1 year')::date END AS duty_on
        FROM (SELECT make_date(extract(year FROM c.birth_date)::int + %(age_from)s,
                               %(month)s, %(day)s) AS start_on) s
    ) d
    WHERE c.birth_date BETWEEN %(born_first)s AND %(born_last)s AND c.status <> 'CLOSED'
      AND (%(children)s::bigint[] IS NULL OR c.id = ANY(%(children)s::bigint[]))
      AND NOT EXISTS (
        SELECT 1 FROM schools_excuse x
        WHERE x.child_id = c.id AND x.starts_on <= %(today)s AND x.ends_on >= %(today)s)
      AND NOT EXISTS (
        SELECT 1 FROM schools_enrolment e WHERE e.child_id = c.id
          AND (e.stage IN ('SENIOR', 'VOCATIONAL') AND e.starts_on <= %(today)s
            OR e.stage = 'JUNIOR' AND e.end_reason = 'GRADUATED' AND e.ends_on <= %(today)s))
),
sent_on AS MATERIALIZED (  -- what was last said of where a child goes on
    SELECT DISTINCT ON (g.enrolment_id) g.enrolment_id, g.state, g.day FROM schools_goingon g
    WHERE (%(children)s::bigint[] IS NULL OR g.child_id = ANY(%(children)s::bigint[]))
      AND g.stage NOT IN ('SENIOR', 'VOCATIONAL')  -- beyond what everybody has to attend
    ORDER BY g.enrolment_id, g.id DESC
),
facts AS MATERIALIZED (
    SELECT k.id, k.managing_area_id,
        now_on.stage, now_on.status, now_on.placement, now_on.starts_on,
        coalesce(now_on.stage <> 'PRESCHOOL', false) AS is_on_roll, now_on.school_id AS here,
        gone.end_reason, gone.school_id AS there,
        -- Who left for elsewhere is no longer seen by the school: nobody there can answer.
        (now_on.id IS NOT NULL OR gone.end_reason IN ('DROPPED_OUT', 'NOT_FOUND'))
            AS is_the_schools,
        CASE WHEN now_on.id IS NULL THEN greatest(k.duty_on, gone.ends_on) ELSE k.duty_on END
            AS owed_since,
        CASE WHEN now_on.id IS NULL THEN gone.ends_on END AS left_on,
        away.starts_on AS away_since, said.refused_on, sent_on.day AS sent_on_for,
        coalesce(away.starts_on <= %(dropout_since)s
            AND now_on.placement NOT IN ('HOME_TEACHING', 'DISTANCE'), false) AS is_long_away
    FROM kids k
    LEFT JOIN schools_enrolment now_on ON now_on.child_id = k.id
        AND now_on.starts_on <= %(today)s
        AND (now_on.ends_on IS NULL OR now_on.ends_on > %(today)s)
    LEFT JOIN LATERAL (
        SELECT e.end_reason, e.ends_on, e.school_id FROM schools_enrolment e
        WHERE e.child_id = k.id AND e.ends_on <= %(today)s
        ORDER BY e.ends_on DESC, e.id DESC LIMIT 1) gone ON true
    LEFT JOIN schools_absence away ON away.child_id = k.id AND away.kind = 'UNEXCUSED'
        AND away.starts_on <= %(today)s AND (away.ends_on IS NULL OR away.ends_on > %(today)s)
    LEFT JOIN sent_on ON sent_on.enrolment_id = now_on.id
        AND sent_on.state NOT IN ('STAYS', 'ACCEPTED') AND sent_on.day <= %(taken_in_since)s
    LEFT JOIN LATERAL (
        SELECT CASE WHEN p.outcome = 'REFUSED' THEN p.happened_on END AS refused_on
        FROM schools_persuasion p
        WHERE p.child_id = k.id AND p.happened_on <= %(today)s
        ORDER BY p.happened_on DESC, p.id DESC LIMIT 1) said ON true
    WHERE now_on.id IS NOT NULL OR gone.end_reason IS NULL
       OR gone.end_reason NOT IN ('DIED', 'EMIGRATED')
),
control AS (
    SELECT f.*,
        CASE
            WHEN is_on_roll AND status = 'SUSPENDED' THEN 'SUSPECTED'
            WHEN is_on_roll AND is_long_away THEN 'DROPOUT'
            WHEN is_on_roll AND sent_on_for IS NOT NULL THEN 'SUSPECTED'
            WHEN is_on_roll AND placement NOT IN ('HOME_TEACHING', 'DISTANCE')
                 AND away_since <= %(suspected_since)s THEN 'SUSPECTED'
            WHEN is_on_roll THEN NULL
            WHEN left_on IS NOT NULL AND end_reason IN ('DROPPED_OUT', 'NOT_FOUND') THEN 'DROPOUT'
            WHEN owed_since <= %(roll_since)s THEN 'NO_ROLL'
        END AS ledger,
        CASE
            WHEN is_on_roll AND status = 'SUSPENDED' THEN 'NOT_APPROVED'
            WHEN is_on_roll AND sent_on_for IS NOT NULL AND NOT is_long_away THEN 'NOT_ACCEPTED'
            WHEN is_on_roll THEN 'ABSENT'
            WHEN left_on IS NOT NULL AND end_reason IN ('DROPPED_OUT', 'NOT_FOUND')
                THEN 'DROPPED_OUT'
            WHEN stage IS NOT NULL THEN 'PRESCHOOL'
            WHEN left_on IS NOT NULL THEN 'NOT_ARRIVED'
            ELSE 'NEVER_ENROLLED'
        END AS cause,
        CASE
            WHEN is_on_roll AND status = 'SUSPENDED' THEN starts_on
            WHEN is_on_roll AND sent_on_for IS NOT NULL AND NOT is_long_away THEN sent_on_for
            WHEN is_on_roll THEN away_since
            WHEN left_on IS NOT NULL AND end_reason IN ('DROPPED_OUT', 'NOT_FOUND') THEN left_on
            ELSE owed_since
        END AS since
    FROM facts f
),
lines AS (
    SELECT id AS child_id, managing_area_id, coalesce(here, there) AS school_id, is_the_schools,
        true AS is_control,
        CASE WHEN refused_on >= since THEN 'DROPOUT' ELSE ledger END AS ledger,
        CASE WHEN refused_on >= since AND ledger <> 'DROPOUT' THEN 'REFUSED' ELSE cause END
            AS cause, since
    FROM control WHERE ledger IS NOT NULL
    UNION ALL
    SELECT id, managing_area_id, coalesce(here, there), is_the_schools, false, 'UNPLACED',
        'NOT_PLACED', owed_since
    FROM facts
    WHERE owed_since <= %(roll_since)s
      AND NOT (is_on_roll AND placement = ANY(%(placed)s))
      AND EXISTS (
        SELECT 1 FROM children_disabilitycertificate d WHERE d.child_id = facts.id
          AND d.status NOT IN ('CANCELLED', 'MOVED'))
),
wanted AS MATERIALIZED (
    SELECT l.*, coalesce(helper.id, principal.id, supervisor.id, county.id) AS owner_id,
        %(today)s::date + (CASE l.ledger
            WHEN 'NO_ROLL' THEN %(due_NO_ROLL)s WHEN 'SUSPECTED' THEN %(due_SUSPECTED)s
            WHEN 'DROPOUT' THEN %(due_DROPOUT)s ELSE %(due_UNPLACED)s END)::int AS due_on
    FROM lines l
    LEFT JOIN LATERAL (
        SELECT p.id FROM schools_pairing r JOIN held p ON p.id = r.helper_id
        WHERE r.child_id = l.child_id AND r.is_main AND p.organisation_id = l.school_id
          AND p.role IN ('CLASS_TEACHER', 'PRINCIPAL')
          AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on > %(today)s)
        ORDER BY p.id LIMIT 1) helper ON true
    LEFT JOIN LATERAL (
        SELECT p.id FROM held p WHERE p.organisation_id = l.school_id AND p.role = 'PRINCIPAL'
          AND l.is_the_schools
        ORDER BY p.id LIMIT 1) principal ON true
    LEFT JOIN LATERAL (
        SELECT p.id FROM held p WHERE p.area_id = left(l.managing_area_id, 9)
          AND p.role = 'CHILD_SUPERVISOR'
        ORDER BY p.id LIMIT 1) supervisor ON true
    LEFT JOIN LATERAL (
        SELECT p.id FROM held p WHERE p.area_id = left(l.managing_area_id, 6)
          AND p.role = 'COUNTY_OFFICER'
        ORDER BY p.id LIMIT 1) county ON true
)
"""

HELD = """
held AS MATERIALIZED (
    SELECT p.id, p.organisation_id, p.area_id, p.role
    FROM accounts_posting p JOIN accounts_user u ON u.id = p.user_id AND u.is_active
    WHERE p.role IN ('CLASS_TEACHER', 'PRINCIPAL', 'CHILD_SUPERVISOR', 'COUNTY_OFFICER')
      AND p.starts_on <= %(today)s AND (p.ends_on IS NULL OR p.ends_on >= %(today)s)
),
"""

LINES = "WITH " + HELD + WANTED + " SELECT child_id, ledger, cause, since FROM wanted"

# {columns}: those that history keeps, in the model's order; {same}: e.column of a written row.
REFRESH = (
    "WITH "
    + HELD
    + WANTED
    + """,
again AS (  -- struck off this school year, and the rule says so again
    SELECT DISTINCT ON (w.child_id, w.is_control) e.id, w.child_id, w.is_control
    FROM wanted w JOIN schools_ledgerentry e ON e.child_id = w.child_id
        AND (e.ledger <> 'UNPLACED') = w.is_control
    WHERE e.closed_at >= %(year_starts_at)s
      AND NOT EXISTS (
        SELECT 1 FROM schools_ledgerentry o WHERE o.child_id = w.child_id
          AND o.closed_at IS NULL AND (o.ledger <> 'UNPLACED') = w.is_control)
    ORDER BY w.child_id, w.is_control, e.closed_at DESC, e.id DESC
),
written AS (
    UPDATE schools_ledgerentry e SET
        ledger = w.ledger, cause = w.cause, school_id = w.school_id, owner_id = w.owner_id,
        since = CASE WHEN e.ledger = w.ledger AND e.cleared_on IS NULL THEN e.since
                     ELSE w.since END,
        opened_on = CASE WHEN e.ledger = w.ledger AND e.cleared_on IS NULL THEN e.opened_on
                         ELSE %(today)s END,
        due_on = CASE WHEN e.ledger = w.ledger AND e.cleared_on IS NULL THEN e.due_on
                      ELSE w.due_on END,
        cleared_on = NULL, proposed_by_id = NULL, proposed_at = NULL, proposal = '',
        returned_because = '', returned_by_id = NULL, returned_at = NULL,
        closed_by_id = NULL, closed_at = NULL,
        version = e.version + 1, updated_at = %(now)s
    FROM wanted w
    WHERE e.child_id = w.child_id AND (e.ledger <> 'UNPLACED') = w.is_control
      AND (e.closed_at IS NULL OR e.id IN (SELECT a.id FROM again a))
      AND (e.ledger, e.cause, e.school_id, e.owner_id, e.cleared_on, e.closed_at)
          IS DISTINCT FROM (w.ledger, w.cause, w.school_id, w.owner_id, NULL::date,
                            NULL::timestamptz)
    RETURNING e.*
),
cleared AS (
    UPDATE schools_ledgerentry e SET
        cleared_on = %(today)s, version = e.version + 1, updated_at = %(now)s
    WHERE e.closed_at IS NULL AND e.cleared_on IS NULL
      AND (%(children)s::bigint[] IS NULL OR e.child_id = ANY(%(children)s::bigint[]))
      AND NOT EXISTS (
        SELECT 1 FROM wanted w
        WHERE w.child_id = e.child_id AND w.is_control = (e.ledger <> 'UNPLACED'))
    RETURNING e.*
),
added AS (
    INSERT INTO schools_ledgerentry
        (uuid, version, updated_at, child_id, ledger, cause, school_id, owner_id, since,
         opened_on, due_on, proposal)
    SELECT gen_random_uuid(), 1, %(now)s, w.child_id, w.ledger, w.cause, w.school_id, w.owner_id,
        w.since, %(today)s, w.due_on, ''
    FROM wanted w
    WHERE NOT EXISTS (
        SELECT 1 FROM schools_ledgerentry e
        WHERE e.child_id = w.child_id AND (e.ledger <> 'UNPLACED') = w.is_control
          AND (e.closed_at IS NULL OR e.id IN (SELECT a.id FROM again a)))
    RETURNING *
)
INSERT INTO schools_historicalledgerentry
    ({columns}, history_date, history_type, history_user_id, history_change_reason)
SELECT {columns}, %(now)s, kind, %(user)s, %(reason)s
FROM (SELECT '~' AS kind, w.* FROM written w UNION ALL SELECT '~', c.* FROM cleared c
      UNION ALL SELECT '+', a.* FROM added a) rows
"""
)
