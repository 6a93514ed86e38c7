from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import Form
from accounts.models import Posting
from schools.forms.fields import PostingField
from schools.models import Pairing


class HelperField(PostingField):
    def label_from_instance(self, row: Any) -> str:
        children = _("%(count)s children") % {"count": row.load}
        return f"{super().label_from_instance(row)} · {children}"


class PairingForm(Form):
    """`replaces` is the pairing that the form was opened with."""

    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)
    helper = HelperField(label=_("Helper"), queryset=Posting.objects.none())
    is_assistant = forms.BooleanField(
        label=_("as an assistant; the main helper stays"), required=False
    )
    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    def __init__(self, *args: Any, helpers: Any, has_main: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["helper"]
        field.queryset, self.has_main = helpers, has_main
        if not has_main:
            del self.fields["reason"]

    def show_replaced(self, main: Pairing | None) -> None:
        """Shown again, the form goes on from who is the main helper now."""
        data = cast(QueryDict, self.data).copy()
        data["replaces"] = str(main.pk) if main else ""
        self.data = data

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        takes_over = self.has_main and not data.get("is_assistant")
        if takes_over and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why the helper changes."))
        return data
