"""Checks rules on examples before they go live; see docs/rules.md. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.reloader import translation_file_changed

from assistance.answer import answer
from assistance.mistakes import told
from assistance.rules.read_facts import read_cases
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import WrongFile, load


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
            book = _read(options["rules"], read_rulebook)
            cases = _read(options["cases"], read_cases)
            for end, text in _written(answer(book, case) for case in cases):
                self.stdout.write(text, ending=end)


def _compile() -> None:
    """On a machine where nothing has been set up the words are compiled first."""
    try:
        call_command("compile_translations")
    except OSError:
        return  # a folder that must not be written: English then, or what was compiled before
    translation_file_changed(sender=None, file_path=Path("any.mo"))  # forget what was read


def _read(file: str, read: Any) -> Any:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        return read(load(text))
    except FileNotFoundError:
        _fail([_("%(file)s: there is no such file") % {"file": file}])
    except (OSError, UnicodeDecodeError) as error:
        _fail([f"{file}: {error}"])
    except WrongFile as wrong:
        _fail([f"{file}: {told(mistake)}" for mistake in wrong.mistakes])


def _fail(lines: list[str]) -> NoReturn:
    raise CommandError("\n".join(lines), returncode=2)


def _written(answers: Any) -> Any:
    """A list, item by item, so that many cases need little memory."""
    before = "[\n"
    for one in answers:
        yield "", before + json.dumps(one, ensure_ascii=False, indent=1)
        before = ",\n"
    yield "\n", "[]" if before == "[\n" else "\n]"
