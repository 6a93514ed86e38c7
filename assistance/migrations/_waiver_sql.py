"""A payment is waived only where a second person has granted it."""

WAIVED = """
CREATE FUNCTION registry_line_waived_by_another() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM assistance_recoverywaiver w
                   WHERE w.line_id = NEW.id AND w.state = 'GRANTED') THEN
        RAISE EXCEPTION 'a second person waives what is to be recovered'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_waived_by_a_second_person',
                  TABLE = 'assistance_paymentline';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_waived_by_a_second_person BEFORE UPDATE OF state ON assistance_paymentline
    FOR EACH ROW WHEN (NEW.state = 'WAIVED' AND OLD.state <> 'WAIVED')
    EXECUTE FUNCTION registry_line_waived_by_another();
CREATE TRIGGER line_waived_never_at_once BEFORE INSERT ON assistance_paymentline
    FOR EACH ROW WHEN (NEW.state = 'WAIVED') EXECUTE FUNCTION registry_line_waived_by_another();
"""
BACK = """
DROP TRIGGER line_waived_by_a_second_person ON assistance_paymentline;
DROP TRIGGER line_waived_never_at_once ON assistance_paymentline;
DROP FUNCTION registry_line_waived_by_another();
"""
