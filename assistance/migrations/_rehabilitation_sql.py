"""What the tables of rehabilitation refuse beyond plain constraints, as SQL text.

The functions belong to the owner of the tables: they look past the policies, so that a claim of
another place or a plan made elsewhere counts too; the search path is pinned. Whoever changes
what a plan may hold locks the plan first, in the order of the keys: two at once wait, and the
second sees what the first wrote.
"""

_HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"


def _refuse(name: str, words: str) -> str:
    return (
        f"RAISE EXCEPTION '{words}'"
        f" USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{name}'"
    )


PLAN = f"""
CREATE FUNCTION registry_rehab_plan_fits() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    PERFORM 1 FROM assistance_rehabilitationapplication a
    WHERE a.id = NEW.application_id AND a.child_id = NEW.child_id AND a.kind = NEW.kind
      AND a.state = 'APPROVED' FOR SHARE;
    IF NOT FOUND THEN
        {_refuse("rehab_plan_of_an_approved_application", "it follows an approved application")};
    END IF;
    PERFORM 1 FROM assistance_rehabilitationinstitution i
    WHERE i.id = NEW.institution_id AND i.starts_on <= NEW.starts_on
      AND coalesce(i.ends_on, 'infinity') >= NEW.ends_on AND i.kinds @> ARRAY[NEW.kind] FOR SHARE;
    IF NOT FOUND THEN
        {_refuse("rehab_plan_inside_designation", "the institution is not designated for it")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rehab_plan_fits
    BEFORE INSERT OR UPDATE OF child_id, application_id, institution_id, kind, starts_on, ends_on
    ON assistance_rehabilitationplan FOR EACH ROW EXECUTE FUNCTION registry_rehab_plan_fits();
"""

# Years of life as `age()` counts them: born on 29 February, in common years on 1 March.
SESSION = f"""
CREATE FUNCTION registry_rehab_session_fits() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    plan assistance_rehabilitationplan;
    born date;
BEGIN
    IF NEW.withdrawn_on IS NOT NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO plan FROM assistance_rehabilitationplan p WHERE p.id = NEW.plan_id FOR SHARE;
    IF plan.child_id <> NEW.child_id OR plan.institution_id <> NEW.institution_id THEN
        {_refuse("rehab_session_fits_its_plan", "a session is of its plan")};
    END IF;
    IF NEW.held_on NOT BETWEEN plan.starts_on AND plan.ends_on THEN
        {_refuse("rehab_session_inside_plan", "a session lies inside its plan")};
    END IF;
    PERFORM 1 FROM assistance_rehabilitationinstitution i
    WHERE i.id = NEW.institution_id
      AND NEW.held_on BETWEEN i.starts_on AND coalesce(i.ends_on, 'infinity') FOR SHARE;
    IF NOT FOUND THEN
        {_refuse("rehab_session_inside_designation", "the institution was not designated")};
    END IF;
    SELECT c.birth_date INTO born FROM children_child c WHERE c.id = NEW.child_id;
    IF extract(year FROM age(
        CASE plan.age_rule WHEN 'YEAR_START' THEN date_trunc('year', NEW.held_on)::date
                           ELSE NEW.held_on END, born)) >= plan.until_age THEN
        {_refuse("rehab_session_under_age", "the child had reached the age limit")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rehab_session_fits BEFORE INSERT OR UPDATE ON assistance_rehabilitationsession
    FOR EACH ROW EXECUTE FUNCTION registry_rehab_session_fits();
"""

# One statement for any number of plans: a claim of many lines is checked at once.
WITHIN = f"""
CREATE FUNCTION registry_rehab_within(plans bigint[]) RETURNS void LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    wrong text;
BEGIN
    PERFORM 1 FROM assistance_rehabilitationplan p WHERE p.id = ANY(plans)
    ORDER BY p.id FOR NO KEY UPDATE;

    IF EXISTS (
        SELECT 1 FROM assistance_rehabilitationsession s
        JOIN assistance_rehabilitationplan p ON p.id = s.plan_id
        WHERE p.id = ANY(plans) AND s.withdrawn_on IS NULL
          AND s.held_on NOT BETWEEN p.starts_on AND p.ends_on) THEN
        {_refuse("rehab_plan_covers_its_sessions", "sessions lie outside the plan")};
    END IF;

    WITH standing AS (
        SELECT l.plan_id, c.month, l.granted_sessions AS sessions, l.granted_amount AS amount,
               l.child_id = p.child_id AND c.institution_id = p.institution_id AS fits
        FROM assistance_claimline l
        JOIN assistance_rehabilitationclaim c ON c.id = l.claim_id AND c.state <> 'CANCELLED'
        JOIN assistance_rehabilitationplan p ON p.id = l.plan_id
        WHERE l.plan_id = ANY(plans)),
    of_month AS (
        SELECT plan_id, month, sum(sessions) AS sessions, sum(amount) AS amount,
               bool_and(fits) AS fits
        FROM standing GROUP BY plan_id, month),
    attended AS (
        SELECT s.plan_id, date_trunc('month', s.held_on)::date AS month, count(*) AS sessions
        FROM assistance_rehabilitationsession s
        WHERE s.plan_id = ANY(plans) AND s.withdrawn_on IS NULL GROUP BY 1, 2),
    of_plan AS (
        SELECT plan_id, sum(sessions) AS sessions, sum(amount) AS amount
        FROM of_month GROUP BY plan_id)
    SELECT CASE
        WHEN NOT m.fits THEN 'claim_line_fits_its_plan'
        WHEN m.sessions > coalesce(a.sessions, 0) THEN 'claim_line_within_attended_sessions'
        WHEN o.sessions > p.sessions THEN 'claim_line_within_approved_sessions'
        WHEN o.amount > p.money THEN 'claim_line_within_approved_money'
        ELSE 'claim_line_within_the_months_money' END
    INTO wrong
    FROM of_month m
    JOIN of_plan o USING (plan_id)
    JOIN assistance_rehabilitationplan p ON p.id = m.plan_id
    LEFT JOIN attended a USING (plan_id, month)
    WHERE NOT m.fits OR m.sessions > coalesce(a.sessions, 0) OR o.sessions > p.sessions
       OR o.amount > p.money OR m.amount > p.month_money
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'a claim goes beyond its plan'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = wrong;
    END IF;
END $$;
"""

# (table, event, transition tables, SQL of the plans it touches)
_LOOKS = [
    ("claimline", "INSERT", "NEW TABLE AS fresh", "SELECT plan_id FROM fresh"),
    (
        "claimline", "UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh",
        "SELECT plan_id FROM fresh UNION SELECT plan_id FROM stale",
    ),
    (
        "rehabilitationclaim", "UPDATE", "NEW TABLE AS fresh",
        "SELECT l.plan_id FROM assistance_claimline l JOIN fresh ON fresh.id = l.claim_id"
        " WHERE fresh.state <> 'CANCELLED'",
    ),
    (
        "rehabilitationsession", "UPDATE", "OLD TABLE AS stale NEW TABLE AS fresh",
        "SELECT plan_id FROM stale UNION SELECT plan_id FROM fresh",
    ),
    ("rehabilitationplan", "UPDATE", "NEW TABLE AS fresh", "SELECT id FROM fresh"),
]  # fmt: skip


def _look(table: str, event: str, tables: str, plans: str) -> str:
    name = f"rehab_within_{table}_{event.lower()}"
    return f"""
CREATE FUNCTION registry_{name}() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    PERFORM registry_rehab_within(ARRAY({plans}));
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON assistance_{table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION registry_{name}();
"""


FUNCTIONS = PLAN + SESSION + WITHIN + "".join(_look(*each) for each in _LOOKS)

BACK = (
    "".join(
        f"DROP FUNCTION registry_rehab_within_{table}_{event.lower()}() CASCADE;"
        for table, event, _tables, _plans in _LOOKS
    )
    + "DROP FUNCTION registry_rehab_within(bigint[]);"
    + "DROP FUNCTION registry_rehab_session_fits() CASCADE;"
    + "DROP FUNCTION registry_rehab_plan_fits() CASCADE;"
)


# Sessions of a plan and no more: claimed they could never be. Asked when they are entered, for all
# of a statement at once; a plan that has more from before stays as it is.
QUOTA = f"""
CREATE FUNCTION registry_rehab_within_quota() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    PERFORM 1 FROM assistance_rehabilitationplan p
    WHERE p.id IN (SELECT plan_id FROM fresh WHERE withdrawn_on IS NULL)
    ORDER BY p.id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM assistance_rehabilitationplan p
        WHERE p.id IN (SELECT plan_id FROM fresh WHERE withdrawn_on IS NULL)
          AND p.sessions < (
            SELECT count(*) FROM assistance_rehabilitationsession s
            WHERE s.plan_id = p.id AND s.withdrawn_on IS NULL)) THEN
        {_refuse("rehab_session_within_plan", "the sessions of the plan are used up")};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rehab_within_quota AFTER INSERT ON assistance_rehabilitationsession
    REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION registry_rehab_within_quota();
"""
QUOTA_BACK = "DROP FUNCTION registry_rehab_within_quota() CASCADE"


# Who wrote a line that stands, by hand, of a list or from the sessions: history knows, and cannot
# be written over. Claims are approved under the lock under which lines are written.
NONE_OF_ITS_LINES = f"""
CREATE FUNCTION registry_rehab_claim_approver() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM assistance_claimline l
        JOIN assistance_historicalclaimline h ON h.id = l.id
        WHERE l.claim_id = NEW.id AND h.history_user_id = NEW.approved_by_id) THEN
        {_refuse("rehab_claim_approved_by_none_of_its_lines", "it is approved by another person")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rehab_claim_approver BEFORE UPDATE OF approved_by_id
    ON assistance_rehabilitationclaim FOR EACH ROW
    WHEN (NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
    EXECUTE FUNCTION registry_rehab_claim_approver();
"""
NONE_OF_ITS_LINES_BACK = "DROP FUNCTION registry_rehab_claim_approver() CASCADE"
