"""Brings the Chinese catalogue in line with the code."""

from typing import Any

from django.core.management.base import BaseCommand

from distress_registry import translations


class Command(BaseCommand):
    help = "Add new strings to the catalogue and take out those no longer used."

    def handle(self, *args: Any, **options: Any) -> None:
        added, gone = translations.update()
        self.stdout.write(f"{added} added, {gone} taken out.")
