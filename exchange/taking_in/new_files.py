"""Files for the children of a register: child, guardians, certificate, categories, household.

Set-based, and as the forms write them: encrypted numbers, search keys, history, the township of
household registration sees the file.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone
from psycopg.errors import UniqueViolation

from accounts.beside import beside
from accounts.models import User
from children.models import Child, DisabilityCertificate, Guardianship
from children.rules.case_number import case_number
from exchange.models import ListRow
from exchange.models.bulk import insert_block, next_ids_of, stage_of

from .file_lines import HUNG
from .good import Good
from .new_guardians import Guardians
from .ready_files import Keys, Lines, Ready, make_ready, put_together

# Rows of a part, for the sake of memory: one goes in while the next two are made ready.
CHUNK = 1_000


class OpenedMeanwhile(Exception):
    """Somebody opened a file of a child of the list since its rows were matched."""


class NewFiles:
    """One import: who, when, and for what reason, as history will say."""

    def __init__(self, *, by: User | None, now: datetime, reason: str) -> None:
        self.now, self.today = now, timezone.localdate(now)
        self.signed: dict[str, Any] = {"by_id": by.pk if by else None, "now": now, "reason": reason}

    def open(
        self, rows: Sequence[Good], beside: Callable[[int, Keys], Lines] | None = None
    ) -> Iterator[tuple[int, str]]:
        """Child and case number of each of `rows`, no two of which have one number, in their
        order; a part is in the database when its first is told.

        `beside`: what else goes in with a part, by the position of its first row; it may not ask
        the database. In an atomic block of its own: raises OpenedMeanwhile, for a child left out
        in silence would be missing for ever.
        """
        stages: dict[Any, str] = {}
        for keys, lines in self._parts(rows, beside):
            self._insert(lines, stages)
            yield from zip(keys.children, keys.case_numbers, strict=True)

    def _parts(
        self, rows: Sequence[Good], more: Callable[[int, Keys], Lines] | None
    ) -> Iterator[tuple[Keys, list[Lines]]]:
        """Sealing a part takes Python as long as the database takes to write one, and neither
        needs the other: while a part goes in, the next is put together and the one after it made
        ready."""
        guardians = Guardians()
        before: tuple[Keys, Future[list[Lines]]] | None = None
        with beside(len(rows) > CHUNK) as executor:
            made = self._made(executor, rows, 0)
            for start in range(0, len(rows), CHUNK):
                ready = made.result()
                keys = self._keys(ready, guardians)
                coming = keys, executor.submit(_together, ready, keys, more)
                del ready
                if start + CHUNK < len(rows):
                    made = self._made(executor, rows, start + CHUNK)
                if before:
                    yield before[0], before[1].result()
                before = coming
            if before:
                yield before[0], before[1].result()

    def _made(self, executor: Executor, rows: Sequence[Good], start: int) -> "Future[Ready]":
        part = rows[start : start + CHUNK]
        return executor.submit(make_ready, part, start, self.now, self.today)

    def _keys(self, ready: Ready, guardians: Guardians) -> Keys:
        known, new = guardians.keys(ready)
        children, cares, *hung = next_ids_of([
            (Child, len(ready.children)), (Guardianship, len(ready.cares)),
            *((model, len(lines)) for model, lines in zip(HUNG, ready.hung, strict=True)),
        ])  # fmt: skip
        return Keys(
            children=children, case_numbers=list(self._case_numbers(ready.counties)),
            guardians=known, new=new, cares=cares, hung=tuple(hung),
        )  # fmt: skip

    def _insert(self, lines: Sequence[Lines], stages: dict[Any, str]) -> None:
        for model, columns, block, keys in lines:
            if model not in stages:
                stages[model] = stage_of(model, columns)
            # A certificate's number may be somebody else's, a row of the list may have come in
            # before: such a one is left out. All else hangs on new files.
            may_clash = model in (DisabilityCertificate, ListRow)
            try:
                insert_block(
                    model, columns, block, keys, may_clash=may_clash, stage=stages[model],
                    **self.signed,
                )  # fmt: skip
            except IntegrityError as error:
                if model is Child and isinstance(error.__cause__, UniqueViolation):
                    raise OpenedMeanwhile from None
                raise

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


def _together(ready: Ready, keys: Keys, more: Callable[[int, Keys], Lines] | None) -> list[Lines]:
    return put_together(ready, keys) + ([more(ready.first, keys)] if more else [])
