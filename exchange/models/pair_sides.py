"""Both sides of a pair, fact beside fact: masked, with how they agree."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.area import area_names
from children.models import Child, Sex
from children.rules import masking

from .feed import OF_PARENTS
from .list_import import ListRow
from .match_pair import MatchPair

TITLES = {
    "name": _("name"), "birth_date": _("birth date"), "sex": _("sex"), "id_number": _("ID number"),
    "guardian": _("guardian"), "area": pgettext_lazy("compared", "place"), "phone": _("phone"),
    "address": _("address"),
}  # fmt: skip
# Fact → field of `Pattern`.
COMPARED = {
    "name": "name", "birth_date": "birth", "sex": "sex", "id_number": "number",
    "guardian": "guardian", "area": "area", "phone": "phone",
}  # fmt: skip
REVEALED = ("birth_date", "id_number", "phone", "address")
_GOOD = {"SAME", "SOUND", "NUMBER", "NAME", "VILLAGE"}
_BAD = {"DIFFERENT", "ELSEWHERE"}
_OF_CHILD = {"name": "child__name", "id_number": "child__id_number"}


def facts_of(row: ListRow) -> dict[str, Any]:
    """What a kept row says, its dates as dates."""
    return dated(json.loads(row.facts or "{}"))


def dated(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: _dated(key, value) for key, value in facts.items()}


def _dated(key: str, value: Any) -> Any:
    if not isinstance(value, str) or not key.endswith(("_on", "_date", "since")):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


@dataclass(frozen=True)
class Cell:
    shown: str
    is_masked: bool = False


@dataclass(frozen=True)
class Line:
    key: str
    left: Cell
    right: Cell
    level: str  # in words; empty where one of the two says nothing
    tone: str  # ok, bad or mixed

    @property
    def title(self) -> Any:
        return TITLES[self.key]


def values_of_row(row: ListRow) -> dict[str, Any]:
    """In the clear: for comparing and for a reveal that is logged."""
    facts = facts_of(row)
    own = _OF_CHILD if row.kind in OF_PARENTS else {}
    said = {key: facts.get(own.get(key, key), "") for key in TITLES}
    if row.kind in OF_PARENTS:
        said = {key: value if key in own else "" for key, value in said.items()}
        said["guardian"] = facts.get("name", "")
        return said
    return said | {"guardian": facts.get("guardian__name", "") or facts.get("head__name", "")}


def values_of_child(child: Child) -> dict[str, Any]:
    cares = child.guardianships.select_related("guardian").order_by("-is_main_carer", "pk")
    return {
        "name": child.name, "birth_date": child.birth_date, "sex": child.sex,
        "id_number": child.id_number, "area": child.residence_area_id, "phone": child.phone,
        "address": child.address, "guardian": "、".join(one.guardian.name for one in cares),
    }  # fmt: skip


def lines(pair: MatchPair) -> list[Line]:
    """The new side left, the file that stays right."""
    from exchange.matching.words import level_in_words

    left = values_of_row(pair.list_row) if pair.list_row else values_of_child(pair.other)  # type: ignore[arg-type]
    right = values_of_child(pair.child)
    places = area_names(_above(left["area"]) | _above(right["area"]))
    shown = []
    for key in TITLES:
        field = COMPARED.get(key)
        level = getattr(pair.pattern, field) if field else None
        words = level_in_words(field, level) if field and level else ""
        tone = "ok" if level in _GOOD else "bad" if level in _BAD else "mixed"
        shown.append(Line(key, _cell(key, left[key], places), _cell(key, right[key], places),
                          words, tone))  # fmt: skip
    return shown


def _above(code: str) -> set[str]:
    return {code[:length] for length in (9, 12) if len(code or "") >= length}


def _cell(key: str, value: Any, places: dict[str, str]) -> Cell:
    if not value:
        return Cell("")
    if key == "birth_date":
        return Cell(f"{value:%Y-%m}-**" if isinstance(value, date) else "****", True)
    if key == "id_number":
        return Cell(masking.id_number(value), True)
    if key == "phone":
        return Cell(masking.phone(value), True)
    if key == "address":
        return Cell(masking.address(value), True)
    if key == "area":
        return Cell(" ".join(places[code] for code in sorted(_above(value)) if code in places))
    return Cell(str(Sex(value).label) if key == "sex" and value in Sex.values else str(value))
