"""Case numbers for who audits the log: the number of a file in the audited area, and nothing else."""

from django.db import migrations

AUDITED = """
CREATE OR REPLACE FUNCTION registry_audited_files(ids bigint[], case_numbers text[])
RETURNS TABLE (id bigint, case_number text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT c.id, c.case_number::text FROM children_child c
     WHERE (c.id = ANY (ids) OR c.case_number = ANY (case_numbers))
       AND c.managing_area_id >= current_setting('registry.audit_lo', true)
       AND c.managing_area_id < current_setting('registry.audit_hi', true)
$$;
"""
GONE = "DROP FUNCTION registry_audited_files(bigint[], text[])"


class Migration(migrations.Migration):
    dependencies = [("children", "0018_placement")]
    operations = [migrations.RunSQL(AUDITED, GONE)]
