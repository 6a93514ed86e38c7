"""Whom the good rows of a list mean: `exchange.matching`, asked for a list."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from children.rules import ages
from exchange.matching import Match, Sought, match_rows
from exchange.models.feed import OF_PARENTS
from exchange.rules.further_guardian import FURTHER
from exchange.rules.match_number import canonical, is_well_formed, repaired

from .good import Good
from .repeated import TOLD_APART_BY

RESIDENT = 18  # characters of a number that says date and sex
SEVERAL_ROWS = TOLD_APART_BY.keys() - set(OF_PARENTS)  # lists that name a child again and again


@dataclass(frozen=True, slots=True)
class Found:
    """`decision` is automatic, suggested or new."""

    decision: str
    child_id: int | None = None
    case_number: str = ""
    score: float = 0.0
    match: Match | None = None  # of a suggestion: all whom it may be, and whom the row means
    sought: Sought | None = None

    @property
    def is_asked(self) -> bool:
        """Whether a person decides whom the row means. An answer about a parent that names no
        child asks nobody: the number says whose parent it is."""
        if self.match is None or self.sought is None:
            return False
        return bool(self.sought.name or self.sought.id_number)


NEW = Found("new")


def find_children(
    rows: Sequence[Good], kind: str, today: date, present: Collection[str] = ("birth_date", "sex")
) -> list[Found | None]:
    """In the order of the rows; None for grown-up people whom no file knows. `present`: columns
    of the list; what none of them holds of date and sex is said by the number alone.

    Of a person in several rows (a month, a day, an illness each) the first is looked for: the
    matching gives no child to two people.
    """
    grown_up: list[bool] = []  # noted on the way: a row of a long list is unpacked but once here
    sought = _sought(rows, kind, {"birth_date", "sex"}.difference(present), today, grown_up)
    matches = _once_a_person(list(sought)) if kind in SEVERAL_ROWS else match_rows(sought)
    found = zip(matches, rows, grown_up, strict=True)
    return [_found(match, good, kind, is_grown_up) for match, good, is_grown_up in found]


def _once_a_person(sought: Sequence[Sought]) -> list[Match]:
    first: dict[Hashable, int] = {}
    heads = [first.setdefault(_person(one), one.row) for one in sought]
    found = {match.row: match for match in match_rows([sought[row] for row in first.values()])}
    return [found[head]._replace(row=row) for row, head in enumerate(heads)]


def _person(one: Sought) -> Hashable:
    """What two rows of one person have in common."""
    if one.id_number and one.name:
        return (one.id_number, one.name)
    return one._replace(row=0)


def _found(match: Match, good: Good, kind: str, is_grown_up: bool) -> Found | None:
    if is_grown_up and _is_of_the_family(match):
        return None
    if match.decision == "suggested":
        sought = sought_in(good.facts, kind, match.row)
        return Found(
            match.decision, match.child_id, match.case_number, match.score, match, sought
        )  # fmt: skip
    if match.decision != "new":
        return Found(match.decision, match.child_id, match.case_number, match.score)
    if is_grown_up or (kind in OF_PARENTS and not _childs(good.facts)):
        return None
    return NEW


def _is_of_the_family(match: Match) -> bool:
    """A grown-up's own number and own name: whoever bears both is nobody's file."""
    return match.decision == "suggested" and all(
        one.pattern.number == "FAMILY" and one.pattern.name in (None, "PART", "DIFFERENT")
        for one in match.candidates
    )


def _childs(facts: dict[str, Any]) -> bool:
    return bool(facts.get("child__name") or facts.get("child__id_number"))


def find_refused(
    rows: Sequence[Good], kind: str, today: date, present: Collection[str]
) -> list[Found | None]:
    """Whom rows with errors seem to mean: suggested at most, and nobody rather than «new»."""
    found = find_children(rows, kind, today, present)
    return [
        replace(one, decision="suggested") if one is not None and one.child_id else None
        for one in found
    ]


def _sought(
    rows: Sequence[Good], kind: str, unsaid: set[str], today: date, grown_up: list[bool]
) -> Iterator[Sought]:
    for index, good in enumerate(rows):
        facts = good.facts
        born = facts.get("birth_date")
        grown_up.append(born is not None and not ages.is_minor(born, today))
        if unsaid and len(facts.get("id_number", "")) == RESIDENT:
            facts = {key: value for key, value in facts.items() if key not in unsaid}
        yield sought_in(facts, kind, index)


def _number_in(facts: Callable[..., Any]) -> str:
    """Certificates, and roll numbers that begin with G, hold the ID number."""
    certificate, roll = facts("certificate__number", ""), facts("roll_number", "")
    return certificate[:RESIDENT] or (roll[1:] if roll.startswith("G") else "")


def sought_in(told: Mapping[str, Any], kind: str, index: int = 0) -> Sought:
    """Whom a row of that kind of list means."""
    facts = told.get
    if kind in OF_PARENTS:
        number = facts("id_number", "")
        is_refused = not is_well_formed(canonical(number))  # then the name, or a slip, may tell
        return Sought(
            row=index, name=facts("child__name", ""), id_number=facts("child__id_number", ""),
            guardian_name=facts("name", "") if is_refused else "",
            parent_id_numbers=(number, *(repaired(number) if is_refused else ())),
        )  # fmt: skip
    parents = [facts(f"{whose}__id_number") for whose in ("father", "mother", *FURTHER)]
    number, spare = facts("id_number", ""), _number_in(facts)
    return Sought(
        row=index, name=facts("name", ""), id_number=number or spare,
        other_number=spare if number and spare != number else "",
        birth_date=facts("birth_date"), sex=facts("sex", ""), area_code=facts("area", ""),
        guardian_name=facts("guardian__name", ""),
        guardian_id_number=facts("guardian__id_number", "") or facts("head__id_number", ""),
        parent_id_numbers=tuple(filter(None, parents)),
        phone=facts("phone", ""), guardian_phone=facts("guardian__phone", ""),
    )  # fmt: skip
