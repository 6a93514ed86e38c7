# Sessions run in UTC, whose day begins at eight in the morning: a pairing ends at midnight.

from django.db import migrations

_HANDED_ON = """
CREATE OR REPLACE FUNCTION registry_handed_on_after(bigint, date) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (
        SELECT 1 FROM schools_pairing p
        WHERE p.child_id = $1 AND p.starts_on >= $2 + interval '1 month'
          AND (p.ends_on IS NULL OR p.ends_on > registry_today())
          AND p.helper_id = nullif(current_setting('registry.posting_id', true), '')::bigint)
$$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0023_page_of_who_it_was_sent_to'),
        ('children', '0028_certificate_not_valid_since'),
    ]

    operations = [migrations.RunSQL(_HANDED_ON, migrations.RunSQL.noop)]
