"""Reading JSON strictly: each value knows its place, and what is wrong is said by that place."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

T = TypeVar("T")
LARGEST = Decimal("99999999.99")
FEN = Decimal("0.01")
AREA = r"[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}){0,2})?)?"


def load(text: str) -> Any:
    """JSON with exact numbers. Raises WrongFile for what is no JSON, or says a key twice."""
    try:
        found = json.loads(
            text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise WrongFile([Wrong(place, "this is no JSON: %(what)s", what=error.msg)]) from error
    except RecursionError as error:
        raise WrongFile([Wrong("file", "lists and objects are nested too deeply")]) from error
    except ValueError as error:  # of more than 4,300 digits
        raise WrongFile([Wrong("file", "a number has too many digits")]) from error
    if "\\ud" in text.lower() and (halves := list(_halves(found, ""))):
        raise WrongFile([Wrong(place, "a text holds half a character") for place in halves])
    return found


def _halves(value: Any, place: str) -> Iterator[str]:
    """Places of texts that no file can hold: one half of a pair written as \\ud83d alone."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _halves(key, place or "file")
            yield from _halves(one, join(place, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _halves(one, f"{place}[{index}]")
    elif isinstance(value, str) and any("\ud800" <= mark <= "\udfff" for mark in value):
        yield place or "file"


def _no_number(name: str) -> Any:
    raise WrongFile([Wrong("file", "%(name)s is no number", name=name)])


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise WrongFile([Wrong("file", 'an object has the key "%(key)s" twice', key=twice)])
    return found


@dataclass(frozen=True)
class Said:
    """Words within a mistake: a template and its values, to be said in any language."""

    text: str
    values: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values


class Wrong(Exception):
    """One mistake. `text` is a template for `values`, so that it can be said in any language."""

    def __init__(self, place: str, text: str, **values: object) -> None:
        super().__init__(place, text)
        self.place, self.text, self.values = place, text, values

    def __str__(self) -> str:
        return f"{self.place or 'file'}: {self.text % self.values}"


class WrongFile(Exception):
    """All mistakes of one file."""

    def __init__(self, mistakes: list[Wrong]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(frozen=True)
class At:
    """A value of the file and its place, e.g. `programmes[2].standards[0].amount`."""

    value: Any
    place: str
    mistakes: list[Wrong]

    def wrong(self, text: str, **values: object) -> Wrong:
        return Wrong(self.place, text, **values)

    # Containers ------------------------------------------------------------------------------

    def members(self, known: Iterable[str], required: Iterable[str] = ()) -> "Members":
        """An object with no other keys than `known`; a key whose value is null counts as absent."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object {…} is expected, not %(found)s", found=shown(self.value))
        known = list(known)
        for key in self.value:
            if key not in known and key != "note":
                raise Wrong(join(self.place, key), "unknown key%(hint)s", hint=hint(key, known))
        for key in required:
            if self.value.get(key) is None:
                raise self.wrong('"%(key)s" is missing', key=key)
        return Members(self)

    def items(self) -> list["At"]:
        if not isinstance(self.value, list):
            raise self.wrong("a list […] is expected, not %(found)s", found=shown(self.value))
        return [At(one, f"{self.place}[{i}]", self.mistakes) for i, one in enumerate(self.value)]

    def one_or_many(self) -> list["At"]:
        """A list, or one value that stands for a list of one."""
        return self.items() if isinstance(self.value, list) else [self]

    def each(self, read: Callable[["At"], T]) -> tuple[T, ...]:
        """All items of the list; what is wrong in one is noted, and the others are read too."""
        found = []
        for item in self.items():
            try:
                found.append(read(item))
            except Wrong as mistake:
                self.mistakes.append(mistake)
        return tuple(found)

    # Values ----------------------------------------------------------------------------------

    def text(self, longest: int = 500) -> str:
        if not isinstance(self.value, str):
            raise self.wrong("a text is expected, not %(found)s", found=shown(self.value))
        text = self.value.strip()
        if len(text) > longest:
            raise self.wrong("is longer than %(longest)s characters", longest=longest)
        if "\0" in text:
            raise self.wrong("a text must not hold the character NUL")
        return text

    def code(self) -> str:
        """A name that others refer to: letters, digits, `_`, `-`, `.`."""
        text = self.text(40)
        if not re.fullmatch(r"[^\W_][\w.-]*", text):
            raise self.wrong(
                'a code of letters, digits, "_", "-" and "." is expected, not %(found)s',
                found=shown(self.value),
            )
        return text

    def yes(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false is expected, not %(found)s", found=shown(self.value))
        return self.value

    def whole(self, lowest: int, highest: int) -> int:
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.wrong("a whole number is expected, not %(found)s", found=shown(self.value))
        if not lowest <= self.value <= highest:
            raise self.wrong(
                "%(found)s is not between %(lowest)s and %(highest)s",
                found=self.value, lowest=lowest, highest=highest,
            )  # fmt: skip
        return self.value

    def number(self, lowest: Decimal = Decimal(0), highest: Decimal = LARGEST) -> Decimal:
        """A number, or a text that is one: 1891, 1891.5, "1891.50"."""
        is_number = isinstance(self.value, int | Decimal | float | str)
        try:
            is_number = is_number and not isinstance(self.value, bool)
            number = Decimal(str(self.value)) if is_number else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise self.wrong("a number is expected, not %(found)s", found=shown(self.value))
        if not lowest <= number <= highest:
            raise self.wrong(
                "%(found)s is not between %(lowest)s and %(highest)s",
                found=number, lowest=lowest, highest=highest,
            )  # fmt: skip
        return number

    def money(self) -> Decimal:
        """Yuan, not below zero, two places."""
        amount = self.number()
        if amount != amount.quantize(FEN):
            raise self.wrong("%(found)s has more than two decimal places", found=self.value)
        return amount.quantize(FEN)

    def day(self) -> date:
        try:
            if isinstance(self.value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", self.value):
                return self._in_our_times(date.fromisoformat(self.value))
        except ValueError:
            pass
        raise self.wrong(
            'a day such as "2025-07-01" is expected, not %(found)s', found=shown(self.value)
        )

    def _in_our_times(self, day: date) -> date:
        if not 1900 <= day.year < 2200:
            raise self.wrong("%(found)s lies outside the years 1900 to 2199", found=self.value)
        return day

    def month(self) -> date:
        """The first day of it. `2025-07`, or any day of it."""
        try:
            if isinstance(self.value, str) and re.fullmatch(r"\d{4}-\d\d(-\d\d)?", self.value):
                month = date.fromisoformat(f"{self.value}-01"[:10]).replace(day=1)
                return self._in_our_times(month)
        except ValueError:
            pass
        raise self.wrong(
            'a month such as "2025-07" is expected, not %(found)s', found=shown(self.value)
        )

    def area(self) -> str:
        """2, 4, 6, 9 or 12 digits."""
        text = str(self.value) if isinstance(self.value, int) else self.value
        if not isinstance(text, str) or not re.fullmatch(
            r"\d{2}(\d{2}(\d{2}(\d{3}){0,2})?)?", text
        ):
            raise self.wrong(
                "a code of an area with 2, 4, 6, 9 or 12 digits is expected, not %(found)s",
                found=shown(self.value),
            )
        return text

    def choice(self, choices: type[StrEnum] | Iterable[str]) -> str:
        known = [str(one) for one in choices]
        if self.value not in known:
            raise self.wrong(
                "%(found)s is none of %(known)s%(hint)s",
                found=shown(self.value), known=", ".join(known), hint=hint(self.value, known),
            )  # fmt: skip
        return str(self.value)

    def choices(self, choices: type[StrEnum] | Iterable[str]) -> tuple[str, ...]:
        return tuple(one.choice(choices) for one in self.one_or_many())

    def wholes(self, lowest: int, highest: int) -> tuple[int, ...]:
        return tuple(one.whole(lowest, highest) for one in self.one_or_many())


class Members:
    """The members of an object, each with its place; `get` gives None or what `read` makes."""

    def __init__(self, of: At) -> None:
        self.of = of

    def __contains__(self, key: str) -> bool:
        return self.of.value.get(key) is not None

    def __getitem__(self, key: str) -> At:
        return At(self.of.value[key], join(self.of.place, key), self.of.mistakes)

    def get(self, key: str, read: Callable[[At], T], default: Any = None) -> Any:
        return read(self[key]) if key in self else default

    def each(self, key: str, read: Callable[[At], T]) -> tuple[T, ...]:
        return self[key].each(read) if key in self else ()


def join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def hint(word: object, known: Iterable[str]) -> Said:
    """ " – did you mean …?", or the words that are known."""
    known = list(known)
    lower = {one.lower(): one for one in known}
    close = get_close_matches(str(word).lower(), lower, n=1, cutoff=0.6)
    if close:
        return Said(' – did you mean "%(word)s"?', {"word": lower[close[0]]})
    return Said("") if len(known) > 30 else Said(" (known: %(words)s)", {"words": ", ".join(known)})


def shown(value: object) -> str | Said:
    """Short, as it stands in the file."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return Said("an object") if isinstance(value, dict) else Said("a list")
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
