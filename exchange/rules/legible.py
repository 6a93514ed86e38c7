"""A row that is refused, as far as it tells whom it means: for a suggestion, never more."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from children.rules import names
from exchange.reading import values
from exchange.reading.workbook import Cell

from .match_number import born
from .places import Places, Unplaced

_OF_A_PERSON = (
    "name", "sex", "area", "phone", "guardian__name", "guardian__id_number", "guardian__phone",
    "father__id_number", "mother__id_number", "head__id_number", "certificate__number",
    "roll_number", "child__name",
)  # fmt: skip
_BESIDE_A_NAME = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]?|[^\w·•\s]|\d")


def legible(
    cells: Mapping[str, Cell],
    facts: Mapping[str, Any],
    readers: Mapping[str, Callable[[Cell], Any]],
    places: Places | None,
    lost: Cell = None,
) -> dict[str, Any]:
    """Facts by the keys of a good row; number, birth date and sex as the row itself writes them.

    `cells`: without those whose digits are lost; `lost`: of those the child's number.
    """
    told = {key: facts[key] for key in _OF_A_PERSON if key in facts}
    told.pop("sex", None)  # may be what the number says
    for key, wanted in (("birth_date", date), ("sex", str)):
        if key in readers and cells.get(key) is not None:
            with suppress(ValueError):
                if isinstance(value := readers[key](cells[key]), wanted) and value:
                    told[key] = value
    if "birth_date" not in told and (day := _born_in(lost)):
        told["birth_date"] = day
    for key in ("id_number", "child__id_number"):
        with suppress(ValueError):
            if number := values.number_text(cells.get(key)):
                told[key] = number
    if "name" not in told:
        with suppress(ValueError):
            told["name"] = names.clean(_BESIDE_A_NAME.sub("", values.text(cells.get("name"))))
    if "area" not in told and places is not None:
        told["area"] = _around(facts, places)
    return told


def _born_in(lost: Cell) -> date | None:
    """Of the 18 digits a spreadsheet leaves the first 15: the birth date is among them."""
    try:
        return born(str(int(float(str(lost)))) if lost is not None else "")
    except (ValueError, OverflowError):
        return None


def _around(facts: Mapping[str, Any], places: Places) -> str:
    """What is left of a place whose village nobody knows: its township."""
    for code, township in ((facts.get("area_code", ""), ""), ("", facts.get("township", ""))):
        if code or township:
            with suppress(Unplaced):
                return places.find(code, township, "")
    return ""
