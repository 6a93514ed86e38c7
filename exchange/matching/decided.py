"""Pairs of a row and a child that a person decided, as far as the facts are still those."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from accounts.crypto.cipher import blind_index
from exchange.models import MatchDecision, MatchVerdict
from exchange.rules.match_name import cleaned
from exchange.rules.match_number import canonical, is_well_formed

from .sought import Sought

Verdicts = dict[int, dict[int, MatchVerdict]]  # row → child → what was decided


class _Child(Protocol):
    name: str
    id_number_hash: Any
    birth_date: date
    sex: str


def person_key(sought: Sought) -> bytes:
    """Of whom a row means: number and name, or without a good number all that the row says."""
    number = canonical(sought.id_number) if sought.id_number else ""
    facts: tuple[Any, ...] = (cleaned(sought.name), number)
    if not is_well_formed(number):
        facts += (
            sought.birth_date, sought.sex, sought.area_code, cleaned(sought.guardian_name),
            sought.guardian_id_number, *sought.parent_id_numbers,
        )  # fmt: skip
    return blind_index("|".join(map(str, facts)), "match_person")


def child_key(child: _Child) -> bytes:
    """Of the facts of a child that a decision rests on."""
    number = bytes(child.id_number_hash or b"").hex()
    facts = (child.name, number, child.birth_date, child.sex)
    return blind_index("|".join(map(str, facts)), "match_child")


def decisions(rows: Iterable[Sought]) -> Verdicts:
    """Those whose child is still what it was then."""
    if not MatchDecision.objects.exists():
        return {}
    keys: dict[bytes, list[int]] = {}
    for one in rows:
        keys.setdefault(person_key(one), []).append(one.row)
    found: Verdicts = {}
    for decision in MatchDecision.objects.latest_of(keys).select_related("child"):
        if bytes(decision.child_key) == child_key(decision.child):
            for row in keys[bytes(decision.person_key)]:
                verdict = MatchVerdict(decision.verdict)
                found.setdefault(row, {})[decision.child_id] = verdict
    return found
