"""Writes the rules of the database as a file that load_rules and assess read."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.scope import EVERYTHING, acting
from assistance.models.rulebook import kept_rules


class Command(BaseCommand):
    help = "Write programmes, standards, eligibility and overlap rules as JSON; see docs/rules.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="where to; without it, standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting(EVERYTHING):
            text = json.dumps(kept_rules().data, ensure_ascii=False, indent=2)
        if options["file"]:
            with open(options["file"], "w", encoding="utf-8") as file:
                file.write(text + "\n")
        else:
            self.stdout.write(text)
