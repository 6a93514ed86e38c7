"""Reads rules from a file into the database; see docs/rules.md."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.load_rules import load_rules
from assistance.mistakes import told
from assistance.rules.reading import WrongFile, load
from children.actions.promises import broken_promise


class Command(BaseCommand):
    help = "Load programmes, standards, eligibility and overlap rules from a file of JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with open(options["file"], encoding="utf-8-sig") as file:
                data = load(file.read())
            with acting(EVERYTHING):
                done = load_rules(data=data, by=None, now=timezone.now())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{options['file']}: {error}", returncode=2) from error
        except WrongFile as wrong:
            raise CommandError("\n".join(map(told, wrong.mistakes)), returncode=2) from wrong
        except IntegrityError as error:
            raise CommandError(broken_promise(error).message, returncode=2) from error
        self.stdout.write(
            f"{done.added} added, {done.changed} changed, {done.withdrawn} withdrawn."
        )
