"""A column called by the name of a subsidy holds its money: in the layouts that stand, too."""

from django.db import migrations

from exchange.migrations._more_headings import adding

WORDS = {
    ("two_subsidy_roll", "living_amount"): ("困难残疾人生活补贴", "生活补贴"),
    ("two_subsidy_roll", "nursing_amount"): ("重度残疾人护理补贴", "护理补贴"),
}


class Migration(migrations.Migration):
    dependencies = [("exchange", "0041_signed_messages_are_taken_once")]
    operations = [migrations.RunPython(adding(WORDS), migrations.RunPython.noop)]
