"""Guardians of newly registered children: each person once, however many children they care for."""

from typing import Any

from django.db import connection

from children.models import Guardian, Guardianship
from exchange.models.bulk import insert_rows, next_ids

from .ready_files import Care, Ready

_GUARDIAN = (
    "id", "uuid", "version", "updated_at", "name", "id_type", "id_number", "id_number_hash",
    "phone", "phone_hash", "phone_last_four", "workplace", "recorded_in_id",
)  # fmt: skip
_CARE = (
    "id", "child_id", "guardian_id", "uuid", "version", "updated_at", "relation", "kind",
    "starts_on", "is_main_carer", "lives_with_child", "do_not_notify",
)  # fmt: skip


class Guardians:
    def __init__(self, signed: dict[str, Any]) -> None:
        """`signed`: by whom, when and why, as history says."""
        self.signed = signed
        self.by_phone: dict[Any, int] = {}  # who has no number, by phone and name

    def add(self, ready: Ready, opened: dict[int, int]) -> None:
        """`opened`: position in the list → child. One part of the list after the other."""
        cares = [care for care in ready.cares if care.child in opened]
        if not cares:
            return
        known = self._registered(ready.numbered) | self.by_phone
        new = list(dict.fromkeys(care.who for care in cares if care.who not in known))
        made = dict(zip(new, next_ids(Guardian, len(new)), strict=True))
        self.by_phone |= {who: key for who, key in made.items() if who in ready.with_phone}
        people = ([key, *ready.people[who]] for who, key in made.items())
        insert_rows(Guardian, _GUARDIAN, people, may_clash=False, **self.signed)
        self._care(cares, opened, known | made)

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

    def _care(self, cares: list[Care], opened: dict[int, int], known: dict[Any, int]) -> None:
        pairs: dict[tuple[int, int], Care] = {}
        for care in cares:
            pairs.setdefault((opened[care.child], known[care.who]), care)
        keys = next_ids(Guardianship, len(pairs))
        rows = (
            [key, child, guardian, *care.row]
            for key, ((child, guardian), care) in zip(keys, pairs.items(), strict=True)
        )
        insert_rows(Guardianship, _CARE, rows, may_clash=False, **self.signed)
