"""Functions and triggers that keep the picture; written after each migration.

A change touches its children; the clock counts the touched anew and adds what became different to
the counts of the place, of what it lies in, and of the month, in the same statement.
"""

from typing import Any

from django.db import connections

from accounts.guard.install import OWNER, application_role

from ._picture_facts_sql import HEAD, facts, first_visits
from .picture import FIELDS

_FLAGS = tuple(FIELDS.values())
_PLACE = ("county_code", "township_code", "village_code")
# A function's answer has lost the collation of codes.
_PLACES = ", ".join(f'{name} COLLATE "C" AS {name}' for name in _PLACE)
_KEPT = (*_PLACE, *_FLAGS)
_LOCK = 7_061_201  # one counts at a time
_MONTHS = "children", *(name for flag in _FLAGS for name in (f"{flag}_of", flag))


def _tuple(row: str, names: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"{row}.{name}" for name in names) + ")"


def _list(row: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{name}" if row else name for name in names)


# Each place of a row with the one above it; a file kept by a township has no third, one kept by a
# county itself no second.
_LEVELS = """CROSS JOIN LATERAL (
        SELECT d.county_code AS place, left(d.county_code, 4) AS above
        UNION SELECT d.township_code, d.county_code WHERE d.township_code <> d.county_code
        UNION SELECT d.village_code, d.township_code WHERE d.village_code <> d.township_code
    ) AS p"""


def _refresh_rows() -> str:
    was = ", ".join(f"o.{name} AS was_{name}" for name in _KEPT)
    sums = ", ".join(
        f"coalesce(sum(d.n) FILTER (WHERE d.{flag} IS NOT NULL), 0),"
        f" coalesce(sum(d.n) FILTER (WHERE d.{flag}), 0)"
        for flag in _FLAGS
    )
    added = ", ".join(f"{name} = c.{name} + excluded.{name}" for name in _MONTHS)
    return f"""
    WITH old AS MATERIALIZED (
        SELECT * FROM distress_registry_picturerow
        WHERE child_id = ANY (only_children) AND until IS NULL),
    new AS MATERIALIZED (
        SELECT child_id, category, {_PLACES}, {_list("", _FLAGS)}
        FROM picture_facts(only_children, today)),
    pair AS MATERIALIZED (
        SELECT coalesce(o.child_id, n.child_id) AS child_id,
            coalesce(o.category, n.category) AS category, o.since, {was},
            o.child_id IS NOT NULL AS stood, n.child_id IS NOT NULL AS stands, {_list("n", _KEPT)}
        FROM old o FULL JOIN new n ON n.child_id = o.child_id AND n.category = o.category
        WHERE {_tuple("o", _KEPT)} IS DISTINCT FROM {_tuple("n", _KEPT)}),
    gone AS (
        DELETE FROM distress_registry_picturerow r USING pair p
        WHERE p.stood AND NOT p.stands AND p.since = this_month
          AND r.child_id = p.child_id AND r.category = p.category AND r.since = p.since),
    corrected AS (
        UPDATE distress_registry_picturerow r
        SET {", ".join(f"{name} = p.{name}" for name in _KEPT)}
        FROM pair p WHERE p.stood AND p.stands AND p.since = this_month
          AND r.child_id = p.child_id AND r.category = p.category AND r.since = p.since),
    ended AS (
        UPDATE distress_registry_picturerow r SET until = (this_month - interval '1 month')::date
        FROM pair p WHERE p.stood AND p.since < this_month
          AND r.child_id = p.child_id AND r.category = p.category AND r.since = p.since),
    begun AS (
        INSERT INTO distress_registry_picturerow (child_id, category, since, {_list("", _KEPT)})
        SELECT p.child_id, p.category, this_month, {_list("p", _KEPT)} FROM pair p
        WHERE p.stands AND (NOT p.stood OR p.since < this_month)),
    delta AS (
        SELECT -1 AS n, category, {", ".join(f"was_{name} AS {name}" for name in _KEPT)}
        FROM pair WHERE stood
        UNION ALL SELECT 1, category, {_list("", _KEPT)} FROM pair WHERE stands)
    INSERT INTO distress_registry_picturecount AS c
        (place, above, month, category, {_list("", _MONTHS)})
    SELECT p.place, p.above, this_month, d.category, sum(d.n), {sums}
    FROM delta d {_LEVELS}
    GROUP BY p.place, p.above, d.category
    ON CONFLICT (place, month, category) DO UPDATE SET {added};"""


_VISIT = (*_PLACE, "month", "opened_on", "limit_on", "visited_on")
_VISIT_COUNTS = ("opened", "in_time", "late", "days")


def _refresh_first_visits() -> str:
    was = ", ".join(f"o.{name} AS was_{name}" for name in _VISIT)
    added = ", ".join(f"{name} = c.{name} + excluded.{name}" for name in _VISIT_COUNTS)
    return f"""
    WITH old AS MATERIALIZED (
        SELECT * FROM distress_registry_firstvisit WHERE child_id = ANY (only_children)),
    new AS MATERIALIZED (
        SELECT child_id, {_PLACES}, {_list("", _VISIT[3:])}
        FROM picture_first_visits(only_children, today)),
    pair AS MATERIALIZED (
        SELECT coalesce(o.child_id, n.child_id) AS child_id, {was},
            o.child_id IS NOT NULL AS stood, n.child_id IS NOT NULL AS stands, {_list("n", _VISIT)}
        FROM old o FULL JOIN new n ON n.child_id = o.child_id
        WHERE {_tuple("o", _VISIT)} IS DISTINCT FROM {_tuple("n", _VISIT)}),
    gone AS (
        DELETE FROM distress_registry_firstvisit r USING pair p
        WHERE p.stood AND NOT p.stands AND r.child_id = p.child_id),
    kept AS (
        INSERT INTO distress_registry_firstvisit (child_id, {_list("", _VISIT)})
        SELECT p.child_id, {_list("p", _VISIT)} FROM pair p WHERE p.stands
        ON CONFLICT (child_id) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _VISIT)}),
    delta AS (
        SELECT -1 AS n, {", ".join(f"was_{name} AS {name}" for name in _VISIT)}
        FROM pair WHERE stood
        UNION ALL SELECT 1, {_list("", _VISIT)} FROM pair WHERE stands)
    INSERT INTO distress_registry_firstvisitcount AS c
        (place, above, month, {_list("", _VISIT_COUNTS)})
    SELECT p.place, p.above, d.month, sum(d.n),
        coalesce(sum(d.n) FILTER (WHERE d.visited_on <= d.limit_on), 0),
        coalesce(sum(d.n) FILTER (WHERE d.visited_on > d.limit_on), 0),
        coalesce(sum(d.n * (d.visited_on - d.opened_on)), 0)
    FROM delta d {_LEVELS}
    GROUP BY p.place, p.above, d.month
    ON CONFLICT (place, month) DO UPDATE SET {added};"""


def refresh() -> str:
    """A month without counts begins with those of the last; months passed over get the same."""
    return f"""
CREATE OR REPLACE FUNCTION picture_refresh(only_children bigint[], today date) RETURNS void
-- For as many as there are: a plan kept of other calls takes the children for a few.
LANGUAGE plpgsql {HEAD} SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
DECLARE
    this_month date := date_trunc('month', today)::date;
    last_month date;
BEGIN
    PERFORM pg_advisory_xact_lock({_LOCK});
    SELECT max(month) INTO last_month FROM distress_registry_picturecount;
    IF last_month > this_month THEN
        this_month := last_month;
    END IF;
    INSERT INTO distress_registry_picturecount (place, above, month, category, {_list("", _MONTHS)})
    SELECT place, above, m::date, category, {_list("", _MONTHS)}
    FROM distress_registry_picturecount
    CROSS JOIN generate_series(last_month + interval '1 month', this_month, '1 month') AS m
    WHERE month = last_month AND children > 0;
    IF only_children IS NULL THEN
        only_children := ARRAY(
            SELECT id FROM children_child WHERE status <> 'CLOSED'
            UNION SELECT child_id FROM distress_registry_picturerow WHERE until IS NULL
            UNION SELECT id FROM children_child);
    END IF;
    {_refresh_rows()}
    {_refresh_first_visits()}
END $$;
CREATE OR REPLACE FUNCTION picture_refresh_touched(today date, most integer) RETURNS integer
LANGUAGE plpgsql {HEAD} AS $$
DECLARE
    touched bigint[];
BEGIN
    WITH taken AS (
        DELETE FROM distress_registry_picturetouch WHERE id IN (
            SELECT id FROM distress_registry_picturetouch ORDER BY id LIMIT most
            FOR UPDATE SKIP LOCKED)
        RETURNING child_id)
    SELECT array_agg(DISTINCT child_id) INTO touched FROM taken;
    IF touched IS NOT NULL THEN
        PERFORM picture_refresh(touched, today);
    END IF;
    RETURN coalesce(cardinality(touched), 0);
END $$;
"""


def _dated(table: str, which: str = "true") -> str:
    """Whose row of `table` began or ended of late; a last day counts on the day after."""
    return f"""SELECT child_id FROM {table} WHERE {which}
        AND (starts_on BETWEEN today - days AND today
             OR ends_on BETWEEN today - days - 1 AND today)"""


def touch_of_the_day() -> str:
    """On the first days of a month everybody: entitlements run by months."""
    return f"""
CREATE OR REPLACE FUNCTION picture_touch_of_the_day(today date, days integer) RETURNS void
LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    INSERT INTO distress_registry_picturetouch (child_id)
    {_dated("children_categoryspell")}
    UNION {_dated("children_guardianship", "is_main_carer")}
    UNION {_dated("children_parentstatus")}
    UNION {_dated("schools_enrolment")}
    UNION {_dated("schools_excuse")}
    UNION SELECT child_id FROM children_disabilitycertificate
        WHERE expires_on BETWEEN today - days - 1 AND today
           OR issued_on BETWEEN today - days AND today
    UNION SELECT child_id FROM assistance_entitlement
        WHERE from_month BETWEEN today - days AND today
           OR to_month + interval '1 month' BETWEEN today - days AND today
    UNION SELECT c.id FROM children_child c, generate_series(0, 20) AS age
        WHERE c.birth_date BETWEEN (today - days - make_interval(years => age))::date
                              AND (today - make_interval(years => age))::date
    UNION SELECT c.id FROM children_child c WHERE EXISTS (
        SELECT 1 FROM distress_registry_guaranteeterm g
        WHERE g.from_month BETWEEN today - days AND today
           OR g.to_month + interval '1 month' BETWEEN today - days AND today);
END $$;
"""


_FOLLOWED = ("files", "visits", "calls", "stale")


def note_following() -> str:
    """As `DueWorkQuerySet.by_place` counts it; what was noted earlier in the month gives way."""
    return f"""
CREATE OR REPLACE FUNCTION picture_note_following(today date) RETURNS void
LANGUAGE plpgsql {HEAD} AS $$
#variable_conflict use_column
DECLARE
    this_month date := date_trunc('month', today)::date;
BEGIN
    DELETE FROM distress_registry_followcount WHERE month = this_month;
    INSERT INTO distress_registry_followcount (place, above, month, {_list("", _FOLLOWED)})
    SELECT p.place, p.above, this_month, count(*), count(*) FILTER (WHERE d.visit_on < today),
        count(*) FILTER (WHERE d.call_on < today), count(*) FILTER (WHERE d.verify_was_on < today)
    FROM children_duework d {_LEVELS} GROUP BY p.place, p.above;
END $$;
"""


def _trigger(name: str, table: str, event: str, children: str) -> str:
    source, tables = {
        "INSERT": ("new_rows", "NEW TABLE AS new_rows"),
        "UPDATE": (
            "(SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows)",
            "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        ),
        "DELETE": ("old_rows", "OLD TABLE AS old_rows"),
    }[event]
    function = f"picture_after_{name}_{event.lower()}"
    return f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    INSERT INTO distress_registry_picturetouch (child_id) {children.format(rows=source)};
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {function} ON {table};
CREATE TRIGGER {function} AFTER {event} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


_OF_CHILD = "SELECT DISTINCT child_id FROM {rows} AS r"
_CHILD_ITSELF = """SELECT n.id FROM new_rows n JOIN old_rows o USING (id)
    WHERE (n.risk_level, n.status, n.managing_area_id, n.opened_on, n.closed_on, n.birth_date,
           n.merged_into_id)
          IS DISTINCT FROM (o.risk_level, o.status, o.managing_area_id, o.opened_on, o.closed_on,
           o.birth_date, o.merged_into_id)"""
_EVERYBODY = "SELECT id FROM children_child WHERE EXISTS (SELECT 1 FROM {rows} AS r)"
_WATCHED = {
    "category": "children_categoryspell", "guardianship": "children_guardianship",
    "parent": "children_parentstatus", "certificate": "children_disabilitycertificate",
    "visit": "children_homevisit", "enrolment": "schools_enrolment", "excuse": "schools_excuse",
    "ledger": "schools_ledgerentry", "entitlement": "assistance_entitlement",
}  # fmt: skip
# Figures of practice: rarely changed, and then for everybody.
_FIGURES = {
    "term": "distress_registry_guaranteeterm", "norm": "schools_norm",
    "cadence": "children_cadence",
}  # fmt: skip
_EVENTS = ("INSERT", "UPDATE", "DELETE")


def statements() -> str:
    parts = [facts(), first_visits(), refresh(), touch_of_the_day(), note_following()]
    parts += [_trigger(n, t, e, _OF_CHILD) for n, t in _WATCHED.items() for e in _EVENTS]
    parts += [_trigger(n, t, e, _EVERYBODY) for n, t in _FIGURES.items() for e in _EVENTS]
    parts += [
        _trigger("child", "children_child", "INSERT", "SELECT id FROM {rows} AS r"),
        _trigger("child", "children_child", "UPDATE", _CHILD_ITSELF),
        _trigger("child", "children_child", "DELETE", "SELECT id FROM {rows} AS r"),
    ]
    return "\n".join(parts)


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing unless the owner migrated as far as the tables."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with connection.cursor() as cursor:
        if "distress_registry_picturetouch" not in connection.introspection.table_names(cursor):
            return
        cursor.execute(statements())
        # Children from before the tables were.
        cursor.execute("SELECT EXISTS (SELECT 1 FROM distress_registry_firstvisit)")
        if not cursor.fetchone()[0]:
            cursor.execute("INSERT INTO distress_registry_picturetouch (child_id)"
                           " SELECT id FROM children_child")  # fmt: skip
