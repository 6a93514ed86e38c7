"""A department's list from the command line: checked, matched and, with --commit, taken in."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.scope import EVERYTHING, acting
from exchange.models import FeedKind
from exchange.reading.problems import Unreadable
from exchange.taking_in.import_list import KeyBeingTurned, import_list, report
from exchange.taking_in.new_files import OpenedMeanwhile
from exchange.taking_in.sheet import NobodyAnswers
from exchange.words import (
    FILES_NOT_OPENED,
    KEY_BEING_TURNED,
    NOBODY_ANSWERS,
    of_file,
    report_of,
)

REJECTED, NOTHING_DONE = 1, 2


class Command(BaseCommand):
    help = "Check a list, match it with the registry and, with --commit, take it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--feed", required=True, choices=FeedKind.values, metavar="KIND",
                            help=", ".join(FeedKind.values))  # fmt: skip
        parser.add_argument("--commit", action="store_true", help="take the good rows in")
        parser.add_argument("--report", type=Path, metavar="FILE.json")
        parser.add_argument("--by", metavar="USERNAME", help="who answers for the import")
        parser.add_argument("--within", default="", metavar="CODE", help="area of the list")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._user(options["by"])
        self._ask_for_place(options["report"])
        with acting(EVERYTHING):
            try:
                outcome = import_list(
                    path=options["file"], kind=options["feed"], within=options["within"],
                    commit=options["commit"], by=by, now=timezone.now(),
                )  # fmt: skip
            except Unreadable as error:
                self._unreadable(error, options["report"])
                sys.exit(NOTHING_DONE)
            except (KeyBeingTurned, OpenedMeanwhile, NobodyAnswers) as error:
                self._not_now(error, options["report"])
                sys.exit(NOTHING_DONE)
        told = report(outcome)
        self._write(told, options["report"])
        self.stdout.write(report_of(told))
        for wrong in told["errors"][: 20 if options["report"] else None]:
            self.stderr.write(f"{wrong['row']}: {wrong['message']}")
        if told["rejected"]:
            sys.exit(REJECTED)

    def _user(self, username: str | None) -> User | None:
        if username is None:
            return None
        with acting(EVERYTHING):
            user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active user «{username}».", returncode=NOTHING_DONE)
        return user

    def _ask_for_place(self, path: Path | None) -> None:
        """Before anything comes in: afterwards nobody would learn what did."""
        if path is None:
            return
        try:
            path.touch()
        except OSError as error:
            told = f"The report cannot be written: {error.strerror}."
            raise CommandError(told, returncode=NOTHING_DONE) from error

    def _unreadable(self, error: Unreadable, path: Path | None) -> None:
        self._nothing_done(error.problem.value, of_file(error), path)

    def _not_now(self, error: Exception, path: Path | None) -> None:
        if isinstance(error, KeyBeingTurned):
            self._nothing_done("KEY_TURNED", str(KEY_BEING_TURNED), path)
        elif isinstance(error, NobodyAnswers):
            self._nothing_done("NOBODY_ANSWERS", str(NOBODY_ANSWERS), path)
        else:
            self._nothing_done("OPENED_MEANWHILE", str(FILES_NOT_OPENED), path)

    def _nothing_done(self, code: str, message: str, path: Path | None) -> None:
        told = dict.fromkeys(
            ("rows", "accepted", "rejected", "matched", "suggested", "new", "unchanged"), 0
        )
        errors = [{"row": None, "column": None, "code": code, "message": message}]
        self._write({**told, "errors": errors, "matches": [], "seconds": 0}, path)
        self.stderr.write(message)

    def _write(self, told: dict[str, Any], path: Path | None) -> None:
        if path is not None:
            path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
