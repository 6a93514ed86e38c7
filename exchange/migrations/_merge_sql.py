"""A file continued in another one pays nothing and holds no seat; nothing that does is continued.

Whoever changes an entitlement, an enrolment or a pairing shares the lock of the child with them;
lines of a run are asked once for all of them, after the books were locked.
"""

_REFUSED = """RAISE EXCEPTION 'a file continued in another one carries nothing that runs'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'child_merged_is_closed',
                  TABLE = TG_TABLE_NAME;"""
_HEAD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public"

RUNNING = {
    "assistance_entitlement": "state IN ('PROPOSED', 'RUNNING', 'HELD')",
    "schools_enrolment": "ends_on IS NULL",
    "schools_pairing": "ends_on IS NULL",
}
_CARRIES = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE child_id = NEW.id AND {runs})"
    for table, runs in RUNNING.items()
)
FUNCTIONS = f"""
CREATE FUNCTION registry_merged_carries_nothing() {_HEAD} AS $$
BEGIN
    PERFORM FROM children_child c WHERE c.id = NEW.child_id AND c.merged_into_id IS NOT NULL
        FOR SHARE;
    IF FOUND THEN
        {_REFUSED}
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION registry_merged_is_not_paid() {_HEAD} AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM written w JOIN children_child c ON c.id = w.child_id
                WHERE c.merged_into_id IS NOT NULL) THEN
        {_REFUSED}
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION registry_merged_carried_nothing() {_HEAD} AS $$
BEGIN
    IF {_CARRIES} THEN
        {_REFUSED}
    END IF;
    RETURN NEW;
END $$;
"""
TRIGGERS = (
    "".join(
        f"""
CREATE TRIGGER {table}_of_a_file_that_goes_on BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW WHEN (NEW.{runs}) EXECUTE FUNCTION registry_merged_carries_nothing();
"""
        for table, runs in RUNNING.items()
    )
    + """
CREATE TRIGGER assistance_paymentline_of_a_file_that_goes_on
    AFTER INSERT ON assistance_paymentline REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION registry_merged_is_not_paid();
CREATE TRIGGER children_child_carries_nothing_when_merged
    BEFORE UPDATE OF merged_into_id ON children_child FOR EACH ROW
    WHEN (NEW.merged_into_id IS NOT NULL AND OLD.merged_into_id IS NULL)
    EXECUTE FUNCTION registry_merged_carried_nothing();
"""
)
GONE = (
    "".join(
        f"DROP TRIGGER {table}_of_a_file_that_goes_on ON {table};"
        for table in (*RUNNING, "assistance_paymentline")
    )
    + """
DROP TRIGGER children_child_carries_nothing_when_merged ON children_child;
DROP FUNCTION registry_merged_carries_nothing(), registry_merged_is_not_paid(),
    registry_merged_carried_nothing();
"""
)
