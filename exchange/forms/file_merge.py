"""Which of two files goes on, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from children.models import Child


class MergeForm(Form):
    kept = forms.ChoiceField(label=_("This file goes on"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("How do you know?"), min_length=2, max_length=500)

    def __init__(self, *args: Any, files: list[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept"].choices = [  # type: ignore[attr-defined]
            (str(file.pk), f"{file.case_number} · {file.get_status_display()} · {file.opened_on}")
            for file in files
        ]


class PartForm(Form):
    reason = forms.CharField(
        label=pgettext_lazy("files", "Why are they two children?"), min_length=2, max_length=500
    )
