"""Guardians of newly registered children: each person once, however many children they care for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from accounts.crypto.cipher import blind_index
from children.models import Guardian, Guardianship
from exchange.models.bulk import insert_rows, next_ids, sealed

if TYPE_CHECKING:
    from .new_files import NewFiles

_GUARDIAN = (
    "id", "uuid", "version", "updated_at", "name", "id_type", "id_number", "id_number_hash",
    "phone", "phone_hash", "phone_last_four", "workplace", "recorded_in_id",
)  # fmt: skip
_CARE = (
    "id", "uuid", "version", "updated_at", "child_id", "guardian_id", "relation", "kind",
    "starts_on", "is_main_carer", "lives_with_child", "do_not_notify",
)  # fmt: skip
_PERSONS = {"guardian": "", "father": "FATHER", "mother": "MOTHER"}
Facts = dict[str, Any]


class Guardians:
    def __init__(self, files: NewFiles) -> None:
        self.files = files
        self.by_phone: dict[Any, int] = {}  # who has no number, by phone and name

    def add(self, mine: list[tuple[int, Facts]]) -> None:
        """`mine`: child and the facts of its row. One part of the list after the other."""
        wanted = [
            (child, person, facts)
            for child, facts in mine
            for person in persons(facts)
        ]  # fmt: skip
        if not wanted:
            return
        known = self._registered([person for _, person, _ in wanted]) | self.by_phone
        made: dict[Any, tuple[int, Facts, str]] = {}
        keys = iter(next_ids(Guardian, len(wanted)))
        cares = []
        for child, person, facts in wanted:
            who = _identity(person, child)
            guardian = known.get(who)
            if guardian is None:
                if who not in made:
                    made[who] = (next(keys), person, facts["area"])
                guardian = made[who][0]
            cares.append((child, guardian, person, facts))
        self.by_phone |= {who: key for who, (key, person, _) in made.items()
                          if person["phone"] and not person["id_number"]}  # fmt: skip
        people = map(self._row, made.values())
        insert_rows(Guardian, _GUARDIAN, people, may_clash=False, **self.files.signed)
        self._care(cares)

    def _registered(self, people: list[Facts]) -> dict[Any, int]:
        """Identity → guardian, of those whose number and name are registered together."""
        numbers = {
            blind_index(person["id_number"], "id_number"): person["id_number"]
            for person in people
            if person.get("id_number")
        }
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id_number_hash, name, id FROM children_guardian"
                " WHERE id_number_hash = ANY(%s) ORDER BY id DESC",
                [list(numbers)],
            )
            return {
                (numbers[bytes(number)], name): key for number, name, key in cursor.fetchall()
            }  # fmt: skip

    def _row(self, made: tuple[int, Facts, str]) -> list[Any]:
        key, person, area = made
        start = self.files.start()
        number, phone = person.get("id_number", ""), person.get("phone", "")
        kind = person.get("id_type") or ("RESIDENT_ID" if number else "NONE")
        return [
            key, *start, person["name"], kind, *sealed(Guardian, "id_number", number, start[0]),
            *sealed(Guardian, "phone", phone, start[0]), phone[-4:],
            person.get("workplace", "")[:200], area,
        ]  # fmt: skip

    def _care(self, cares: list[tuple[int, int, Facts, Facts]]) -> None:
        keys = iter(next_ids(Guardianship, len(cares)))
        rows, seen = [], set()
        for child, guardian, person, facts in cares:
            if (child, guardian) in seen:
                continue
            seen.add((child, guardian))
            rows.append([
                next(keys), *self.files.start(), child, guardian, person["relation"],
                person["kind"], self.files.opened_on(facts), person["is_main"], False, False,
            ])  # fmt: skip
        insert_rows(Guardianship, _CARE, rows, may_clash=False, **self.files.signed)


def persons(facts: Facts) -> list[Facts]:
    """The guardian first, then the parents who are not the guardian."""
    found: list[Facts] = []
    for prefix, relation in _PERSONS.items():
        name = facts.get(f"{prefix}__name")
        if not name:
            continue
        parts = ("id_number", "id_type", "phone", "workplace", "relation", "kind")
        person = {part: facts.get(f"{prefix}__{part}", "") for part in parts}
        person |= {"name": name, "is_main": prefix == "guardian"}
        person["relation"] = person["relation"] or relation or "OTHER"
        person["kind"] = person["kind"] or _kind(person["relation"])
        guardian = found[0] if found else None
        if guardian is not None and guardian["name"] == name and guardian["is_main"]:
            for part in ("id_number", "phone"):
                guardian[part] = guardian[part] or person[part]
            if guardian["relation"] == "OTHER":
                guardian["relation"], guardian["kind"] = person["relation"], person["kind"]
            continue
        found.append(person)
    return found


def _kind(relation: str) -> str:
    if relation in ("FATHER", "MOTHER"):
        return "PARENT"
    return "INSTITUTION" if relation == "INSTITUTION" else "LEGAL"


def _identity(person: Facts, child: int) -> Any:
    """By number and name; by phone and name; else one for each child."""
    if person["id_number"]:
        return (person["id_number"], person["name"])
    return (person["phone"] or child, person["name"])
