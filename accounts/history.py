"""History as every tracked model keeps it: django-simple-history, with what the database demands.

Each history row carries the transaction that wrote it, so that `accounts.guard` can refuse a
commit that changes a tracked row without one, and the posting in which its author acted.
Only the indexes that are read are kept: copying the model's own makes bulk writes six times
slower (see docs/decisions).
"""

from typing import Any

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Cast, NullIf
from simple_history.manager import HistoricalQuerySet, HistoryManager
from simple_history.models import HistoricalRecords


class TransactionIdField(models.Field):
    """PostgreSQL's 64-bit transaction id (`xid8`), read as text of digits."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class HistoryRow(models.Model):
    """The columns every history row has beside those of simple-history."""

    txid = TransactionIdField(
        editable=False, db_default=Func(function="pg_current_xact_id", template="%(function)s()")
    )
    acting_posting_id = models.BigIntegerField(
        null=True,
        editable=False,
        db_default=Cast(
            NullIf(
                Func(Value("registry.posting_id"), Value(True), function="current_setting"),
                Value(""),
            ),
            models.BigIntegerField(),
        ),
    )

    class Meta:
        abstract = True


class MadeOnce(HistoryManager.from_queryset(HistoricalQuerySet)):  # type: ignore[misc]
    """The package makes its manager's class anew at each look at `history`: a third of a save."""

    @classmethod
    def from_queryset(cls, queryset_class: Any, class_name: str | None = None) -> Any:
        return cls


class History(HistoricalRecords):
    """`history = History()`; fields named in `excluded_fields` are derived and not tracked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("history_id_field", models.BigAutoField())
        kwargs.setdefault("bases", [HistoryRow])
        kwargs.setdefault("history_manager", MadeOnce)
        super().__init__(*args, **kwargs)

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for field in fields.values():
            field.db_index = False
        return fields

    def _get_history_user_fields(self) -> dict[str, Any]:
        fields = super()._get_history_user_fields()
        fields["history_user"].db_index = False
        return fields

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options = super().get_meta_options(model)
        key = model._meta.pk.attname
        options["indexes"] = [
            models.Index(
                fields=[key, "history_date"], name=f"{model._meta.model_name}_history"[:30]
            )
        ]
        if any(field.name == "child" for field in model._meta.fields):  # the child's timeline
            name = f"{model._meta.model_name}_of_child"[:30]
            options["indexes"].append(models.Index(fields=["child", "history_date"], name=name))
        return options
