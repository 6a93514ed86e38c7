"""What a settlement with a school paid for is settled again only when that settlement was taken
back: a waiver leaves no settlement that stands, and none that was taken back keeps one.

Looked at when the transaction ends: waivers leave and the settlement is taken back in one.
"""

KEPT = """
CREATE FUNCTION registry_award_settled_once() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    is_broken boolean;
BEGIN
    IF TG_TABLE_NAME = 'assistance_educationsettlement' THEN
        is_broken := EXISTS (
            SELECT FROM assistance_educationsettlement s
            JOIN assistance_educationaward a ON a.settlement_id = s.id
            WHERE s.id = NEW.id AND s.state = 'TAKEN_BACK');
    ELSE
        is_broken := EXISTS (
            SELECT FROM assistance_educationaward a
            JOIN assistance_educationsettlement s ON s.id = a.settlement_id
            WHERE a.id = NEW.id AND s.state = 'TAKEN_BACK');
        IF TG_OP = 'UPDATE' AND NOT is_broken THEN
            is_broken := OLD.settlement_id IS DISTINCT FROM NEW.settlement_id AND EXISTS (
                SELECT FROM assistance_educationsettlement s
                WHERE s.id = OLD.settlement_id AND s.state <> 'TAKEN_BACK');
        END IF;
    END IF;
    IF is_broken THEN
        RAISE EXCEPTION 'a waiver leaves a settlement when, and only when, that is taken back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'award_settled_once',
                  TABLE = 'assistance_educationaward';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER award_settled_once
    AFTER INSERT OR UPDATE OF settlement_id ON assistance_educationaward
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION registry_award_settled_once();
CREATE CONSTRAINT TRIGGER settlement_taken_back_whole
    AFTER UPDATE OF state ON assistance_educationsettlement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'TAKEN_BACK')
    EXECUTE FUNCTION registry_award_settled_once();

CREATE FUNCTION registry_settlement_taken_back_for_good() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    RAISE EXCEPTION 'what was taken back stays as it is'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_taken_back_for_good',
              TABLE = 'assistance_educationsettlement';
END $$;
CREATE TRIGGER settlement_taken_back_for_good
    BEFORE UPDATE OF state, paid_on, voucher, total, back_money, back_on, back_receipt
    ON assistance_educationsettlement
    FOR EACH ROW WHEN (OLD.state = 'TAKEN_BACK'
        AND (OLD.state, OLD.paid_on, OLD.voucher, OLD.total, OLD.back_money, OLD.back_on,
             OLD.back_receipt) IS DISTINCT FROM (NEW.state, NEW.paid_on, NEW.voucher, NEW.total,
             NEW.back_money, NEW.back_on, NEW.back_receipt))
    EXECUTE FUNCTION registry_settlement_taken_back_for_good();
"""
BACK = """
DROP TRIGGER settlement_taken_back_for_good ON assistance_educationsettlement;
DROP FUNCTION registry_settlement_taken_back_for_good();
DROP TRIGGER settlement_taken_back_whole ON assistance_educationsettlement;
DROP TRIGGER award_settled_once ON assistance_educationaward;
DROP FUNCTION registry_award_settled_once();
"""
