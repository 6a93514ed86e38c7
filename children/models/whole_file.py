"""Everything that hangs on a child in one query, however much there is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models

from accounts.access import Grant, Permission
from accounts.crypto.fields import EncryptedTextField
from accounts.prepared import prepared
from children.rules.categories import SECRET

from .application import Application
from .category import CategorySpell
from .certificate import DisabilityCertificate
from .child import Child
from .document import Document, DocumentKind
from .economic_status import EconomicStatusSpell
from .guardian import Guardian
from .guardianship import Guardianship
from .parent_status import ParentStatus

# In the order of the page. Everything comes as JSON of one query.
ROWS: dict[str, tuple[type[models.Model], str]] = {
    "guardianships": (Guardianship, "r.is_main_carer DESC, r.starts_on DESC"),
    "certificates": (DisabilityCertificate, "r.issued_on DESC, r.id DESC"),
    "parent_statuses": (ParentStatus, "r.id DESC"),
    "categories": (CategorySpell, "r.id DESC"),
    "economic_statuses": (EconomicStatusSpell, "r.id DESC"),
    "applications": (Application, "r.id DESC"),
    "documents": (Document, "r.id DESC"),
}


@dataclass
class WholeFile:
    """Newest first; ended ones included."""

    guardianships: list[Guardianship] = field(default_factory=list)
    certificates: list[DisabilityCertificate] = field(default_factory=list)
    parent_statuses: list[ParentStatus] = field(default_factory=list)
    categories: list[CategorySpell] = field(default_factory=list)
    economic_statuses: list[EconomicStatusSpell] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


def whole_file(child: Child, grant: Grant) -> WholeFile:
    """What `grant` may see of a permitted child; secrets only for those entitled."""
    told = grant.allows(Permission.SECRET_VIEW)
    found = _json_rows(child.pk)
    people = {row["id"]: _instance(Guardian, row) for row in found.pop()}
    file = WholeFile()
    for (name, (model, _order)), rows in zip(ROWS.items(), found, strict=True):
        setattr(file, name, [_instance(model, row) for row in rows])
    for care in file.guardianships:
        care.guardian = people[care.guardian_id]
    if not told:
        secret = {code.value for code in SECRET}
        file.categories = [row for row in file.categories if row.category not in secret]
        file.applications = [row for row in file.applications if row.category not in secret]
        file.documents = [row for row in file.documents if not row.is_secret]
    if not grant.allows(Permission.VISIT_VIEW):
        photo = DocumentKind.VISIT_PHOTO
        file.documents = [row for row in file.documents if row.kind != photo]
    return file


@cache
def _sql() -> str:
    selects = [
        f"(SELECT coalesce(json_agg(r ORDER BY {order}), '[]') FROM {model._meta.db_table} r"
        " WHERE r.child_id = %(child)s)"
        for model, order in ROWS.values()
    ]
    people = (
        "(SELECT coalesce(json_agg(p), '[]') FROM children_guardian p WHERE p.id IN"
        " (SELECT g.guardian_id FROM children_guardianship g WHERE g.child_id = %(child)s))"
    )
    return "SELECT " + ", ".join([*selects, people])


def _json_rows(child_id: int) -> list[list[dict[str, Any]]]:
    """Rows of each of ROWS, and the guardians at the end."""
    with prepared() as cursor:
        cursor.execute(_sql(), {"child": child_id})
        return list(cursor.fetchone())


@cache
def _reading(model: type[models.Model]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """Name, column and what makes a value of JSON one of the field."""
    return [(f.attname, str(f.column), _from_json(f)) for f in model._meta.concrete_fields]


def _from_json(field: models.Field) -> Callable[[Any], Any]:
    if isinstance(field, EncryptedTextField):
        return lambda value: field.from_db_value(_bytes(value), None, None)
    if isinstance(field, models.BinaryField):
        return _bytes
    return field.to_python


def _bytes(text: str | None) -> bytes | None:
    """Of `\\x0a1b`, as JSON shows a bytea."""
    return bytes.fromhex(text[2:]) if text is not None else None


def _instance(model: type[models.Model], row: dict[str, Any]) -> Any:
    reading = _reading(model)
    names = [name for name, _column, _read in reading]
    return model.from_db("default", names, [read(row[column]) for _name, column, read in reading])
