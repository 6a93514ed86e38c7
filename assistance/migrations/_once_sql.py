"""What is paid once is not entitled twice: beside an open entitlement, or after it was paid.

Nor when a file had it that is continued in this one.
"""

ONCE = """
CREATE OR REPLACE FUNCTION registry_entitled_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.state NOT IN ('PROPOSED', 'RUNNING', 'HELD') OR NOT EXISTS (
        SELECT 1 FROM assistance_programme p WHERE p.id = NEW.programme_id AND p.cadence = 'ONCE')
    THEN
        RETURN NEW;
    END IF;
    -- One at a time for a child: two who write at once see each other.
    PERFORM 1 FROM children_child c WHERE c.id = NEW.child_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM assistance_entitlement e
        WHERE e.child_id IN (SELECT NEW.child_id UNION ALL SELECT o.id FROM children_child o
                             WHERE o.merged_into_id = NEW.child_id)
          AND e.programme_id = NEW.programme_id AND e.id <> NEW.id
          AND (e.state IN ('PROPOSED', 'RUNNING', 'HELD') OR e.state IN ('ENDED', 'CANCELLED') AND (
              SELECT sum(l.amount) FROM assistance_paymentline l
              WHERE l.entitlement_id = e.id AND l.state IN ('PENDING', 'PAID', 'RECOVERED')
                AND (l.kind <> 'RECOVERY' OR l.state = 'RECOVERED')) > 0)) THEN
        RAISE EXCEPTION 'what is paid once is not entitled twice'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'entitlement_paid_once_for_all',
                  TABLE = 'assistance_entitlement';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS entitlement_paid_once_for_all ON assistance_entitlement;
CREATE TRIGGER entitlement_paid_once_for_all
    BEFORE INSERT OR UPDATE OF state, programme_id ON assistance_entitlement
    FOR EACH ROW EXECUTE FUNCTION registry_entitled_once();
"""
DROP = """
DROP TRIGGER entitlement_paid_once_for_all ON assistance_entitlement;
DROP FUNCTION registry_entitled_once();
"""
