"""Forming a group, and its seats."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import Form
from accounts.models import Posting
from schools.forms.fields import PostingField
from schools.models import SeatKind, Stage

NOBODY = "nobody"
OF_A_CLASS = (SeatKind.CLASS_TEACHER, SeatKind.GRADE_HEAD)


class GroupForm(Form):
    """Nothing to type: which year was shown when the button was pressed."""

    year = forms.IntegerField(widget=forms.HiddenInput)


class SeatForm(Form):
    """`shown` is the holder's row that the form was opened with."""

    shown = forms.IntegerField(required=False, widget=forms.HiddenInput)
    holder = forms.ChoiceField(label=_("Holder"))
    reason = forms.CharField(label=_("Reason for the change"), max_length=500, required=False)

    def __init__(self, *args: Any, staff: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff: dict[str, Posting] = {str(row.pk): row for row in staff}
        self.is_held = is_held
        names = [
            (key, f"{row.user.full_name} · {row.get_role_display()}")  # type: ignore[attr-defined]
            for key, row in self.staff.items()
        ]
        field: Any = self.fields["holder"]
        field.choices = [("", "—"), *names, (NOBODY, _("nobody for now: the seat stays empty"))]
        if not is_held:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.is_held and not data.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why the holder changes."))
        return data

    @property
    def chosen(self) -> Posting | None:
        return self.staff.get(self.cleaned_data["holder"])


class SeatCloseForm(Form):
    reason = forms.CharField(label=_("Why the seat is no longer needed"), max_length=500)


class SeatAddForm(Form):
    kind = forms.ChoiceField(label=_("Seat"), choices=SeatKind)
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", "—"), *Stage.choices],
        help_text=_("For class teachers and heads of grade."),
    )  # fmt: skip
    grade = forms.IntegerField(
        label=pgettext_lazy("school", "Grade"), required=False, min_value=1, max_value=6
    )
    class_name = forms.CharField(label=_("Class"), required=False, max_length=40)
    subject = forms.CharField(
        label=_("Subject"), required=False, max_length=40, help_text=_("For subject teachers."),
    )  # fmt: skip
    holder = PostingField(label=_("Holder"), required=False, queryset=Posting.objects.none())

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["holder"]
        field.queryset = staff

    def clean(self) -> dict[str, Any]:
        """What does not belong to the kind of seat is left out; what it needs is asked for."""
        data = super().clean() or self.cleaned_data
        kind = data.get("kind")
        if kind in OF_A_CLASS:
            for name in ("stage", "grade"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("This seat belongs to a grade: say which."))
        else:
            data["stage"], data["grade"] = "", None
        if kind != SeatKind.CLASS_TEACHER:
            data["class_name"] = ""
        if kind == SeatKind.SUBJECT_TEACHER:
            if not data.get("subject") and "subject" not in self.errors:
                self.add_error("subject", _("This seat belongs to a subject: say which."))
        else:
            data["subject"] = ""
        return data

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "holder"}
