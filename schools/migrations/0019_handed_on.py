"""Who takes a child over reads what was observed before; of their own months nothing changes.

The function belongs to the owner of the tables; the policy that asks it is written after each
migration (`accounts.guard`).
"""

from django.db import migrations

HANDED_ON = """
-- Whether the acting posting cares for this child now and began after that month had ended.
CREATE OR REPLACE FUNCTION registry_handed_on_after(bigint, date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM schools_pairing p
        WHERE p.child_id = $1 AND p.starts_on >= $2 + interval '1 month'
          AND (p.ends_on IS NULL OR p.ends_on > current_date)
          AND p.helper_id = nullif(current_setting('registry.posting_id', true), '')::bigint)
$$;
"""
BACK = """
DROP POLICY IF EXISTS registry_rows ON schools_observation;
DROP FUNCTION registry_handed_on_after(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0018_notice_withdrawn")]
    operations = [migrations.RunSQL(HANDED_ON, BACK)]
