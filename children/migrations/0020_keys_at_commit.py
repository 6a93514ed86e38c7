from django.db import migrations

from children.migrations import _sql

# In a transaction of many rows (`accounts.in_bulk`) the keys are made once, when it ends.
OWED = """
CREATE OR REPLACE FUNCTION registry_related_keys_owed(children bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF coalesce(cardinality(children), 0) = 0 THEN
        RETURN;
    ELSIF current_setting('transaction_deferrable') = 'on' THEN
        PERFORM registry_owe('registry_refresh_related_keys', children);
    ELSE
        PERFORM registry_refresh_related_keys(children);
    END IF;
END $$;
REVOKE EXECUTE ON FUNCTION registry_related_keys_owed(bigint[]) FROM PUBLIC;
"""
_TEXT = _sql.RELATED_KEYS
CHANGED = _TEXT[
    _TEXT.index("CREATE OR REPLACE FUNCTION registry_related_changed") : _TEXT.index(
        "CREATE TRIGGER children_guardian_keys"
    )
]
# A child inserted with keys that say something: they are made anew like any.
WRITTEN = """
CREATE FUNCTION registry_keys_written() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    PERFORM registry_related_keys_owed(array(
        SELECT id FROM new_rows WHERE related_keys <> '{#m:carer,#m:parents,#m:category}'));
    RETURN NULL;
END $$;
CREATE TRIGGER children_child_keys_insert AFTER INSERT ON children_child
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION registry_keys_written();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_owed_at_commit'),
        ('children', '0019_audited_file'),
    ]

    operations = [
        migrations.RunSQL(
            OWED + CHANGED.replace("registry_refresh_related_keys", "registry_related_keys_owed"),
            CHANGED,
        ),
        migrations.RunSQL(
            WRITTEN,
            "DROP TRIGGER children_child_keys_insert ON children_child;"
            " DROP FUNCTION registry_keys_written()",
        ),
    ]
