"""The strings of our code and templates, and what is wrong with their translation.

Pure Python, so that the check runs where gettext is missing. A message is (context, singular,
plural), empty text where there is none.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
from django.template.base import Lexer, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
SOURCES = ("accounts", "children", "assistance", "schools", "exchange", "distress_registry")
# Strings of packages whose own Chinese is missing or poor; ours goes before theirs.
BORROWED = "locale/borrowed.txt"
Message = tuple[str, str, str]

KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


def in_python(path: Path) -> Iterator[Message]:
    from babel.messages.extract import extract

    with path.open("rb") as file:
        for _line, found, _comments, context in extract("python", file, keywords=KEYWORDS):
            texts = found if isinstance(found, tuple) else (found,)
            texts = tuple(text or "" for text in texts)
            yield context or "", texts[0], texts[1] if len(texts) > 1 else ""


def in_template(path: Path) -> Iterator[Message]:
    block: list[str] | None = None
    plural: list[str] | None = None
    options: list[str] = []
    for token in Lexer(path.read_text()).tokenize():
        words = list(smart_split(token.contents)) if token.token_type is TokenType.BLOCK else []
        name = words[0] if words else ""
        if name in ("translate", "trans") and len(words) > 1 and words[1][0] in "\"'":
            yield _context(words), words[1][1:-1], ""
        elif name in ("blocktranslate", "blocktrans"):
            block, plural, options = [], None, words
        elif name == "plural" and block is not None:
            plural = []
        elif name in ("endblocktranslate", "endblocktrans") and block is not None:
            yield _context(options), _joined(block, options), _joined(plural or [], options)
            block = None
        elif block is not None:
            part = (
                f"%({token.contents})s"
                if token.token_type is TokenType.VAR
                else token.contents.replace("%", "%%")
            )
            (block if plural is None else plural).append(part)
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            for quoted in re.findall(r"""_\((["'])(.*?)\1\)""", token.contents):
                yield "", quoted[1], ""


def _context(words: list[str]) -> str:
    return words[words.index("context") + 1][1:-1] if "context" in words else ""


def _joined(parts: list[str], options: list[str]) -> str:
    text = "".join(parts)
    return trim_whitespace(text) if "trimmed" in options else text


def wanted() -> dict[Message, set[str]]:
    """Every message and the files that hold it."""
    found: dict[Message, set[str]] = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for message in in_python(path):
                found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            for message in in_template(path):
                found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    borrowed = ROOT / BORROWED
    if borrowed.exists():
        for line in borrowed.read_text().splitlines():
            if line and not line.startswith("#"):
                found.setdefault(("", line.replace("\\n", "\n"), ""), set()).add(BORROWED)
    return {message: places for message, places in found.items() if message[1]}


def key(entry: polib.POEntry) -> Message:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def problems() -> list[str]:
    """What a translator has to do; empty when the catalogue is whole."""
    catalogue = polib.pofile(str(CATALOGUE))
    held = {key(entry): entry for entry in catalogue if not entry.obsolete}
    needed = wanted()
    times = Counter(key(entry) for entry in catalogue)
    found = [f"held twice: {message[1]!r}" for message, count in times.items() if count > 1]
    found += [
        f"missing: {message[1]!r} ({min(needed[message])})" for message in needed - held.keys()
    ]
    found += [f"no longer used: {message[1]!r}" for message in held.keys() - needed.keys()]
    for message, entry in held.items():
        texts = list(entry.msgstr_plural.values()) if message[2] else [entry.msgstr]
        if entry.fuzzy:
            found.append(f"fuzzy: {message[1]!r}")
        if not all(texts):
            found.append(f"empty: {message[1]!r}")
        for text in texts:
            if text and _placeholders(text) != _placeholders(message[2] or message[1]):
                found.append(f"other placeholders: {message[1]!r}")
    return sorted(found)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


def update() -> tuple[int, int]:
    """Bring the catalogue in line with the code; how many were added and taken out."""
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    held, needed = {key(entry): entry for entry in catalogue}, wanted()
    fresh = polib.POFile(wrapwidth=98)
    fresh.metadata = catalogue.metadata
    for message in sorted(needed):
        entry = held.get(message) or polib.POEntry(
            msgctxt=message[0] or None, msgid=message[1], msgid_plural=message[2]
        )
        if message[2] and not entry.msgstr_plural:
            entry.msgstr_plural = {0: ""}
        entry.obsolete = False
        entry.occurrences = [(place, "") for place in sorted(needed[message])]
        fresh.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(CATALOGUE))
    return len(needed.keys() - held.keys()), len(held.keys() - needed.keys())
