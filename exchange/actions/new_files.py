"""Files for the children of a register: child, guardians, certificate, categories, household.

Set-based, and as the forms write them: encrypted numbers, search keys, history, the township of
household registration sees the file.
"""

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from children.models import (
    AccessReason,
    CaseAccess,
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    FileStatus,
    ParentStatus,
)
from children.rules import names
from children.rules.case_number import case_number
from exchange.models.bulk import insert_rows, next_ids, sealed
from exchange.rules.first_keys import first_keys

from .listing import Good
from .new_guardians import Guardians, persons

_CHILD = (
    "id", "uuid", "version", "updated_at", "case_number", "name", "id_type", "id_number",
    "id_number_hash", "birth_date", "sex", "ethnicity_id", "hukou_area_id", "residence_area_id",
    "managing_area_id", "address", "phone", "phone_hash", "notes", "status", "risk_level",
    "opened_on", "closing_reason", "name_sort", "name_keys", "phone_last_four", "related_keys",
)  # fmt: skip
_CERTIFICATE = (
    "id", "uuid", "version", "updated_at", "child_id", "number", "number_hash", "diagnosis", "kind",
    "grade", "issued_on", "expires_on", "status",
)  # fmt: skip
_CATEGORY = (
    "id", "uuid", "version", "updated_at", "child_id", "category", "starts_on", "evidence",
    "legal_basis", "ending_reason",
)  # fmt: skip
_ECONOMIC = ("id", "uuid", "version", "updated_at", "child_id", "status", "starts_on", "evidence")
_PARENT = (
    "id", "uuid", "version", "updated_at", "child_id", "parent", "status", "starts_on", "evidence",
)  # fmt: skip
CHUNK = 10_000  # rows opened at a time, for the sake of memory
_ACCESS = ("id", "child_id", "area_id", "reason", "opened_at")


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
        guardians = Guardians(self)
        for start in range(0, len(rows), CHUNK):
            part = self._open(rows[start : start + CHUNK], guardians)
            opened.update((start + index, told) for index, told in part.items())
        self._refuse_left_out(rows, opened)
        return opened

    def _open(self, rows: Sequence[Good], guardians: Guardians) -> dict[int, tuple[int, str]]:
        told = [good.facts for good in rows]
        keys = next_ids(Child, len(rows))
        numbers = list(self._case_numbers(told))
        children = (
            self._child(key, number, facts)
            for key, number, facts in zip(keys, numbers, told, strict=True)
        )
        opened = set(insert_rows(Child, _CHILD, children, **self.signed))
        mine = [(key, facts) for key, facts in zip(keys, told, strict=True) if key in opened]
        guardians.add(mine)
        self._hang_on(DisabilityCertificate, _CERTIFICATE, mine, self._certificates, may_clash=True)
        self._hang_on(CategorySpell, _CATEGORY, mine, self._categories)
        self._hang_on(EconomicStatusSpell, _ECONOMIC, mine, self._economic)
        self._hang_on(ParentStatus, _PARENT, mine, self._parents)
        self._hang_on(CaseAccess, _ACCESS, mine, self._access)
        return {
            index: (key, number)
            for index, (key, number) in enumerate(zip(keys, numbers, strict=True))
            if key in opened
        }

    def _refuse_left_out(self, rows: Sequence[Good], opened: Collection[int]) -> None:
        left_out = [good for index, good in enumerate(rows) if index not in opened]
        if left_out:
            numbers = {rows[index].facts.get("id_number") for index in opened} - {"", None}
            if any(good.facts.get("id_number") not in numbers for good in left_out):
                raise OpenedMeanwhile

    def start(self) -> list[Any]:
        """What every record begins with: uuid, version, time."""
        return [uuid.uuid4(), 1, self.now]

    def opened_on(self, facts: dict[str, Any]) -> date:
        """The register's day, else today; never before birth."""
        return max(facts.get("opened_on") or self.today, facts["birth_date"])

    def _case_numbers(self, told: Sequence[dict[str, Any]]) -> Iterator[str]:
        """A run of serials for each county, in one statement each."""
        counties = Counter(_county(facts["area"]) for facts in told)
        last: dict[str, int] = {}
        with connection.cursor() as cursor:
            for county, count in sorted(counties.items()):
                cursor.execute(
                    "INSERT INTO children_casenumberserial AS s (county_code, year, last)"
                    " VALUES (%s, %s, %s) ON CONFLICT (county_code, year)"
                    " DO UPDATE SET last = s.last + excluded.last RETURNING last",
                    [county, self.today.year, count],
                )
                last[county] = cursor.fetchone()[0] - count
        for facts in told:
            county = _county(facts["area"])
            last[county] += 1
            yield case_number(county, self.today.year, last[county])

    def _child(self, key: int, number: str, facts: dict[str, Any]) -> list[Any]:
        start = self.start()
        kind = facts.get("id_type") or ("RESIDENT_ID" if facts.get("id_number") else "NONE")
        status = FileStatus.ACTIVE if facts.get("categories") else FileStatus.LEAD
        name, phone = facts["name"], facts.get("phone", "")
        return [
            key, *start, number, name, kind,
            *sealed(Child, "id_number", facts.get("id_number", ""), start[0]),
            facts["birth_date"], facts["sex"], _id(facts.get("ethnicity")),
            facts.get("hukou_area") or None, facts["area"], facts["area"],
            facts.get("address", "")[:200], *sealed(Child, "phone", phone, start[0]), _notes(facts),
            status.value, facts.get("risk") or "UNKNOWN", self.opened_on(facts), "",
            names.sort_key(name), names.search_keys(name), phone[-4:],
            first_keys(facts, persons(facts)),
        ]  # fmt: skip

    def _hang_on(
        self, model: Any, columns: Any, mine: Any, make: Any, may_clash: bool = False
    ) -> None:
        """On files that are new themselves; only the numbers of certificates are anybody's."""
        rows = [row for key, facts in mine for row in make(key, facts)]
        if rows:
            keys = next_ids(model, len(rows))
            numbered = ([key, *row] for key, row in zip(keys, rows, strict=True))
            insert_rows(model, columns, numbered, may_clash=may_clash, **self.signed)

    def _certificates(self, child: int, facts: dict[str, Any]) -> Iterator[list[Any]]:
        number = facts.get("certificate__number")
        if not number:
            return
        start = self.start()
        expires = facts.get("certificate__expires_on")
        status = facts.get("certificate__status") or (
            "EXPIRED" if expires and expires < self.today else "VALID"
        )
        yield [
            *start, child, *sealed(DisabilityCertificate, "number", number, start[0]), "",
            int(facts["certificate__kind"]), int(facts["certificate__grade"]),
            facts.get("certificate__issued_on"), expires, status,
        ]  # fmt: skip

    def _categories(self, child: int, facts: dict[str, Any]) -> Iterator[list[Any]]:
        since = facts.get("category__since") or self.opened_on(facts)
        for category in dict.fromkeys(facts.get("categories", ())):
            yield [*self.start(), child, category, since, "", "", ""]

    def _economic(self, child: int, facts: dict[str, Any]) -> Iterator[list[Any]]:
        if facts.get("economic"):
            yield [*self.start(), child, facts["economic"], self.opened_on(facts), ""]

    def _parents(self, child: int, facts: dict[str, Any]) -> Iterator[list[Any]]:
        for parent in ("FATHER", "MOTHER"):
            status = facts.get(f"{parent.lower()}__status")
            if status:
                yield [*self.start(), child, parent, status, self.opened_on(facts), ""]

    def _access(self, child: int, facts: dict[str, Any]) -> Iterator[list[Any]]:
        """The township of household registration pays: it sees the file."""
        code = (facts.get("hukou_area") or "")[:9]
        if len(code) == 9 and not facts["area"].startswith(code):
            yield [child, code, AccessReason.HUKOU.value, self.now]


def _county(area: str) -> str:
    return area[:6].ljust(6, "0")


def _id(code: Any) -> int | None:
    return int(code) if code else None


def _notes(facts: dict[str, Any]) -> str:
    school = " ".join(filter(None, (facts.get("school"), facts.get("school_grade"))))
    return "；".join(filter(None, (facts.get("note"), school)))
