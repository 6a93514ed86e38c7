"""A closed growth record changes only by a correction written in the same transaction.

And the subjects a county begins with.
"""

from typing import Any

from django.utils import timezone

GROWTH = """
CREATE OR REPLACE FUNCTION registry_growth_is_corrected(record bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM schools_growthcorrection c
                   WHERE c.record_id = record AND c.txid = pg_current_xact_id())
$$;

CREATE OR REPLACE FUNCTION registry_growth_record_stays() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.child_id <> OLD.child_id OR NEW.term_id <> OLD.term_id THEN
        RAISE EXCEPTION 'a growth record keeps its child and its term'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'growth_record_keeps_child_and_term', TABLE = TG_TABLE_NAME;
    END IF;
    IF OLD.state = 'CLOSED' THEN
        IF NEW.state <> 'CLOSED' OR NEW.figures IS DISTINCT FROM OLD.figures
           OR NEW.closed_at IS DISTINCT FROM OLD.closed_at
           OR NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id THEN
            RAISE EXCEPTION 'a closed growth record keeps its closing and its figures'
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'growth_record_stays_closed', TABLE = TG_TABLE_NAME;
        END IF;
        IF NOT registry_growth_is_corrected(OLD.id) THEN
            RAISE EXCEPTION 'a closed growth record is changed only by a correction'
                USING ERRCODE = 'integrity_constraint_violation',
                      CONSTRAINT = 'growth_record_corrected_with_a_reason',
                      TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS growth_record_stays ON schools_growthrecord;
CREATE TRIGGER growth_record_stays BEFORE UPDATE ON schools_growthrecord
    FOR EACH ROW EXECUTE FUNCTION registry_growth_record_stays();

CREATE OR REPLACE FUNCTION registry_growth_record_is_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.state = 'CLOSED' THEN
        RAISE EXCEPTION 'a closed growth record is never deleted'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'growth_record_closed_is_kept', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER IF EXISTS growth_record_is_kept ON schools_growthrecord;
CREATE TRIGGER growth_record_is_kept BEFORE DELETE ON schools_growthrecord
    FOR EACH ROW EXECUTE FUNCTION registry_growth_record_is_kept();

-- The record is locked while a mark is written: closing waits for the mark, or the mark sees it.
CREATE OR REPLACE FUNCTION registry_growth_mark_follows_its_record() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mark schools_growthmark%ROWTYPE;
    owner record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        mark := OLD;
    ELSE
        mark := NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.record_id <> OLD.record_id OR NEW.subject_id <> OLD.subject_id)
    THEN
        RAISE EXCEPTION 'a mark keeps its record and its subject'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'growth_mark_keeps_its_place', TABLE = TG_TABLE_NAME;
    END IF;
    SELECT r.child_id, r.state INTO owner FROM schools_growthrecord r
     WHERE r.id = mark.record_id FOR SHARE;
    IF owner.child_id IS DISTINCT FROM mark.child_id THEN
        RAISE EXCEPTION 'a mark belongs to the child of its record'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'growth_mark_of_the_records_child', TABLE = TG_TABLE_NAME;
    END IF;
    IF owner.state = 'CLOSED' AND NOT registry_growth_is_corrected(mark.record_id) THEN
        RAISE EXCEPTION 'marks of a closed growth record are changed only by a correction'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'growth_mark_corrected_with_a_reason', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN mark;
END $$;
DROP TRIGGER IF EXISTS growth_mark_follows_its_record ON schools_growthmark;
CREATE TRIGGER growth_mark_follows_its_record
    BEFORE INSERT OR UPDATE OR DELETE ON schools_growthmark
    FOR EACH ROW EXECUTE FUNCTION registry_growth_mark_follows_its_record();
"""

# Code, Chinese, English, first and last grade: curriculum plan for compulsory education of 2022
# (义务教育课程方案); of senior secondary only what every child takes. A county edits the rows.
SUBJECTS = [
    ("chinese", "语文", "Chinese", 1, 12),
    ("maths", "数学", "mathematics", 1, 12),
    ("english", "英语", "English", 3, 12),
    ("morality", "道德与法治", "morality and law", 1, 9),
    ("science", "科学", "science", 1, 6),
    ("history", "历史", "history", 7, 9),
    ("geography", "地理", "geography", 7, 8),
    ("biology", "生物", "biology", 7, 8),
    ("physics", "物理", "physics", 8, 9),
    ("chemistry", "化学", "chemistry", 9, 9),
    ("it", "信息科技", "information technology", 3, 8),
    ("sport", "体育与健康", "sport and health", 1, 12),
    ("art", "艺术", "art and music", 1, 9),
    ("labour", "劳动", "practical work", 1, 9),
]


def fill(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    subject = apps.get_model("schools", "Subject").objects.using(alias)
    past = apps.get_model("schools", "HistoricalSubject").objects.using(alias)
    names = ("code", "label_zh", "label_en", "first_grade", "last_grade")
    for position, values in enumerate(SUBJECTS):
        fields = dict(zip(names, values, strict=True)) | {"position": position}
        row = subject.create(**fields)
        past.create(
            id=row.pk, **fields, is_active=True, history_type="+", history_date=timezone.now()
        )
