"""The checks between lists and the registry, run now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from exchange.actions.run_checks import SomeFailed, run_checks
from exchange.checks import CHECKS


class Command(BaseCommand):
    help = "Runs the checks in use over everybody: new findings, changed ones, cleared ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE", help="M01 … M35; all without")

    def handle(self, *args: Any, **options: Any) -> None:
        codes = options["codes"] or None
        unknown = sorted(set(codes or ()) - set(CHECKS))
        if unknown:
            raise CommandError(f"No such check: {', '.join(unknown)}")
        try:
            done = run_checks(now=timezone.now(), codes=codes)
        except SomeFailed as failed:
            raise CommandError(f"Failed: {failed}") from failed
        for code, one in sorted(done.items()):
            self.stdout.write(
                f"{code}: {one.new} new, {one.changed} changed, {one.cleared} cleared"
            )
