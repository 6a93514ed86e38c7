"""An entitlement is not confirmed beside one that an overlap rule keeps apart from it.

What a rule with a `when` keeps apart depends on facts, which the lists of gaps ask.
"""

BESIDE = """
CREATE OR REPLACE FUNCTION registry_entitled_beside() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    place text;
BEGIN
    -- One at a time for a child: two who confirm at once see each other.
    SELECT coalesce(c.hukou_area_id, c.residence_area_id) INTO place
      FROM children_child c WHERE c.id = NEW.child_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM assistance_entitlement e
        WHERE e.child_id = NEW.child_id AND e.programme_id <> NEW.programme_id
          AND e.state IN ('RUNNING', 'HELD', 'ENDED')
          AND daterange(e.from_month, e.to_month, '[]')
              && daterange(NEW.from_month, NEW.to_month, '[]')
          AND registry_awards_exclude(
              e.programme_id, NEW.programme_id, greatest(e.from_month, NEW.from_month), place)) THEN
        RAISE EXCEPTION 'an overlap rule keeps these entitlements apart'
            USING ERRCODE = 'exclusion_violation',
                  CONSTRAINT = 'entitlement_beside_what_excludes_it',
                  TABLE = 'assistance_entitlement';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS entitlement_beside_what_excludes_it ON assistance_entitlement;
DROP TRIGGER IF EXISTS entitlement_beside_when_confirmed ON assistance_entitlement;
CREATE TRIGGER entitlement_beside_what_excludes_it BEFORE INSERT ON assistance_entitlement
    FOR EACH ROW WHEN (NEW.state = 'RUNNING') EXECUTE FUNCTION registry_entitled_beside();
CREATE TRIGGER entitlement_beside_when_confirmed BEFORE UPDATE OF state ON assistance_entitlement
    FOR EACH ROW WHEN (NEW.state = 'RUNNING' AND OLD.state = 'PROPOSED')
    EXECUTE FUNCTION registry_entitled_beside();
"""
BACK = """
DROP TRIGGER entitlement_beside_what_excludes_it ON assistance_entitlement;
DROP TRIGGER entitlement_beside_when_confirmed ON assistance_entitlement;
DROP FUNCTION registry_entitled_beside();
"""
