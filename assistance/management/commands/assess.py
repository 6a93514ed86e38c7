"""Checks rules on examples before they go live; see docs/rules.md. Needs no database."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.reloader import translation_file_changed

from assistance.answer import answer
from assistance.mistakes import told
from assistance.rules.facts import Case
from assistance.rules.read_facts import read_cases
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import WrongFile, load
from assistance.rules.rulebook import Rulebook


class Command(BaseCommand):
    help = "Say what the children of CASES.json are owed by RULES.json; see docs/rules.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rules", required=True, metavar="RULES.json")
        parser.add_argument("--cases", required=True, metavar="CASES.json")
        parser.add_argument("--language", choices=["zh-hans", "zh", "en"], default="zh-hans")

    def handle(self, *args: Any, **options: Any) -> None:
        language = "en" if options["language"] == "en" else "zh-hans"
        _compile()
        with translation.override(language):
            book, cases = _both(options["rules"], options["cases"])
            for line in _unknown(book, cases):
                self.stderr.write(f"{options['cases']}: {line}")
            try:
                for end, text in _written(answer(book, case) for case in cases):
                    self.stdout.write(text, ending=end)
                self.stdout.flush()
            except BrokenPipeError:  # whoever read has seen enough
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            except OSError as error:
                _fail([_("the answer cannot be written: %(what)s") % {"what": error.strerror}])


def _compile() -> None:
    """On a machine where nothing has been set up the words are compiled first."""
    try:
        call_command("compile_translations")
    except OSError:
        return  # a folder that must not be written: English then, or what was compiled before
    translation_file_changed(sender=None, file_path=Path("any.mo"))  # forget what was read


def _both(rules: str, cases: str) -> tuple[Rulebook, tuple[Case, ...]]:
    """The mistakes of both files are told together."""
    if rules == cases == "-":
        _fail(["--cases: " + _("only one of the two files can be standard input")])
    book, wrong_rules = _read(rules, read_rulebook)
    if book is not None and not book.programmes:
        wrong_rules = [f"{rules}: programmes: " + _("at least one is expected")]
    found, wrong_cases = _read(cases, read_cases)
    if mistakes := wrong_rules + wrong_cases:
        _fail(mistakes)
    return book, found


def _unknown(book: Rulebook, cases: tuple[Case, ...]) -> Iterator[str]:
    """Papers and payments of programmes that the rules do not have: left aside, maybe mistyped."""
    known = {one.code for one in book.programmes}
    for number, case in enumerate(cases):
        papers = [(f"applications.{code}", code) for code in case.facts.applications]
        papers += [
            (f"paid[{index}].programme", one.programme) for index, one in enumerate(case.facts.paid)
        ]
        for place, code in papers:
            if code not in known:
                words = _("left aside: the rules have no programme of this code")
                yield f"[{number}].facts.{place}: {words}"


def _read(file: str, read: Any) -> tuple[Any, list[str]]:
    """What stands in it, or what is wrong with it."""
    try:
        if file == "-":
            return read(load(sys.stdin.buffer.read().decode("utf-8-sig"))), []
        return read(load(Path(file).read_text(encoding="utf-8-sig"))), []
    except UnicodeDecodeError:
        wrong = _("this is no text in UTF-8")
    except FileNotFoundError:
        wrong = _("there is no such file")
    except IsADirectoryError:
        wrong = _("this is a folder, no file")
    except (OSError, ValueError) as error:  # no permission; a name no system takes
        wrong = _("this cannot be read: %(what)s") % {
            "what": getattr(error, "strerror", None) or error
        }
    except WrongFile as found:
        return None, [f"{file}: {told(mistake)}" for mistake in found.mistakes]
    return None, [f"{file}: {wrong}"]


def _fail(lines: list[str]) -> NoReturn:
    raise CommandError("\n".join(lines), returncode=2)


def _written(answers: Any) -> Any:
    """A list, item by item, so that many cases need little memory."""
    before = "[\n"
    for one in answers:
        yield "", before + json.dumps(one, ensure_ascii=False, indent=1)
        before = ",\n"
    yield "\n", "[]" if before == "[\n" else "\n]"
