"""The history guard as SQL text: no commit in which a tracked row changed without its history row.

A row is looked after by itself, or with all others of its transaction at once where that was begun
DEFERRABLE (`accounts.in_bulk`). PostgreSQL lets nobody change that word after the first statement,
so whatever a session tries, each change is seen by one of the two.
"""

IN_BULK = "current_setting('transaction_deferrable') = 'on'"

# Owed work is a function of keys. It is done once for all statements that owe it, by a trigger on
# rows that are gone again at commit.
AT_COMMIT = """
ALTER TABLE accounts_owedatcommit ALTER COLUMN keys SET STORAGE EXTERNAL;  -- not worth packing
CREATE OR REPLACE FUNCTION registry_owe(owed_work text, owed_keys bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    INSERT INTO accounts_owedatcommit (work, keys)
    SELECT owed_work, owed_keys WHERE cardinality(owed_keys) > 0
$$;
REVOKE EXECUTE ON FUNCTION registry_owe(text, bigint[]) FROM PUBLIC;
CREATE OR REPLACE FUNCTION registry_do_what_is_owed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    owed bigint[];
BEGIN
    WITH taken AS (DELETE FROM accounts_owedatcommit WHERE work = NEW.work RETURNING keys)
    SELECT CASE WHEN (SELECT count(*) FROM taken) = 1 THEN (SELECT keys FROM taken)
           ELSE (SELECT array_agg(DISTINCT key) FROM taken, unnest(keys) key) END INTO owed;
    IF owed IS NOT NULL THEN
        EXECUTE format('SELECT %I($1)', NEW.work) USING owed;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS owed_at_commit ON accounts_owedatcommit;
CREATE CONSTRAINT TRIGGER owed_at_commit AFTER INSERT ON accounts_owedatcommit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION registry_do_what_is_owed();
"""


def history_guard(table: str, history_table: str, columns: list[str], key: str) -> str:
    """SQL of the triggers that refuse a commit in which a row of `table` changed unseen.

    `columns` are those that history keeps: the last history row of the transaction must hold
    what the table holds at commit (or say that the row is gone). Derived columns may change
    without a trace.
    """
    return (
        _check(table, history_table, columns, key)
        + _row_by_row(table, columns, key)
        + _at_once(table, columns, key)
    )


def _row(alias: str, columns: list[str]) -> str:
    return "ROW(" + ", ".join(f'{alias}."{column}"' for column in columns) + ")"


MANY = 500  # keys from which a check of the whole is cheaper than one of each


def _check(table: str, history_table: str, columns: list[str], key: str) -> str:
    """Raises for the first key whose row and last history row do not agree.

    Always by the indexes on the key: a plan made while a table was small would walk all of it for
    each row later on, and the newest history rows walked backwards may be many. Many keys that lie
    close together are looked at in one walk through both indexes.
    """
    history = ", ".join(f'h."{column}"' for column in columns)
    return f"""
CREATE OR REPLACE FUNCTION registry_checks_{table}(changed bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_nestloop = off AS $$
DECLARE
    lowest bigint;
    highest bigint;
    is_unseen boolean;
BEGIN
    IF cardinality(changed) >= {MANY} THEN
        SELECT min(key_value), max(key_value) INTO lowest, highest
          FROM unnest(changed) c(key_value);
    END IF;
    IF highest - lowest < 4 * cardinality(changed) THEN
        EXECUTE $walk$ SELECT EXISTS (
            SELECT FROM unnest($1) c(key_value)
              LEFT JOIN (
                SELECT DISTINCT ON (h."{key}") h.history_type, {history}
                  FROM {history_table} h
                 WHERE h."{key}" BETWEEN $2 AND $3 AND h.txid = pg_current_xact_id()
                 ORDER BY h."{key}", h.history_id DESC) h ON h."{key}" = c.key_value
              LEFT JOIN (
                SELECT * FROM {table} t WHERE t."{key}" BETWEEN $2 AND $3
              ) t ON t."{key}" = c.key_value
             WHERE h.history_type IS NULL
                OR t."{key}" IS NOT NULL
                   AND {_row("t", columns)} IS DISTINCT FROM {_row("h", columns)}
                OR (t."{key}" IS NULL) <> (h.history_type = '-')
        ) $walk$ INTO is_unseen USING changed, lowest, highest;
    ELSE
        is_unseen := EXISTS (
            SELECT FROM unnest(changed) c(key_value) LEFT JOIN LATERAL (
                SELECT h.history_type,
                       (SELECT {_row("t", columns)} IS NOT DISTINCT FROM {_row("h", columns)}
                          FROM {table} t WHERE t."{key}" = c.key_value) AS agrees
                  FROM {history_table} h
                 WHERE h."{key}" = c.key_value AND h.txid = pg_current_xact_id()
                 ORDER BY h.history_id + 0 DESC LIMIT 1) seen ON true
             WHERE history_type IS NULL OR agrees IS NOT DISTINCT FROM false
                OR (agrees IS NULL) <> (history_type = '-'));
    END IF;
    IF is_unseen THEN
        RAISE EXCEPTION 'a row of {table} changed without its history row'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{table}_needs_history',
                  TABLE = '{table}';
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION registry_checks_{table}(bigint[]) FROM PUBLIC;
"""


_BY_THE_OWNER = """
    IF current_setting('registry.maintenance', true) = 'key rotation'
       AND session_user = current_user THEN
        RETURN NULL;  -- only the owner of the tables may re-encrypt in place
    END IF;"""


def _row_by_row(table: str, columns: list[str], key: str) -> str:
    function, trigger = f"registry_history_of_{table}", f"{table}_needs_history"
    return f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN{_BY_THE_OWNER}
    IF TG_OP = 'UPDATE' THEN
        IF {_row("OLD", columns)}
           IS NOT DISTINCT FROM {_row("NEW", columns)} THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM registry_checks_{table}(ARRAY[OLD."{key}"]);
    ELSE
        PERFORM registry_checks_{table}(ARRAY[NEW."{key}"]);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {trigger} ON {table};
CREATE CONSTRAINT TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table}
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT {IN_BULK})
    EXECUTE FUNCTION {function}();
"""


def _at_once(table: str, columns: list[str], key: str) -> str:
    """A statement notes its keys; they are looked at when the transaction ends."""
    function = f"registry_notes_{table}"
    new, old = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
    seen = {"insert": new, "update": f"{old} {new}", "delete": old}
    triggers = "".join(f"""
DROP TRIGGER IF EXISTS {table}_history_{event} ON {table};
CREATE TRIGGER {table}_history_{event} AFTER {event.upper()} ON {table} REFERENCING {rows}
    FOR EACH STATEMENT WHEN ({IN_BULK}) EXECUTE FUNCTION {function}();
""" for event, rows in seen.items())  # fmt: skip
    return f"""
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    changed bigint[];
BEGIN{_BY_THE_OWNER}
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg("{key}") INTO changed FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg("{key}") INTO changed FROM old_rows;
    ELSE
        SELECT array_agg(coalesce(n."{key}", o."{key}")) INTO changed
          FROM new_rows n FULL JOIN old_rows o ON o."{key}" = n."{key}"
         WHERE {_row("n", columns)} IS DISTINCT FROM {_row("o", columns)};
    END IF;
    PERFORM registry_owe('registry_checks_{table}', changed);
    RETURN NULL;
END $$;
{triggers}"""
