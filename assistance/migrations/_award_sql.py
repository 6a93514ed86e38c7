"""Two awards of one term that an overlap rule keeps apart are refused, whoever writes them."""

EXCLUDES = """
CREATE OR REPLACE FUNCTION registry_awards_exclude(one bigint, other bigint, month date, area text)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    -- $4: the bare name would be the rule's own area, in which it always lies.
    SELECT EXISTS (
        SELECT 1 FROM assistance_overlaprule r, assistance_programme a, assistance_programme b
        WHERE a.id = one AND b.id = other AND NOT r.is_withdrawn AND r."when" IS NULL
          AND starts_with($4, r.area)
          AND coalesce(r.from_month <= month, true) AND coalesce(r.to_month >= month, true)
          AND (r.kind = 'HIGHER_OF' AND a.code = ANY(r.programmes) AND b.code = ANY(r.programmes)
            OR r.kind = 'EXCLUDES' AND (
                a.code = ANY(r.programmes) AND b.code = ANY(r.others)
                OR b.code = ANY(r.programmes) AND a.code = ANY(r.others))))
$$;
CREATE OR REPLACE FUNCTION registry_award_alone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    starts date;
    place text;
BEGIN
    IF NEW.state = 'ENDED' THEN
        RETURN NEW;
    END IF;
    -- One at a time for a child: two who write at once see each other.
    SELECT coalesce(c.hukou_area_id, c.residence_area_id) INTO place
      FROM children_child c WHERE c.id = NEW.child_id FOR NO KEY UPDATE;
    SELECT date_trunc('month', t.starts_on)::date INTO starts
      FROM schools_term t WHERE t.id = NEW.term_id;
    IF EXISTS (
        SELECT 1 FROM assistance_educationaward a
        WHERE a.child_id = NEW.child_id AND a.term_id = NEW.term_id AND a.state <> 'ENDED'
          AND a.id <> NEW.id AND a.programme_id <> NEW.programme_id
          AND registry_awards_exclude(a.programme_id, NEW.programme_id, starts, place)) THEN
        RAISE EXCEPTION 'an overlap rule keeps these awards apart'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'award_beside_what_excludes_it',
                  TABLE = 'assistance_educationaward';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS award_beside_what_excludes_it ON assistance_educationaward;
CREATE TRIGGER award_beside_what_excludes_it
    BEFORE INSERT OR UPDATE OF state, programme_id ON assistance_educationaward
    FOR EACH ROW EXECUTE FUNCTION registry_award_alone();
"""
DROP = """
DROP TRIGGER award_beside_what_excludes_it ON assistance_educationaward;
DROP FUNCTION registry_award_alone();
DROP FUNCTION registry_awards_exclude(bigint, bigint, date, text);
"""
