"""The cells of one row of a list going out: what is read for them, and how it is written.

Settled once for a list: which values of which rows are asked for, what a code is called.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import BinaryField, CharField, DateField, Model, TextField
from django.db.models.functions import Cast

from accounts.crypto.cipher import decrypt_all
from accounts.crypto.fields import EncryptedTextField
from children.models import Child, DisabilityCertificate, Guardianship
from exchange.rules.out_facts import FACTS, Fact
from schools.models import Enrolment

from .out_layout import OutColumn

Row = tuple[Any, ...]
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


@dataclass(slots=True)
class Bundle:
    """One child, with what its columns read; None where there is nothing. Rows begin with what
    `asked()` names."""

    child: Row
    serial: int
    month: date
    carer: Row | None = None
    father: Row | None = None
    mother: Row | None = None
    father_status: str = ""
    mother_status: str = ""
    certificate: Row | None = None
    school: Row | None = None
    is_boarding: bool = False
    categories: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()  # of the categories
    economic: str = ""
    aid: tuple[Any, ...] = ()
    last_month: date | None = None
    tier: str = ""
    grandparents: tuple[str, ...] = ()


def asked(columns: Iterable[OutColumn], *of: str) -> dict[str, Any]:
    """Path → what `values_list()` is given first of such rows; behind what is sealed the key that
    opens it. Both come as they are stored: an object made of each takes longer than all the rest.
    """
    found: dict[str, Any] = {}
    for column in columns:
        fact = FACTS[column.fact]
        if fact.of in of and column.fact not in _TOLD:
            path, model_field = _field_of(column.fact, fact)
            if isinstance(model_field, EncryptedTextField):
                key = _key_of(path, model_field)
                found |= {path: Cast(path, BinaryField()), key: Cast(key, TextField())}
            else:
                found[path] = path
    return found


def cells_of(
    columns: Sequence[OutColumn],
) -> Callable[[Sequence[Bundle]], Iterator[tuple[str, ...]]]:
    """A function from children to their cells, in the language of now. A column of many children
    is written at once: a question for each cell takes longer than its answer."""
    writers = [_writer(column, columns) for column in columns]
    return lambda bundles: zip(*[write(bundles) for write in writers], strict=True)


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


def _writer(
    column: OutColumn, columns: Sequence[OutColumn]
) -> Callable[[Sequence[Bundle]], list[str]]:
    fact, codes = FACTS[column.fact], column.codes
    if column.fact in _TOLD:
        tell = _TOLD[column.fact]
        return lambda bundles: [_text(tell(bundle), codes, {}) for bundle in bundles]
    path, model_field = _field_of(column.fact, fact)
    paths = list(asked(columns, *(PEOPLE if fact.of in PEOPLE else (fact.of,))))
    place, texts, held = paths.index(path), _texts(model_field, codes), attrgetter(fact.of)
    if isinstance(model_field, EncryptedTextField):
        key, context = paths.index(_key_of(path, model_field)), model_field.context
        return lambda bundles: texts(_opened(map(held, bundles), place, key, context))
    return lambda bundles: texts([
        None if row is None else row[place] for row in map(held, bundles)
    ])  # fmt: skip


def _opened(rows: Iterable[Row | None], place: int, key: int, context: str) -> list[str]:
    """Of each row the text that is sealed there, all at once."""
    sealed = [(row[place], row[key]) if row and row[place] else None for row in rows]
    opened = iter(decrypt_all(context, filter(None, sealed)))
    return [next(opened) if one else "" for one in sealed]


def _texts(model_field: Any, codes: Mapping[str, Any]) -> Callable[[Sequence[Any]], list[str]]:
    """How the values of such a field are written."""
    words = {code: str(label) for code, label in model_field.flatchoices}
    if words or isinstance(model_field, DateField):
        told = _Told(codes, words)
        return lambda values: [told[value] for value in values]
    if codes or not isinstance(model_field, CharField | EncryptedTextField):
        return lambda values: [_text(value, codes, words) for value in values]
    return lambda values: [value or "" for value in values]


class _Told(dict[Any, str]):
    """Value of a field of few, as days of a life are → as it is written; found out once."""

    def __init__(self, codes: Mapping[str, Any], words: Mapping[Any, str]) -> None:
        super().__init__()
        self.codes, self.words = codes, words

    def __missing__(self, value: Any) -> str:
        self[value] = found = _text(value, self.codes, self.words)
        return found


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
    return bundle.school and _yes_no(bundle.is_boarding)


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
    "child.is_orphan": lambda bundle: _yes_no(not ORPHANS.isdisjoint(bundle.codes)),
    "child.is_disabled": lambda bundle: _yes_no(bundle.certificate is not None),
    "family.grandparents": lambda bundle: "、".join(bundle.grandparents),
    "aid.tier": lambda bundle: bundle.tier,
    "father.status": lambda bundle: bundle.father_status,
    "mother.status": lambda bundle: bundle.mother_status,
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
