"""The good rows of a list taken in: new files from a register, rows kept, changes proposed."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from accounts.crypto.cipher import blind_index
from accounts.models import User
from exchange.matching import person_key
from exchange.models import (
    FeedKind,
    ListImport,
    ListRow,
)
from exchange.models.bulk import insert_rows, next_ids
from exchange.models.list_again import note_again
from exchange.rules.row_marks import marks_of

from .find_children import Found, sought_in
from .kept_rows import keep_again, plain
from .listing import Good, Listing
from .new_files import NewFiles
from .number_answers import tie_answers
from .proposals import Difference, propose
from .queue_pairs import queue_rows
from .sharing import record_in
from .sheet import Sheet
from .sheets_in import enter

_ROW = (
    "id", "list_import_id", "uuid", "kind", "row", "fingerprint", "id_number_hash", "birth_date",
    "sex", "area_code", "facts", "marks", "person_key", "decision", "score", "child_id",
)  # fmt: skip


def fingerprint(good: Good) -> bytes:
    return blind_index(plain(good.facts), "list_row")


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
    fresh = [index for index, mark in enumerate(prints) if mark not in known]
    if listing.kind == FeedKind.REGISTER:
        found = _open_files(files, listing, found, fresh)
        every = [change for index in sorted(changes) for change in changes[index]]
        propose(every, record.pk, files.signed)
    keys = next_ids(ListRow, len(fresh))
    rows = _rows(record, listing, found, prints, list(zip(keys, fresh, strict=True)))
    kept = set(insert_rows(ListRow, _ROW, rows, **files.signed))
    queue_rows(
        [(key, *_asked(found[index])) for key, index in zip(keys, fresh, strict=True)
         if key in kept and _asked(found[index])],
        **files.signed,
    )  # fmt: skip
    note_again(record, [mark for mark in prints if mark in known])
    keep_again(listing, prints, known)
    enter(sheet=sheet, record=record, by=by, now=now)
    tie_answers(listing=listing, record=record, by=by, now=now)
    return record, found


def _asked(one: Found | None) -> tuple[Any, ...]:
    """The match and whom the row means, where a person is to decide; else nothing.

    An answer about a parent that names no child asks nothing: the number says whose parent it is.
    """
    if one is None or one.match is None or one.sought is None:
        return ()
    return (one.match, one.sought) if one.sought.name or one.sought.id_number else ()


def _open_files(
    files: NewFiles, listing: Listing, found: list[Found | None], fresh: list[int]
) -> list[Found | None]:
    new = [index for index in fresh if (one := found[index]) and one.decision == "new"]
    opened = files.open([listing.good[index] for index in new])
    told = list(found)
    for position, (child, number) in opened.items():
        told[new[position]] = Found("new", child, number)
    return told


def _rows(
    record: ListImport, listing: Listing, found: list[Found | None], prints: list[bytes],
    fresh: list[tuple[int, int]],
) -> Iterator[list[Any]]:  # fmt: skip
    column: Any = ListRow._meta.get_field("facts")
    is_register = listing.kind == FeedKind.REGISTER
    for key, index in fresh:
        good, one, row_key = listing.good[index], found[index], uuid.uuid4()
        facts = good.facts
        is_placed = is_register and one is not None and one.decision != "suggested"
        number = facts.get("id_number")
        yield [
            key, record.pk, row_key, listing.kind, good.row, prints[index],
            blind_index(number, "id_number") if number else None, facts.get("birth_date"),
            facts.get("sex", ""), facts.get("area", "") or listing.area,
            b"" if is_placed else column.seal(plain(facts), row_key),
            Jsonb(marks_of(facts)), person_key(sought_in(facts, listing.kind)),
            one.decision if one else "nobody", one.score if one else 0.0,
            one.child_id if one else None,
        ]  # fmt: skip
