"""`schools.rules.due` in SQL, for any number of children; written into the database after each
migration, because the figures that hold by default stand in `schools.rules.norms`.

Two steps: what the contacts come to (`schools_refresh_contacts`), and the day that follows from
that, the pairing, the risk, the norms and the calendar (`schools_refresh_due`). Triggers take
them within the transaction that changes one of these; the functions look past the policies and
write `schools_duecontact` alone. `tests/schools/models/test_due.py` holds both sayings together.
"""

from typing import Any

from django.conf import settings
from django.db import connections

from accounts.guard.install import OWNER, application_role
from schools.rules.norms import DEFAULTS

_TODAY = f"(statement_timestamp() AT TIME ZONE '{settings.TIME_ZONE}')::date"
_HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
FAMILY = "('GUARDIAN', 'HOME_VISIT')"


def _agreed(side: str) -> str:
    """The newest day agreed on `side` since somebody was reached there."""
    return f"""(array_agg(follow_up_on ORDER BY happened_on DESC, id DESC)
                   FILTER (WHERE {side} AND reached_after = 0 AND follow_up_on IS NOT NULL))[1]"""


CONTACTS = f"""
CREATE OR REPLACE FUNCTION schools_refresh_contacts(only_children bigint[]) RETURNS void
LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    IF only_children IS NULL THEN
        only_children := ARRAY(SELECT DISTINCT child_id FROM schools_guardiancontact
                               UNION SELECT child_id FROM schools_duecontact);
    END IF;
    INSERT INTO schools_duecontact AS due (
        child_id, county_code, township_code, last_reached_on, tried_on, follow_up_on, mood,
        mood_before, mood_on, is_mood_falling, reason)
    SELECT child.id, child.county_code, child.township_code, f.last_reached_on,
           coalesce(f.tried_on, '{{}}'), least(f.agreed_of_family, f.agreed_of_child),
           coalesce(f.moods[1], ''), coalesce(f.moods[2], ''), f.mood_on,
           coalesce(f.moods[1] = 'WORRYING'
                    OR (f.moods[1] = 'FAIR' AND f.moods[2] = 'GOOD'), false), ''
    FROM children_child child
    -- Child by child through the index: the work grows with the rows under any plan.
    CROSS JOIN LATERAL (
        SELECT max(happened_on) FILTER (WHERE is_family AND is_reached) AS last_reached_on,
               array_agg(happened_on ORDER BY happened_on, id)
                   FILTER (WHERE is_family AND NOT is_reached AND reached_after = 0) AS tried_on,
               {_agreed("is_family")} AS agreed_of_family,
               {_agreed("NOT is_family")} AS agreed_of_child,
               (array_agg(mental_state ORDER BY happened_on DESC, id DESC)
                   FILTER (WHERE mental_state <> ''))[1:2] AS moods,
               max(happened_on) FILTER (WHERE mental_state <> '') AS mood_on
        FROM (
            SELECT c.happened_on, c.id, c.is_reached, c.follow_up_on, c.mental_state,
                   c.kind IN {FAMILY} AS is_family,
                   -- How often somebody was reached after this contact, on the same side.
                   count(*) FILTER (WHERE c.is_reached) OVER (
                       PARTITION BY c.kind IN {FAMILY} ORDER BY c.happened_on DESC, c.id DESC
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached_after
            FROM schools_guardiancontact c WHERE c.child_id = child.id) AS contact) AS f
    WHERE child.id = ANY (only_children)
    ON CONFLICT (child_id) DO UPDATE SET
        last_reached_on = excluded.last_reached_on, tried_on = excluded.tried_on,
        follow_up_on = excluded.follow_up_on, mood = excluded.mood,
        mood_before = excluded.mood_before, mood_on = excluded.mood_on,
        is_mood_falling = excluded.is_mood_falling
    WHERE (due.last_reached_on, due.tried_on, due.follow_up_on, due.mood, due.mood_before,
           due.mood_on) IS DISTINCT FROM
          (excluded.last_reached_on, excluded.tried_on, excluded.follow_up_on, excluded.mood,
           excluded.mood_before, excluded.mood_on);
END $$;
"""


def _norms() -> str:
    """The norms in force on `today` as one JSON object, defaults included."""
    defaults = ", ".join(f"('{key}', {default.value})" for key, default in DEFAULTS.items())
    return f"""
    SELECT jsonb_object_agg(d.key, coalesce(
        (SELECT n.value FROM schools_norm n WHERE n.key = d.key AND n.starts_on <= today
         ORDER BY n.starts_on DESC LIMIT 1), d.value))
    FROM (VALUES {defaults}) AS d (key, value)"""


HOLIDAYS = """
    SELECT coalesce(range_agg(days), '{}') FROM (
        SELECT daterange(starts_on, ends_on, '[]') AS days FROM schools_schoolbreak
        UNION ALL
        SELECT daterange(ends_on + 1, next_on) FROM (
            SELECT ends_on, lead(starts_on) OVER (ORDER BY starts_on) AS next_on
            FROM schools_term) AS term
        WHERE next_on - ends_on - 1 BETWEEN 1 AND (norm ->> 'LONGEST_HOLIDAY_DAYS')::int) AS free"""

# The steps of `next_contact`, one LATERAL each.
NEXT = """
    SELECT child.id, coalesce(visit.due_on, least(agreed.due_on, put_off.due_on)) AS due_on,
           CASE WHEN visit.due_on IS NOT NULL THEN 'visit'
                WHEN agreed.due_on <= put_off.due_on THEN 'follow_up'
                WHEN cadence.is_first THEN 'first' ELSE 'regular' END AS reason
    FROM schools_duecontact due
    JOIN children_child child ON child.id = due.child_id
    JOIN paired p ON p.child_id = due.child_id
    CROSS JOIN LATERAL (SELECT
        greatest(p.starts_on, due.last_reached_on) AS since,
        coalesce(due.last_reached_on < p.starts_on, true) AS is_first) AS cadence
    CROSS JOIN LATERAL (SELECT least(
        cadence.since + (norm ->> ('CONTACT_DAYS_' || child.risk_level))::int,
        CASE WHEN child.risk_level = 'LOW' THEN
            (SELECT t.ends_on FROM schools_term t WHERE t.starts_on > cadence.since
             ORDER BY t.ends_on OFFSET (norm ->> 'CONTACT_TERMS_LOW')::int - 1 LIMIT 1) END,
        CASE WHEN cadence.is_first THEN
            p.starts_on + (norm ->> 'FIRST_CONTACT_DAYS')::int END) AS due_on) AS regular
    CROSS JOIN LATERAL (SELECT coalesce(
        (SELECT upper(h) FROM unnest(holidays) AS h
         WHERE h @> regular.due_on AND child.risk_level <> 'HIGH'), regular.due_on)
        AS due_on) AS put_off
    CROSS JOIN LATERAL (SELECT
        CASE WHEN due.follow_up_on IS NOT NULL THEN greatest(due.follow_up_on, p.starts_on) END
        AS due_on) AS agreed
    LEFT JOIN LATERAL (SELECT
        greatest(p.starts_on, due.tried_on[(norm ->> 'TRIES_BEFORE_A_VISIT')::int])
            + (norm ->> 'DAYS_FOR_THE_VISIT')::int AS due_on
        WHERE cardinality(due.tried_on) >= (norm ->> 'TRIES_BEFORE_A_VISIT')::int)
        AS visit ON true"""


def due() -> str:
    return f"""
CREATE OR REPLACE FUNCTION schools_refresh_due(only_children bigint[], today date) RETURNS void
LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    norm jsonb;
    holidays datemultirange;
BEGIN
    norm := ({_norms()});
    holidays := ({HOLIDAYS});
    IF only_children IS NULL THEN
        only_children := ARRAY(
            SELECT child_id FROM schools_duecontact UNION SELECT child_id FROM schools_pairing);
    END IF;
    INSERT INTO schools_duecontact (
        child_id, county_code, township_code, tried_on, mood, mood_before, is_mood_falling, reason)
    SELECT id, county_code, township_code, '{{}}', '', '', false, '' FROM children_child
    WHERE id = ANY (only_children)
    ON CONFLICT (child_id) DO NOTHING;
    -- Nothing is kept aside: what is joined are tables with their indexes, for one child or all.
    WITH paired AS NOT MATERIALIZED (
        SELECT p.child_id, p.helper_id, p.starts_on, h.organisation_id
        FROM schools_pairing p JOIN accounts_posting h ON h.id = p.helper_id
        WHERE p.is_main AND p.starts_on <= today AND (p.ends_on IS NULL OR p.ends_on > today)),
    next AS NOT MATERIALIZED ({NEXT} WHERE child.status <> 'CLOSED'),
    stands AS (
        SELECT child.id, child.county_code, child.township_code, paired.helper_id,
               paired.organisation_id, next.due_on, coalesce(next.reason, '') AS reason
        FROM children_child child LEFT JOIN paired ON paired.child_id = child.id
        LEFT JOIN next ON next.id = child.id
        WHERE child.id = ANY (only_children))
    UPDATE schools_duecontact d SET
        county_code = s.county_code, township_code = s.township_code, helper_id = s.helper_id,
        organisation_id = s.organisation_id, due_on = s.due_on, reason = s.reason
    FROM stands s
    WHERE d.child_id = s.id AND
          (d.county_code, d.township_code, d.helper_id, d.organisation_id, d.due_on, d.reason)
          IS DISTINCT FROM (s.county_code, s.township_code, s.helper_id, s.organisation_id,
                            s.due_on, s.reason);
END $$;
"""


def _trigger(name: str, table: str, children: str, refresh: str) -> str:
    """Statement triggers on `table`: `children` selects the ids from `rows`, changed or new."""
    functions, made = "", ""
    rows = {"INSERT": "new_rows", "DELETE": "old_rows"}
    for event in ("INSERT", "UPDATE", "DELETE"):
        both = "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)"
        source = children.format(rows=rows.get(event, both))
        tables = {
            "INSERT": "NEW TABLE AS new_rows",
            "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
            "DELETE": "OLD TABLE AS old_rows",
        }[event]
        function = f"schools_due_after_{name}_{event.lower()}"
        functions += f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    changed bigint[] := ARRAY({source});
    today date := {_TODAY};
BEGIN
    IF cardinality(changed) > 0 THEN
        {refresh}
        PERFORM schools_refresh_due(changed, today);
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
# Of the child only what the day hangs on; new and deleted children have nothing due.
OF_CHILD_ITSELF = """SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.risk_level, n.status, n.managing_area_id)
          IS DISTINCT FROM (o.risk_level, o.status, o.managing_area_id)
      AND EXISTS (SELECT 1 FROM schools_duecontact d WHERE d.child_id = n.id)"""
OF_ALL = "SELECT child_id FROM schools_duecontact"
CHILD = f"""
CREATE OR REPLACE FUNCTION schools_due_after_child() RETURNS trigger
LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    changed bigint[] := ARRAY({OF_CHILD_ITSELF});
BEGIN
    IF cardinality(changed) > 0 THEN
        PERFORM schools_refresh_due(changed, {_TODAY});
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS schools_due_after_child ON children_child;
CREATE TRIGGER schools_due_after_child AFTER UPDATE ON children_child
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION schools_due_after_child();
"""


def statements() -> str:
    again = "PERFORM schools_refresh_contacts(changed);"
    parts = [
        CONTACTS,
        due(),
        _trigger("contact", "schools_guardiancontact", OF_CHILD, again),
        _trigger("pairing", "schools_pairing", OF_CHILD, ""),
        CHILD,
        *(
            _trigger(name, f"schools_{name}", OF_ALL, "")
            for name in ("norm", "term", "schoolbreak")
        ),
    ]
    return "\n".join(parts)


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing unless the owner migrated as far as the table."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if {"schools_duecontact", "children_child"} <= tables:
            cursor.execute(statements())
            # Rows from before the table was, and figures by default that changed with the code.
            cursor.execute("SELECT EXISTS (SELECT 1 FROM schools_duecontact)")
            if not cursor.fetchone()[0]:
                cursor.execute("SELECT schools_refresh_contacts(NULL)")
            cursor.execute(f"SELECT schools_refresh_due(NULL, {_TODAY})")
