"""Compiles .po files to .mo in pure Python, for machines without gettext."""

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile translations (.po to .mo) where they are newer."

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for po in Path(folder).rglob("*.po"):
                mo = po.with_suffix(".mo")
                if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
                    half = mo.with_suffix(f".{os.getpid()}.mo")  # never seen half-written
                    polib.pofile(str(po)).save_as_mofile(str(half))
                    half.replace(mo)
