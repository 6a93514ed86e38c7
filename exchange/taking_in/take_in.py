"""The good rows of a list taken in: new files from a register, rows kept, changes proposed."""

import uuid
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import compress, repeat
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from accounts.crypto.cipher import blind_index_of
from accounts.models import User
from exchange.matching import person_key
from exchange.models import (
    FeedKind,
    ListImport,
    ListRow,
)
from exchange.models.bulk import insert_rows, next_ids
from exchange.models.copy_text import line
from exchange.models.list_again import note_again
from exchange.rules.row_marks import marks_of

from .find_children import Found, sought_in
from .good import plain
from .kept_rows import keep_again
from .listing import Listing
from .new_files import NewFiles
from .number_answers import tie_answers
from .proposals import Difference, propose
from .queue_pairs import queue_rows
from .ready_files import Keys, Lines
from .sharing import record_in
from .sheet import Sheet
from .sheets_in import enter

_ROW = (
    "id", "list_import_id", "uuid", "kind", "row", "fingerprint", "id_number_hash", "birth_date",
    "sex", "area_code", "facts", "marks", "person_key", "decision", "score", "child_id",
)  # fmt: skip


def known_rows(kind: str, prints: Sequence[bytes]) -> dict[bytes, tuple[int | None, str]]:
    """Fingerprint → child and case number, of the rows that came in before."""
    found: dict[bytes, tuple[int | None, str]] = {}
    with connection.cursor() as cursor:
        for start in range(0, len(prints), 20_000):
            cursor.execute(
                "SELECT r.fingerprint, coalesce(c.merged_into_id, c.id), c.case_number,"
                " r.decision FROM exchange_listrow r LEFT JOIN children_child c"
                " ON c.id = r.child_id WHERE r.kind = %s AND r.fingerprint = ANY(%s)"
                " AND r.undone_at IS NULL",
                [kind, list(prints[start : start + 20_000])],
            )
            for mark, child, number, decision in cursor.fetchall():
                is_sure = child is not None and decision in ("automatic", "new")
                found[bytes(mark)] = (child, number) if is_sure else (None, "")
    return found


def take_in(
    *,
    listing: Listing,
    found: list[Found | None],
    prints: list[bytes],
    known: set[bytes],
    changes: dict[int, list[Difference]],
    sheet: Sheet,
    by: User | None,
    now: datetime,
) -> tuple[ListImport, list[Found | None]]:
    """In the caller's transaction. Gives the import, and `found` with the files opened."""
    record = ListImport(
        kind=listing.kind, file_hash=listing.hash, columns=sorted(listing.present),
        rows=listing.rows, accepted=len(listing.good), rejected=listing.rejected, at=now, by=by,
    )  # fmt: skip
    record._history_user = by  # type: ignore[attr-defined]
    record.save()
    record_in(list_import=record, area_code=listing.area, by=by, now=now)
    files = NewFiles(by=by, now=now, reason=f"{listing.kind} #{record.pk}")
    unseen = array("q", (index for index, mark in enumerate(prints) if mark not in known))
    fresh = _Fresh(next_ids(ListRow, len(unseen)), unseen)
    rows = _Rows(record, listing, prints)
    if listing.kind == FeedKind.REGISTER:
        new = fresh.only(lambda one: one is not None and one.decision == "new", found)
        fresh = fresh.only(lambda one: one is None or one.decision != "new", found)
        found = _open_files(files, rows, new, found)
    every = [change for index in sorted(changes) for change in changes[index]]
    propose(every, record.pk, files.signed)
    told = (rows.of(key, index, found[index]) for key, index in fresh)
    kept = set(insert_rows(ListRow, _ROW, told, **files.signed))
    queue_rows(
        [(key, *_asked(found[index])) for key, index in fresh
         if key in kept and _asked(found[index])],
        **files.signed,
    )  # fmt: skip
    note_again(record, [mark for mark in prints if mark in known])
    keep_again(listing, prints, known)
    enter(sheet=sheet, record=record, by=by, now=now)
    tie_answers(listing=listing, record=record, by=by, now=now)
    return record, found


def _asked(one: Found | None) -> tuple[Any, ...]:
    """The match and whom the row means, where a person is to decide; else nothing."""
    return (one.match, one.sought) if one is not None and one.is_asked else ()


def _open_files(
    files: NewFiles, rows: "_Rows", new: "_Fresh", found: list[Found | None]
) -> list[Found | None]:
    """`new`: keys of the list's rows that mean nobody known, and their places in the list; the
    rows go in with the files that are opened for them."""

    def beside(first: int, keys: Keys) -> Lines:
        part = new.part(first, len(keys.children))
        opened = map(Found, repeat("new"), keys.children, keys.case_numbers)
        told = [
            f"{line(rows.of(key, index, one))}\n".encode()
            for (key, index), one in zip(part, opened, strict=True)
        ]  # fmt: skip
        return Lines(ListRow, _ROW, b"".join(told), list(part.keys))

    told = list(found)
    opened = files.open([rows.listing.good[index] for _, index in new], beside)
    for place, (child, number) in zip(new.places, opened, strict=True):
        told[place] = Found("new", child, number)
    return told


class _Fresh:
    """Rows that did not come in before: their keys and their places in the list. As pairs they
    would take ten times the memory."""

    def __init__(self, keys: Iterable[int], places: Iterable[int]) -> None:
        self.keys, self.places = array("q", keys), array("q", places)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.keys, self.places, strict=True)

    def only(self, wanted: Callable[[Found | None], bool], found: list[Found | None]) -> "_Fresh":
        held = [wanted(found[place]) for place in self.places]
        return _Fresh(compress(self.keys, held), compress(self.places, held))

    def part(self, first: int, count: int) -> "_Fresh":
        return _Fresh(self.keys[first : first + count], self.places[first : first + count])


class _Rows:
    """Rows of a list as the registry keeps them."""

    def __init__(self, record: ListImport, listing: Listing, prints: Sequence[bytes]) -> None:
        self.record, self.listing, self.prints = record, listing, prints
        self._facts: Any = ListRow._meta.get_field("facts")
        self._hashed = blind_index_of("id_number")

    def of(self, key: int, index: int, one: Found | None) -> list[Any]:
        """In the order of `_ROW`. A register's row that is a file already says nothing here."""
        listing, good, row_key = self.listing, self.listing.good[index], uuid.uuid4()
        facts = good.facts
        is_register = listing.kind == FeedKind.REGISTER
        is_placed = is_register and one is not None and one.decision != "suggested"
        number = facts.get("id_number")
        return [
            key, self.record.pk, row_key, listing.kind, good.row, self.prints[index],
            self._hashed(number) if number else None, facts.get("birth_date"),
            facts.get("sex", ""), facts.get("area", "") or listing.area,
            b"" if is_placed else self._facts.seal(plain(facts), row_key),
            Jsonb(marks_of(facts)), person_key(sought_in(facts, listing.kind)),
            one.decision if one else "nobody", one.score if one else 0.0,
            one.child_id if one else None,
        ]  # fmt: skip
