"""A freshman subsidy that is given back ends with its entitlement: those from before were left at
nothing a month, which kept another one out.
"""

CANCELLED = """
DO $$
DECLARE
    kept text;
BEGIN
    SELECT string_agg(quote_ident(t.column_name::text), ', ') INTO kept
    FROM information_schema.columns t JOIN information_schema.columns h
      ON h.column_name = t.column_name AND h.table_schema = t.table_schema
    WHERE t.table_schema = current_schema() AND t.table_name = 'assistance_entitlement'
      AND h.table_name = 'assistance_historicalentitlement';
    EXECUTE format($q$
        WITH changed AS (
            UPDATE assistance_entitlement e
            SET state = 'CANCELLED', end_reason = '', version = e.version + 1, updated_at = now(),
                remark = f.reason
            FROM assistance_freshmansubsidy f
            WHERE f.entitlement_id = e.id AND f.state = 'RECOVERED' AND e.state <> 'CANCELLED'
            RETURNING e.*)
        INSERT INTO assistance_historicalentitlement (%1$s, history_date, history_type)
        SELECT %1$s, now(), '~' FROM changed $q$, kept);
END $$;
"""
