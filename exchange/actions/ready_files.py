"""What a part of a register will write, made ready: sealed, keyed for search, without any key.

Asks the database nothing, so it can be done beside while the part before goes in.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from accounts.crypto.cipher import blind_index
from children.models import AccessReason, Child, DisabilityCertificate, FileStatus, Guardian
from children.rules import names
from exchange.models.bulk import sealed
from exchange.rules.first_keys import first_keys

from .listing import Good
from .persons import Facts, persons

CERTIFICATES, CATEGORIES, HOUSEHOLDS, PARENTS, ACCESS = range(5)
Row = list[Any]


class Care(NamedTuple):
    child: int  # position in the list
    who: Any  # a key of `Ready.people`
    row: Row  # without key, child and guardian


@dataclass
class Ready:
    """Rows of a part of the list; a child is meant by its position in the whole list."""

    first: int  # position of the part's first row
    counties: list[str] = field(default_factory=list)
    children: list[Row] = field(default_factory=list)  # without key and case number
    people: dict[Any, Row] = field(default_factory=dict)  # without key; each person once
    numbered: dict[bytes, str] = field(default_factory=dict)  # hash of a carer's number → number
    with_phone: set[Any] = field(default_factory=set)  # people known by phone and name alone
    cares: list[Care] = field(default_factory=list)
    hung: tuple[list[tuple[int, Row]], ...] = field(
        default_factory=lambda: tuple([] for _ in range(5))
    )


def make_ready(rows: Sequence[Good], first: int, now: datetime, today: date) -> Ready:
    ready = Ready(first)
    making = _Making(ready, now, today)
    for position, good in enumerate(rows, first):
        making.add(position, good.facts)
    return ready


class _Making:
    def __init__(self, ready: Ready, now: datetime, today: date) -> None:
        self.ready, self.now, self.today = ready, now, today

    def add(self, position: int, facts: Facts) -> None:
        people, day = persons(facts), opened_on(facts, self.today)
        self.ready.counties.append(facts["area"][:6].ljust(6, "0"))
        self.ready.children.append(self._child(facts, people, day))
        for person in people:
            self._person(position, person, facts["area"], day)
        made = (
            self._certificates(facts), self._categories(facts, day), self._economic(facts, day),
            self._parents(facts, day), self._access(facts),
        )  # fmt: skip
        for kept, new in zip(self.ready.hung, made, strict=True):
            kept.extend((position, row) for row in new)

    def _start(self) -> Row:
        """What every record begins with: uuid, version, time."""
        return [uuid.uuid4(), 1, self.now]

    def _child(self, facts: Facts, people: list[Facts], day: date) -> Row:
        start = self._start()
        kind = facts.get("id_type") or ("RESIDENT_ID" if facts.get("id_number") else "NONE")
        status = FileStatus.ACTIVE if facts.get("categories") else FileStatus.LEAD
        name, phone = facts["name"], facts.get("phone", "")
        return [
            *start, name, kind, *sealed(Child, "id_number", facts.get("id_number", ""), start[0]),
            facts["birth_date"], facts["sex"], _id(facts.get("ethnicity")),
            facts.get("hukou_area") or None, facts["area"], facts["area"],
            facts.get("address", "")[:200], *sealed(Child, "phone", phone, start[0]), _notes(facts),
            status.value, facts.get("risk") or "UNKNOWN", day, "",
            names.sort_key(name), names.search_keys(name), phone[-4:], first_keys(facts, people),
        ]  # fmt: skip

    def _person(self, position: int, person: Facts, area: str, day: date) -> None:
        who = _identity(person, position)
        if who not in self.ready.people:
            self.ready.people[who] = self._guardian(person, area)
            if person["id_number"]:
                index = blind_index(person["id_number"], "id_number")
                self.ready.numbered[index] = person["id_number"]
            elif person["phone"]:
                self.ready.with_phone.add(who)
        care = [
            *self._start(), person["relation"], person["kind"], day, person["is_main"], False,
            False,
        ]  # fmt: skip
        self.ready.cares.append(Care(position, who, care))

    def _guardian(self, person: Facts, area: str) -> Row:
        start = self._start()
        number, phone = person.get("id_number", ""), person.get("phone", "")
        kind = person.get("id_type") or ("RESIDENT_ID" if number else "NONE")
        return [
            *start, person["name"], kind, *sealed(Guardian, "id_number", number, start[0]),
            *sealed(Guardian, "phone", phone, start[0]), phone[-4:],
            person.get("workplace", "")[:200], area,
        ]  # fmt: skip

    def _certificates(self, facts: Facts) -> Iterator[Row]:
        number = facts.get("certificate__number")
        if not number:
            return
        start = self._start()
        expires = facts.get("certificate__expires_on")
        status = facts.get("certificate__status") or (
            "EXPIRED" if expires and expires < self.today else "VALID"
        )
        yield [
            *start, *sealed(DisabilityCertificate, "number", number, start[0]), "",
            int(facts["certificate__kind"]), int(facts["certificate__grade"]),
            facts.get("certificate__issued_on"), expires, status,
        ]  # fmt: skip

    def _categories(self, facts: Facts, day: date) -> Iterator[Row]:
        since = facts.get("category__since") or day
        for category in dict.fromkeys(facts.get("categories", ())):
            yield [*self._start(), category, since, "", "", ""]

    def _economic(self, facts: Facts, day: date) -> Iterator[Row]:
        if facts.get("economic"):
            yield [*self._start(), facts["economic"], day, ""]

    def _parents(self, facts: Facts, day: date) -> Iterator[Row]:
        for parent in ("FATHER", "MOTHER"):
            status = facts.get(f"{parent.lower()}__status")
            if status:
                yield [*self._start(), parent, status, day, ""]

    def _access(self, facts: Facts) -> Iterator[Row]:
        """The township of household registration pays: it sees the file."""
        code = (facts.get("hukou_area") or "")[:9]
        if len(code) == 9 and not facts["area"].startswith(code):
            yield [code, AccessReason.HUKOU.value, self.now]


def opened_on(facts: Facts, today: date) -> date:
    """The register's day, else today; never before birth."""
    return max(facts.get("opened_on") or today, facts["birth_date"])


def _identity(person: Facts, position: int) -> Any:
    """By number and name; by phone and name; else one for each child."""
    if person["id_number"]:
        return (person["id_number"], person["name"])
    return (person["phone"] or position, person["name"])


def _id(code: Any) -> int | None:
    return int(code) if code else None


def _notes(facts: Facts) -> str:
    school = " ".join(filter(None, (facts.get("school"), facts.get("school_grade"))))
    return "；".join(filter(None, (facts.get("note"), school)))
