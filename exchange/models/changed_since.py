"""Whether a file's fact was changed since a list, or a person, said what it should be."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from children.models import Child, DisabilityCertificate, EconomicStatusSpell, Parent, ParentStatus

from .list_import import ProposedChange, ProposedField

F = ProposedField
OF_PARENT = {F.FATHER: Parent.FATHER, F.MOTHER: Parent.MOTHER}
# Field → column of the child.
COLUMN = {
    F.NAME: "name", F.SEX: "sex", F.BIRTH_DATE: "birth_date", F.ID_NUMBER: "id_number_hash",
    F.RESIDENCE_AREA: "residence_area_id", F.HUKOU_AREA: "hukou_area_id", F.ADDRESS: "address",
    F.PHONE: "phone_hash", F.ETHNICITY: "ethnicity_id",
}  # fmt: skip
# Facts of which a file holds one; the others hang on it, many or none.
OF_FILE = (*COLUMN, F.ECONOMIC, *OF_PARENT)


def changed_since(
    changes: Collection[ProposedChange], since: Mapping[int, datetime | None]
) -> set[int]:
    """Keys of those whose fact was changed after `since`, by key; four queries at most."""
    papers = [one for one in changes if one.field == F.CERTIFICATE]
    return (
        _columns([one for one in changes if one.field in COLUMN], since)
        | _written([one for one in changes if one.field == F.ECONOMIC], since, EconomicStatusSpell)
        | _written([one for one in changes if one.field in OF_PARENT], since, ParentStatus)
        | _written(papers, since, DisabilityCertificate)
    )


def _columns(changes: Collection[ProposedChange], since: Mapping[int, datetime | None]) -> set[int]:
    past: dict[int, list[Any]] = {}
    children = {one.child_id for one in changes}
    if children:
        rows = Child.history.filter(id__in=children).order_by("id", "history_id")
        for row in rows.values("id", "history_date", *dict.fromkeys(COLUMN.values())):
            past.setdefault(row["id"], []).append(row)
    return {one.pk for one in changes if _moved(one, since[one.pk], past.get(one.child_id, []))}


def _moved(change: ProposedChange, since: Any, rows: list[Any]) -> bool:
    column = COLUMN[F(change.field)]
    before = [row for row in rows if row["history_date"] <= since] or rows[:1]
    return bool(rows) and _plain(before[-1][column]) != _plain(rows[-1][column])


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _written(
    changes: Collection[ProposedChange],
    since: Mapping[int, datetime | None],
    model: type[EconomicStatusSpell | ParentStatus | DisabilityCertificate],
) -> set[int]:
    """Of rows of the child: any that was written since, of the same parent."""
    if not changes:
        return set()
    names = ["parent"] if model is ParentStatus else []
    past: dict[tuple[int, Any], datetime] = {}
    rows = model.history.filter(child_id__in={one.child_id for one in changes})  # type: ignore[union-attr]
    for row in rows.order_by("history_date").values("child_id", "history_date", *names):
        past[row["child_id"], row.get("parent")] = row["history_date"]
    found = set()
    for one in changes:
        last, asked = past.get((one.child_id, OF_PARENT.get(F(one.field)))), since[one.pk]
        if last and asked and last > asked:
            found.add(one.pk)
    return found
