"""How a programme pays is not dated: once something was paid, it is changed for all months gone by.

The next run would pay, or ask back, the months that it pays in now and did not, and the reverse.
"""

PAID_AS = """
CREATE OR REPLACE FUNCTION registry_programme_paid() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT FROM assistance_entitlement e WHERE e.programme_id = NEW.id AND EXISTS (
            SELECT FROM assistance_paymentline l
            WHERE l.entitlement_id = e.id AND l.state <> 'CANCELLED')) THEN
        RAISE EXCEPTION 'payments rest on how the programme pays'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'programme_pays_as_it_paid',
                  TABLE = 'assistance_programme';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS programme_pays_as_it_paid ON assistance_programme;
CREATE TRIGGER programme_pays_as_it_paid BEFORE UPDATE ON assistance_programme FOR EACH ROW
    WHEN ((OLD.cadence, OLD.paid_to, OLD.pay_months, OLD.period_starts)
          IS DISTINCT FROM (NEW.cadence, NEW.paid_to, NEW.pay_months, NEW.period_starts))
    EXECUTE FUNCTION registry_programme_paid();
"""
BACK = """
DROP TRIGGER programme_pays_as_it_paid ON assistance_programme;
DROP FUNCTION registry_programme_paid();
"""
