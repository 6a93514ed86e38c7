"""Files for the children of a register: child, guardians, certificate, categories, household.

Set-based, and as the forms write them: encrypted numbers, search keys, history, the township of
household registration sees the file.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from children.models import (
    CaseAccess,
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    ParentStatus,
)
from children.rules.case_number import case_number
from exchange.models.bulk import insert_rows, next_ids

from .listing import Good
from .new_guardians import Guardians
from .ready_files import ACCESS, CATEGORIES, CERTIFICATES, HOUSEHOLDS, PARENTS, Ready, make_ready

_CHILD = (
    "id", "uuid", "version", "updated_at", "case_number", "name", "id_type", "id_number",
    "id_number_hash", "birth_date", "sex", "ethnicity_id", "hukou_area_id", "residence_area_id",
    "managing_area_id", "address", "phone", "phone_hash", "notes", "status", "risk_level",
    "opened_on", "closing_reason", "name_sort", "name_keys", "phone_last_four", "related_keys",
)  # fmt: skip
_RECORD = ("id", "child_id", "uuid", "version", "updated_at")
# What hangs on a file: its model and its columns beside the key and the child.
_HUNG: dict[int, tuple[Any, tuple[str, ...]]] = {
    CERTIFICATES: (DisabilityCertificate, (
        *_RECORD, "number", "number_hash", "diagnosis", "kind", "grade", "issued_on",
        "expires_on", "status",
    )),
    CATEGORIES: (CategorySpell, (
        *_RECORD, "category", "starts_on", "evidence", "legal_basis", "ending_reason",
    )),
    HOUSEHOLDS: (EconomicStatusSpell, (*_RECORD, "status", "starts_on", "evidence")),
    PARENTS: (ParentStatus, (*_RECORD, "parent", "status", "starts_on", "evidence")),
    ACCESS: (CaseAccess, ("id", "child_id", "area_id", "reason", "opened_at")),
}  # fmt: skip
# Rows of a part, for the sake of memory: one goes in while the next is made ready.
CHUNK = 2_000


class OpenedMeanwhile(Exception):
    """Somebody opened a file of a child of the list since its rows were matched."""


class NewFiles:
    """One import: who, when, and for what reason, as history will say."""

    def __init__(self, *, by: User | None, now: datetime, reason: str) -> None:
        self.now, self.today = now, timezone.localdate(now)
        self.signed: dict[str, Any] = {"by_id": by.pk if by else None, "now": now, "reason": reason}

    def open(self, rows: Sequence[Good]) -> dict[int, tuple[int, str]]:
        """Position among `rows` → child and case number; of one number twice the first.

        Raises OpenedMeanwhile: a child left out in silence would be missing for ever.
        """
        opened: dict[int, tuple[int, str]] = {}
        guardians = Guardians(self.signed)
        for ready in self._parts(rows):
            opened.update(self._open(ready, guardians))
        self._refuse_left_out(rows, opened)
        return opened

    def _parts(self, rows: Sequence[Good]) -> Iterator[Ready]:
        """Sealing a part takes Python as long as the database takes to write one, and neither
        needs the other: each part is made ready while the one before goes in."""

        def make(start: int) -> Callable[[], Ready]:
            part = rows[start : start + CHUNK]
            if len(rows) <= CHUNK:
                return lambda: make_ready(part, start, self.now, self.today)
            return beside.submit(make_ready, part, start, self.now, self.today).result

        with ThreadPoolExecutor(1) as beside:
            coming = make(0)
            for start in range(CHUNK, len(rows) + CHUNK, CHUNK):
                ready, coming = coming(), make(start) if start < len(rows) else coming
                yield ready

    def _open(self, ready: Ready, guardians: Guardians) -> dict[int, tuple[int, str]]:
        keys = next_ids(Child, len(ready.children))
        numbers = list(self._case_numbers(ready.counties))
        children = (
            [key, *row[:3], number, *row[3:]]
            for key, number, row in zip(keys, numbers, ready.children, strict=True)
        )
        kept = set(insert_rows(Child, _CHILD, children, **self.signed))
        opened = {
            position: (key, number)
            for position, (key, number) in enumerate(zip(keys, numbers, strict=True), ready.first)
            if key in kept
        }
        guardians.add(ready, {position: key for position, (key, _) in opened.items()})
        for kind, (model, columns) in _HUNG.items():
            rows = [(opened[at][0], row) for at, row in ready.hung[kind] if at in opened]
            if rows:
                numbered = (
                    [key, child, *row]
                    for key, (child, row) in zip(next_ids(model, len(rows)), rows, strict=True)
                )
                # Only the numbers of certificates are anybody's: all else hangs on new files.
                may_clash = kind == CERTIFICATES
                insert_rows(model, columns, numbered, may_clash=may_clash, **self.signed)
        return opened

    def _refuse_left_out(self, rows: Sequence[Good], opened: Collection[int]) -> None:
        left_out = [good for index, good in enumerate(rows) if index not in opened]
        if left_out:
            numbers = {rows[index].facts.get("id_number") for index in opened} - {"", None}
            if any(good.facts.get("id_number") not in numbers for good in left_out):
                raise OpenedMeanwhile

    def _case_numbers(self, counties: Sequence[str]) -> Iterator[str]:
        """A run of serials for each county, in one statement each."""
        last: dict[str, int] = {}
        with connection.cursor() as cursor:
            for county, count in sorted(Counter(counties).items()):
                cursor.execute(
                    "INSERT INTO children_casenumberserial AS s (county_code, year, last)"
                    " VALUES (%s, %s, %s) ON CONFLICT (county_code, year)"
                    " DO UPDATE SET last = s.last + excluded.last RETURNING last",
                    [county, self.today.year, count],
                )
                last[county] = cursor.fetchone()[0] - count
        for county in counties:
            last[county] += 1
            yield case_number(county, self.today.year, last[county])
