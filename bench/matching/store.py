"""Puts the registered part of a world into a database, set-based, and writes a dirty list."""

import random
import uuid

import psycopg

from accounts.crypto.cipher import blind_index, encrypt
from children.rules import names
from exchange.matching import Sought

from .dirt import Dirt
from .families import TODAY, Family, One, World

_COMMON = {"uuid": "gen_random_uuid()", "version": "1", "updated_at": "now()"}


class Register:
    """The children that are registered, by number of the row they were written as."""

    def __init__(self, world: World, share: float = 0.7) -> None:
        self.world = world
        self.chance = random.Random(world.chance.random())
        self.entries: list[tuple[Family, One]] = []
        for family in world.families:
            if self.chance.random() < share:
                self.entries += [
                    (family, child) for child in family.children if self.chance.random() < 0.85
                ]
        self.ids = {id(child): i for i, (_, child) in enumerate(self.entries, 1)}

    def name_of(self, child_id: int | None) -> str:
        return self.entries[child_id - 1][1].name if child_id else ""

    def write(self, server: psycopg.Connection) -> None:
        with server.transaction():
            server.execute("SET LOCAL session_replication_role = replica")
            for table in ("guardianship", "guardian", "historicalchild", "child"):
                server.execute(f"DELETE FROM children_{table}")
            server.execute("DELETE FROM accounts_area")
            self._areas(server)
            self._children(server)
            self._elders(server)
        server.execute("VACUUM ANALYZE")

    def _areas(self, server: psycopg.Connection) -> None:
        codes = {
            code[:digits] for code in self.world.villages for digits in (2, 4, 6, 9, 12)
        }  # fmt: skip
        for code in sorted(codes):
            parent = {2: None, 4: code[:2], 6: code[:4], 9: code[:6], 12: code[:9]}[len(code)]
            server.execute(
                "INSERT INTO accounts_area (code, name, level, parent_id, search_keys)"
                " VALUES (%s, %s, %s, %s, '{}')", [code, f"地{code}", len(code), parent],
            )  # fmt: skip

    def _children(self, server: psycopg.Connection) -> None:
        chance = self.chance
        rows = []
        for i, (family, child) in enumerate(self.entries, 1):
            key = uuid.UUID(int=chance.getrandbits(128), version=4)
            number = child.number if chance.random() < 0.9 else ""
            sealed = encrypt(number, f"children.Child.id_number:{key}") if number else b""
            hashed = blind_index(number, "id_number") if number else None
            rows.append((
                i, key, 1, TODAY, f"{family.village[:6]}2026{i:06}", child.name, "RESIDENT_ID",
                sealed, hashed, child.born, child.sex, family.hukou, family.village,
                family.village, "", b"", None, "", "ACTIVE", "UNKNOWN", TODAY, "",
                names.sort_key(child.name), [], "", [],
            ))  # fmt: skip
        _copy(server, "children_child", (
            "id uuid version updated_at case_number name id_type id_number id_number_hash"
            " birth_date sex hukou_area_id residence_area_id managing_area_id address phone"
            " phone_hash notes status risk_level opened_on closing_reason name_sort name_keys"
            " phone_last_four related_keys"
        ), rows)  # fmt: skip

    def _elders(self, server: psycopg.Connection) -> None:
        """One or two of each family, most with number and telephone, for each of its children."""
        chance, elders, cares, number = self.chance, [], [], 0
        for family in dict.fromkeys(id(family) for family, _ in self.entries):
            known = [entry for entry in self.entries_of[family]]
            for elder in chance.sample(known[0][0].elders, chance.choice((1, 1, 2))):
                number += 1
                key = uuid.UUID(int=chance.getrandbits(128), version=4)
                hashed = blind_index(elder.number, "id_number") if chance.random() < 0.7 else None
                phone = blind_index(elder.phone, "phone") if chance.random() < 0.8 else None
                elders.append((number, key, 1, TODAY, elder.name, "RESIDENT_ID", b"", hashed, b"",
                               phone, "", "", known[0][0].village))  # fmt: skip
                for _, child in known:
                    cares.append((
                        uuid.UUID(int=chance.getrandbits(128), version=4), 1, TODAY,
                        self.ids[id(child)], number, "OTHER", "PARENT", TODAY, False, False, False,
                    ))  # fmt: skip
        _copy(server, "children_guardian", (
            "id uuid version updated_at name id_type id_number id_number_hash phone phone_hash"
            " phone_last_four workplace recorded_in_id"
        ), elders)  # fmt: skip
        _copy(server, "children_guardianship", (
            "uuid version updated_at child_id guardian_id relation kind starts_on is_main_carer"
            " lives_with_child do_not_notify"
        ), cares)  # fmt: skip

    @property
    def entries_of(self) -> dict[int, list[tuple[Family, One]]]:
        if not hasattr(self, "_of"):
            self._of: dict[int, list[tuple[Family, One]]] = {}
            for family, child in self.entries:
                self._of.setdefault(id(family), []).append((family, child))
        return self._of


# Columns that lists of the departments have; a name stands in all of them.
LISTS = (
    {"number", "birth", "sex", "area", "guardian", "phone"},
    {"number", "sex", "area", "phone"},
    {"number", "birth", "sex", "area"},
    {"number"},
    {"birth", "sex", "area", "guardian"},
    {"birth", "sex", "area"},
)


def dirty_list(
    register: Register, columns: set[str], size: int
) -> tuple[list[Sought], dict[int, int | None]]:
    """Rows, and for each the id of the child it means; None for one who is not registered."""
    chance, dirt = register.chance, Dirt(register.world)
    everyone = [(f, child) for f in register.world.families for child in f.children]
    rows, truth = [], {}
    for number, (family, child) in enumerate(chance.sample(everyone, size), 1):
        rows.append(dirt.row(number, child, family, columns))
        truth[number] = register.ids.get(id(child))
    return rows, truth


def _copy(server: psycopg.Connection, table: str, columns: str, rows: list[tuple]) -> None:
    with server.cursor().copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
