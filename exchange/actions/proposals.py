"""Where a list says otherwise than a child's file: proposed, never written over the file."""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from accounts.crypto.cipher import blind_index
from exchange.models import ProposedChange, ProposedField
from exchange.models.bulk import insert_rows, next_ids

from .listing import Good

F = ProposedField
_KNOWN = """
SELECT c.id, c.name, c.id_number_hash, c.birth_date, c.sex, c.residence_area_id,
       c.hukou_area_id, c.address, c.phone_hash,
       (SELECT array_agg(p.name::text) FROM children_guardianship g
          JOIN children_guardian p ON p.id = g.guardian_id WHERE g.child_id = c.id),
       (SELECT array_agg(d.number_hash) FROM children_disabilitycertificate d
         WHERE d.child_id = c.id AND d.number_hash IS NOT NULL),
       (SELECT array_agg(s.category::text) FROM children_categoryspell s
         WHERE s.child_id = c.id AND s.ends_on IS NULL)
  FROM children_child c WHERE c.id = ANY(%s)
"""
_COLUMNS = (
    "id", "uuid", "version", "updated_at", "child_id", "list_import_id", "field", "new_value",
    "new_value_hash", "state", "reason",
)  # fmt: skip
Difference = tuple[int, str, str]  # child, field, what the list says


def differences(pairs: Sequence[tuple[Good, int]]) -> list[list[Difference]]:
    """For each row and its child, in their order; without what was proposed before."""
    known = _known([child for _, child in pairs])
    found = [list(_compare(good.facts, known[child])) for good, child in pairs]
    before = _proposed({child for _, child in pairs})
    return [[one for one in row if _key(one) not in before] for row in found]


def propose(changes: Iterable[Difference], import_id: int, signed: dict[str, Any]) -> None:
    changes = list(dict.fromkeys(changes))
    if not changes:
        return
    column: Any = ProposedChange._meta.get_field("new_value")
    keys = next_ids(ProposedChange, len(changes))
    rows = []
    for key, (child, field, value) in zip(keys, changes, strict=True):
        row_key = uuid.uuid4()
        rows.append([
            key, row_key, 1, signed["now"], child, import_id, field, column.seal(value, row_key),
            blind_index(value, "proposed_change"), "OPEN", "",
        ])  # fmt: skip
    insert_rows(ProposedChange, _COLUMNS, rows, **signed)


def _known(children: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    unique = list(dict.fromkeys(children))
    with connection.cursor() as cursor:
        for start in range(0, len(unique), 10_000):
            cursor.execute(_KNOWN, [unique[start : start + 10_000]])
            found.update((row[0], row) for row in cursor.fetchall())
    return found


def _proposed(children: set[int]) -> set[tuple[int, str, bytes]]:
    rows = ProposedChange.objects.filter(child__pk__among=list(children))
    return {
        (child, field, bytes(value))
        for child, field, value in rows.values_list("child_id", "field", "new_value_hash")
    }


def _key(change: Difference) -> tuple[int, str, bytes]:
    return (change[0], change[1], blind_index(change[2], "proposed_change"))


def _compare(facts: dict[str, Any], row: tuple[Any, ...]) -> Iterator[Difference]:
    (child, name, number, born, sex, residence, hukou, address, phone, guardians, certificates,
     categories) = row  # fmt: skip

    def says(key: str) -> str:
        return str(facts.get(key) or "")

    plain = (
        (F.NAME, says("name"), name), (F.SEX, says("sex"), sex),
        (F.BIRTH_DATE, says("birth_date"), str(born)), (F.ADDRESS, says("address"), address),
    )  # fmt: skip
    for field, said, held in plain:
        if said and said != held:
            yield child, field.value, said
    for field, said, held in (
        (F.RESIDENCE_AREA, says("area"), residence), (F.HUKOU_AREA, says("hukou_area"), hukou),
    ):  # fmt: skip
        if said and not (held or "").startswith(said):
            yield child, field.value, said
    for field, said, hash_held in (
        (F.ID_NUMBER, says("id_number"), [number]), (F.CERTIFICATE, says("certificate__number"),
                                                     certificates or []),
    ):  # fmt: skip
        context = "id_number" if field is F.ID_NUMBER else "certificate_number"
        if said and blind_index(said, context) not in [bytes(one) for one in hash_held if one]:
            yield child, field.value, said
    if says("phone") and (phone is None or blind_index(says("phone"), "phone") != bytes(phone)):
        yield child, F.PHONE.value, says("phone")
    for prefix in ("guardian", "father", "mother"):
        if says(f"{prefix}__name") and says(f"{prefix}__name") not in (guardians or []):
            yield child, F.GUARDIAN.value, _person(facts, prefix)
    for category in facts.get("categories", ()):
        if category not in (categories or []):
            yield child, F.CATEGORY.value, category


def _person(facts: dict[str, Any], prefix: str) -> str:
    parts = ("name", "relation", "id_number", "phone")
    told = {part: facts.get(f"{prefix}__{part}", "") for part in parts}
    told["relation"] = told["relation"] or ("" if prefix == "guardian" else prefix.upper())
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
