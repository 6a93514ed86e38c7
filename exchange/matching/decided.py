"""Pairs of a row and a child that a person decided, as far as the facts are still those."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django.conf import settings

from accounts.crypto.cipher import blind_index, blind_indexes
from exchange.models import MatchDecision, MatchVerdict
from exchange.rules.match_name import cleaned
from exchange.rules.match_number import canonical, is_well_formed

from .sought import Sought

Verdicts = dict[int, dict[int, MatchVerdict]]  # row → child → what was decided


class _Child(Protocol):
    name: str
    id_number: str
    id_number_hash: Any
    birth_date: date
    sex: str


def person_key(sought: Sought) -> bytes:
    """Of whom a row means: number and name, or without a good number all that the row says."""
    return blind_index(_person(sought), "match_person")


def person_keys(sought: Sought) -> list[bytes]:
    """Under every key of the hashes, the one that is written first."""
    return blind_indexes(_person(sought), "match_person")


def _person(sought: Sought) -> str:
    number = canonical(sought.id_number) if sought.id_number else ""
    facts: tuple[Any, ...] = (cleaned(sought.name), number)
    if not is_well_formed(number):
        facts += (
            sought.birth_date, sought.sex, sought.area_code, cleaned(sought.guardian_name),
            sought.guardian_id_number, *sought.parent_id_numbers,
        )  # fmt: skip
    return "|".join(map(str, facts))


def child_key(child: _Child) -> bytes:
    """Of the facts of a child that a decision rests on."""
    return _of_child(child.name, child.id_number_hash, child.birth_date, child.sex)[0]


def child_keys(name: str, number: str, birth_date: date, sex: str) -> list[bytes]:
    """Under every key of the hashes and with the number's hash under every key: what may be
    written while a key is turned. The first is what stands when it is done."""
    hashes = blind_indexes(number, "id_number") if number else [b""]
    by_number = [_of_child(name, one, birth_date, sex) for one in hashes]
    return [key for keys in zip(*by_number, strict=True) for key in keys]


def _of_child(name: str, number_hash: Any, birth_date: date, sex: str) -> list[bytes]:
    facts = (name, bytes(number_hash or b"").hex(), birth_date, sex)
    return blind_indexes("|".join(map(str, facts)), "match_child")


def is_as_then(child: _Child, key: bytes) -> bool:
    """Whether the child is still what it was when `key` was made of it."""
    if key == child_key(child):
        return True
    is_turning = len(settings.FIELD_HASH_KEYS) > 1
    return is_turning and key in child_keys(
        child.name, child.id_number, child.birth_date, child.sex
    )


def decisions(rows: Iterable[Sought]) -> Verdicts:
    """Those whose child is still what it was then."""
    if not MatchDecision.objects.exists():
        return {}
    keys: dict[bytes, list[int]] = {}
    for one in rows:
        for key in person_keys(one):
            keys.setdefault(key, []).append(one.row)
    found: Verdicts = {}
    latest = MatchDecision.objects.latest_of(keys).select_related("child")
    for decision in sorted(latest, key=lambda one: one.pk):  # one of each key while it is turned
        if is_as_then(decision.child, bytes(decision.child_key)):
            for row in keys[bytes(decision.person_key)]:
                verdict = MatchVerdict(decision.verdict)
                found.setdefault(row, {})[decision.child_id] = verdict
    return found
