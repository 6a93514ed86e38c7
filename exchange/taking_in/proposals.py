"""Where a list says otherwise than a child's file: proposed, never written over the file."""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.crypto.cipher import blind_index
from children.models import EconomicStatus, FileStatus, ParentStatusCode
from children.rules.certificate import Paper, Standing, standing
from exchange.models import ChangeState, FeedKind, ProposedChange, ProposedField
from exchange.models.bulk import insert_rows, next_ids
from exchange.models.changed_since import OF_FILE, OF_PARENT, changed_since
from exchange.rules.certificate_said import pack, unpack
from exchange.rules.further_guardian import FURTHER

from .good import Good

F = ProposedField
# Kinds of lists whose rows are compared with files, and on what; other kinds lead to findings.
SAYS: dict[str, tuple[ProposedField, ...]] = {
    FeedKind.REGISTER: tuple(F), FeedKind.DISABILITY_CERTIFICATES: (F.CERTIFICATE,),
}  # fmt: skip
_KNOWN = """
SELECT c.id, c.name, c.id_number_hash, c.birth_date, c.sex, c.residence_area_id,
       c.hukou_area_id, c.address, c.phone_hash,
       (SELECT array_agg(p.name::text) FROM children_guardianship g
          JOIN children_guardian p ON p.id = g.guardian_id WHERE g.child_id = c.id),
       (SELECT jsonb_agg(jsonb_build_array(
                 encode(d.number_hash, 'hex'), d.issued_on, d.expires_on, d.status))
          FROM children_disabilitycertificate d
         WHERE d.child_id = c.id AND d.number_hash IS NOT NULL),
       (SELECT array_agg(s.category::text) FROM children_categoryspell s
         WHERE s.child_id = c.id AND s.ends_on IS NULL),
       c.ethnicity_id,
       (SELECT e.status FROM children_economicstatusspell e
         WHERE e.child_id = c.id AND (e.ends_on IS NULL OR e.ends_on >= %(today)s)
         ORDER BY e.starts_on DESC LIMIT 1),
       (SELECT array_agg(p.parent || p.status) FROM children_parentstatus p
         WHERE p.child_id = c.id AND (p.ends_on IS NULL OR p.ends_on >= %(today)s)),
       c.status
  FROM children_child c WHERE c.id = ANY(%(children)s)
"""
_COLUMNS = (
    "id", "uuid", "version", "updated_at", "child_id", "list_import_id", "field", "new_value",
    "new_value_hash", "state", "reason",
)  # fmt: skip
Difference = tuple[int, str, str]  # child, field, what the list says
Key = tuple[int, str, bytes]  # child, field, hash of what the list says


def differences(kind: str, pairs: Sequence[tuple[Good, int]]) -> list[list[Difference]]:
    """For each row of a list of this kind and its child, in their order; without what waits, or
    was refused and the file has not changed since. Only a register speaks of closed files."""
    known = _known([child for _, child in pairs])
    today = timezone.localdate()
    found = [
        [one for one in _compare(good.facts, known[child], today) if one[1] in SAYS[kind]]
        if kind == FeedKind.REGISTER or known[child][-1] != FileStatus.CLOSED
        else []
        for good, child in pairs
    ]
    of_file = {_key(one) for row in found for one in row if _is_of_file(one)}
    silent = _silent({child for _, child in pairs}, of_file)
    return [[one for one in row if _key(one) not in silent] for row in found]


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
    unique, today = list(dict.fromkeys(children)), timezone.localdate()
    with connection.cursor() as cursor:
        for start in range(0, len(unique), 10_000):
            part = unique[start : start + 10_000]
            cursor.execute(_KNOWN, {"children": part, "today": today})
            found.update((row[0], row) for row in cursor.fetchall())
    return found


def _is_of_file(change: Difference) -> bool:
    """A fact of which the file holds one: what stands in its columns, and whether a certificate
    holds, which ends and may be restored again and again."""
    _child, field, said = change
    return field in OF_FILE or (field == F.CERTIFICATE and unpack(said).is_told)


def _silent(children: set[int], of_file: set[Key]) -> set[Key]:
    """What is not proposed again. What was accepted and is not in the file now was changed there,
    if it is `of_file`; a person, certificate or category that was decided once stays decided."""
    rows = list(
        ProposedChange.objects.filter(child__pk__among=list(children))
        .exclude(state=ChangeState.ACCEPTED, field__in=OF_FILE)
        .exclude(state=ChangeState.TAKEN_BACK)
        .only("child_id", "field", "new_value_hash", "state", "decided_at")
    )
    keys = {one.pk: (one.child_id, one.field, bytes(one.new_value_hash)) for one in rows}
    decided = [one for one in rows if one.state != ChangeState.OPEN and keys[one.pk] in of_file]
    refused = {one.pk: one for one in decided if one.state == ChangeState.REFUSED}
    since = {key: one.decided_at for key, one in refused.items()}
    free = changed_since(refused.values(), since)
    free |= {one.pk for one in decided if one.state == ChangeState.ACCEPTED}
    return {key for pk, key in keys.items() if pk not in free}


def _key(change: Difference) -> Key:
    return (change[0], change[1], blind_index(change[2], "proposed_change"))


def _compare(facts: dict[str, Any], row: tuple[Any, ...], today: date) -> Iterator[Difference]:
    (child, name, number, born, sex, residence, hukou, address, phone, guardians, certificates,
     categories, ethnicity, economic, parents, _status) = row  # fmt: skip

    def says(key: str) -> str:
        return str(facts.get(key) or "")

    plain = (
        (F.NAME, says("name"), name), (F.SEX, says("sex"), sex),
        (F.BIRTH_DATE, says("birth_date"), str(born)), (F.ADDRESS, says("address"), address),
        (F.ETHNICITY, says("ethnicity"), str(ethnicity)),
        (F.ECONOMIC, says("economic"), economic or EconomicStatus.ORDINARY),
    )  # fmt: skip
    for field, said, held in plain:
        if said and said != held:
            yield child, field.value, said
    for field, said, held in (
        (F.RESIDENCE_AREA, says("area"), residence), (F.HUKOU_AREA, says("hukou_area"), hukou),
    ):  # fmt: skip
        if said and not (held or "").startswith(said):
            yield child, field.value, said
    if says("id_number") and (
        number is None or blind_index(says("id_number"), "id_number") != bytes(number)
    ):
        yield child, F.ID_NUMBER.value, says("id_number")
    if paper := _certificate(facts, certificates, today):
        yield child, F.CERTIFICATE.value, paper
    if says("phone") and (phone is None or blind_index(says("phone"), "phone") != bytes(phone)):
        yield child, F.PHONE.value, says("phone")
    for prefix in ("guardian", "father", "mother", *FURTHER):
        if says(f"{prefix}__name") and says(f"{prefix}__name") not in (guardians or []):
            yield child, F.GUARDIAN.value, _person(facts, prefix)
    for field, parent in OF_PARENT.items():
        said, held_of = says(field.value), [one for one in parents or [] if one.startswith(parent)]
        if said and _is_news(said, {one.removeprefix(parent) for one in held_of}):
            yield child, field.value, said
    for category in facts.get("categories", ()):
        if category not in (categories or []):
            yield child, F.CATEGORY.value, category


def _certificate(facts: dict[str, Any], held: str | None, today: date) -> str:
    """What the row says of one, where that is news; nothing else. `held`: JSON. Numbers are
    compared by their hashes: nothing of the file is opened for it."""
    said = pack(facts, says_valid=True)
    if not said:
        return ""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    papers = [
        Paper(mark, day(issued), day(expires), status)
        for mark, issued, expires, status in json.loads(held or "[]")
    ]
    new = unpack(said)
    mark = blind_index(new.number, "certificate_number").hex()
    found = standing(replace(new, number=mark), papers, today)
    if found == Standing.KNOWN:
        return ""
    return pack(facts, says_valid=found == Standing.RESTORED)


def _is_news(said: str, held: set[str]) -> bool:
    """Of a parent: «unknown» where nothing is known, all else that is not held. No list wakes the
    dead: a death that was recorded by mistake is put right in the file."""
    if ParentStatusCode.DEAD in held or said in held:
        return False
    return said != ParentStatusCode.UNKNOWN or not held


def _person(facts: dict[str, Any], prefix: str) -> str:
    parts = ("name", "relation", "id_number", "phone")
    told = {part: facts.get(f"{prefix}__{part}", "") for part in parts}
    is_parent = prefix in ("father", "mother")
    told["relation"] = told["relation"] or (prefix.upper() if is_parent else "")
    return json.dumps(told, ensure_ascii=False, sort_keys=True)
