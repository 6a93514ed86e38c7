"""References that are looked at once for a statement, as SQL text: for rows written in masses.

PostgreSQL looks up a foreign key row by row, and locks the row it points to each time. A model that
says `references_in_sets` leaves its foreign keys to triggers which promise the same: what a row
points to is there and cannot go, whoever writes and whatever happens at the same time.
"""

from dataclasses import dataclass

_HEAD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public"
_BY_STATEMENT = "('read committed', 'read uncommitted')"  # levels that see what is committed
MANY = 500  # rows from which those pointed to are not locked one by one


@dataclass(frozen=True)
class Reference:
    """`column` of `table` points to the key of `parent`, of type `kind`."""

    table: str
    column: str
    parent: str
    key: str
    kind: str = "bigint"

    @property
    def name(self) -> str:
        """What a refusal is called, as the name of a constraint."""
        return f"{self.table}_{self.column}_exists"[-63:]

    def refused(self) -> str:
        return f"""RAISE EXCEPTION 'a row of {self.table} points to no row of {self.parent}'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{self.name}',
                  TABLE = '{self.table}';"""


def _held(parent: str, shared: str = "") -> str:
    """Who points to many rows of a table, and who takes rows of it away, wait for each other."""
    lock = f"pg_advisory_xact_lock{shared}"
    return f"PERFORM {lock}(hashtext('rows pointed to'), hashtext('{parent}'));"


def pointing(references: list[Reference]) -> str:
    """Triggers of the table that points: new rows of a statement at once, changed keys one by one.

    The rows pointed to are locked as a foreign key locks them, in the order of their keys. Always
    by the index on the key: the plan is kept for a session, made for one row or for thousands.

    Many rows lock the tables pointed to against deletion instead: to lock tens of thousands of rows
    writes to each page that holds one. A snapshot older than the statement would not see that a row
    has gone, where a lock of the row is refused: it locks row by row.
    """
    table = references[0].table
    columns = ", ".join(f'"{one.column}"' for one in references)
    differs = " OR ".join(
        f'OLD."{one.column}" IS DISTINCT FROM NEW."{one.column}"' for one in references
    )
    wanted = ", ".join(
        f'array_agg(DISTINCT "{one.column}") FILTER (WHERE "{one.column}" IS NOT NULL)'
        for one in references
    )
    into = ", ".join(f"keys_{n}" for n in range(len(references)))
    declared = "".join(f"    keys_{n} {one.kind}[];\n" for n, one in enumerate(references))
    held = "\n        ".join(
        _held(one, "_shared") for one in sorted({r.parent for r in references})
    )
    missing = ",\n            ".join(f"""(
                SELECT cardinality(keys) <> (
                    SELECT count(*) FROM {one.parent} p WHERE p."{one.key}" = ANY (keys))
                  FROM (SELECT ARRAY(SELECT DISTINCT "{one.column}" FROM pointing
                                      WHERE "{one.column}" IS NOT NULL)::{one.kind}[] AS keys
                        OFFSET 0) one)"""
        for one in references)  # fmt: skip
    missed = "".join(f"""
        IF is_missing[{n}] THEN
            {one.refused()}
        END IF;""" for n, one in enumerate(references, 1))  # fmt: skip
    looked = "".join(f"""
    IF keys_{n} IS NOT NULL THEN
        PERFORM FROM {one.parent} p WHERE p."{one.key}" = ANY (keys_{n})
          ORDER BY p."{one.key}" FOR KEY SHARE OF p;
        GET DIAGNOSTICS found_rows = ROW_COUNT;
        IF found_rows <> cardinality(keys_{n}) THEN
            {one.refused()}
        END IF;
    END IF;""" for n, one in enumerate(references))  # fmt: skip
    each = "".join(f"""
    IF NEW."{one.column}" <> OLD."{one.column}"
       OR OLD."{one.column}" IS NULL AND NEW."{one.column}" IS NOT NULL THEN
        PERFORM FROM {one.parent} p WHERE p."{one.key}" = NEW."{one.column}" FOR KEY SHARE OF p;
        IF NOT FOUND THEN
            {one.refused()}
        END IF;
    END IF;""" for one in references)  # fmt: skip
    return f"""
CREATE OR REPLACE FUNCTION registry_pointing_{table}() {_HEAD} SET enable_seqscan = off AS $$
DECLARE
    found_rows bigint;
    is_missing boolean[];
{declared}BEGIN
    IF EXISTS (SELECT FROM new_rows OFFSET {MANY - 1})
       AND current_setting('transaction_isolation') IN {_BY_STATEMENT} THEN
        {held}
        EXECUTE $looked$
            WITH pointing AS MATERIALIZED (SELECT DISTINCT {columns} FROM new_rows)
            SELECT ARRAY[{missing}]
        $looked$ INTO is_missing;{missed}
        RETURN NULL;
    END IF;
    SELECT {wanted} INTO {into} FROM new_rows;{looked}
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {table}_points ON {table};
CREATE TRIGGER {table}_points AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_pointing_{table}();
CREATE OR REPLACE FUNCTION registry_repointing_{table}() {_HEAD} AS $$
BEGIN{each}
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {table}_points_elsewhere ON {table};
CREATE TRIGGER {table}_points_elsewhere AFTER UPDATE OF {columns} ON {table}
    FOR EACH ROW WHEN ({differs}) EXECUTE FUNCTION registry_repointing_{table}();
"""


def pointed_to(parent: str, references: list[Reference]) -> str:
    """Triggers of a table that is pointed to: what is pointed to stays, and keys never change.

    A snapshot older than the statement would not see who pointed in the meantime, as the lookup of
    a foreign key does: such transactions delete nothing here.
    """
    key = references[0].key
    looked = "".join(f"""
    IF EXISTS (SELECT FROM {one.table} t
                WHERE t."{one.column}" = ANY (ARRAY(SELECT "{key}" FROM old_rows))) THEN
        {one.refused()}
    END IF;""" for one in references)  # fmt: skip
    return f"""
CREATE OR REPLACE FUNCTION registry_pointed_to_{parent}() {_HEAD} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM old_rows) THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') NOT IN {_BY_STATEMENT} THEN
        RAISE EXCEPTION 'rows of {parent} are deleted at READ COMMITTED alone'
            USING ERRCODE = 'foreign_key_violation', TABLE = '{parent}';
    END IF;
    {_held(parent)}{looked}
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {parent}_stays_when_pointed_to ON {parent};
CREATE TRIGGER {parent}_stays_when_pointed_to AFTER DELETE ON {parent}
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_pointed_to_{parent}();
CREATE OR REPLACE FUNCTION registry_keeps_its_key() {_HEAD} AS $$
BEGIN
    RAISE EXCEPTION 'keys of % never change', TG_TABLE_NAME
        USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
END $$;
DROP TRIGGER IF EXISTS {parent}_keeps_its_key ON {parent};
CREATE TRIGGER {parent}_keeps_its_key AFTER UPDATE OF "{key}" ON {parent}
    FOR EACH ROW WHEN (OLD."{key}" IS DISTINCT FROM NEW."{key}")
    EXECUTE FUNCTION registry_keeps_its_key();
"""
