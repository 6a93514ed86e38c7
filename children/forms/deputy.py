"""Who stands in, from which day to which."""

from datetime import date
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, Form
from accounts.models import Posting
from children.models.deputies import able_to_stand_in, away_besides, stands_in_besides


class DeputyField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.full_name} · {obj}"


class DeputyForm(Form):
    """For one posting. Nobody stands in while away, and nobody leaves while standing in."""

    deputy = DeputyField(
        label=_("Deputy"), queryset=Posting.objects.none(), empty_label="—",
        help_text=_("Sees and does what this posting does, on these days alone."),
    )  # fmt: skip
    starts_on = DateField(label=_("First day away"))
    ends_on = DateField(label=_("Last day away"))

    def __init__(self, *args: Any, posting: Posting, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posting, self.today = posting, today
        field: Any = self.fields["deputy"]
        field.queryset = able_to_stand_in(posting, today)

    def clean_starts_on(self) -> date:
        day: date = self.cleaned_data["starts_on"]
        if day < self.today:
            raise forms.ValidationError(_("This day is past."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends, deputy = (data.get(key) for key in ("starts_on", "ends_on", "deputy"))
        if not starts or not ends:
            return data
        if ends < starts:
            self.add_error("ends_on", _("The last day is before the first."))
            return data
        own_end = self.posting.ends_on
        if own_end is not None and own_end < starts:
            self.add_error("starts_on", _("The posting has ended by then."))
        if deputy and (row := away_besides(deputy.user_id, starts, ends).first()):
            self.add_error("deputy", gettext("Away, too, from %(day)s.") % _days(row))
        if row := stands_in_besides(self.posting.user_id, starts, ends).first():
            self.add_error(
                None,
                gettext("Who leaves stands in for somebody else from %(day)s to %(end)s.")
                % _days(row),
            )
        return data


def _days(row: Posting) -> dict[str, str]:
    assert row.ends_on is not None  # by constraint
    return {
        "day": date_format(row.starts_on, "SHORT_DATE_FORMAT"),
        "end": date_format(row.ends_on, "SHORT_DATE_FORMAT"),
    }
