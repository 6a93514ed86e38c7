"""A school's children and how many each of its helpers helps, found past the policies.

Asking row by row whether the lead may see the child takes ten times as long as counting; whoever
acts at the school sees its children anyway, and whoever does not gets nothing.
"""

_MINE = """
                 school = nullif(current_setting('registry.organisation_id', true), '')::bigint
             AND current_setting('registry.no_children', true) IS DISTINCT FROM 'yes'
"""
LOADS = f"""
CREATE FUNCTION schools_loads(school bigint, day date) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    SELECT coalesce(jsonb_object_agg(helper_id, counts), '{{}}') FROM (
        SELECT p.helper_id, jsonb_build_array(
                   count(*) FILTER (WHERE p.is_main),
                   count(*) FILTER (WHERE NOT p.is_main),
                   count(*) FILTER (WHERE p.is_main AND c.risk_level = 'HIGH'),
                   count(*) FILTER (WHERE p.is_main AND p.confirmed_at IS NULL)) AS counts
          FROM accounts_posting h
          JOIN schools_pairing p ON p.helper_id = h.id
          JOIN children_child c ON c.id = p.child_id
         WHERE h.organisation_id = school
           AND {_MINE}
           AND p.starts_on <= day AND (p.ends_on IS NULL OR p.ends_on > day)
           AND c.status <> 'CLOSED'
         GROUP BY p.helper_id) found
$$;
"""

# Open files on the roll of the school or paired with its staff; of these, if `alone`, only those
# for whom no main helper is there: an ended posting or a user switched off helps nobody.
CHILDREN = f"""
CREATE FUNCTION schools_children_at(school bigint, day date, alone boolean) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public AS $$
    SELECT c.id FROM (
        SELECT e.child_id FROM schools_enrolment e
         WHERE e.school_id = school AND e.starts_on <= day
           AND (e.ends_on IS NULL OR e.ends_on > day)
        UNION
        SELECT p.child_id FROM accounts_posting h JOIN schools_pairing p ON p.helper_id = h.id
         WHERE h.organisation_id = school AND p.starts_on <= day
           AND (p.ends_on IS NULL OR p.ends_on > day)) here
      JOIN children_child c ON c.id = here.child_id AND c.status <> 'CLOSED'
     WHERE {_MINE}
       AND NOT (alone AND EXISTS (
            SELECT 1 FROM schools_pairing p
              JOIN accounts_posting h ON h.id = p.helper_id
              JOIN accounts_user u ON u.id = h.user_id AND u.is_active
             WHERE p.child_id = c.id AND p.is_main AND p.starts_on <= day
               AND (p.ends_on IS NULL OR p.ends_on > day)
               AND h.starts_on <= day AND (h.ends_on IS NULL OR h.ends_on >= day)))
$$;
"""
