"""Fills an empty database with the demo county."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from distress_registry.demo.county import CHILDREN, LEAST, load_demo


class Command(BaseCommand):
    help = "Load the demo county: real divisions, invented people. Only into an empty database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--children", type=int, default=CHILDREN)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:  # its passwords and second factors are public
            raise CommandError("The demo county is for trying only: DEBUG is off here.")
        if options["children"] < LEAST:
            raise CommandError(f"The demo's stories need {LEAST} children at least.")
        done = load_demo(options["children"])
        self.stdout.write("Demo county loaded." if done else "There are users already: kept.")
