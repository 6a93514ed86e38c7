"""A further guardian of a child, on a line below over which the child's cells are merged, or which
says all the same of the child.

Decision 40.
"""

from collections.abc import Mapping
from typing import Any

from exchange.reading.workbook import Cell

FURTHER = ("second", "third")  # beside the guardian of the first line
_OF_GUARDIAN = "guardian__"
_OF_PARENTS = ("father__", "mother__")


def with_child_above(cells: dict[str, Cell], above: Mapping[str, Cell]) -> dict[str, Cell]:
    """Whose name or number is merged with the line above is that child: what its own line leaves
    empty of the child stands there."""
    told = {
        key: cell for key, cell in above.items()
        if cell is not None and not key.startswith(_OF_GUARDIAN)
    }  # fmt: skip
    return told | {key: cell for key, cell in cells.items() if not _is_blank(cell)}


def _is_blank(cell: Cell) -> bool:
    return cell is None or (type(cell) is str and not cell.strip())


def is_of_one_child(facts: Mapping[str, Any], below: Mapping[str, Any]) -> bool:
    """By the number that both lines hold: as rows come back whose child was merged."""
    return bool(facts.get("id_number")) and facts.get("id_number") == below.get("id_number")


def joined(facts: Mapping[str, Any], below: Mapping[str, Any]) -> dict[str, Any] | None:
    """What both lines say; None where the second is no further guardian of the same child."""
    name = below.get(f"{_OF_GUARDIAN}name")
    known = {facts.get(f"{prefix}__name") for prefix in ("guardian", *FURTHER)}
    if not name or name in known or "guardian__name" not in facts:
        return None
    free = next((one for one in FURTHER if f"{one}__name" not in facts), None)
    if free is None:
        return None
    together = dict(facts)
    for key, value in below.items():
        if key.startswith(_OF_GUARDIAN):
            together[f"{free}__{key.removeprefix(_OF_GUARDIAN)}"] = value
        elif key.startswith(_OF_PARENTS):
            if together.setdefault(key, value) != value:
                return None
        elif key == "note":
            notes = dict.fromkeys(filter(None, (facts.get(key), value)))
            together[key] = "；".join(notes)
        elif together.get(key) != value:
            return None
    return together
