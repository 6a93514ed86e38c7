"""Filters of the access log: what, who, which file, which days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from accounts.http import whole_number
from accounts.models import AccessKind, User

MOST_PEOPLE = 20  # offered of one name


@dataclass(frozen=True)
class LogFilters:
    kind: str = ""
    user: int | None = None
    case_number: str = ""
    first: date | None = None
    last: date | None = None


class AccessLogFilterForm(Form):
    """Posted, because a person's name belongs in no address; the address then has the user's key.

    `people` are those whom the name means, when it means several.
    """

    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("all")), *AccessKind.choices]
    )
    who = forms.CharField(label=_("Who"), required=False, max_length=100)
    file = forms.CharField(label=_("Case number"), required=False, max_length=16)
    first = DateField(label=_("From the day"), required=False)
    last = DateField(label=_("Until the day"), required=False)

    people: list[User] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one."))
        if data.get("who"):
            self._find_people(data["who"])
        return data

    def _find_people(self, text: str) -> None:
        named = User.objects.filter(Q(username__iexact=text) | Q(full_name__icontains=text))
        self.people = list(named.order_by("full_name", "pk")[:MOST_PEOPLE])
        if not self.people:
            self.add_error("who", _("Nobody who signs in has this name."))
        elif len(self.people) > 1:
            self.add_error("who", _("Several people have this name: choose one."))

    def asked(self) -> dict[str, str]:
        """The valid filters, as they stand in an address; without the person while none is sure."""
        data = self.cleaned_data
        words = {
            "kind": data.get("kind"), "file": data.get("file"),
            "first": data.get("first"), "last": data.get("last"),
            "user": self.people[0].pk if len(self.people) == 1 else None,
        }  # fmt: skip
        return {name: str(value) for name, value in words.items() if value}


def filters_asked(query: Any) -> tuple[AccessLogFilterForm, LogFilters]:
    """The form as filled by an address, and what is valid of it; an error filters nothing."""
    key = whole_number(query.get("user", ""))
    person = User.objects.filter(pk=key).first() if key else None
    form = AccessLogFilterForm({**query.dict(), "who": person.username if person else ""})
    form.is_valid()
    data = form.cleaned_data
    filters = LogFilters(
        kind=data.get("kind") or "", user=person.pk if person else None,
        case_number=data.get("file") or "", first=data.get("first"), last=data.get("last"),
    )  # fmt: skip
    return form, filters
