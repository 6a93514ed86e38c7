"""What has come to rest on records since: rows that point to them, decisions, confirmations."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from accounts.guard.install import guarded_models
from assistance.models import (
    EducationAward,
    Entitlement,
    FreshmanSubsidy,
    PaymentLine,
    Recognition,
    RehabilitationApplication,
)
from children.models import (
    Application,
    ApplicationStep,
    CategorySpell,
    Child,
    FactConfirmation,
    Guardian,
    Guardianship,
    Placement,
)

# A category, a placement and aid rest on what a file says of household, parents and disability.
_DECISIONS: tuple[Any, ...] = (
    CategorySpell, Entitlement, EducationAward, FreshmanSubsidy, PaymentLine, Placement,
    Recognition, RehabilitationApplication,
)  # fmt: skip


def last_decision(children: Collection[int]) -> dict[int, datetime]:
    """Child → when a category, a placement or aid was last written, or an application approved."""
    found: dict[int, datetime] = {}
    asked: list[tuple[Any, str]] = [
        (model.history.filter(child_id__in=children), "history_date") for model in _DECISIONS
    ]
    approved = ApplicationStep.objects.filter(child__pk__among=children, to_state="APPROVED")
    for rows, column in [*asked, (approved, "at")]:
        for child, at in rows.order_by().values_list("child_id").annotate(Max(column)):
            found[child] = max(at, found.get(child, at))
    return found


def last_confirmation(children: Collection[int]) -> dict[tuple[int, str], date]:
    """(Child, key fact) → the last day on which somebody said that it is unchanged."""
    rows = FactConfirmation.objects.filter(child__pk__among=children).order_by()
    return {
        (child, fact): day
        for child, fact, day in rows.values_list("child_id", "fact").annotate(Max("confirmed_on"))
    }


def pointed_to(model: Any, keys: Collection[int]) -> set[int]:
    """Of these rows: those that something else points to; an application's own steps do not."""
    found: set[int] = set()
    for other, column in _pointing(model):
        if not (model is Application and other is ApplicationStep):
            found |= _keys(
                f"SELECT DISTINCT {column} FROM {other._meta.db_table} WHERE {column} = ANY(%s)",
                keys,
            )
    return found


def carers_needed(keys: Collection[int]) -> set[int]:
    """Of these guardianships: those whose person something else of the same child points to, as a
    notice, a code or a placement does."""
    found: set[int] = set()
    for other, column in _pointing(Guardian):
        if other is Guardianship or not _is_of_child(other):
            continue
        found |= _keys(
            f"SELECT g.id FROM children_guardianship g JOIN {other._meta.db_table} o"
            f" ON o.{column} = g.guardian_id AND o.child_id = g.child_id WHERE g.id = ANY(%s)",
            keys,
        )
    return found


def _is_of_child(model: Any) -> bool:
    return any(
        field.column == "child_id" and field.related_model is Child
        for field in model._meta.concrete_fields
    )


def _pointing(model: Any) -> Iterator[tuple[Any, str]]:
    for other in guarded_models():
        for field in other._meta.concrete_fields:
            if field.is_relation and field.related_model is model:
                yield other, str(field.column)


def _keys(sql: str, keys: Collection[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(keys)])
        return {key for (key,) in cursor.fetchall()}
