"""The child's facts as they are typed."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.forms.base import AreaField, DateField, Form
from children.models import CategoryCode, Child, CodeEntry, CodeList, ExitReason, IdType, Sex
from children.rules import identifiers, masking
from children.rules.categories import SECRET
from children.rules.exits import PARENT_RETURNS
from children.rules.identifiers import IdentifierError

from .fields import AddressField, IdNumberField, NameField, PhoneField, refused

MASKS = {
    "id_number": masking.id_number, "phone": masking.phone, "address": masking.address,
}  # fmt: skip


def category_choices(grant: Grant) -> list[tuple[str, Any]]:
    """Categories that the grant may know of."""
    told = grant.allows(Permission.SECRET_VIEW)
    secret = {code.value for code in SECRET}
    return [(c.value, c.label) for c in CategoryCode if told or c.value not in secret]


def check_id_number(form: forms.Form, today: date) -> None:
    """Resident ID against its own check character, the birth date and the sex."""
    data = form.cleaned_data
    number, id_type = data.get("id_number"), data.get("id_type")
    if not number:
        return
    if id_type == IdType.NONE:
        form.add_error("id_type", _("Choose the kind of ID that the number belongs to."))
    if id_type != IdType.RESIDENT_ID:
        return
    try:
        identity = identifiers.parse_resident_id(number, today)
    except IdentifierError as error:
        form.add_error("id_number", refused(error))
        return
    wrong = identifiers.contradictions(identity, data.get("birth_date"), data.get("sex") or "")
    if "birth_date" in wrong:
        form.add_error("birth_date", _("The ID number says another birth date."))
    if "sex" in wrong:
        form.add_error("sex", _("The ID number says another sex."))


def filled_in(data: Any, today: date) -> Any:
    """What was typed, with birth date and sex from the ID number where no script filled them in."""
    if data.get("id_type") != IdType.RESIDENT_ID or (data.get("birth_date") and data.get("sex")):
        return data
    try:
        identity = identifiers.parse_resident_id(data.get("id_number", ""), today)
    except IdentifierError:
        return data
    data = data.copy()
    data["birth_date"] = data.get("birth_date") or identity.birth_date.isoformat()
    data["sex"] = data.get("sex") or identity.sex
    return data


class ChildForm(Form):
    """All facts of CHILD_FACTS; `reason` is asked for when a file is corrected."""

    id_type = forms.ChoiceField(label=_("Kind of ID"), choices=IdType, initial=IdType.RESIDENT_ID)
    id_number = IdNumberField(
        label=_("ID number"), required=False,
        help_text=_("Fills in birth date and sex. Leave empty if there is none yet."),
    )  # fmt: skip
    name = NameField(label=_("Name"))
    sex = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *Sex.choices])
    birth_date = DateField(
        label=_("Birth date"),
        help_text=_("Not known exactly: the likeliest day, and say so in the notes."),
    )
    ethnicity = forms.ModelChoiceField(
        label=_("Ethnicity"), queryset=CodeEntry.objects.none(), required=False, empty_label="—"
    )
    residence_area = AreaField(label=_("Lives in"), level=12)
    address = AddressField(label=_("House number or hamlet"), max_length=200, required=False)
    hukou_area = AreaField(
        label=_("Household registration"), required=False,
        help_text=_("If elsewhere. Type the name of the village, town or county."),
    )  # fmt: skip
    phone = PhoneField(label=_("Phone"), required=False)
    notes = forms.CharField(
        label=_("Notes"), max_length=20_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, grant: Grant, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["ethnicity"].queryset = CodeEntry.objects.of(CodeList.ETHNICITY)
        self.fields["residence_area"].limit(grant.area_code or "")

    def clean_birth_date(self) -> date:
        day: date = self.cleaned_data["birth_date"]
        if day > self.today:
            self.add_error("birth_date", _("The birth date lies in the future."))
        elif self.today.year - day.year > 30:
            self.add_error("birth_date", _("This would be an adult over 30: check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        check_id_number(self, self.today)
        return data


class RegisterForm(ChildForm):
    """The first page of a new file: twelve fields, in one sitting."""

    category = forms.ChoiceField(
        label=_("Presumed category"), required=False,
        help_text=_("Opens an application for it; can be done later."),
    )  # fmt: skip
    # Set when the user has seen the namesakes and says that this is another child.
    is_another_child = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *args: Any, grant: Grant, today: date, **kwargs: Any
    ) -> None:
        filled = filled_in(data, today) if data else data
        super().__init__(filled, *args, grant=grant, today=today, **kwargs)
        self.fields["category"].choices = [("", "—"), *category_choices(grant)]


class CorrectForm(ChildForm):
    reason = forms.CharField(
        label=_("Reason for the change"), max_length=500,
        help_text=_("E.g. «household book shown»."),
    )  # fmt: skip

    def __init__(self, *args: Any, child: Child, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in ("residence_area", "hukou_area"):
            self.fields[place].known = getattr(child, place)
        for name, mask in MASKS.items():
            stored = getattr(child, name)
            masked = self.fields[name].keep(stored, mask)
            if self.initial.get(name) == stored:
                self.initial[name] = masked


class CloseForm(Form):
    closed_on = DateField(
        label=_("Closed on"), help_text=_("The day on which what ends it happened.")
    )
    exit_reason = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *ExitReason.choices])
    transition_months = forms.IntegerField(
        label=_("Months of transition"), min_value=0, max_value=12, required=False,
        help_text=_("By local rule, where a parent can care again: paid on for so long."),
    )  # fmt: skip
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, opened_on: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened_on, self.today = opened_on, today

    def clean_closed_on(self) -> date:
        day: date = self.cleaned_data["closed_on"]
        if day < self.opened_on:
            self.add_error("closed_on", _("The file cannot be closed before it was opened."))
        elif day > self.today:
            self.add_error("closed_on", _("The day lies in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        reason, months = data.get("exit_reason"), data.get("transition_months") or 0
        data["transition_months"] = months
        if months and reason and reason not in PARENT_RETURNS:
            self.add_error(
                "transition_months", _("A transition follows only where a parent can care again.")
            )
        if reason == ExitReason.OTHER and not (data.get("remark") or "").strip():
            self.add_error("remark", _("Say what the other reason is."))
        return data


class ReasonForm(Form):
    """Why a masked field is opened, a change taken back, a list carried away."""

    reason = forms.CharField(label=_("Reason"), min_length=2, max_length=500)
