"""What the tables of wellbeing refuse beyond plain constraints, as SQL text.

The functions belong to the owner of the tables: they look past the policies to answer one
question each, with the search path pinned.
"""

_HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
_REFUSE = "USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT"

FUNCTIONS = f"""
-- Whether the acting user has sent an observation of this child for that month or a later one.
CREATE FUNCTION registry_has_observed(bigint, date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE {_HEAD} AS $$
    SELECT EXISTS (
        SELECT 1 FROM schools_observation o
        WHERE o.child_id = $1 AND o.month >= $2
          AND o.observed_by_id = nullif(current_setting('registry.user_id', true), '')::bigint)
$$;

CREATE FUNCTION registry_checklist_is_used(bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE {_HEAD} AS $$
    SELECT EXISTS (SELECT 1 FROM schools_observation o WHERE o.checklist_id = $1)
$$;

CREATE FUNCTION registry_observation_fits() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    PERFORM 1 FROM schools_checklist c WHERE c.id = NEW.checklist_id FOR KEY SHARE;
    IF cardinality(NEW.levels)
       <> (SELECT count(*) FROM schools_checklistitem i
           WHERE i.checklist_id = NEW.checklist_id) THEN
        RAISE EXCEPTION 'an observation answers every question of its checklist'
            {_REFUSE} = 'observation_answers_every_question';
    END IF;
    NEW.total := (SELECT sum(level) FROM unnest(NEW.levels) AS level);
    RETURN NEW;
END $$;
CREATE TRIGGER schools_observation_fits BEFORE INSERT OR UPDATE ON schools_observation
    FOR EACH ROW EXECUTE FUNCTION registry_observation_fits();

CREATE FUNCTION registry_used_checklist_stays() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    list bigint;
BEGIN
    FOR list IN SELECT DISTINCT x FROM unnest(ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.checklist_id END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.checklist_id END]) AS x WHERE x IS NOT NULL
    LOOP
        PERFORM 1 FROM schools_checklist c WHERE c.id = list FOR UPDATE;
        IF registry_checklist_is_used(list) THEN
            RAISE EXCEPTION 'a checklist that was answered is not changed: make a new version'
                {_REFUSE} = 'used_checklist_stays';
        END IF;
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER schools_checklistitem_stays BEFORE INSERT OR UPDATE OR DELETE
    ON schools_checklistitem FOR EACH ROW EXECUTE FUNCTION registry_used_checklist_stays();

-- The score lies in its band; under 14, years as `age()` counts them, a consent lives that day.
CREATE FUNCTION registry_screening_is_lawful() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    born date;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM schools_screeningband b
        WHERE b.id = NEW.band_id AND b.tool_id = NEW.tool_id
          AND NEW.score BETWEEN b.lowest AND b.highest) THEN
        RAISE EXCEPTION 'a score lies in its band'
            {_REFUSE} = 'screening_score_lies_in_its_band';
    END IF;
    SELECT c.birth_date INTO born FROM children_child c WHERE c.id = NEW.child_id;
    IF extract(year FROM age(NEW.taken_on, born)) < 14 AND NOT EXISTS (
        SELECT 1 FROM schools_consent k
        WHERE k.child_id = NEW.child_id AND k.purpose = 'SCREENING'
          AND k.given_on <= NEW.taken_on
          AND (k.withdrawn_on IS NULL OR k.withdrawn_on > NEW.taken_on)) THEN
        RAISE EXCEPTION 'under 14 a guardian consents before a screening'
            {_REFUSE} = 'screening_under_14_needs_consent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER schools_screening_is_lawful BEFORE INSERT OR UPDATE ON schools_screeningresult
    FOR EACH ROW EXECUTE FUNCTION registry_screening_is_lawful();
"""

BACK = """
DROP TRIGGER schools_screening_is_lawful ON schools_screeningresult;
DROP TRIGGER schools_checklistitem_stays ON schools_checklistitem;
DROP TRIGGER schools_observation_fits ON schools_observation;
DROP FUNCTION registry_screening_is_lawful();
DROP FUNCTION registry_used_checklist_stays();
DROP FUNCTION registry_observation_fits();
DROP FUNCTION registry_checklist_is_used(bigint);
DROP POLICY IF EXISTS registry_rows ON schools_observation;
DROP FUNCTION registry_has_observed(bigint, date);
"""
