"""Headings of cells that hold first and last day of a term join the layouts that stand."""

from django.db import migrations

from exchange.migrations._more_headings import adding

_TERM = ("起止日期", "起止时间", "起止年月")
WORDS = {
    ("prison_results", "since"): (
        "刑期起止", "刑期起止日期", "刑期起止时间", "刑期起止年月", "刑期起止日", "服刑起止日期", "服刑起止时间", "刑期起",
        *_TERM,
    ),
    ("prison_results", "until"): ("刑期止",),
    ("rehabilitation_results", "since"): (
        "强戒起止日期", "强戒起止时间", "强制隔离戒毒起止日期", "强制隔离戒毒起止时间", "戒毒起止日期", "戒毒起止时间", *_TERM,
    ),
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exchange", "0038_lists_sent_by_departments")]
    operations = [migrations.RunPython(adding(WORDS), migrations.RunPython.noop)]
