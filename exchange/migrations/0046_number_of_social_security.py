"""Medical insurance calls a person's ID number that of social security: in its layouts, too."""

from django.db import migrations

from exchange.migrations._more_headings import adding

WORDS = {("severe_illness", "id_number"): ("社会保障号码", "社会保障号")}


class Migration(migrations.Migration):
    dependencies = [("exchange", "0045_whose_lists_are_whose")]
    operations = [migrations.RunPython(adding(WORDS), migrations.RunPython.noop)]
