"""An award for a family and its entitlement end together: one is ended when and only when the
other is cancelled; a freshman subsidy whose entitlement is cancelled is given back.

Looked at when the transaction ends: whoever changes one changes the other in the same.
"""

_RAISE = """
        RAISE EXCEPTION '{words}'
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = '{table}';
"""
_AWARD = _RAISE.format(
    words="an award and its entitlement end together", name="award_ends_with_its_entitlement",
    table="assistance_educationaward",
)  # fmt: skip
_FRESHMAN = _RAISE.format(
    words="a subsidy whose entitlement is cancelled is given back",
    name="freshman_given_back_when_cancelled", table="assistance_freshmansubsidy",
)  # fmt: skip

TOGETHER = f"""
CREATE FUNCTION registry_cancelled_with_what_it_pays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    entitled bigint;
BEGIN
    -- Its row as it is at the end: an early change may have been followed by another.
    IF TG_TABLE_NAME = 'assistance_entitlement' THEN
        entitled := NEW.id;
    ELSE
        entitled := NEW.entitlement_id;
    END IF;
    IF EXISTS (
        SELECT FROM assistance_educationaward a JOIN assistance_entitlement e ON e.id = entitled
        WHERE a.entitlement_id = e.id AND (a.state = 'ENDED') <> (e.state = 'CANCELLED')) THEN
        {_AWARD}
    END IF;
    IF EXISTS (
        SELECT FROM assistance_freshmansubsidy f JOIN assistance_entitlement e ON e.id = entitled
        WHERE f.entitlement_id = e.id AND e.state = 'CANCELLED' AND f.state <> 'RECOVERED') THEN
        {_FRESHMAN}
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entitlement_cancelled_with_what_it_pays
    AFTER UPDATE OF state ON assistance_entitlement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.state = 'CANCELLED') <> (NEW.state = 'CANCELLED'))
    EXECUTE FUNCTION registry_cancelled_with_what_it_pays();
CREATE CONSTRAINT TRIGGER award_ends_with_its_entitlement
    AFTER INSERT OR UPDATE OF state, entitlement_id ON assistance_educationaward
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.entitlement_id IS NOT NULL)
    EXECUTE FUNCTION registry_cancelled_with_what_it_pays();
CREATE CONSTRAINT TRIGGER freshman_given_back_when_cancelled
    AFTER INSERT OR UPDATE OF state, entitlement_id ON assistance_freshmansubsidy
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.entitlement_id IS NOT NULL)
    EXECUTE FUNCTION registry_cancelled_with_what_it_pays();
"""
BACK = """
DROP TRIGGER entitlement_cancelled_with_what_it_pays ON assistance_entitlement;
DROP TRIGGER award_ends_with_its_entitlement ON assistance_educationaward;
DROP TRIGGER freshman_given_back_when_cancelled ON assistance_freshmansubsidy;
DROP FUNCTION registry_cancelled_with_what_it_pays();
"""

# Rows from before that do not agree: an award whose entitlement was cancelled ended with it, and an
# entitlement of an award that ended is owed no more.
AGREE = """
DO $$
DECLARE
    of_award text;
    of_entitlement text;
    of_subsidy text;
BEGIN
    CREATE FUNCTION pg_temp.shared(tracked text, kept text) RETURNS text LANGUAGE sql AS $f$
        SELECT string_agg(quote_ident(t.column_name::text), ', ')
        FROM information_schema.columns t JOIN information_schema.columns h
          ON h.column_name = t.column_name AND h.table_schema = t.table_schema
        WHERE t.table_schema = current_schema() AND t.table_name = tracked AND h.table_name = kept
    $f$;
    of_award := pg_temp.shared('assistance_educationaward', 'assistance_historicaleducationaward');
    of_entitlement := pg_temp.shared('assistance_entitlement', 'assistance_historicalentitlement');
    of_subsidy := pg_temp.shared(
        'assistance_freshmansubsidy', 'assistance_historicalfreshmansubsidy');
    EXECUTE format($q$
        WITH changed AS (
            UPDATE assistance_educationaward a
            SET state = 'ENDED', end_reason = 'CANCELLED', version = a.version + 1,
                ended_on = (e.updated_at AT TIME ZONE 'Asia/Shanghai')::date, updated_at = now()
            FROM assistance_entitlement e
            WHERE e.id = a.entitlement_id AND e.state = 'CANCELLED' AND a.state <> 'ENDED'
            RETURNING a.*)
        INSERT INTO assistance_historicaleducationaward (%1$s, history_date, history_type)
        SELECT %1$s, now(), '~' FROM changed $q$, of_award);
    EXECUTE format($q$
        WITH changed AS (
            UPDATE assistance_entitlement e
            SET state = 'CANCELLED', end_reason = '', version = e.version + 1, updated_at = now()
            FROM assistance_educationaward a
            WHERE e.id = a.entitlement_id AND a.state = 'ENDED' AND e.state <> 'CANCELLED'
            RETURNING e.*)
        INSERT INTO assistance_historicalentitlement (%1$s, history_date, history_type)
        SELECT %1$s, now(), '~' FROM changed $q$, of_entitlement);
    EXECUTE format($q$
        WITH changed AS (
            UPDATE assistance_freshmansubsidy f
            SET state = 'RECOVERED', version = f.version + 1, updated_at = now(),
                reason = coalesce(nullif(e.remark, ''), '–')
            FROM assistance_entitlement e
            WHERE e.id = f.entitlement_id AND e.state = 'CANCELLED' AND f.state <> 'RECOVERED'
            RETURNING f.*)
        INSERT INTO assistance_historicalfreshmansubsidy (%1$s, history_date, history_type)
        SELECT %1$s, now(), '~' FROM changed $q$, of_subsidy);
END $$;
"""
