"""Fails while a string lacks its Chinese."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from distress_registry import translations


class Command(BaseCommand):
    help = "Fail on strings that are missing, empty, fuzzy or no longer used in the catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        found = translations.problems()
        if found:
            raise CommandError("\n".join([*found, f"{len(found)} translations to mend."]))
        self.stdout.write("Translations are whole.")
