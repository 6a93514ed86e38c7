"""The planner's statistics renewed from within a transaction that fills many tables."""

from django.db import migrations

RENEW = """
CREATE OR REPLACE FUNCTION registry_renew_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    filled regclass;
BEGIN
    FOR filled IN
        SELECT c.oid::regclass FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind = 'r'
           AND c.relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    LOOP
        EXECUTE format('ANALYZE %s', filled);
    END LOOP;
END $$;
"""
GONE = "DROP FUNCTION registry_renew_statistics()"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_owed_at_commit")]
    operations = [migrations.RunSQL(RENEW, GONE)]
