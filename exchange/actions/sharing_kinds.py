"""What the lists of the record of sharing, and their columns, are called: by direction, since a
list that comes in may bear the key of one that goes out."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exchange.checks.words import labels
from exchange.models import FeedKind, SharedField, SharingDirection, SharingRecord
from exchange.models.out_layout import headings_out, layout_titles
from exchange.models.sharing_agreement import Registry

from .finding_question import KIND
from .layout_headings import headings_by_kind

IN, OUT = SharingDirection.IN.value, SharingDirection.OUT.value


@dataclass(frozen=True)
class Outgoing:
    """What goes out by one door. `titles`: kind → title; `headings`: kind → field → heading."""

    label: Any  # lazy
    titles: Callable[[], dict[str, str]]
    headings: Callable[[Collection[str]], dict[str, dict[str, str]]]


NUMBERS = {
    FeedKind.PRISON_RESULTS.value: _("numbers asked about: prison"),
    FeedKind.REHABILITATION_RESULTS.value: _("numbers asked about: rehabilitation"),
}
CALLS = {f"api.{code.lower()}": label for code, label in Registry.choices}


def _numbers() -> dict[str, str]:
    return {kind: capfirst(str(title)) for kind, title in NUMBERS.items()}


def _calls() -> dict[str, str]:
    return {kind: capfirst(str(title)) for kind, title in CALLS.items()}


def _call_fields(kinds: Collection[str]) -> dict[str, dict[str, str]]:
    return {kind: {key: str(label) for key, label in SharedField.choices} for kind in CALLS}


def _questions() -> dict[str, str]:
    return {KIND: str(_("Findings that a department is asked about"))}


def _person_fields() -> dict[str, str]:
    return {
        "name": str(_("Name")), "sex": str(_("Sex")), "birth_date": str(_("Birth date")),
        "id_number": str(_("ID number, masked")), "place": str(_("Place")),
    }  # fmt: skip


def _question_fields(kinds: Collection[str]) -> dict[str, dict[str, str]]:
    return {KIND: _person_fields() | {key: capfirst(word) for key, word in labels().items()}}


# Floors above add what they give away.
OUTGOING: list[Outgoing] = [
    Outgoing(_("Lists going out"), layout_titles, headings_out),
    Outgoing(_("Numbers asked about"), _numbers, headings_by_kind),
    Outgoing(_("Departments that ask by machine"), _calls, _call_fields),
    Outgoing(_("Departments that are asked"), _questions, _question_fields),
]


def grouped() -> list[tuple[str, dict[tuple[str, str], str]]]:
    """Groups of (direction, kind) → title, in the reader's language; a query for each that is
    edited in the administration."""
    taken_in = {(IN, kind): capfirst(str(label)) for kind, label in FeedKind.choices}
    groups = [(str(_("Lists taken in")), taken_in)]
    for one in OUTGOING:
        titles = {(OUT, kind): title for kind, title in one.titles().items()}
        groups.append((str(one.label), titles))
    return groups


def titles_of(groups: list[tuple[str, dict[tuple[str, str], str]]]) -> dict[tuple[str, str], str]:
    return {key: title for _label, titles in groups for key, title in titles.items()}


def columns_of(rows: Iterable[SharingRecord]) -> dict[int, list[str]]:
    """Key of the record → headings of its columns; what is headed no longer goes by its key."""
    rows = list(rows)
    came = headings_by_kind({row.kind for row in rows if row.direction == IN})
    gone: dict[str, dict[str, str]] = {}
    left = {row.kind for row in rows if row.direction == OUT}
    for one in reversed(OUTGOING):
        gone |= one.headings(left)
    return {
        row.pk: [
            (came if row.direction == IN else gone).get(row.kind, {}).get(key, key)
            for key in row.fields
        ]
        for row in rows
    }
