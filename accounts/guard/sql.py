"""The functions behind row-level security and the history guard, as SQL text.

They are SECURITY DEFINER and belong to the owner role: they look past the policies to answer one
yes-or-no question each, with the search path pinned.
"""

_HEAD = "LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public"

SIGHT = f"""
CREATE OR REPLACE FUNCTION registry_has_access(child bigint) RETURNS boolean {_HEAD} AS $$
    SELECT EXISTS (
        SELECT 1 FROM children_caseaccess a
        WHERE a.child_id = child
          AND current_setting('registry.no_children', true) IS DISTINCT FROM 'yes'
          AND a.opened_at <= statement_timestamp()
          AND (a.closed_at IS NULL OR a.closed_at > statement_timestamp())
          AND (a.user_id = nullif(current_setting('registry.user_id', true), '')::bigint
            OR a.organisation_id
               = nullif(current_setting('registry.organisation_id', true), '')::bigint
            OR (a.area_id >= current_setting('registry.area_lo', true)
                AND a.area_id < current_setting('registry.area_hi', true))))
$$;
CREATE OR REPLACE FUNCTION registry_sees_child(child bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public AS $$
DECLARE
    lo text COLLATE "C" := current_setting('registry.area_lo', true);
    hi text COLLATE "C" := current_setting('registry.area_hi', true);
BEGIN
    IF lo = '' AND hi = '~' THEN
        RETURN true;  -- commands and jobs: asked for each of many rows
    END IF;
    IF lo < hi AND EXISTS (
        SELECT 1 FROM children_child c
        WHERE c.id = child AND c.managing_area_id >= lo AND c.managing_area_id < hi) THEN
        RETURN true;
    END IF;
    RETURN registry_has_access(child);
END $$;
CREATE OR REPLACE FUNCTION registry_sees_guardian(guardian bigint) RETURNS boolean {_HEAD} AS $$
    SELECT EXISTS (
        SELECT 1 FROM children_guardianship g
        WHERE g.guardian_id = guardian AND registry_sees_child(g.child_id))
$$;
"""


# Who writes a notice need not be told of a report of harm to leave the person concerned out. A
# report is about a person, however often they are recorded, and about a child, in whichever of the
# files that are continued in one another it was made. Nor does a parent learn anything whose
# guardianship a court has revoked, whether or not somebody has ended the record of their care yet,
# and in whatever guardianship the same person is recorded again. Nor is a message left on the phone
# of a parent who is dead or declared missing: who has it now is not known. Whoever began to care
# after that, under the same word, is somebody else.
WITHHELD = f"""
CREATE OR REPLACE FUNCTION registry_is_withheld(child bigint, guardian bigint)
RETURNS boolean {_HEAD} AS $$
    WITH files AS (
        SELECT child AS id
        UNION ALL SELECT o.id FROM children_child o WHERE o.merged_into_id = child
        UNION ALL SELECT o.merged_into_id FROM children_child o WHERE o.id = child)
    SELECT EXISTS (
        SELECT 1 FROM children_concern c
        JOIN children_guardianship g ON g.id = c.guardianship_id
        JOIN children_guardian named ON named.id = g.guardian_id
        JOIN children_guardian asked ON asked.id = guardian
        WHERE c.child_id IN (SELECT f.id FROM files f)
          AND (named.id = asked.id OR named.name = asked.name
               OR named.id_number_hash = asked.id_number_hash)
          AND c.outcome <> 'UNFOUNDED')
    OR EXISTS (
        SELECT 1 FROM children_guardianship g
        JOIN children_guardian named ON named.id = g.guardian_id
        JOIN children_guardian asked ON asked.id = guardian
        JOIN children_parentstatus p ON p.parent = g.relation
        WHERE g.child_id IN (SELECT f.id FROM files f) AND p.child_id IN (SELECT f.id FROM files f)
          AND (named.id = asked.id OR named.name = asked.name
               OR named.id_number_hash = asked.id_number_hash)
          AND (p.status = 'GUARDIANSHIP_REVOKED'
               OR p.status IN ('DEAD', 'MISSING_DECLARED') AND g.starts_on <= p.starts_on)
          AND p.starts_on <= registry_today()
          AND (p.ends_on IS NULL OR p.ends_on >= registry_today()))
$$;
"""


# A unique index on keyed hashes promises nothing between two keys. Asked after a write under the
# newest one, this answers what the index of that name would, had the other row that key as well.
OLDER_HASH = """
CREATE OR REPLACE FUNCTION registry_refuse_older_hash(index_name text, own bigint, older bytea[])
RETURNS void LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    rows regclass;
    hashed name;
    counts text;
    is_held boolean;
BEGIN
    SELECT i.indrelid::regclass, a.attname, coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')
      INTO STRICT rows, hashed, counts
      FROM pg_index i
      JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
     WHERE c.relname = index_name AND c.relnamespace = 'public'::regnamespace
       AND i.indisunique AND i.indnkeyatts = 1 AND a.atttypid = 'bytea'::regtype;
    EXECUTE format(
        'SELECT EXISTS (SELECT 1 FROM %1$s WHERE %2$I = ANY ($1) AND id <> $2 AND (%3$s))'
        ' AND EXISTS (SELECT 1 FROM %1$s WHERE id = $2 AND (%3$s))', rows, hashed, counts)
       INTO is_held USING older, own;
    IF is_held THEN
        RAISE EXCEPTION 'held under an older key' USING ERRCODE = 'unique_violation',
              CONSTRAINT = index_name, TABLE = rows::text;
    END IF;
END $$;
"""


# The rule of autovacuum (its scale factor for ANALYZE and more rows than its threshold), at once:
# autovacuum comes around by the minute. A table that somebody is looking at already is passed over.
STATISTICS = """
CREATE OR REPLACE FUNCTION registry_analyze_changed() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    changed regclass;
    done integer := 0;
BEGIN
    FOR changed IN
        SELECT c.oid FROM pg_class c JOIN pg_stat_user_tables s ON s.relid = c.oid
        WHERE c.relkind = 'r' AND c.relowner = current_user::regrole
          AND s.n_mod_since_analyze > 1000 + 0.1 * greatest(c.reltuples, 0)
        ORDER BY c.oid
    LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', changed);
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
"""
