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

# Two namings at once that each see nothing of the other wait for each other at the users' rows,
# in the order of their keys.
PRESENT = """
CREATE FUNCTION registry_deputy_is_there() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE away bigint;
BEGIN
    SELECT user_id INTO away FROM accounts_posting WHERE id = NEW.stands_in_for_id;
    PERFORM 1 FROM accounts_user WHERE id IN (NEW.user_id, away) ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_posting d JOIN accounts_posting p ON p.id = d.stands_in_for_id
        WHERE (p.user_id = NEW.user_id OR d.user_id = away)
          AND daterange(d.starts_on, d.ends_on + 1)
              && daterange(NEW.starts_on, NEW.ends_on + 1)) THEN
        RAISE EXCEPTION 'a deputy is there while standing in'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'posting_of_a_deputy_is_held_by_who_is_there';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deputy_is_there
    AFTER INSERT OR UPDATE OF user_id, starts_on, ends_on, stands_in_for_id
    ON accounts_posting FOR EACH ROW WHEN (NEW.stands_in_for_id IS NOT NULL)
    EXECUTE FUNCTION registry_deputy_is_there();
"""
NOT_PRESENT = """
DROP TRIGGER deputy_is_there ON accounts_posting; DROP FUNCTION registry_deputy_is_there()
"""
