"""Photos sent with the form of a visit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import Form


class PhotosInput(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        # `data-shrink`: a script makes them smaller before they are sent.
        super().__init__({"accept": "image/*", "multiple": True, "data-shrink": ""})


class PhotosField(forms.FileField):
    """A list of uploads, none among them; their content is looked at by whoever keeps it."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [file for file in data or [] if file]


class PhotosForm(Form):
    """Beside the fields of a visit. A browser keeps no chosen file: after an error they are chosen
    anew."""

    photos = PhotosField(
        label=_("Photos"), required=False,
        help_text=_("Six at most. They are made smaller before they are sent."),
    )  # fmt: skip
