"""What a part of a register will write, made ready in lines for COPY: sealed, keyed for search.

Asks the database nothing, so it can be done beside while the part before goes in. Keys come in
between: lines are made without them, numbered by `new_files`, and put behind them here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from accounts.crypto.cipher import blind_index
from children.models import Child, Guardian, Guardianship

from .file_lines import COLUMNS, HUNG, KEYS, FileLines
from .good import Good
from .persons import Facts, persons


class Care(NamedTuple):
    child: int  # position in the list
    who: Any  # a key of `Ready.people`
    line: str


@dataclass
class Ready:
    """Lines of a part of the list; a child is meant by its position in the whole list."""

    first: int  # position of the part's first row
    counties: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    people: dict[Any, str] = field(default_factory=dict)  # each person once
    numbered: dict[bytes, str] = field(default_factory=dict)  # hash of a carer's number → number
    with_phone: set[Any] = field(default_factory=set)  # people known by phone and name alone
    cares: list[Care] = field(default_factory=list)
    hung: tuple[list[tuple[int, str]], ...] = field(default_factory=lambda: tuple([] for _ in HUNG))


@dataclass
class Keys:
    """Of the rows of a part, in the order of `Ready`."""

    children: list[int]
    case_numbers: list[str]
    guardians: dict[Any, int]  # of `Ready.people` and of others: who → guardian
    new: list[Any]  # of `guardians`, who goes in with this part
    cares: list[int]  # as many as `Ready.cares` at most
    hung: tuple[list[int], ...]


class Lines(NamedTuple):
    """What goes into one table: whole lines, joined, and the keys of the rows."""

    model: Any
    columns: tuple[str, ...]
    block: bytes
    keys: list[int]


def make_ready(rows: Sequence[Good], first: int, now: datetime, today: date) -> Ready:
    ready = Ready(first)
    making = _Making(ready, FileLines(now, today), today)
    for position, good in enumerate(rows, first):
        making.add(position, good.facts)
    return ready


def put_together(ready: Ready, keys: Keys) -> list[Lines]:
    """Children first, then whoever cares for them, then what hangs on their files."""
    child_of = dict(enumerate(keys.children, ready.first))
    numbers = zip(keys.children, keys.case_numbers, ready.children, strict=True)
    made = [
        _lines(Child, (f"{key}\t{number}\t{line}" for key, number, line in numbers),
               keys.children),
        _lines(Guardian, (f"{keys.guardians[who]}\t{ready.people[who]}" for who in keys.new),
               [keys.guardians[who] for who in keys.new]),
    ]  # fmt: skip
    pairs: dict[tuple[int, int], str] = {}
    for care in ready.cares:
        pairs.setdefault((child_of[care.child], keys.guardians[care.who]), care.line)
    cares = zip(keys.cares, pairs.items(), strict=False)
    made.append(_lines(
        Guardianship,
        (f"{key}\t{child}\t{guardian}\t{line}" for key, ((child, guardian), line) in cares),
        keys.cares[: len(pairs)],
    ))  # fmt: skip
    for model, rows, numbered in zip(HUNG, ready.hung, keys.hung, strict=True):
        hung = zip(numbered, rows, strict=True)
        made.append(_lines(
            model, (f"{key}\t{child_of[at]}\t{line}" for key, (at, line) in hung), numbered
        ))  # fmt: skip
    return [one for one in made if one.keys]


def _lines(model: Any, lines: Iterable[str], keys: list[int]) -> Lines:
    # Line by line: as one text, in which Chinese takes two bytes for every letter, it is huge.
    block = b"".join([f"{line}\n".encode() for line in lines])
    return Lines(model, (*KEYS[model], *COLUMNS[model]), block, keys)


class _Making:
    def __init__(self, ready: Ready, lines: FileLines, today: date) -> None:
        self.ready, self.lines, self.today = ready, lines, today

    def add(self, position: int, facts: Facts) -> None:
        people, day = persons(facts), opened_on(facts, self.today)
        self.ready.counties.append(facts["area"][:6].ljust(6, "0"))
        self.ready.children.append(self.lines.child(facts, people, day))
        for person in people:
            self._person(position, person, facts["area"], day)
        for kept, new in zip(self.ready.hung, self.lines.hung(facts, day), strict=True):
            kept.extend((position, line) for line in new)

    def _person(self, position: int, person: Facts, area: str, day: date) -> None:
        who = _identity(person, position)
        if who not in self.ready.people:
            self.ready.people[who] = self.lines.guardian(person, area)
            if person["id_number"]:
                index = blind_index(person["id_number"], "id_number")
                self.ready.numbered[index] = person["id_number"]
            elif person["phone"]:
                self.ready.with_phone.add(who)
        self.ready.cares.append(Care(position, who, self.lines.care(person, day)))


def opened_on(facts: Facts, today: date) -> date:
    """The register's day, else today; never before birth."""
    return max(facts.get("opened_on") or today, facts["birth_date"])


def _identity(person: Facts, position: int) -> Any:
    """By number and name; by phone and name; else one for each child."""
    if person["id_number"]:
        return (person["id_number"], person["name"])
    return (person["phone"] or position, person["name"])
