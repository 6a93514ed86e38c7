"""What a field says of a text or number beyond its limits, in words of an office."""

from typing import Any

from django import forms
from django.core import validators as v
from django.utils.translation import gettext_lazy as _

MESSAGES: dict[type, Any] = {
    v.MinLengthValidator: _(
        "Write at least %(limit_value)d characters; there are %(show_value)d."
    ),
    v.MaxLengthValidator: _("At most %(limit_value)d characters; there are %(show_value)d."),
    v.MinValueValidator: _("Not less than %(limit_value)s."),
    v.MaxValueValidator: _("Not more than %(limit_value)s."),
}  # fmt: skip
OF_DECIMALS: Any = v.DecimalValidator.messages | {
    "max_digits": _("The number has too many digits."),
    "max_whole_digits": _("The number has too many digits."),
    "max_decimal_places": _("At most %(max)s digits after the point."),
}


def in_plain_words(field: forms.Field) -> None:
    """Validators are shared between forms: each is told the same words as often as it is met."""
    validators: list[Any] = field.validators
    for validator in validators:
        if isinstance(validator, v.DecimalValidator):
            validator.messages = OF_DECIMALS
        elif type(validator) in MESSAGES:
            validator.message = MESSAGES[type(validator)]
