"""The roll number as it is typed, and postings to choose from."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from children.forms.fields import Keeping, refused
from children.rules import identifiers
from children.rules.identifiers import IdentifierError, Problem


class RollNumberField(Keeping, forms.CharField):
    """G with the ID number, J or L without; shown masked, kept where the mask comes back."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**{"max_length": 60, "required": False, **kwargs})

    def to_python(self, value: Any) -> str:
        if self.is_kept(value):
            return self.stored
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return identifiers.parse_roll_number(text)
        except IdentifierError as error:
            if error.problem == Problem.CHARACTER:
                raise ValidationError(
                    _("A roll number is G, J or L and 18 digits, the last of them may be X."),
                    code=error.problem.value,
                ) from None
            raise refused(error) from None


class PostingField(forms.ModelChoiceField):
    """Names the person and the role; rows come with their user."""

    def label_from_instance(self, row: Any) -> str:
        return f"{row.user.full_name} · {row.get_role_display()}"
