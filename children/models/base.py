"""What every record of the registry shares: an identity for encryption and a version."""

import uuid
from collections.abc import Iterable
from functools import cache
from typing import Any, Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models, transaction
from django.db.models import BigIntegerField, F, Func, Lookup, Q, Value
from django.utils.choices import CallableChoiceIterator
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant

from .compiled import Given


@BigIntegerField.register_lookup
class Among(Lookup):
    """`id = ANY(array)`: one parameter however many values.

    It goes as text: to ask each of thousands for its type takes longer than the answer.
    """

    lookup_name = "among"
    prepare_rhs = False

    def get_db_prep_lookup(self, value, connection):  # type: ignore[no-untyped-def]
        return ("%s", [_array(value)])

    def as_sql(self, compiler, connection):  # type: ignore[no-untyped-def]
        left, left_params = self.process_lhs(compiler, connection)
        keys = self.rhs.through(_array) if isinstance(self.rhs, Given) else _array(self.rhs)
        return f"{left} = ANY(%s::bigint[])", [*left_params, keys]


def _array(keys: Iterable[int]) -> str:
    return "{" + ",".join([int.__repr__(key) for key in keys]) + "}"


class StaleRecord(Exception):
    """Somebody else changed the row since it was read; nothing was written."""


class Period(Func):
    """A daterange over `starts_on`–`ends_on`, last day included; for exclusion constraints."""

    function = "daterange"
    output_field = DateRangeField()

    def __init__(self) -> None:
        super().__init__("starts_on", "ends_on", Value("[]"))


def ends_after_it_starts(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        violation_error_message=_("The last day is before the first."),
    )


class OfChildQuerySet(models.QuerySet):
    """Rows with a `child`; the rule itself is `ChildQuerySet.permitted`."""

    def permitted(self, grant: Grant) -> Self:
        from .child import permitted_ids

        return self.filter(child__in=permitted_ids(grant))

    def of_own(self, grant: Grant) -> Self:
        """Of the children whom the own area keeps; of all permitted ones where there is no area.

        For counts over many rows: of each child of others `permitted` must ask whether it is
        shared, which a million times is seconds.
        """
        from .child import Child

        if not grant.sees_own_area:
            return self.permitted(grant)
        return self.filter(child__in=Child.objects.ours(grant).values("pk"))


class OfChildPeriodQuerySet(OfChildQuerySet):
    def on(self, day: Any) -> Self:
        """Rows whose period covers `day` (first and last day included)."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


@cache
def _labels(field: models.Field) -> dict[Any, Any]:
    return dict(field.flatchoices)


class Record(models.Model):
    """`save()` writes only over the version that was read, else raises StaleRecord."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The row and its history row are one commit; in an open one no savepoint is set for it."""
        self.derive()
        if transaction.get_connection(kwargs.get("using")).in_atomic_block:
            self._save_over(*args, **kwargs)
        else:
            with transaction.atomic(using=kwargs.get("using")):
                self._save_over(*args, **kwargs)

    def _get_FIELD_display(self, field: models.Field) -> Any:
        """As Django's, which makes a dictionary of all labels for each word it shows."""
        if isinstance(field.choices, CallableChoiceIterator):
            return super()._get_FIELD_display(field)  # type: ignore[misc]
        value = getattr(self, field.attname)
        return force_str(_labels(field).get(value, value), strings_only=True)

    def derive(self) -> None:
        """Set the columns that follow from others; before every write."""

    def _save_over(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "version", "updated_at"}
        self.version += 1
        try:
            super().save(*args, **kwargs)
        except BaseException:
            self.version -= 1
            raise

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> Any:
        updated = super()._do_update(base_qs.filter(version=self.version - 1), *args, **kwargs)
        if not updated:
            raise StaleRecord(self)
        return updated
