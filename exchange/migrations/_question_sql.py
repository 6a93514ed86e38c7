"""Of which finding a department is asked, who writes what of the question, and what stays."""

_HEAD = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public"
_REFUSED = (
    "USING ERRCODE = 'check_violation', TABLE = 'exchange_findingquestion', CONSTRAINT = '{}'"
)

# Who asks and who closes the finding wait for each other. An answer waits for nobody: who closes
# the finding locks its questions after it.
INSTALL = f"""
CREATE FUNCTION registry_question_may_be_asked() {_HEAD} AS $$
BEGIN
    PERFORM FROM exchange_finding f, accounts_organisation o, exchange_check k
      WHERE f.id = NEW.finding_id AND o.id = NEW.asked_of_id AND k.id = f.found_by_id
        AND NOT f.is_for_few AND f.done_at IS NULL
        AND f.area_code = NEW.area_code AND f.found_by_id = NEW.found_by_id
        AND f.child_id IS NOT DISTINCT FROM NEW.child_id
        AND o.kind = 'DEPARTMENT' AND o.department = ANY(k.asks)
        AND left(o.area_id, 6) = left(f.area_code, 6)
        AND NEW.answered_at IS NULL AND NEW.closed_at IS NULL
        FOR SHARE OF f;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this department is not asked of this finding'
            {_REFUSED.format("finding_question_may_be_asked")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_question_may_be_asked BEFORE INSERT ON exchange_findingquestion
    FOR EACH ROW EXECUTE FUNCTION registry_question_may_be_asked();

CREATE FUNCTION registry_question_stays() {_HEAD} AS $$
DECLARE
    department CONSTANT bigint
        := nullif(current_setting('registry.organisation_id', true), '')::bigint;
    is_answering CONSTANT boolean := OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL;
    is_closing CONSTANT boolean := OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL;
BEGIN
    IF ROW(OLD.finding_id, OLD.found_by_id, OLD.asked_of_id, OLD.facts, OLD.text, OLD.due_on,
           OLD.asked_by_id, OLD.asked_at)
       IS DISTINCT FROM ROW(NEW.finding_id, NEW.found_by_id, NEW.asked_of_id, NEW.facts, NEW.text,
           NEW.due_on, NEW.asked_by_id, NEW.asked_at)
       OR NOT is_answering
          AND ROW(OLD.verdict, OLD.answer, OLD.answered_by_id, OLD.answered_at)
              IS DISTINCT FROM ROW(NEW.verdict, NEW.answer, NEW.answered_by_id, NEW.answered_at)
       OR NOT is_closing
          AND ROW(OLD.closed_by_id, OLD.closed_at)
              IS DISTINCT FROM ROW(NEW.closed_by_id, NEW.closed_at)
       -- The department answers, and writes nothing else of what it was asked.
       OR department IS NOT NULL
          AND ROW(OLD.person, OLD.area_code, OLD.child_id, OLD.closed_at)
              IS DISTINCT FROM ROW(NEW.person, NEW.area_code, NEW.child_id, NEW.closed_at)
    THEN
        RAISE EXCEPTION 'what was asked and answered stays'
            {_REFUSED.format("finding_question_stays")};
    END IF;
    -- By the department itself, or by commands and jobs, and as long as the finding is open.
    IF is_answering AND NOT (
        (department IS NOT DISTINCT FROM NEW.asked_of_id
         OR coalesce(current_setting('registry.area_hi', true), '') = '~')
        AND EXISTS (SELECT FROM exchange_finding f WHERE f.id = NEW.finding_id
                                                     AND f.done_at IS NULL))
    THEN
        RAISE EXCEPTION 'the question takes no such answer'
            {_REFUSED.format("finding_question_answered_while_open")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finding_question_stays BEFORE UPDATE ON exchange_findingquestion
    FOR EACH ROW EXECUTE FUNCTION registry_question_stays();
"""
REMOVE = """
DROP TRIGGER finding_question_may_be_asked ON exchange_findingquestion;
DROP TRIGGER finding_question_stays ON exchange_findingquestion;
DROP FUNCTION registry_question_may_be_asked(), registry_question_stays();
"""
