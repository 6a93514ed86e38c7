"""Which department sends which kind of list, and what of a question is forgotten."""

from typing import Any

_HEAD = "SECURITY DEFINER SET search_path = pg_catalog, public"
_REFUSED = "USING ERRCODE = 'check_violation', TABLE = '{}', CONSTRAINT = '{}'"

# Kind of list → departments whose books it comes from, as a county begins; then it is edited.
SENT_BY: dict[str, tuple[str, ...]] = {
    "disability_certificates": ("FEDERATION",),
    "two_subsidy_roll": ("CIVIL_AFFAIRS", "FEDERATION"),
    "low_income": ("CIVIL_AFFAIRS",),
    "deaths": ("CIVIL_AFFAIRS", "HEALTH", "JUSTICE"),
    "household_registration": ("JUSTICE",),
    "school_roll": ("EDUCATION",),
    "attendance": ("EDUCATION",),
    "admissions": ("EDUCATION",),
    "severe_illness": ("HEALTH", "MEDICAL"),
    "prison_results": ("JUSTICE",),
    "rehabilitation_results": ("JUSTICE",),
    "rehabilitation_sessions": ("FEDERATION",),
    "rehabilitation_claims": ("FEDERATION",),
}


def fill_departments(apps: Any, schema_editor: Any) -> None:
    from django.utils import timezone

    using, now = schema_editor.connection.alias, timezone.now()
    past = apps.get_model("exchange", "HistoricalFeed").objects.using(using)
    for row in apps.get_model("exchange", "Feed").objects.using(using).order_by("pk"):
        if row.kind not in SENT_BY:
            continue
        row.departments = list(SENT_BY[row.kind])
        row.save(using=using)
        facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        past.create(**facts, history_type="~", history_date=now)
    # Nothing is left waiting: a table with checks to come takes no constraint.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


# Lists that departments sent before they had kinds of their own stay as they are.
INSTALL = f"""
CREATE FUNCTION registry_may_send_list(organisation bigint, feed_kind text, place text)
RETURNS boolean LANGUAGE sql STABLE {_HEAD} AS $$
    SELECT EXISTS (
        SELECT FROM accounts_organisation o JOIN exchange_feed f ON f.kind = feed_kind
         WHERE o.id = organisation AND o.kind = 'DEPARTMENT' AND o.is_active
           AND o.department = ANY (f.departments) AND left(o.area_id, 6) = left(place, 6))
$$;
CREATE FUNCTION registry_sends_list(feed_kind text, place text) RETURNS boolean
LANGUAGE sql STABLE {_HEAD} AS $$
    SELECT registry_may_send_list(
        nullif(current_setting('registry.organisation_id', true), '')::bigint, feed_kind, place)
$$;
CREATE FUNCTION registry_list_is_of_its_department() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
BEGIN
    IF NEW.kind <> 'register'  -- refused anyhow
       AND NOT registry_may_send_list(NEW.sent_from_id, NEW.kind, NEW.area_code) THEN
        RAISE EXCEPTION 'this department sends no such list'
            {_REFUSED.format("exchange_listupload", "list_upload_is_of_its_department")};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER list_upload_is_of_its_department
    BEFORE INSERT OR UPDATE OF kind, sent_from_id, area_code ON exchange_listupload
    FOR EACH ROW WHEN (NEW.sent_from_id IS NOT NULL)
    EXECUTE FUNCTION registry_list_is_of_its_department();
"""

# As before, but what was told goes once, when the question is over, and does not come again.
FORGET = f"""
CREATE OR REPLACE FUNCTION registry_question_stays() RETURNS trigger LANGUAGE plpgsql {_HEAD} AS $$
DECLARE
    department CONSTANT bigint
        := nullif(current_setting('registry.organisation_id', true), '')::bigint;
    is_answering CONSTANT boolean := OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL;
    is_forgetting CONSTANT boolean := OLD.forgotten_at IS NULL AND NEW.forgotten_at IS NOT NULL;
    is_closing CONSTANT boolean := OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL;
BEGIN
    IF ROW(OLD.finding_id, OLD.found_by_id, OLD.asked_of_id, OLD.text, OLD.due_on,
           OLD.asked_by_id, OLD.asked_at)
       IS DISTINCT FROM ROW(NEW.finding_id, NEW.found_by_id, NEW.asked_of_id, NEW.text,
           NEW.due_on, NEW.asked_by_id, NEW.asked_at)
       OR NOT is_answering
          AND ROW(OLD.verdict, OLD.answer, OLD.answered_by_id, OLD.answered_at)
              IS DISTINCT FROM ROW(NEW.verdict, NEW.answer, NEW.answered_by_id, NEW.answered_at)
       OR NOT is_closing
          AND ROW(OLD.closed_by_id, OLD.closed_at)
              IS DISTINCT FROM ROW(NEW.closed_by_id, NEW.closed_at)
       OR NOT is_forgetting
          AND ROW(OLD.facts, OLD.forgotten_at) IS DISTINCT FROM ROW(NEW.facts, NEW.forgotten_at)
       -- Forgotten is forgotten: whom it was about, and what was compared.
       OR NEW.forgotten_at IS NOT NULL AND (length(NEW.person) > 0 OR NEW.facts <> '{{}}')
       -- The department answers, and writes nothing else of what it was asked.
       OR department IS NOT NULL
          AND ROW(OLD.person, OLD.area_code, OLD.child_id, OLD.closed_at, OLD.forgotten_at)
              IS DISTINCT FROM ROW(NEW.person, NEW.area_code, NEW.child_id, NEW.closed_at,
                                   NEW.forgotten_at)
    THEN
        RAISE EXCEPTION 'what was asked and answered stays'
            {_REFUSED.format("exchange_findingquestion", "finding_question_stays")};
    END IF;
    -- By the department itself, or by commands and jobs, and as long as the finding is open.
    IF is_answering AND NOT (
        (department IS NOT DISTINCT FROM NEW.asked_of_id
         OR coalesce(current_setting('registry.area_hi', true), '') = '~')
        AND EXISTS (SELECT FROM exchange_finding f WHERE f.id = NEW.finding_id
                                                     AND f.done_at IS NULL))
    THEN
        RAISE EXCEPTION 'the question takes no such answer'
            {_REFUSED.format("exchange_findingquestion", "finding_question_answered_while_open")};
    END IF;
    RETURN NEW;
END $$;
"""
REMOVE = """
DROP TRIGGER list_upload_is_of_its_department ON exchange_listupload;
DROP FUNCTION registry_list_is_of_its_department(), registry_sends_list(text, text),
    registry_may_send_list(bigint, text, text);
"""
