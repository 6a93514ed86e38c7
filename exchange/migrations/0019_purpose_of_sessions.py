"""Purpose and ground of the institutions' sheets, where an earlier start left them empty."""

from importlib import import_module

from django.db import migrations

fill = import_module("exchange.migrations.0018_purposes").fill


class Migration(migrations.Migration):
    dependencies = [("exchange", "0018_purposes")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
