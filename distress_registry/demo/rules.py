"""Programmes and standards of the demo county: the example file, marked as examples."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from assistance.actions.load_rules import load_rules
from assistance.rules.reading import load

FILE = Path(settings.BASE_DIR) / "docs/examples/rules.json"


def load_example_rules(now: datetime) -> None:
    load_rules(data=load(FILE.read_text(encoding="utf-8")), by=None, now=now)
