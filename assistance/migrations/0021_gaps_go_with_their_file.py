# What the clock found of a file goes with the file, when the list that brought it is undone.

from django.db import migrations

_STAYS = """
CREATE FUNCTION assistance_gap_goes_with_its_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.aside_at IS NOT NULL
       OR EXISTS (SELECT FROM children_child WHERE id = OLD.child_id) THEN
        RAISE EXCEPTION 'a gap is deleted with its file alone, and never one that was set aside'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'gap_goes_with_its_file',
                  TABLE = 'assistance_gap';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gap_goes_with_its_file AFTER DELETE ON assistance_gap
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION assistance_gap_goes_with_its_file();
"""
_BACK = """
DROP TRIGGER gap_goes_with_its_file ON assistance_gap;
DROP FUNCTION assistance_gap_goes_with_its_file();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('assistance', '0020_one_answer_at_a_time'),
        ('children', '0026_references_in_sets'),
    ]

    operations = [migrations.RunSQL(_STAYS, _BACK)]
