"""Filters of the board, and the helpers chosen on it: `helper_<child>` beside `shown_<child>`."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import Form
from accounts.http import whole_number
from accounts.models import Posting
from schools.actions.pairing import Wish
from schools.models.pairing_board import BoardFilters, BoardRow
from schools.models.working_group import class_label
from schools.rules.working_group import SchoolClass

MOST = 200
CHOSEN, SHOWN = "helper_", "shown_"


class BoardFilterForm(Form):
    without = forms.BooleanField(label=_("without a helper only"), required=False)
    helper = forms.ChoiceField(label=_("Helper"), required=False)
    school_class = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(
        self, *args: Any, staff: list[Posting], classes: list[SchoolClass], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.classes = {f"{each.stage}-{each.grade}-{each.name}": each for each in classes}
        fields: Any = self.fields
        fields["helper"].choices = [
            ("", _("all helpers")),
            *((str(row.pk), row.user.full_name) for row in staff),
        ]
        fields["school_class"].choices = [
            ("", _("all classes")),
            *((key, class_label(row.stage, row.grade, row.name))
              for key, row in self.classes.items()),
        ]  # fmt: skip

    @property
    def filters(self) -> BoardFilters:
        """What can be understood of the address."""
        self.is_valid()
        data = self.cleaned_data
        return BoardFilters(
            without=data.get("without", False),
            helper=whole_number(data.get("helper") or ""),
            school_class=self.classes.get(data.get("school_class") or ""),
        )


def named_children(data: Mapping[str, Any]) -> list[int]:
    """Keys of the children whose rows were sent."""
    keys = [whole_number(name.removeprefix(CHOSEN)) for name in data if name.startswith(CHOSEN)]
    return [key for key in keys if key is not None][:MOST]


class BoardForm(Form):
    """One reason for all changes; the choices themselves are read row by row."""

    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    def __init__(
        self, *args: Any, rows: dict[int, BoardRow], helpers: list[Posting], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.helpers = rows, {str(row.pk): row for row in helpers}
        self.wishes: list[Wish] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.wishes, takes_over = [], False
        for key, row in self.rows.items():
            chosen = str(self.data.get(f"{CHOSEN}{key}", ""))
            shown = whole_number(str(self.data.get(f"{SHOWN}{key}", "")))
            opened_with = str(self.data.get(f"was_{key}", ""))
            if not chosen or chosen == opened_with:
                continue
            helper = self.helpers.get(chosen)
            if helper is None:
                message = _("%(name)s: choose a helper from the list.") % {"name": row.child.name}
                self.add_error(None, message)
                continue
            self.wishes.append(Wish(row.child, helper, shown))
            takes_over = takes_over or bool(opened_with)
        if takes_over and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why the helper changes."))
        return data
