"""The question on injuries reminds to report harm, in versions that were answered too.

An answered version refuses changes; here no question is asked differently, only what the page
says afterwards is now the question's own instead of its code's.
"""

from django.db import migrations

COLUMNS = (
    "id, checklist_id, position, code, label_zh, label_en, hint_zh, hint_en, is_alarm,"
    " reminds_to_report"
)
REMIND = f"""
ALTER TABLE schools_checklistitem DISABLE TRIGGER schools_checklistitem_stays;
WITH changed AS (
    UPDATE schools_checklistitem SET reminds_to_report = true WHERE code = 'injuries'
    RETURNING {COLUMNS})
INSERT INTO schools_historicalchecklistitem ({COLUMNS}, history_date, history_type)
SELECT {COLUMNS}, now(), '~' FROM changed;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE schools_checklistitem ENABLE TRIGGER schools_checklistitem_stays;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("schools", "0013_referral_given")]
    operations = [migrations.RunSQL(REMIND, migrations.RunSQL.noop)]
