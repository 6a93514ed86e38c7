"""SQL of the registry's search keys: one array per child that filters and search read.

`#` marks keys of facts (`#s:` status, `#r:` risk, `#x:` sex, `#c:` category, `#e:` economic
status, `#o:` organisation with open access, `#p:` last four digits of a phone, `#a:` state of an
open application, `#m:` what is missing), `@` keys of areas; the rest are grams of the name and
prefixes of its pinyin (`children.rules.names`). Secret categories are never among them; an open
application for one has a mark of its own, `#z:`, that only entitled postings ask for.
"""

SEARCH_KEYS = """
CREATE OR REPLACE FUNCTION registry_child_search_keys(
    name_keys text[], related_keys text[], area text, status text, risk text, sex text,
    id_hash bytea, phone_last_four text
) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT name_keys || related_keys || ARRAY[
        '@' || left(area, 2), '@' || left(area, 4), '@' || left(area, 6), '@' || left(area, 9),
        '@' || area, '#s:' || status, '#r:' || risk, '#x:' || sex,
        CASE WHEN id_hash IS NULL THEN '#m:id' ELSE '#i' END,
        CASE WHEN phone_last_four = '' THEN '#m:phone' ELSE '#p:' || phone_last_four END
    ]
$$;
"""

# What related rows say of many children. Twice the same text: the plan for a few is kept, the one
# for many is made for how many rows there are by then; in the first list of a new county that is
# none when it begins and all when it ends.
_RELATED_KEYS_OF = """
CREATE OR REPLACE FUNCTION {name}(wanted bigint[]) RETURNS TABLE (child_id bigint, keys text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public {settings} AS $$
#variable_conflict use_column
DECLARE
    today date := registry_today();
BEGIN
    RETURN QUERY
    WITH told (of_child, key) AS (
        SELECT s.child_id, '#c:' || s.category FROM children_categoryspell s
         WHERE s.child_id = ANY (wanted) AND (s.ends_on IS NULL OR s.ends_on >= today)
           AND s.category NOT IN ({{secret}})
        UNION
        SELECT e.child_id, '#e:' || e.status FROM children_economicstatusspell e
         WHERE e.child_id = ANY (wanted) AND e.starts_on <= today
           AND (e.ends_on IS NULL OR e.ends_on >= today)
        UNION
        SELECT g.child_id, '#p:' || p.phone_last_four FROM children_guardianship g
          JOIN children_guardian p ON p.id = g.guardian_id
         WHERE g.child_id = ANY (wanted) AND (g.ends_on IS NULL OR g.ends_on >= today)
           AND p.phone_last_four <> ''
        UNION
        SELECT a.child_id, '#o:' || a.organisation_id FROM children_caseaccess a
         WHERE a.child_id = ANY (wanted) AND a.organisation_id IS NOT NULL
           AND (a.closed_at IS NULL OR a.closed_at > statement_timestamp())
        UNION
        SELECT w.child_id,
               (CASE WHEN w.category IN ({{secret}}) THEN '#z:' ELSE '#a:' END) || w.state
          FROM children_application w
         WHERE w.child_id = ANY (wanted) AND w.state NOT IN ('APPROVED', 'REJECTED', 'WITHDRAWN')
        UNION
        SELECT c.id, '#m:carer' FROM unnest(wanted) c(id) WHERE NOT EXISTS (
            SELECT FROM children_guardianship g
             WHERE g.child_id = c.id AND g.child_id = ANY (wanted) AND g.is_main_carer
               AND (g.ends_on IS NULL OR g.ends_on >= today))
        UNION
        SELECT c.id, '#m:parents' FROM unnest(wanted) c(id) WHERE NOT EXISTS (
            SELECT FROM (
                SELECT s.child_id AS id FROM children_parentstatus s
                 WHERE s.child_id = ANY (wanted) AND (s.ends_on IS NULL OR s.ends_on >= today)
                 GROUP BY s.child_id HAVING count(DISTINCT s.parent) >= 2) known
             WHERE known.id = c.id)
        UNION
        SELECT c.id, '#m:category' FROM unnest(wanted) c(id) WHERE NOT EXISTS (
            SELECT FROM children_categoryspell s
             WHERE s.child_id = c.id AND s.child_id = ANY (wanted)
               AND (s.ends_on IS NULL OR s.ends_on >= today) AND s.category NOT IN ({{secret}}))
    )
    SELECT c.id, coalesce(
               array_agg(t.key ORDER BY t.key COLLATE "C") FILTER (WHERE t.key IS NOT NULL), '{{}}')
      FROM (SELECT DISTINCT id FROM unnest(wanted) u(id)) c LEFT JOIN told t ON t.of_child = c.id
     GROUP BY c.id;
END $$;
REVOKE EXECUTE ON FUNCTION {name}(bigint[]) FROM PUBLIC;
"""
_FOR_MANY = "ROWS 20000 SET plan_cache_mode = force_custom_plan"
MANY = 20  # children from which a plan of its own is worth making

RELATED_KEYS = f"""
CREATE OR REPLACE FUNCTION registry_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date  -- sessions run in UTC
$$;
{_RELATED_KEYS_OF.format(name="registry_related_keys_of", settings="ROWS 1")}
{_RELATED_KEYS_OF.format(name="registry_related_keys_of_many", settings=_FOR_MANY)}
CREATE OR REPLACE FUNCTION registry_child_related_keys(child bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT keys FROM registry_related_keys_of(ARRAY[child])
$$;
REVOKE EXECUTE ON FUNCTION registry_child_related_keys(bigint) FROM PUBLIC;

CREATE OR REPLACE FUNCTION registry_refresh_related_keys(children bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    changed bigint;
BEGIN
    IF cardinality(children) >= {MANY} THEN
        UPDATE children_child c SET related_keys = f.keys
          FROM registry_related_keys_of_many(children) f
         WHERE c.id = f.child_id AND c.related_keys IS DISTINCT FROM f.keys;
    ELSE
        UPDATE children_child c SET related_keys = f.keys
          FROM registry_related_keys_of(children) f
         WHERE c.id = f.child_id AND c.related_keys IS DISTINCT FROM f.keys;
    END IF;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END $$;
REVOKE EXECUTE ON FUNCTION registry_refresh_related_keys(bigint[]) FROM PUBLIC;

CREATE OR REPLACE FUNCTION registry_related_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    touched bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT child_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT child_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT child_id) INTO touched
        FROM (SELECT child_id FROM new_rows UNION SELECT child_id FROM old_rows) AS all_rows;
    END IF;
    PERFORM registry_refresh_related_keys(touched);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION registry_guardian_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM registry_refresh_related_keys(array(
        SELECT DISTINCT g.child_id FROM children_guardianship g
        JOIN new_rows n ON n.id = g.guardian_id
        JOIN old_rows o ON o.id = n.id AND o.phone_last_four <> n.phone_last_four));
    RETURN NULL;
END $$;
CREATE TRIGGER children_guardian_keys AFTER UPDATE ON children_guardian
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_guardian_changed();
"""

_RELATED = (
    "categoryspell", "economicstatusspell", "guardianship", "caseaccess", "parentstatus",
    "application",
)  # fmt: skip


def related_triggers() -> str:
    """One statement-level trigger per table and event, so that bulk writes refresh once."""
    tables = {"INSERT": "NEW TABLE AS new_rows", "DELETE": "OLD TABLE AS old_rows"}
    tables["UPDATE"] = "OLD TABLE AS old_rows NEW TABLE AS new_rows"
    return "\n".join(
        f"CREATE TRIGGER children_{table}_keys_{event.lower()} AFTER {event} ON children_{table}"
        f" REFERENCING {names} FOR EACH STATEMENT EXECUTE FUNCTION registry_related_changed();"
        for table in _RELATED
        for event, names in tables.items()
    )


# A day passes: keys that hang on dates are made anew for whatever began or ended lately.
NIGHTLY = """
CREATE OR REPLACE FUNCTION registry_refresh_keys_of_late(days integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT registry_refresh_related_keys(array(
        SELECT child_id FROM children_categoryspell
         WHERE starts_on >= registry_today() - days AND starts_on <= registry_today()
            OR ends_on >= registry_today() - days AND ends_on <= registry_today()
        UNION SELECT child_id FROM children_economicstatusspell
         WHERE starts_on >= registry_today() - days AND starts_on <= registry_today()
            OR ends_on >= registry_today() - days AND ends_on <= registry_today()
        UNION SELECT child_id FROM children_guardianship
         WHERE starts_on >= registry_today() - days AND starts_on <= registry_today()
            OR ends_on >= registry_today() - days AND ends_on <= registry_today()
        UNION SELECT child_id FROM children_parentstatus
         WHERE ends_on >= registry_today() - days AND ends_on <= registry_today()
        UNION SELECT child_id FROM children_caseaccess
         WHERE closed_at >= now() - make_interval(days => days) AND closed_at <= now()))
$$;
"""

# Looks past row security to find candidates by keys, because `@>` is not leakproof and could
# not use its index there; it applies the range itself and the caller's rows are filtered again.
SEARCH = """
CREATE OR REPLACE FUNCTION registry_key_is_common(key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM pg_stats s JOIN pg_class c ON c.oid = 'public.children_child'::regclass,
               unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) e(elem, freq)
         WHERE s.schemaname = 'public' AND s.tablename = 'children_child'
           AND s.attname = 'search_keys' AND e.elem = key AND e.freq * c.reltuples > 2000)
$$;

-- Planned anew each time: a general plan would take the index of areas for every key.
-- At most `most` ids. With `may_guess`, a single key that statistics know to be frequent is not
-- looked up: `most` zeros say «many».
CREATE OR REPLACE FUNCTION registry_search_children(
    keys text[], most integer, may_guess boolean DEFAULT false
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_seqscan = off SET enable_indexscan = off
SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    IF may_guess AND cardinality(keys) = 1 AND public.registry_key_is_common(keys[1]) THEN
        RETURN QUERY SELECT 0::bigint FROM generate_series(1, most);
        RETURN;
    END IF;
    RETURN QUERY
    SELECT c.id FROM children_child c
     WHERE c.search_keys @> keys
       AND c.managing_area_id >= current_setting('registry.area_lo', true)
       AND c.managing_area_id < current_setting('registry.area_hi', true)
     LIMIT most;
END $$;

-- The first `most` ids by name or birth date behind the row `after_id`, for many candidates: a
-- walk along that order would meet them late, since keys of names and the order of names agree.
CREATE OR REPLACE FUNCTION registry_search_in_order(
    keys text[], by_name boolean, after_id bigint, born_from date, born_to date, most integer
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_seqscan = off SET enable_indexscan = off
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    last public.children_child%ROWTYPE;
BEGIN
    SELECT * INTO last FROM children_child c WHERE c.id = after_id;
    RETURN QUERY
    SELECT c.id FROM children_child c
     WHERE c.search_keys @> keys
       AND c.managing_area_id >= current_setting('registry.area_lo', true)
       AND c.managing_area_id < current_setting('registry.area_hi', true)
       AND c.birth_date >= born_from AND c.birth_date <= born_to
       AND (after_id IS NULL
            OR by_name AND (c.name_sort, c.id) > (last.name_sort, last.id)
            OR NOT by_name AND (c.birth_date, c.id) > (last.birth_date, last.id))
     ORDER BY CASE WHEN by_name THEN c.name_sort END, CASE WHEN NOT by_name THEN c.birth_date END,
              c.id
     LIMIT most;
END $$;
"""

# Walks along an order and stops at `most` rows that have the keys, or after `reach` rows: frequent
# keys are met soon, where the index of keys would have to gather all of them first. `beyond` the
# row `after_id` (and, by time, the moment it had then). `own` is the posting's area.
WALK = """
CREATE OR REPLACE FUNCTION registry_walk_children(
    keys text[], sort text, own text, after_id bigint, after_at timestamptz,
    born_from date, born_to date, most integer, reach integer
) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public SET enable_seqscan = off SET enable_bitmapscan = off
SET enable_sort = off SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
    ordered text := CASE sort WHEN 'name' THEN 'c.name_sort, c.id'
        WHEN 'age' THEN 'c.birth_date, c.id' ELSE 'c.updated_at DESC, c.id DESC' END;
    within text := CASE length(own) WHEN 4 THEN 'c.prefecture_code = $1'
        WHEN 6 THEN 'c.county_code = $1' WHEN 9 THEN 'c.township_code = $1' ELSE '$1 = $1' END;
    beyond text := CASE WHEN after_id IS NULL THEN 'true'
        WHEN sort = 'name' THEN '(c.name_sort, c.id) >'
            ' ((SELECT l.name_sort FROM children_child l WHERE l.id = $2), $2)'
        WHEN sort = 'age' THEN '(c.birth_date, c.id) >'
            ' ((SELECT l.birth_date FROM children_child l WHERE l.id = $2), $2)'
        ELSE '(c.updated_at, c.id) < ($3, $2)' END;
    related text[] := array(SELECT k FROM unnest(keys) k WHERE k ~ '^#[ceoa]:');
    found bigint[];
BEGIN
    EXECUTE format(
        'SELECT array(SELECT w.id FROM (SELECT c.id, c.search_keys, c.related_keys, c.birth_date,'
        ' c.managing_area_id FROM children_child c WHERE %s AND %s ORDER BY %s LIMIT $4) w'
        ' WHERE w.managing_area_id >= $5 AND w.managing_area_id < $6 AND w.birth_date >= $7'
        ' AND w.birth_date <= $8 AND w.related_keys @> $9 AND w.search_keys @> $10 LIMIT $11)',
        within, beyond, ordered)
    INTO found
    USING own, after_id, after_at, reach, current_setting('registry.area_lo', true),
          current_setting('registry.area_hi', true), born_from, born_to, related, keys, most;
    RETURN found;
END $$;
"""

# Tells that an ID number is registered without telling whose: "ask the county".
ID_KNOWN = """
CREATE OR REPLACE FUNCTION registry_area_of_id_number(hash bytea) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.managing_area_id FROM children_child c
    WHERE c.id_number_hash = hash AND c.merged_into_id IS NULL
$$;
"""

# What a row of the list shows beside the child's own columns. It looks past the policies of spells
# and carers, after asking once of each child whether it may be seen: asked of each row, the
# policies take most of the page. Set-based, because a look-up per child takes the slower indexes
# of the exclusion constraints.
LISTED = """
CREATE OR REPLACE FUNCTION registry_listed(
    ids bigint[], today date,
    OUT id bigint, OUT place text, OUT above text, OUT categories text[], OUT carer text
) RETURNS SETOF record LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 25
SET search_path = pg_catalog, public AS $$
DECLARE
    told boolean := current_setting('registry.secrets', true) = 'yes';
BEGIN
    RETURN QUERY
    WITH seen AS MATERIALIZED (
        SELECT c.id, c.residence_area_id FROM children_child c
         WHERE c.id = ANY (ids)
           AND (c.managing_area_id >= current_setting('registry.area_lo', true)
                AND c.managing_area_id < current_setting('registry.area_hi', true)
                OR registry_has_access(c.id))
    ), spells AS (
        SELECT s.child_id, array_agg(s.category::text ORDER BY s.starts_on, s.id) AS found
          FROM children_categoryspell s
         WHERE s.child_id = ANY (ids) AND s.starts_on <= today
           AND (s.ends_on IS NULL OR s.ends_on >= today)
           AND (told OR s.category NOT IN ({secret}))
         GROUP BY s.child_id
    ), carers AS (
        SELECT g.child_id, p.name::text AS name FROM children_guardianship g
          JOIN children_guardian p ON p.id = g.guardian_id
         WHERE g.child_id = ANY (ids) AND g.is_main_carer AND g.starts_on <= today
           AND (g.ends_on IS NULL OR g.ends_on >= today)
    )
    SELECT seen.id, a.name::text, b.name::text, spells.found, carers.name
      FROM seen
      LEFT JOIN spells ON spells.child_id = seen.id
      LEFT JOIN carers ON carers.child_id = seen.id
      LEFT JOIN accounts_area a ON a.code = seen.residence_area_id
      LEFT JOIN accounts_area b ON b.code = a.parent_id;
END $$;

-- Children kept in the areas from `lo` to below `hi`, as far as the range of the posting reaches;
-- counting stops at `most`.
CREATE OR REPLACE FUNCTION registry_count_children(lo text, hi text, most integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    first text := greatest(lo COLLATE "C", current_setting('registry.area_lo', true));
    last text := least(hi COLLATE "C", current_setting('registry.area_hi', true));
BEGIN
    RETURN (SELECT count(*) FROM (
        SELECT FROM children_child c
         WHERE c.managing_area_id >= first AND c.managing_area_id < last LIMIT most) AS counted);
END $$;
"""
