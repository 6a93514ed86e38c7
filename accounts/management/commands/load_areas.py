"""Loads administrative divisions from CSV files (see docs/operation.md for the layout)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions.load_areas import Unreadable, files_in, load_areas


class Command(BaseCommand):
    help = "Load administrative divisions: provinces, cities, areas, streets, villages (.csv, .xz)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("places", nargs="+", type=Path, metavar="DIR_OR_FILE")
        parser.add_argument("--within", default="", metavar="CODE", help="one area, e.g. 330127")

    def handle(self, *args: Any, **options: Any) -> None:
        within = options["within"]
        if within and (not within.isdigit() or len(within) not in (2, 4, 6, 9, 12)):
            raise CommandError("--within takes a code of 2, 4, 6, 9 or 12 digits.")
        missing = [str(place) for place in options["places"] if not place.exists()]
        if missing:
            raise CommandError(f"Not found: {', '.join(missing)}")
        try:
            loaded = load_areas(
                files=files_in(options["places"]), within=within, on=timezone.localdate()
            )
        except (Unreadable, OSError, EOFError, UnicodeDecodeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{loaded.read} read, {loaded.added} added, {loaded.changed} changed,"
            f" {loaded.ended} ended."
        )
