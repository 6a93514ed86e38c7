"""Every child of a school with the proposed step, and what was decided instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms.base import DateField, Form
from accounts.http import whole_number
from schools.actions.move_up import Decision
from schools.models import Enrolment, GoingState, School, Stage
from schools.rules.move_up import GRADUATED, STAY, TRANSFERRED, UP, Step, propose, upwards


class MoveUpDayForm(Form):
    day = DateField(label=gettext_lazy("First day of the new classes"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class SchoolForm(Form):
    """For an office that keeps the roll of several schools."""

    school = forms.ModelChoiceField(
        label=gettext_lazy("School"), queryset=School.objects.none(), required=False
    )

    def __init__(self, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["school"]
        field.queryset = schools


class UndoForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why it is undone"), min_length=2, max_length=500)


@dataclass
class Row:
    """One line of the page: `choice` and `class_name` as proposed or as posted."""

    enrolment: Enrolment
    choices: list[tuple[str, str]]
    choice: str
    class_name: str
    version: int
    error: str = ""
    waits: bool = False  # to be taken in by another school

    def decision(self, taught: Iterable[str]) -> Decision:
        row = self.enrolment
        step = Step(self.choice, row.stage, row.grade)
        if self.choice == UP:
            step = upwards(row.stage, row.grade, list(taught)) or step
        return Decision(row.pk, self.version, step, self.class_name)


def rows_of(
    enrolments: Iterable[Enrolment], school: School, posted: Mapping[str, str] | None,
    said: Mapping[int, str],
) -> list[Row]:  # fmt: skip
    """`said`: by enrolment, what is said of where a child goes on (`GoingState`): whoever stays,
    or is to be taken off this roll by another school, stays here."""
    return [_row(one, school, posted, said.get(one.pk, "")) for one in enrolments]


def _row(enrolment: Enrolment, school: School, posted: Mapping[str, str] | None, said: str) -> Row:
    usual = propose(enrolment.stage, enrolment.grade, enrolment.status, school.stages)
    row = Row(
        enrolment, _choices(enrolment, school), STAY if said else usual.move,
        enrolment.class_name, enrolment.version, waits=said not in ("", GoingState.STAYS),
    )  # fmt: skip
    if posted is not None:
        _take(row, posted)
    return row


def _take(row: Row, posted: Mapping[str, str]) -> None:
    key = row.enrolment.pk
    row.choice = posted.get(f"to_{key}", "")
    row.class_name = posted.get(f"class_{key}", "").replace("\x00", "").strip()
    row.version = whole_number(posted.get(f"was_{key}", "")) or 0
    if row.choice not in dict(row.choices):
        row.error = _("Choose what happens with this child.")
    elif len(row.class_name) > 40:
        row.error = _("The name of the class is too long.")
    elif row.version != row.enrolment.version:
        row.error = _("This row has changed since the page was opened; check it again.")
        row.version = row.enrolment.version


def _choices(enrolment: Enrolment, school: School) -> list[tuple[str, str]]:
    found = []
    step = upwards(enrolment.stage, enrolment.grade, school.stages)
    if step is not None:
        label = _("%(stage)s, grade %(grade)s") % {
            "stage": Stage(step.stage).label, "grade": step.grade,
        }  # fmt: skip
        found.append((UP, label))
    found += [
        (STAY, _("stays in this grade")),
        (GRADUATED, _("graduates and leaves")),
        (TRANSFERRED, _("leaves for another school")),
    ]
    return found
