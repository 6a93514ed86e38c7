"""A photo is of the child that was visited: asked at commit, since both may change together."""

FITS = """
CREATE FUNCTION registry_visit_photo_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM children_document d JOIN children_homevisit v ON v.id = d.visit_id
        WHERE d.id = NEW.id AND d.child_id <> v.child_id) THEN
        RAISE EXCEPTION 'the visit is of another child'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'document_of_a_visit_of_its_child';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER visit_photo_fits
    AFTER INSERT OR UPDATE OF child_id, visit_id ON children_document
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (NEW.visit_id IS NOT NULL)
    EXECUTE FUNCTION registry_visit_photo_fits();
CREATE FUNCTION registry_visit_keeps_its_child() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a visit is of one child'
        USING ERRCODE = 'integrity_constraint_violation',
              CONSTRAINT = 'document_of_a_visit_of_its_child';
END $$;
CREATE TRIGGER visit_keeps_its_child BEFORE UPDATE OF child_id ON children_homevisit
    FOR EACH ROW WHEN (OLD.child_id <> NEW.child_id)
    EXECUTE FUNCTION registry_visit_keeps_its_child();
"""
NOT_ANY_MORE = """
DROP TRIGGER visit_keeps_its_child ON children_homevisit;
DROP FUNCTION registry_visit_keeps_its_child();
DROP TRIGGER visit_photo_fits ON children_document;
DROP FUNCTION registry_visit_photo_fits()
"""
