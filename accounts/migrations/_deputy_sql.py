"""What a deputy's posting must agree with, as SQL text.

Asked when a deputy is named and whenever one of the two postings changes: the role and the place
are those of the posting stood in for, which is a regular one of another user. A posting whose
end is brought forward takes its deputy with it only by naming so: the deputy's own days rule.
"""

FITS = """
CREATE FUNCTION registry_deputy_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM accounts_posting d JOIN accounts_posting p ON p.id = d.stands_in_for_id
        WHERE (d.id = NEW.id OR p.id = NEW.id)
          AND ((d.role, d.area_id, d.organisation_id)
               IS DISTINCT FROM (p.role, p.area_id, p.organisation_id)
            OR d.user_id = p.user_id OR p.stands_in_for_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'a deputy holds what is stood in for'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'posting_of_a_deputy_is_that_stood_in_for';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deputy_fits
    AFTER INSERT OR UPDATE OF user_id, role, area_id, organisation_id, stands_in_for_id
    ON accounts_posting FOR EACH ROW EXECUTE FUNCTION registry_deputy_fits();
"""
NOT_ANY_MORE = "DROP TRIGGER deputy_fits ON accounts_posting; DROP FUNCTION registry_deputy_fits()"
