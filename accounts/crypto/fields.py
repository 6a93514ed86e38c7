"""Model fields: encrypted text that opens on first reading, and the keyed hash beside it."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import FieldDoesNotExist, FieldError
from django.db import connections, models
from django.db.models.lookups import Exact
from django.db.models.query_utils import DeferredAttribute
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from . import cipher
from .sealed import Blob, Opened, Sealed

__all__ = ["BlindIndexField", "EncryptedTextField", "Opened", "Sealed"]


class _OpenOnReading(DeferredAttribute):
    """Holds text or Sealed; the first reading opens it with the row's own key."""

    field: "EncryptedTextField"

    @sensitive_variables()
    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            value = Opened.unseal(value.blob, self.field.context_of(instance))
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = "" if value == b"" else value


class EncryptedTextField(models.Field):
    """Text in Python, `bytea` in the database; '' and NULL are stored as they are (empty, NULL).

    `context` names the column for good: it is authenticated, so another name opens nothing.
    `row_key` is a field of the model, the same in history rows, normally `uuid`.
    Written by `save()` and `bulk_create()` only; `update()` and `bulk_update()` are refused.
    """

    descriptor_class = _OpenOnReading

    def __init__(self, *args: Any, context: str = "", row_key: str = "uuid", **kwargs: Any) -> None:
        self.context, self.row_key = context, row_key
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context, "row_key": self.row_key}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        return [*super().check(**kwargs), *_check_encrypted(self)]

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def formfield(self, *args: Any, **kwargs: Any) -> None:
        """None: no model form and no admin page shows the text by accident."""
        return None

    def get_default(self) -> Any:
        """An empty blob for '': what migrations may write into rows that exist already."""
        return super().get_default() or (None if self.null else Blob())

    def context_of(self, instance: models.Model) -> str:
        return self._context(getattr(instance, self.row_key))

    def _context(self, row_key: Any) -> str:
        key_field: Any = self.model._meta.get_field(self.row_key)
        key = key_field.to_python(row_key)
        if key is None:
            raise FieldError(f"{self.name} cannot be sealed or opened without {self.row_key}.")
        return f"{self.context}:{key}"

    def seal(self, text: str, row_key: Any) -> bytes:
        """The blob to store in the row of `row_key`, for set-based writes such as COPY."""
        return cipher.encrypt(text, self._context(row_key)) if text else b""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | str | None:
        if value is None:
            return None
        return Sealed(value, self.context) if len(value) else ""

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str | Sealed) else str(value)

    @sensitive_variables()
    def pre_save(self, instance: models.Model, add: bool) -> Blob | None:
        """Seals for this row; text read from the row keeps its blob, unless its key is an old one.

        Raises Tampered when the value is ciphertext of another row.
        """
        value = getattr(instance, self.attname)
        if value is None:
            return None
        if not isinstance(value, str):
            raise TypeError(f"{self.name} takes text, not {type(value).__name__}.")
        if not value:
            return Blob()
        context = self.context_of(instance)
        if not (isinstance(value, Opened) and value.is_written_for(context)):
            value = Opened.seal(value, context)
            setattr(instance, self.attname, value)
        return Blob(value.blob)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Refuses whatever `pre_save` did not make: only there the row is known."""
        if value is None:
            return None
        if not isinstance(value, Blob) and value != b"":
            raise FieldError(
                f"{self.name} is encrypted for its row: write it with save() or bulk_create(),"
                " not with update(), bulk_update() or an expression."
            )
        return connection.Database.Binary(bytes(value))

    def get_prep_value(self, value: Any) -> Any:
        raise FieldError(f"{self.name} is encrypted: it cannot be a value in a query.")

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look it up by the hash column beside it.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is encrypted and leaves no dump in the clear.")


def _check_encrypted(field: EncryptedTextField) -> list[checks.CheckMessage]:
    problems = []
    if not field.context or ":" in field.context:
        problems.append("EncryptedTextField needs a context, without a colon.")
    if field.unique or getattr(field, "db_index", False):
        problems.append("No index on ciphertext: put it on the BlindIndexField.")
    try:
        field.model._meta.get_field(field.row_key)
    except FieldDoesNotExist:
        problems.append(f"The model has no field {field.row_key!r} to seal rows with.")
    if not settings.FIELD_KEYS or not set(settings.FIELD_KEYS) <= set(cipher.AES_KEY_IDS):
        problems.append("FIELD_KEYS: key ids are 1 to 127, at least one.")
    return [checks.Error(problem, obj=field, id="crypto.E001") for problem in problems]


class BlindIndexField(models.BinaryField):
    """Keyed hash of the field `source`, NULL when that is empty; written with every save.

    Look up with plain text, `filter(id_number_hash="99…")`, or with `cipher.blind_indexes`; the
    query holds hashes alone: of every key, while rows written under an older one are rebuilt
    (`rehash`). Fields that share a context can be joined, also across tables, at other times.
    `normalise` is the dotted path of a function text → text applied before hashing.
    """

    def __init__(
        self,
        *args: Any,
        source: str = "",
        context: str = "",
        normalise: str = "",
        **kwargs: Any,
    ) -> None:
        self.source, self.context, self.normalise = source, context, normalise
        kwargs.update(null=True, editable=False, max_length=cipher.HASH_BYTES)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("null", "editable", "max_length"):
            kwargs.pop(fixed, None)
        if self.normalise:
            kwargs["normalise"] = self.normalise
        return name, path, args, {**kwargs, "source": self.source, "context": self.context}

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        if not cls._meta.abstract:
            models.signals.pre_save.connect(self._refuse_half_a_save, sender=cls)
            models.signals.post_save.connect(self._refuse_one_held_under_an_older_key, sender=cls)

    def _refuse_half_a_save(self, update_fields: Any = None, **_: Any) -> None:
        """A source saved without its hash would be found under its old value."""
        saved = update_fields or ()
        if self.source in saved and self.name not in saved:
            raise FieldError(f"Save {self.name} together with {self.source}.")

    def _refuse_one_held_under_an_older_key(
        self, instance: models.Model, using: str, update_fields: Any = None, **_: Any
    ) -> None:
        """What a unique index promises of one key, asked for the others; raises IntegrityError.

        Rows under an older key only grow fewer, so nobody can slip in between.
        """
        if len(settings.FIELD_HASH_KEYS) < 2 or (update_fields and self.name not in update_fields):
            return
        if names := self._promised_once(type(instance)):
            older = self.hashes_of(getattr(instance, self.source) or "")[1:]
            with connections[using].cursor() as cursor:
                for name in names if older else ():
                    cursor.execute(
                        "SELECT registry_refuse_older_hash(%s, %s, %s::bytea[])",
                        [name, instance.pk, older],
                    )

    def _promised_once(self, model: type[models.Model]) -> list[str]:
        return [
            constraint.name
            for constraint in model._meta.constraints
            if isinstance(constraint, models.UniqueConstraint) and constraint.fields == (self.name,)
        ]

    @cached_property
    def _normalised(self) -> Any:
        return import_string(self.normalise) if self.normalise else str

    def hash_of(self, text: str) -> bytes | None:
        """32 bytes, or None for text that is empty (or nothing once normalised)."""
        return next(iter(self.hashes_of(text)), None)

    @sensitive_variables()
    def hashes_of(self, text: str) -> list[bytes]:
        """Under every key, the newest first; none for text that is empty."""
        text = self._normalised(text)
        return cipher.blind_indexes(text, self.context) if text else []

    @sensitive_variables()
    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = self.hash_of(getattr(instance, self.source) or "")
        setattr(instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, str):  # '' finds nothing, rather than every row without a number
            return cipher.blind_index(self._normalised(value), self.context)
        return super().get_prep_value(value)


@BlindIndexField.register_lookup
class _UnderAnyKey(Exact):
    """`= hash`, or while there are several keys `= ANY(hashes)`."""

    def get_prep_lookup(self) -> Any:
        field = self.lhs.output_field
        if isinstance(self.rhs, str):  # '' finds nothing, rather than every row without a number
            text = field._normalised(self.rhs)
            return tuple(cipher.blind_indexes(text, field.context))
        return super().get_prep_lookup()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        if not isinstance(self.rhs, tuple):
            return super().as_sql(compiler, connection)
        left, params = self.process_lhs(compiler, connection)
        if len(self.rhs) == 1:
            return f"{left} = %s", [*params, self.rhs[0]]
        return f"{left} = ANY(%s)", [*params, list(self.rhs)]
