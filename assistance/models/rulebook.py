"""The rules of the database as one rulebook, and as the JSON of docs/rules.md."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import load
from assistance.rules.rulebook import Rulebook

from .eligibility_rule import EligibilityRule
from .overlap_rule import OverlapRule
from .programme import Programme
from .standard import Standard


@dataclass(frozen=True)
class Kept:
    """What stands in the database: as JSON, and which row stands at which place of it."""

    data: dict[str, Any]
    rows: dict[str, Any]  # place, e.g. `programmes[2].standards[0]` → Standard, …

    def book(self) -> Rulebook:
        """Raises WrongFile when rows were altered past their forms."""
        return self._read

    @cached_property
    def _read(self) -> Rulebook:
        return read_rulebook(load(json.dumps(self.data)))


# Of every row that makes the rules, whatever changed it: a rule undone with its transaction counts
# as well as one that was saved.
STATE = "SELECT " + " || ".join(
    f"(SELECT coalesce(md5(string_agg(x::text, '|' ORDER BY x.id)), '') FROM {table} x)"
    for table in (
        "assistance_programme", "assistance_standard", "assistance_eligibilityrule",
        "assistance_overlaprule",
    )
)  # fmt: skip
_last: tuple[str, Kept] | None = None  # of this process; read only, by all its threads


def kept_rules() -> Kept:
    """All that stands; one query while nothing changes, else five. Its rows are not to be saved."""
    global _last
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        (state,) = cursor.fetchone()
    known = _last
    if known is None or known[0] != state:
        known = _last = (state, _read_rules())
    return known[1]


def _read_rules() -> Kept:
    rows: dict[str, Any] = {}
    nested: dict[str, dict[int, list[Any]]] = {
        "standards": _by_programme(Standard), "eligibility": _by_programme(EligibilityRule)
    }  # fmt: skip
    programmes = []
    for i, programme in enumerate(Programme.objects.filter(is_active=True)):
        data = programme.as_json()
        for name, of in nested.items():
            for j, row in enumerate(of[programme.pk]):
                row.programme = programme
                rows[f"programmes[{i}].{name}[{j}]"] = row
            data[name] = [_without_programme(row.as_json()) for row in of[programme.pk]]
        programmes.append(data)
    overlaps = list(OverlapRule.objects.standing())
    rows |= {f"overlaps[{i}]": row for i, row in enumerate(overlaps)}
    data = {"format": 1, "programmes": programmes}
    return Kept({**data, "overlaps": [row.as_json() for row in overlaps]}, rows)


def _by_programme(model: Any) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in model.objects.standing().order_by("area", "-from_month", "pk"):
        found[row.programme_id].append(row)
    return found


def _without_programme(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "programme"}
