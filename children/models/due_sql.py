"""`children.rules.due` in SQL, for any number of children; written after each migration.

Triggers call it within the transaction that changes a visit, a confirmation, the child, the figures
or a care plan, or puts work off; it looks past the policies and writes `children_duework` alone.
`tests/children/models/test_due.py` holds both sayings together.
"""

from typing import Any

from django.conf import settings
from django.db import connections

from accounts.guard.install import OWNER, application_role
from children.rules.due import KEY_FACTS

_TODAY = f"(statement_timestamp() AT TIME ZONE '{settings.TIME_ZONE}')::date"
_HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
_MET = "('MET', 'GUARDIAN_ONLY')"
_FACTS = ", ".join(f"('{fact}')" for fact in KEY_FACTS)
# Rows that an insert may write over, in the order of the SELECT.
_COLUMNS = (
    "county_code", "township_code", "village_code", "last_visit_on", "last_spoken_on",
    "verified_on", "tries", "visit_on", "visit_was_on", "visit_reason", "call_on", "call_was_on",
    "call_reason", "verify_on", "verify_was_on", "plan_on", "plan_kind", "due_on",
)  # fmt: skip
# The cadence in force for each risk.
_CADENCE = """(
        SELECT DISTINCT ON (k.risk_level) k.* FROM children_cadence k
        WHERE k.starts_on <= today
        ORDER BY k.risk_level, k.starts_on DESC) AS cadence"""


def _agreed(side: str, since: str) -> str:
    """The newest day agreed on `side` since it was done there."""
    return f"""(array_agg(next_on ORDER BY visited_on DESC, id DESC)
                   FILTER (WHERE {side} AND {since} = 0 AND next_on IS NOT NULL))[1]"""


# What the visits of `child` come to: `facts_of`.
_VISITS = f"""LATERAL (
        SELECT max(visited_on) FILTER (WHERE is_done) AS last_visit_on,
               max(visited_on) FILTER (WHERE is_spoken) AS last_spoken_on,
               array_agg(visited_on ORDER BY visited_on, id) FILTER (
                   WHERE is_home AND done_after = 0 AND outcome IN ('NOT_AT_HOME', 'REFUSED'))
                   AS tried_on,
               {_agreed("is_home", "done_after")} AS agreed_visit,
               {_agreed("NOT is_home", "spoken_after")} AS agreed_call
        FROM (
            SELECT h.visited_on, h.id, h.outcome, h.next_on, h.mode = 'HOME' AS is_home,
                   h.mode = 'HOME' AND h.outcome = 'MET' AS is_done,
                   h.outcome IN {_MET} AS is_spoken,
                   count(*) FILTER (WHERE h.mode = 'HOME' AND h.outcome = 'MET') OVER newer
                       AS done_after,
                   count(*) FILTER (WHERE h.outcome IN {_MET}) OVER newer AS spoken_after
            FROM children_homevisit h WHERE h.child_id = child.id
            WINDOW newer AS (ORDER BY h.visited_on DESC, h.id DESC
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS visit) AS f"""


_KNOWN = f"""LATERAL (
        SELECT min(coalesce(
            (SELECT max(s.confirmed_on) FROM children_factconfirmation s
             WHERE s.child_id = child.id AND s.fact = fact.code), child.opened_on)) AS verified_on
        FROM (VALUES {_FACTS}) AS fact (code)) AS known"""


def _put_off(kind: str, cause: str, alias: str) -> str:
    return f"""LEFT JOIN children_putoff {alias} ON {alias}.child_id = child.id
        AND {alias}.kind = '{kind}' AND {alias}.cause_on = {cause}"""


# Of the plan that runs what comes first: an open step or the review.
_PLAN = """LEFT JOIN LATERAL (
        SELECT first.day, first.kind
        FROM children_careplan p
        CROSS JOIN LATERAL (
            SELECT p.review_on AS day, 'REVIEW' AS kind
            UNION ALL
            SELECT s.due_on, 'STEP' FROM children_careaction s
            WHERE s.child_id = child.id AND s.plan_id = p.id AND s.done_on IS NULL) AS first
        WHERE p.child_id = child.id AND p.ended_on IS NULL
        ORDER BY first.day, first.kind DESC LIMIT 1) AS care ON true"""

# The same of a file just opened, which has none of these: nothing is looked for.
_NO_VISITS = """(
        SELECT NULL::date AS last_visit_on, NULL::date AS last_spoken_on,
               NULL::date[] AS tried_on, NULL::date AS agreed_visit, NULL::date AS agreed_call)
        AS f"""
_NOT_KNOWN = "LATERAL (SELECT child.opened_on AS verified_on) AS known"
_NO_PLAN = "CROSS JOIN (SELECT NULL::date AS day, NULL::text AS kind) AS care"


def _not_put_off(_kind: str, _cause: str, alias: str) -> str:
    return f"CROSS JOIN (SELECT NULL::date AS until) AS {alias}"


def _work(*, is_new: bool = False) -> str:
    """The steps of `next_work`, one LATERAL each."""
    put_off = _not_put_off if is_new else _put_off
    return f"""
    SELECT child.id, child.county_code, child.township_code, child.managing_area_id,
           f.last_visit_on, f.last_spoken_on, known.verified_on,
           coalesce(cardinality(f.tried_on), 0), visit.due_on, v.due_on, v.reason,
           call.due_on, CASE WHEN call.due_on IS NOT NULL THEN c.due_on END,
           CASE WHEN call.due_on IS NOT NULL THEN c.reason ELSE '' END,
           greatest(w.due_on, verify_off.until), w.due_on, care.day, coalesce(care.kind, ''),
           least(visit.due_on, call.due_on, greatest(w.due_on, verify_off.until), care.day)
    FROM children_child child
    JOIN {_CADENCE} USING (risk_level)
    CROSS JOIN {_NO_VISITS if is_new else _VISITS}
    CROSS JOIN {_NOT_KNOWN if is_new else _KNOWN}
    CROSS JOIN LATERAL (SELECT
        coalesce(f.last_visit_on + cadence.visit_days, child.opened_on + cadence.first_visit_days)
            AS regular_on,
        f.tried_on[1] + cadence.second_try_days AS second_on) AS next
    CROSS JOIN LATERAL (SELECT
        CASE WHEN next.second_on IS NOT NULL THEN least(next.second_on, f.agreed_visit)
             ELSE least(next.regular_on, f.agreed_visit) END AS due_on,
        CASE WHEN next.second_on IS NOT NULL THEN 'SECOND_TRY'
             WHEN f.agreed_visit <= next.regular_on THEN 'FOLLOW_UP'
             WHEN f.last_visit_on IS NULL THEN 'FIRST' ELSE 'REGULAR' END AS reason) AS v
    {put_off("VISIT", "v.due_on", "visit_off")}
    CROSS JOIN LATERAL (SELECT greatest(v.due_on, visit_off.until) AS due_on) AS visit
    CROSS JOIN LATERAL (SELECT
        coalesce(f.last_spoken_on, child.opened_on) + cadence.call_days AS regular_on) AS talk
    CROSS JOIN LATERAL (SELECT
        least(talk.regular_on, f.agreed_call) AS due_on,
        CASE WHEN f.agreed_call <= talk.regular_on THEN 'FOLLOW_UP' ELSE 'REGULAR' END AS reason)
        AS c
    {put_off("CALL", "c.due_on", "call_off")}
    CROSS JOIN LATERAL (SELECT CASE WHEN visit.due_on > c.due_on
        THEN greatest(c.due_on, call_off.until) END AS due_on) AS call
    CROSS JOIN LATERAL (SELECT
        (known.verified_on + make_interval(months => cadence.verify_months))::date AS due_on) AS w
    {put_off("VERIFY", "w.due_on", "verify_off")}
    {_NO_PLAN if is_new else _PLAN}
    WHERE child.id = ANY (only_children) AND child.status <> 'CLOSED'"""


def refresh() -> str:
    names = ", ".join(_COLUMNS)
    sets = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS)
    old, new = (", ".join(f"{row}.{name}" for name in _COLUMNS) for row in ("due", "excluded"))
    return f"""
CREATE OR REPLACE FUNCTION children_refresh_due(only_children bigint[], today date) RETURNS void
LANGUAGE plpgsql {_HEAD} SET plan_cache_mode = auto AS $$
BEGIN
    -- A plan kept of forms, each of one child, would compare many with each other.
    IF only_children IS NULL OR cardinality(only_children) > 100 THEN
        SET LOCAL plan_cache_mode = force_custom_plan;
    END IF;
    IF only_children IS NULL THEN
        only_children := ARRAY(SELECT id FROM children_child WHERE status <> 'CLOSED'
                               UNION SELECT child_id FROM children_duework);
    END IF;
    DELETE FROM children_duework due USING children_child child
    WHERE due.child_id = child.id AND child.id = ANY (only_children)
      AND (child.status = 'CLOSED' OR NOT EXISTS (
          SELECT 1 FROM children_cadence k
          WHERE k.risk_level = child.risk_level AND k.starts_on <= today));
    INSERT INTO children_duework AS due (child_id, {names}) {_work()}
    ON CONFLICT (child_id) DO UPDATE SET {sets}
    WHERE ({old}) IS DISTINCT FROM ({new});
END $$;
-- Of files just opened. By the thousand they come with a list.
CREATE OR REPLACE FUNCTION children_begin_due(only_children bigint[], today date) RETURNS void
LANGUAGE plpgsql {_HEAD} SET plan_cache_mode = auto AS $$
BEGIN
    IF cardinality(only_children) > 100 THEN
        SET LOCAL plan_cache_mode = force_custom_plan;
    END IF;
    INSERT INTO children_duework (child_id, {names}) {_work(is_new=True)};
END $$;
-- Figures that began in the last days: a week without the worker does no harm.
CREATE OR REPLACE FUNCTION children_refresh_due_of_the_day(today date) RETURNS void
LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    PERFORM children_refresh_due(ARRAY(
        SELECT child.id FROM children_child child WHERE child.risk_level IN (
            SELECT risk_level FROM children_cadence WHERE starts_on BETWEEN today - 7 AND today)),
        today);
END $$;
"""


def _trigger(
    name: str, table: str, events: tuple[str, ...], children: str,
    called: str = "children_refresh_due",
) -> str:  # fmt: skip
    """Statement triggers on `table`: `children` selects the ids from `rows`, changed or new."""
    functions, made = "", ""
    for event in events:
        source = {
            "INSERT": "new_rows", "DELETE": "old_rows",
            "UPDATE": "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)",
        }[event]  # fmt: skip
        tables = {
            "INSERT": "NEW TABLE AS new_rows",
            "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE": "OLD TABLE AS old_rows",
        }[event]
        function = f"children_due_after_{name}_{event.lower()}"
        functions += f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    changed bigint[] := ARRAY({children.format(rows=source)});
BEGIN
    IF cardinality(changed) > 0 THEN
        PERFORM {called}(changed, {_TODAY});
    END IF;
    RETURN NULL;
END $$;
"""
        made += f"""
DROP TRIGGER IF EXISTS {function} ON {table};
CREATE TRIGGER {function} AFTER {event} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
    return functions + made


OF_CHILD = "SELECT DISTINCT child_id FROM {rows} AS r"
# Of the child only what its work hangs on.
OF_CHILD_ITSELF = """SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.risk_level, n.status, n.managing_area_id, n.opened_on)
          IS DISTINCT FROM (o.risk_level, o.status, o.managing_area_id, o.opened_on)"""
NEW_CHILD = "SELECT id FROM {rows} AS r"
OF_RISK = """SELECT c.id FROM children_child c
    WHERE c.risk_level IN (SELECT risk_level FROM {rows} AS r) AND c.status <> 'CLOSED'"""
ALWAYS = ("INSERT", "UPDATE", "DELETE")


def statements() -> str:
    parts = [
        refresh(),
        _trigger("visit", "children_homevisit", ALWAYS, OF_CHILD),
        _trigger("confirmation", "children_factconfirmation", ("INSERT", "DELETE"), OF_CHILD),
        _trigger("putoff", "children_putoff", ALWAYS, OF_CHILD),
        _trigger("plan", "children_careplan", ALWAYS, OF_CHILD),
        _trigger("step", "children_careaction", ALWAYS, OF_CHILD),
        _trigger("cadence", "children_cadence", ALWAYS, OF_RISK),
        _trigger("child", "children_child", ("INSERT",), NEW_CHILD, "children_begin_due"),
        _trigger("child", "children_child", ("UPDATE",), OF_CHILD_ITSELF),
    ]
    return "\n".join(parts)


# Plans begun before they counted as due work: none, once this ran.
_PLANS_FROM_BEFORE = f"""SELECT children_refresh_due(array_agg(due.child_id), {_TODAY})
    FROM children_duework due JOIN children_careplan p ON p.child_id = due.child_id
    WHERE p.ended_on IS NULL AND due.plan_on IS NULL HAVING count(*) > 0"""


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing unless the owner migrated as far as the table."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with connection.cursor() as cursor:
        if "children_duework" not in connection.introspection.table_names(cursor):
            return
        cursor.execute(statements())
        # Rows from before the table was.
        cursor.execute("SELECT EXISTS (SELECT 1 FROM children_duework)")
        if not cursor.fetchone()[0]:
            cursor.execute(f"SELECT children_refresh_due(NULL, {_TODAY})")
        else:
            cursor.execute(_PLANS_FROM_BEFORE)
