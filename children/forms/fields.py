"""Fields for names and numbers: they clean as the rules say, and answer in words."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from children.rules import identifiers, names
from children.rules.identifiers import IdentifierError, Problem

PROBLEMS = {
    Problem.LENGTH: _("The number has too few or too many characters."),
    Problem.CHARACTER: _("The number contains a character that cannot be in it."),
    Problem.CHECK: _("The last character does not fit: one of the digits is mistyped."),
    Problem.DATE: _("The birth date in the number is not a possible day."),
    Problem.SPREADSHEET: _(
        "A spreadsheet has cut this number short. Copy it from a cell formatted as text."
    ),
    Problem.KIND: _("Kind and grade at the end are digits 1–7 and 1–4."),
}
NAME_PROBLEMS = {
    "EMPTY": _("Write a name."),
    "TOO_LONG": _("The name is too long."),
    "CHARACTER": _("The name contains a character that cannot be in a name."),
}


def refused(error: IdentifierError) -> ValidationError:
    return ValidationError(PROBLEMS[error.problem], code=error.problem.value)


class NameField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 200, **kwargs})

    def to_python(self, value: Any) -> str:
        return names.clean(super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        problem = names.problem(value) if value else None
        if problem:
            raise ValidationError(NAME_PROBLEMS[problem], code=problem)


class Keeping:
    """Mixin of text fields: what is stored is shown masked, and kept where the mask comes back.

    A form is no way round «show» with its reason: emptied means removed, typed means replaced.
    """

    stored = masked = ""

    def keep(self, stored: str, mask: Callable[[str], str]) -> str:
        """The masked text, to be the field's initial value."""
        self.stored, self.masked = str(stored), mask(stored)
        return self.masked

    def is_kept(self, value: Any) -> bool:
        return bool(self.stored) and isinstance(value, str) and value.strip() == self.masked


class AddressField(Keeping, forms.CharField):
    def to_python(self, value: Any) -> str:
        return self.stored if self.is_kept(value) else super().to_python(value) or ""


class PhoneField(Keeping, forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "tel"}))
        super().__init__(**{"max_length": 40, **kwargs})

    def to_python(self, value: Any) -> str:
        if self.is_kept(value):
            return self.stored
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return identifiers.parse_phone(text)
        except IdentifierError as error:
            raise refused(error) from error


class IdNumberField(Keeping, forms.CharField):
    """Any kind of number; a resident ID is checked by the form, which knows the kind."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**{"max_length": 60, **kwargs})

    def to_python(self, value: Any) -> str:
        if self.is_kept(value):
            return self.stored
        return identifiers.normalise(super().to_python(value) or "")
