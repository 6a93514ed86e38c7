"""Old tries at guardians' pages are deleted by the clock; the application deletes none itself."""

import django.contrib.postgres.indexes
from django.db import migrations

FORGET = """
-- Tries older than `before`; those of a link that still lives stay, since they may lock it.
CREATE OR REPLACE FUNCTION registry_forget_tries(before timestamptz, at timestamptz)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    gone bigint;
BEGIN
    IF current_setting('registry.area_hi', true) IS DISTINCT FROM '~' THEN
        RAISE EXCEPTION 'tries are forgotten by the clock alone'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM schools_noticetry t
     WHERE t.at < least(before, $2 - interval '1 day')
       AND NOT EXISTS (SELECT 1 FROM schools_noticedelivery d
                        WHERE d.id = t.delivery_id AND d.link_hash IS NOT NULL
                          AND d.link_ends_at >= $2);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0019_handed_on")]
    operations = [
        migrations.RunSQL(
            FORGET, "DROP FUNCTION registry_forget_tries(timestamptz, timestamptz);"
        ),
        migrations.AddIndex(
            model_name="noticetry",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="try_by_time"),
        ),
    ]
