"""Lines for COPY of what a register says of a child: each as its table takes it, without keys.

A line begins after the keys, which are given when the part goes in; `…_COLUMNS` names what stands
in it, `KEYS` what stands before.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from children.models import (
    AccessReason,
    CaseAccess,
    CategorySpell,
    Child,
    DisabilityCertificate,
    EconomicStatusSpell,
    FileStatus,
    Guardian,
    Guardianship,
    ParentStatus,
)
from children.rules import names
from exchange.models.bulk import sealed
from exchange.models.copy_text import NULL, array, text
from exchange.rules.first_keys import first_keys

from .persons import Facts

CERTIFICATES, CATEGORIES, HOUSEHOLDS, PARENTS, ACCESS = range(5)
KEYS: dict[Any, tuple[str, ...]] = {
    Child: ("id", "case_number"), Guardian: ("id",),
    Guardianship: ("id", "child_id", "guardian_id"),
    **dict.fromkeys(
        (DisabilityCertificate, CategorySpell, EconomicStatusSpell, ParentStatus, CaseAccess),
        ("id", "child_id"),
    ),
}  # fmt: skip
_RECORD = ("uuid", "version", "updated_at")
COLUMNS: dict[Any, tuple[str, ...]] = {
    Child: (
        *_RECORD, "name", "id_type", "id_number", "id_number_hash", "birth_date", "sex",
        "ethnicity_id", "hukou_area_id", "residence_area_id", "managing_area_id", "address",
        "phone", "phone_hash", "notes", "status", "risk_level", "opened_on", "closing_reason",
        "name_sort", "name_keys", "phone_last_four", "related_keys",
    ),
    Guardian: (
        *_RECORD, "name", "id_type", "id_number", "id_number_hash", "phone", "phone_hash",
        "phone_last_four", "workplace", "recorded_in_id",
    ),
    Guardianship: (
        *_RECORD, "relation", "kind", "starts_on", "is_main_carer", "lives_with_child",
        "do_not_notify",
    ),
    DisabilityCertificate: (
        *_RECORD, "number", "number_hash", "diagnosis", "kind", "grade", "issued_on",
        "expires_on", "status",
    ),
    CategorySpell: (
        *_RECORD, "category", "starts_on", "evidence", "legal_basis", "ending_reason",
    ),
    EconomicStatusSpell: (*_RECORD, "status", "starts_on", "evidence"),
    ParentStatus: (*_RECORD, "parent", "status", "starts_on", "evidence"),
    CaseAccess: ("area_id", "reason", "opened_at"),
}  # fmt: skip
# What hangs on a file, in the order of CERTIFICATES, CATEGORIES …
HUNG = (DisabilityCertificate, CategorySpell, EconomicStatusSpell, ParentStatus, CaseAccess)
_DRAWN = 512  # UUIDs from one look at the system's randomness


def random_uuids() -> Iterator[str]:
    """Version 4, written with dashes."""
    while True:
        drawn = os.urandom(16 * _DRAWN).hex()
        for at in range(0, len(drawn), 32):
            one = drawn[at : at + 32]
            variant = "89ab"[int(one[16], 16) & 3]
            yield f"{one[:8]}-{one[8:12]}-4{one[13:16]}-{variant}{one[17:20]}-{one[20:]}"


class FileLines:
    """`now`: when the records are made; `today`: whether a certificate has expired."""

    def __init__(self, now: datetime, today: date) -> None:
        self.today = today
        self._now = now.isoformat()
        self._made = f"1\t{self._now}"  # version and time
        self._uuid: Callable[[], str] = random_uuids().__next__

    def _start(self) -> str:
        """What every record begins with."""
        return f"{self._uuid()}\t{self._made}"

    def child(self, facts: Facts, people: list[Facts], day: date) -> str:
        own, number, phone = self._uuid(), facts.get("id_number", ""), facts.get("phone", "")
        kind = facts.get("id_type") or ("RESIDENT_ID" if number else "NONE")
        status = FileStatus.ACTIVE if facts.get("categories") else FileStatus.LEAD
        name, area = facts["name"], facts["area"]
        return "\t".join((
            own, self._made, text(name), text(kind), _sealed(Child, "id_number", number, own),
            facts["birth_date"].isoformat(), text(facts["sex"]), _number(facts.get("ethnicity")),
            facts.get("hukou_area") or NULL, area, area, text(facts.get("address", "")[:200]),
            _sealed(Child, "phone", phone, own), text(_notes(facts)), status.value,
            text(facts.get("risk") or "UNKNOWN"), day.isoformat(), "", text(names.sort_key(name)),
            array(names.search_keys(name)), phone[-4:], array(first_keys(facts, people)),
        ))  # fmt: skip

    def guardian(self, person: Facts, area: str) -> str:
        own, number, phone = self._uuid(), person.get("id_number", ""), person.get("phone", "")
        kind = person.get("id_type") or ("RESIDENT_ID" if number else "NONE")
        return "\t".join((
            own, self._made, text(person["name"]), text(kind),
            _sealed(Guardian, "id_number", number, own), _sealed(Guardian, "phone", phone, own),
            phone[-4:], text(person.get("workplace", "")[:200]), area,
        ))  # fmt: skip

    def care(self, person: Facts, day: date) -> str:
        main = "t" if person["is_main"] else "f"
        relation, kind = text(person["relation"]), text(person["kind"])
        return f"{self._start()}\t{relation}\t{kind}\t{day.isoformat()}\t{main}\tf\tf"

    def hung(self, facts: Facts, day: date) -> tuple[Sequence[str], ...]:
        """In the order of HUNG."""
        return (
            self._certificates(facts), self._categories(facts, day), self._economic(facts, day),
            self._parents(facts, day), self._access(facts),
        )  # fmt: skip

    def _certificates(self, facts: Facts) -> Sequence[str]:
        number = facts.get("certificate__number")
        if not number:
            return ()
        own, expires = self._uuid(), facts.get("certificate__expires_on")
        status = facts.get("certificate__status") or (
            "EXPIRED" if expires and expires < self.today else "VALID"
        )
        return ("\t".join((
            own, self._made, _sealed(DisabilityCertificate, "number", number, own), "",
            _number(facts["certificate__kind"]), _number(facts["certificate__grade"]),
            _day(facts.get("certificate__issued_on")), _day(expires), text(status),
        )),)  # fmt: skip

    def _categories(self, facts: Facts, day: date) -> Sequence[str]:
        since = (facts.get("category__since") or day).isoformat()
        return [
            f"{self._start()}\t{text(category)}\t{since}\t\t\t"
            for category in dict.fromkeys(facts.get("categories", ()))
        ]

    def _economic(self, facts: Facts, day: date) -> Sequence[str]:
        status = facts.get("economic")
        return (f"{self._start()}\t{text(status)}\t{day.isoformat()}\t",) if status else ()

    def _parents(self, facts: Facts, day: date) -> Sequence[str]:
        told = (("FATHER", facts.get("father__status")), ("MOTHER", facts.get("mother__status")))
        return [
            f"{self._start()}\t{parent}\t{text(status)}\t{day.isoformat()}\t"
            for parent, status in told
            if status
        ]

    def _access(self, facts: Facts) -> Sequence[str]:
        """The township of household registration pays: it sees the file."""
        code = (facts.get("hukou_area") or "")[:9]
        if len(code) == 9 and not facts["area"].startswith(code):
            return (f"{code}\t{AccessReason.HUKOU.value}\t{self._now}",)
        return ()


def _sealed(model: Any, field: str, plain: str, row_key: str) -> str:
    """Ciphertext and the hash that finds it, a tab between."""
    if not plain:
        return f"\\\\x\t{NULL}"
    blob, index = sealed(model, field, plain, row_key)
    return f"\\\\x{blob.hex()}\t{_bytes(index)}"


def _bytes(value: bytes | None) -> str:
    return NULL if value is None else f"\\\\x{value.hex()}"


def _number(code: Any) -> str:
    return str(int(code)) if code else NULL


def _day(value: date | None) -> str:
    return value.isoformat() if value else NULL


def _notes(facts: Facts) -> str:
    school = " ".join(filter(None, (facts.get("school"), facts.get("school_grade"))))
    return "；".join(filter(None, (facts.get("note"), school)))
