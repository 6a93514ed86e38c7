"""Guardians of newly registered children: each person once, however many children they care for."""

from typing import Any

from django.db import connection

from children.models import Guardian
from exchange.models.bulk import next_ids

from .ready_files import Ready


class Guardians:
    def __init__(self) -> None:
        self.by_phone: dict[Any, int] = {}  # who has no number, by phone and name
        self.just_numbered: dict[Any, int] = {}  # with the part before, which may not be in yet

    def keys(self, ready: Ready) -> tuple[dict[Any, int], list[Any]]:
        """Of everybody in a part, and who of them is new. One part of the list after the other;
        all parts but the one before are in the database."""
        known = self._registered(ready.numbered) | self.by_phone
        known |= {who: key for who, key in self.just_numbered.items() if who in ready.people}
        new = [who for who in ready.people if who not in known]
        made = dict(zip(new, next_ids(Guardian, len(new)), strict=True))
        self.by_phone |= {who: key for who, key in made.items() if who in ready.with_phone}
        self.just_numbered = made
        return {who: known.get(who) or made[who] for who in ready.people}, new

    def _registered(self, numbers: dict[bytes, str]) -> dict[Any, int]:
        """Identity → guardian, of those whose number and name are registered together."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id_number_hash, name, id FROM children_guardian"
                " WHERE id_number_hash = ANY(%s) ORDER BY id DESC",
                [list(numbers)],
            )
            return {
                (numbers[bytes(number)], name): key for number, name, key in cursor.fetchall()
            }  # fmt: skip
