# What the rule found of a file goes with the file, when the list that brought it is undone.

from django.db import migrations

_STAYS = """
CREATE FUNCTION schools_line_goes_with_its_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.proposed_at IS NOT NULL
       OR EXISTS (SELECT FROM children_child WHERE id = OLD.child_id) THEN
        RAISE EXCEPTION 'a line of a ledger is deleted with its file alone, and never one that'
            ' somebody wanted closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_goes_with_its_file',
                  TABLE = 'schools_ledgerentry';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_goes_with_its_file AFTER DELETE ON schools_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION schools_line_goes_with_its_file();
"""
_BACK = """
DROP TRIGGER ledger_goes_with_its_file ON schools_ledgerentry;
DROP FUNCTION schools_line_goes_with_its_file();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0021_page_of_those_who_may'),
        ('children', '0027_village_and_birth'),
    ]

    operations = [migrations.RunSQL(_STAYS, _BACK)]
