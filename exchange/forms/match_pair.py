"""Which pairs are listed, and the answer to one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from exchange.models import FeedKind

FILES = "files"  # pairs of two files


class PairFilterForm(Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("pair", "from"), required=False,
        choices=[("", _("all")), (FILES, _("two files")), *FeedKind.choices],
    )  # fmt: skip
    inside = forms.ChoiceField(label=pgettext_lazy("filter", "place"), required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inside"].choices = [("", _("all")), *places]  # type: ignore[attr-defined]


class AnswerForm(Form):
    """In the box Enter begins a line: in a field it would press the first of the answers."""

    reason = forms.CharField(
        label=_("Remark"), required=False, max_length=200, widget=forms.Textarea({"rows": 2})
    )
