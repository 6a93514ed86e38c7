"""Who takes over which of a leaving helper's children: one for all, or child by child."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import Form
from accounts.models import Posting
from schools.actions.handover import Successor
from schools.models import Pairing

NOBODY = "nobody"


class HandoverForm(Form):
    """`to_<pairing>` names the successor; empty means the one chosen for all."""

    everyone = forms.ChoiceField(label=_("Give all children to"), required=False)
    reason = forms.CharField(label=_("Reason for the change"), max_length=500)

    def __init__(
        self, *args: Any, pairings: list[Pairing], helpers: list[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pairings = pairings
        self.helpers: dict[str, Posting] = {str(row.pk): row for row in helpers}
        names = [
            (str(row.pk), _("%(name)s · %(count)s children")
             % {"name": row.user.full_name, "count": row.load})
            for row in helpers
        ]  # fmt: skip
        fields: Any = self.fields
        fields["everyone"].choices = [("", "—"), *names]
        for row in pairings:
            choices = [("", _("as for all")), *names]
            if not row.is_main:
                choices.append((NOBODY, _("nobody: the assistance ends")))
            fields[f"to_{row.pk}"] = forms.ChoiceField(
                label=row.child.name, choices=choices, required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for row in self.pairings:
            name = f"to_{row.pk}"
            if not (data.get(name) or data.get("everyone")) and name not in self.errors:
                self.add_error(name, _("Choose who takes over this child."))
        return data

    @property
    def lines(self) -> list[tuple[Pairing, Any]]:
        """Each pairing beside its field."""
        return [(row, self[f"to_{row.pk}"]) for row in self.pairings]

    @property
    def successors(self) -> list[Successor]:
        data = self.cleaned_data
        chosen = {row: data[f"to_{row.pk}"] or data["everyone"] for row in self.pairings}
        return [Successor(row, self.helpers.get(key)) for row, key in chosen.items()]
