"""Marks children whose facts or books changed, so that their gaps are looked at again.

Statement by statement, whoever writes; a job empties the table (`assistance.jobs`).
"""

from collections.abc import Iterable

HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION assistance_mark_gaps() RETURNS trigger LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    INSERT INTO assistance_gapmark (child_id) SELECT DISTINCT child_id FROM changed;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION assistance_mark_gaps_of_child() RETURNS trigger
LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    INSERT INTO assistance_gapmark (child_id)
    SELECT n.id FROM changed n JOIN earlier o USING (id)
    WHERE (n.birth_date, n.sex, n.status, n.closed_on, n.closing_reason, n.hukou_area_id,
           n.residence_area_id)
          IS DISTINCT FROM (o.birth_date, o.sex, o.status, o.closed_on, o.closing_reason,
           o.hukou_area_id, o.residence_area_id);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION assistance_mark_gaps_of_line() RETURNS trigger
LANGUAGE plpgsql {HEAD} AS $$
BEGIN
    INSERT INTO assistance_gapmark (child_id)
    SELECT DISTINCT child_id FROM changed WHERE state IN ('FAILED', 'REISSUED');
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION assistance_take_gap_marks(most integer) RETURNS SETOF bigint
LANGUAGE sql {HEAD} AS $$
    WITH oldest AS (
        SELECT id FROM assistance_gapmark ORDER BY id LIMIT most FOR UPDATE SKIP LOCKED),
    taken AS (DELETE FROM assistance_gapmark m USING oldest o WHERE m.id = o.id RETURNING child_id)
    SELECT DISTINCT child_id FROM taken
$$;
"""
TABLES = (
    "children_categoryspell", "children_economicstatusspell", "children_parentstatus",
    "children_disabilitycertificate", "children_guardianship", "schools_enrolment",
    "assistance_entitlement", "assistance_entitlementrate", "assistance_paymentaccount",
)  # fmt: skip


def _trigger(table: str, event: str, function: str, tables: str) -> str:
    name = f"gaps_of_{table}_{event.lower()}"
    return f"""
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""


def _drop(table: str, event: str) -> str:
    return f"DROP TRIGGER IF EXISTS gaps_of_{table}_{event.lower()} ON {table};"


EVENTS = ("INSERT", "UPDATE", "DELETE")


def triggers_of(tables: Iterable[str]) -> str:
    made = ""
    for table in tables:
        for event in EVENTS:
            rows = "OLD TABLE AS changed" if event == "DELETE" else "NEW TABLE AS changed"
            made += _trigger(table, event, "assistance_mark_gaps", rows)
    return made


def without_triggers_of(tables: Iterable[str]) -> str:
    return "\n".join(_drop(table, event) for table in tables for event in EVENTS)


def forwards() -> str:
    made = FUNCTIONS + triggers_of(TABLES)
    both = "OLD TABLE AS earlier NEW TABLE AS changed"
    made += _trigger("children_child", "UPDATE", "assistance_mark_gaps_of_child", both)
    only = "NEW TABLE AS changed"
    made += _trigger("assistance_paymentline", "UPDATE", "assistance_mark_gaps_of_line", only)
    return made


def backwards() -> str:
    gone = [without_triggers_of(TABLES)]
    gone += [_drop("children_child", "UPDATE"), _drop("assistance_paymentline", "UPDATE")]
    functions = ("mark_gaps()", "mark_gaps_of_child()", "mark_gaps_of_line()",
                 "take_gap_marks(integer)")  # fmt: skip
    gone += [f"DROP FUNCTION IF EXISTS assistance_{one};" for one in functions]
    return "\n".join(gone)
