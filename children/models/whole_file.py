"""Everything on a child's page in three queries, however much there is."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from accounts.access import Grant, Permission
from children.rules.categories import SECRET

from .application import Application
from .category import CategorySpell
from .certificate import DisabilityCertificate
from .child import Child
from .document import Document
from .economic_status import EconomicStatusSpell
from .guardianship import Guardianship
from .parent_status import ParentStatus

# Rows without encrypted columns come as JSON of one query; the others through the ORM.
AS_JSON: dict[str, type[models.Model]] = {
    "parent_statuses": ParentStatus,
    "categories": CategorySpell,
    "economic_statuses": EconomicStatusSpell,
    "applications": Application,
    "documents": Document,
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
    file = WholeFile(
        guardianships=list(
            child.guardianships.select_related("guardian").order_by("-is_main_carer", "-starts_on")
        ),
        certificates=list(child.certificates.order_by("-issued_on", "-pk")),
    )
    for name, rows in _json_rows(child.pk).items():
        setattr(file, name, [_instance(AS_JSON[name], row) for row in rows])
    if not told:
        secret = {code.value for code in SECRET}
        file.categories = [row for row in file.categories if row.category not in secret]
        file.applications = [row for row in file.applications if row.category not in secret]
        file.documents = [row for row in file.documents if not row.is_secret]
    return file


def _json_rows(child_id: int) -> dict[str, list[dict[str, Any]]]:
    selects = [
        f"(SELECT coalesce(json_agg(r ORDER BY r.id DESC), '[]') FROM {model._meta.db_table} r"
        " WHERE r.child_id = %(child)s)"
        for model in AS_JSON.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(selects), {"child": child_id})
        return dict(zip(AS_JSON, cursor.fetchone(), strict=True))


def _instance(model: type[models.Model], row: dict[str, Any]) -> Any:
    fields = model._meta.concrete_fields
    values = [field.to_python(row[str(field.column)]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)
