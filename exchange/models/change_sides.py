"""What the file says beside what a list says, in words; masked unless it was revealed."""

import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.area import area_names
from children.models import (
    CategoryCode,
    Child,
    CodeEntry,
    EconomicStatus,
    EconomicStatusSpell,
    Guardianship,
    Parent,
    ParentStatus,
    ParentStatusCode,
    Relation,
    Sex,
)
from children.rules import masking

from .certificate_sides import Beside, certificates_beside
from .changed_since import OF_PARENT
from .list_import import ProposedChange, ProposedField

F = ProposedField
PLACES = (F.RESIDENCE_AREA, F.HUKOU_AREA)
CHOICES: dict[ProposedField, Any] = {
    F.SEX: Sex.choices, F.CATEGORY: CategoryCode.choices, F.ECONOMIC: EconomicStatus.choices,
    F.FATHER: ParentStatusCode.choices, F.MOTHER: ParentStatusCode.choices,
}  # fmt: skip
REVEALED = {F.ID_NUMBER, F.PHONE, F.ADDRESS, F.BIRTH_DATE, F.CERTIFICATE, F.GUARDIAN}


def sides(
    changes: list[ProposedChange], revealed: bool = False, papers: dict[int, Beside] | None = None
) -> list[tuple[str, str]]:
    """(file, list) of each; a constant number of queries. `papers`: of `certificates_beside`, where
    they were asked for already."""
    spells = _spells(changes)
    papers = certificates_beside(changes) if papers is None else papers
    pairs = [
        (F(one.field), _held(F(one.field), one.child, spells), str(one.new_value))
        for one in changes
    ]  # fmt: skip
    names = {field: _names(field, pairs) for field in (*PLACES, F.ETHNICITY)}

    def worded(key: int, field: ProposedField, held: str, said: str) -> tuple[str, str]:
        if field is F.CERTIFICATE:
            return papers[key].in_words(revealed)
        if field is F.GUARDIAN:
            return _carers(held), _added(held, _words(field, said, names, revealed))
        return _words(field, held, names, revealed), _words(field, said, names, revealed)

    return [worded(one.pk, *pair) for one, pair in zip(changes, pairs, strict=True)]


def _names(field: ProposedField, pairs: list[tuple[ProposedField, str, str]]) -> dict[str, str]:
    """Code of a place, or key of an ethnicity → its name; a query where there are any."""
    codes = {code for about, *both in pairs if about is field for code in both if code}
    if not codes:
        return {}
    if field in PLACES:
        return area_names({*codes, *(code[:9] for code in codes)})
    return {str(entry.pk): str(entry) for entry in CodeEntry.objects.filter(pk__in=codes)}


def _spells(changes: list[ProposedChange]) -> dict[tuple[int, str], str]:
    """(Child, field) → what is held now, of households and parents, and the guardians who are
    there; several parted by commas."""
    children = {one.child_id for one in changes if one.field in (F.ECONOMIC, *OF_PARENT)}
    found: dict[tuple[int, str], list[str]] = {}
    today = timezone.localdate()
    cared_for = {one.child_id for one in changes if one.field == F.GUARDIAN}
    if cared_for:
        cares = Guardianship.objects.on(today).filter(child_id__in=cared_for)
        for care in cares.select_related("guardian").order_by("-is_main_carer", "pk"):
            who = f"{care.guardian.name} {care.get_relation_display()}"
            found.setdefault((care.child_id, F.GUARDIAN), []).append(who)
    if children:
        households = EconomicStatusSpell.objects.on(today).filter(child_id__in=children)
        for row in households:
            found.setdefault((row.child_id, F.ECONOMIC), []).append(row.status)
        of_parents = ParentStatus.objects.on(today).filter(child_id__in=children)
        fields = {parent: field for field, parent in OF_PARENT.items()}
        for about in of_parents.order_by("starts_on", "pk"):
            found.setdefault((about.child_id, fields[Parent(about.parent)]), []).append(
                about.status
            )
    return {key: ",".join(held) for key, held in found.items()}


def _held(field: ProposedField, child: Child, spells: dict[tuple[int, str], str]) -> str:
    if field in (F.CERTIFICATE, F.CATEGORY):
        return ""  # the list adds one
    if field in (F.GUARDIAN, F.ECONOMIC, *OF_PARENT):
        return spells.get((child.pk, field), "")
    name = f"{field.value}_id" if field in (*PLACES, F.ETHNICITY) else field.value
    return str(getattr(child, name) or "")


def _words(
    field: ProposedField, value: str, names: dict[ProposedField, dict[str, str]], revealed: bool
) -> str:
    if not value:
        return ""
    if field is F.GUARDIAN:
        return _guardian(json.loads(value), revealed)
    if field in CHOICES:
        words = dict(CHOICES[field])
        return _(", ").join(str(words.get(one, one)) for one in value.split(","))
    if field is F.ETHNICITY:
        return names[field].get(value, "")
    if field in PLACES:
        return " ".join(names[field].get(code, "") for code in dict.fromkeys((value[:9], value)))
    if revealed or field is F.NAME:
        return value
    mask: Any = {
        F.ID_NUMBER: masking.id_number, F.PHONE: masking.phone, F.ADDRESS: masking.address,
        F.BIRTH_DATE: lambda day: f"{day[:4]}-**-**",
    }[field]  # fmt: skip
    return str(mask(value))


def _carers(held: str) -> str:
    return _(", ").join(held.split(",")) if held else ""


def _added(held: str, said: str) -> str:
    """Whoever is there stays: the list names one more."""
    return _("in addition: %(guardian)s") % {"guardian": said} if held else said


def _guardian(said: dict[str, str], revealed: bool) -> str:
    number, phone = said.get("id_number", ""), said.get("phone", "")
    parts = [
        said["name"], str(dict(Relation.choices).get(said.get("relation", ""), "")),
        number if revealed else masking.id_number(number),
        phone if revealed else masking.phone(phone),
    ]  # fmt: skip
    return " ".join(part for part in parts if part)
