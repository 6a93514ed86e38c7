"""What the file says beside what a list says, in words; masked unless it was revealed."""

import json
from typing import Any

from accounts.models.area import area_names
from children.models import CategoryCode, Child, Relation, Sex
from children.rules import masking

from .list_import import ProposedChange, ProposedField

F = ProposedField
PLACES = (F.RESIDENCE_AREA, F.HUKOU_AREA)
REVEALED = {F.ID_NUMBER, F.PHONE, F.ADDRESS, F.BIRTH_DATE, F.CERTIFICATE, F.GUARDIAN}


def sides(changes: list[ProposedChange], revealed: bool = False) -> list[tuple[str, str]]:
    """(file, list) of each; one query for the names of all places."""
    pairs = [(F(one.field), _held(F(one.field), one.child), str(one.new_value)) for one in changes]
    codes = {code for field, *both in pairs if field in PLACES for code in both if code}
    names = area_names({*codes, *(code[:9] for code in codes)}) if codes else {}
    return [
        (_words(field, held, names, revealed), _words(field, said, names, revealed))
        for field, held, said in pairs
    ]


def _held(field: ProposedField, child: Child) -> str:
    if field in (F.GUARDIAN, F.CERTIFICATE, F.CATEGORY):
        return ""  # the list adds one
    name = f"{field.value}_id" if field in PLACES else field.value
    return str(getattr(child, name) or "")


def _words(field: ProposedField, value: str, names: dict[str, str], revealed: bool) -> str:
    if not value:
        return ""
    if field is F.GUARDIAN:
        return _guardian(json.loads(value), revealed)
    if field is F.SEX:
        return str(dict(Sex.choices).get(value, value))
    if field is F.CATEGORY:
        return str(dict(CategoryCode.choices).get(value, value))
    if field in PLACES:
        return " ".join(names.get(code, "") for code in dict.fromkeys((value[:9], value)))
    if revealed or field is F.NAME:
        return value
    mask: Any = {
        F.ID_NUMBER: masking.id_number, F.PHONE: masking.phone, F.ADDRESS: masking.address,
        F.CERTIFICATE: masking.certificate, F.BIRTH_DATE: lambda day: f"{day[:4]}-**-**",
    }[field]  # fmt: skip
    return str(mask(value))


def _guardian(said: dict[str, str], revealed: bool) -> str:
    number, phone = said.get("id_number", ""), said.get("phone", "")
    parts = [
        said["name"], str(dict(Relation.choices).get(said.get("relation", ""), "")),
        number if revealed else masking.id_number(number),
        phone if revealed else masking.phone(phone),
    ]  # fmt: skip
    return " ".join(part for part in parts if part)
