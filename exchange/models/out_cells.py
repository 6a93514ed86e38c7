"""The cells of one row of a list going out: what is read for them, and how it is written.

Settled once for a list: which values of which rows are asked for, what a code is called.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from accounts.crypto.fields import EncryptedTextField, Sealed
from children.models import Child, DisabilityCertificate, Guardianship
from exchange.rules.out_facts import FACTS, Fact
from schools.models import Enrolment

from .out_layout import OutColumn

Values = dict[str, Any]
PEOPLE = ("carer", "father", "mother")
ORPHANS = {"ORPHAN_INST", "ORPHAN_SCAT"}
_ROWS: dict[str, type[Model]] = {
    "child": Child, "certificate": DisabilityCertificate, "school": Enrolment,
    **dict.fromkeys(PEOPLE, Guardianship),
}  # fmt: skip
_PATHS = {
    "child.ethnicity": "ethnicity__label_zh",
    "child.township": "residence_area__parent__name",
    "child.village": "residence_area__name",
    "child.hukou": "hukou_area__name",
    "school.name": "school__organisation__name",
    "school.code": "school__organisation__code",
}


@dataclass
class Bundle:
    """One child, with what its columns read; None where there is nothing."""

    child: Values
    serial: int
    month: date
    carer: Values | None = None
    father: Values | None = None
    mother: Values | None = None
    parents: dict[str, str] = field(default_factory=dict)
    certificate: Values | None = None
    school: Values | None = None
    categories: list[str] = field(default_factory=list)
    economic: str = ""
    aid: list[Any] = field(default_factory=list)
    last_month: date | None = None
    tier: str = ""
    grandparents: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)  # of the categories


def paths(columns: Iterable[OutColumn], *of: str) -> list[str]:
    """What `values()` is to give of such rows; beside what is sealed the key that opens it."""
    found: dict[str, None] = {}
    for column in columns:
        fact = FACTS[column.fact]
        if fact.of in of and column.fact not in _TOLD:
            path, model_field = _field_of(column.fact, fact)
            found[path] = None
            if isinstance(model_field, EncryptedTextField):
                found[_key_of(path, model_field)] = None
    return list(found)


def cells_of(columns: Sequence[OutColumn]) -> Callable[[Bundle], list[str]]:
    """A function from a child to its cells, in the language of now."""
    readers = [_reader(column) for column in columns]
    return lambda bundle: [read(bundle) for read in readers]


def _field_of(name: str, fact: Fact) -> tuple[str, Any]:
    """The path from the row, and the model's field at its end."""
    path = _PATHS.get(name, fact.field)
    if fact.of in PEOPLE and path not in ("relation", "kind"):
        path = f"guardian__{path}"
    model, found = _ROWS[fact.of], None
    for part in path.split("__"):
        found = model._meta.get_field(part)
        model = found.related_model  # type: ignore[assignment]
    return path, found


def _key_of(path: str, sealed: EncryptedTextField) -> str:
    return "__".join([*path.split("__")[:-1], sealed.row_key])


def _reader(column: OutColumn) -> Callable[[Bundle], str]:
    fact, codes = FACTS[column.fact], column.codes
    if column.fact in _TOLD:
        tell = _TOLD[column.fact]
        return lambda bundle: _text(tell(bundle), codes, {})
    path, model_field = _field_of(column.fact, fact)
    words = {code: str(label) for code, label in model_field.flatchoices}
    key = _key_of(path, model_field) if isinstance(model_field, EncryptedTextField) else ""

    def read(bundle: Bundle) -> str:
        held: Values | None = getattr(bundle, fact.of)
        value = None if held is None else held[path]
        if isinstance(value, Sealed) and held is not None:
            value = value.open(held[key])
        return _text(value, codes, words)

    return read


def _text(value: Any, codes: Mapping[str, Any], words: Mapping[Any, str]) -> str:
    if isinstance(value, date):
        return value.isoformat()
    code = "" if value is None else str(value)
    if code in codes:
        return str(codes[code])
    return words.get(value) or code


def _amount(bundle: Bundle) -> Any:
    return sum(row.rate_now.amount for row in bundle.aid if row.rate_now) if bundle.aid else ""


def _boards(bundle: Bundle) -> Any:
    return bundle.school and ("YES" if bundle.school["is_boarding"] else "NO")


def _programmes(bundle: Bundle) -> str:
    return "、".join(row.programme.name for row in bundle.aid)


def _yes_no(holds: bool) -> str:
    return "YES" if holds else "NO"


# What is no field of one row.
_TOLD: dict[str, Callable[[Bundle], Any]] = {
    "list.serial": lambda bundle: bundle.serial,
    "list.month": lambda bundle: f"{bundle.month:%Y-%m}",
    "child.categories": lambda bundle: "、".join(bundle.categories),
    "child.economic": lambda bundle: bundle.economic,
    "child.is_left_behind": lambda bundle: _yes_no("LEFT_BEHIND" in bundle.codes),
    "child.is_orphan": lambda bundle: _yes_no(bool(ORPHANS & bundle.codes)),
    "child.is_disabled": lambda bundle: _yes_no(bundle.certificate is not None),
    "family.grandparents": lambda bundle: "、".join(bundle.grandparents),
    "aid.tier": lambda bundle: bundle.tier,
    "father.status": lambda bundle: bundle.parents.get("father", ""),
    "mother.status": lambda bundle: bundle.parents.get("mother", ""),
    "school.boarding": _boards,
    "aid.programmes": _programmes,
    "aid.amount": _amount,
    "aid.since": lambda bundle: min((row.from_month for row in bundle.aid), default=None),
    "aid.last_month": lambda bundle: f"{bundle.last_month:%Y-%m}" if bundle.last_month else "",
}


def words_of(model: type[Model], name: str) -> Callable[[Any], str]:
    """What a code of that field is called."""
    choices: Any = model._meta.get_field(name)
    words = {code: str(label) for code, label in choices.flatchoices}
    return lambda code: words.get(code) or str(code)
