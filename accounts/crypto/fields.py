"""Model fields: encrypted text that opens on first reading, and the keyed hash beside it."""

from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from . import cipher


class Sealed:
    """Ciphertext that has not been opened: what `values()` gives, and a row before reading."""

    __slots__ = ("blob", "context")

    def __init__(self, blob: bytes, context: str) -> None:
        self.blob, self.context = bytes(blob), context

    def open(self, row_key: Any) -> str:
        """The text. Raises cipher.Tampered when the blob is not of this row."""
        return cipher.decrypt(self.blob, f"{self.context}:{row_key}")

    def __repr__(self) -> str:
        return "<sealed>"

    def __bool__(self) -> bool:
        return True


class Opened(str):
    """Text that remembers its blob: saved again, or copied into history, it stays the same bytes.

    The database compares a row with its history row, and a fresh nonce would look like a change.
    """

    blob: bytes
    context: str

    @classmethod
    def of(cls, text: str, blob: bytes, context: str) -> "Opened":
        opened = cls(text)
        opened.blob, opened.context = blob, context
        return opened

    def __reduce__(self) -> Any:
        return Opened.of, (str(self), self.blob, self.context)


class _OpenOnReading(DeferredAttribute):
    """Holds text or Sealed; reading opens with the row's own key."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if instance is not None and isinstance(value, Sealed):
            context = self.field.context_of(instance)
            value = Opened.of(cipher.decrypt(value.blob, context), value.blob, context)
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.Field):
    """Text in Python, `bytea` in the database; '' and NULL are stored as they are (empty, NULL).

    `context` names the column for good (it is authenticated: renaming it needs a rotation);
    `row_key` is a field of the model, the same in history rows, normally `uuid`.
    """

    descriptor_class = _OpenOnReading
    empty_strings_allowed = True

    def __init__(self, *args: Any, context: str = "", row_key: str = "uuid", **kwargs: Any):
        self.context, self.row_key = context, row_key
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "context": self.context, "row_key": self.row_key}

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if not self.context:
            errors.append(checks.Error("EncryptedTextField needs a context.", obj=self))
        return errors

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return Sealed(value, self.context) if len(value) else ""

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, Sealed) else str(value)

    def context_of(self, instance: models.Model) -> str:
        return f"{self.context}:{getattr(instance, self.row_key)}"

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        value = instance.__dict__.get(self.attname, "")
        if isinstance(value, Sealed):
            return value.blob
        if not value:
            return value
        context = self.context_of(instance)
        if not (isinstance(value, Opened) and value.context == context):
            value = Opened.of(str(value), cipher.encrypt(str(value), context), context)
            instance.__dict__[self.attname] = value
        return value.blob

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Refuses plain text: only `pre_save` knows the row whose key seals it."""
        if isinstance(value, Sealed):
            raise FieldError(f"{self.name} is sealed for its own row.")
        if isinstance(value, str) and value:
            raise FieldError(f"{self.name} is encrypted: save the instance instead of update().")
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if hasattr(value, "as_sql"):
            return value
        if isinstance(value, (bytes, memoryview)):
            return connection.Database.Binary(bytes(value))
        value = self.get_prep_value(value)
        return b"" if value == "" else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted: look it up by its hash.")

    def value_to_string(self, obj: models.Model) -> str:
        raise FieldError(f"{self.name} is encrypted and not serialised.")


class BlindIndexField(models.BinaryField):
    """Keyed hash of the field `source`, NULL when that is empty; written with every save.

    Look up with `filter(id_number_hash=blind_index(text, "id_number"))`. Fields that share a
    context can be joined with one another, also across tables.
    """

    def __init__(self, *args: Any, source: str = "", context: str = "", **kwargs: Any):
        self.source, self.context = source, context
        kwargs.update(null=True, editable=False, max_length=cipher.HASH_BYTES)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("null", "editable", "max_length"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "source": self.source, "context": self.context}

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        if self.source in instance.get_deferred_fields():
            return getattr(instance, self.attname)
        if isinstance(instance.__dict__.get(self.source), Sealed):  # not read, so not changed
            return getattr(instance, self.attname)
        text = getattr(instance, self.source)
        value = cipher.blind_index(text, self.context) if text else None
        setattr(instance, self.attname, value)
        return value
