"""Pupils of a last grade with the school each goes on to, and the next school's answer to each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Grant
from accounts.forms.base import DateField, Form
from accounts.http import whole_number
from schools.actions.going_on import Answered, Said
from schools.models import GoingOn, GoingState, School, Stage
from schools.models.enrolment import Enrolment
from schools.models.going_on import Unsaid

from .enrolment import schools_of
from .move_up import MoveUpDayForm

AS_THE_CLASS, LATER, STAYS, ELSEWHERE = "CLASS", "LATER", "STAYS", "ELSEWHERE"
TAKE_IN, WAIT, REFUSE = "TAKE_IN", "WAIT", "REFUSE"
FARTHEST = timedelta(days=400)
NOTE = 300


def next_schools(grant: Grant, own: School, stages: Iterable[str]) -> list[School]:
    """The county's schools that teach one of `stages`, but for the own; one query."""
    rows = schools_of(grant).exclude(pk=own.pk).filter(stages__overlap=list(stages))
    return list(rows)


class NamePupilsForm(Form):
    to_school = forms.ChoiceField(
        label=gettext_lazy("Next school"), required=False,
        help_text=gettext_lazy("Of all below, but for those of whom you say otherwise."),
    )  # fmt: skip
    day = DateField(label=gettext_lazy("First day at the next school"))

    def __init__(self, *args: Any, schools: list[School], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.by_key = today, {str(school.pk): school for school in schools}
        told: Any = self.fields["to_school"]
        told.choices = [("", "–"), *((key, row.name) for key, row in self.by_key.items())]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if abs(day - self.today) > FARTHEST:
            raise forms.ValidationError(_("This day is more than a year away."))
        return day

    @property
    def chosen(self) -> School | None:
        return self.by_key.get(self.cleaned_data.get("to_school", ""))


@dataclass
class Pupil:
    """One line of the page of the school that is left."""

    enrolment: Enrolment
    stage: str
    choices: list[tuple[str, str]]
    targets: dict[str, tuple[School, str]]
    is_examined: bool = False
    choice: str = AS_THE_CLASS
    note: str = ""
    version: int = 0
    error: str = ""
    to_school: School | None = None
    refused: GoingOn | None = None

    @property
    def said(self) -> Said | None:
        if self.choice == LATER:
            return None
        state = self.choice if self.choice in (STAYS, ELSEWHERE) else GoingState.WAITING
        row = self.enrolment
        return Said(row.pk, self.version, state, self.to_school, self.stage, self.note)


def pupils_of(
    rows: Iterable[Unsaid], schools: list[School], posted: Mapping[str, Any] | None
) -> list[Pupil]:
    """After an examination nobody follows the class: each is named with a school of its own."""
    found = []
    for one in rows:
        row = one.enrolment
        usual = LATER if row.status == "SUSPENDED" or one.is_examined else AS_THE_CLASS
        targets = _targets(one.stages, schools)
        pupil = Pupil(
            row, one.stages[0], _choices(one, targets), targets, one.is_examined, usual,
            version=row.version, refused=one.refused,
        )  # fmt: skip
        if posted is not None:
            _take(pupil, posted)
        found.append(pupil)
    return found


def _targets(stages: tuple[str, ...], schools: list[School]) -> dict[str, tuple[School, str]]:
    """By key of the choice: a school that teaches several of `stages` is there for each."""
    found = {}
    for row in schools:
        taught = [stage for stage in stages if stage in row.stages]
        for stage in taught:
            found[str(row.pk) if len(taught) == 1 else f"{row.pk}_{stage}"] = (row, stage)
    return found


def _choices(one: Unsaid, targets: dict[str, tuple[School, str]]) -> list[tuple[str, str]]:
    as_the_class = [] if one.is_examined else [(AS_THE_CLASS, _("to the school named above"))]
    return [
        *as_the_class,
        *(
            (key, f"{row.name} · {Stage(stage).label}" if one.is_examined else row.name)
            for key, (row, stage) in targets.items()
        ),
        (STAYS, str(GoingState.STAYS.label)),
        (ELSEWHERE, str(GoingState.ELSEWHERE.label)),
        (LATER, _("not known yet")),
    ]


def _take(pupil: Pupil, posted: Mapping[str, Any]) -> None:
    row = pupil.enrolment
    pupil.choice = str(posted.get(f"to_{row.pk}", pupil.choice))
    pupil.note = _words(posted, f"note_{row.pk}")
    pupil.version = whole_number(str(posted.get(f"was_{row.pk}", ""))) or 0
    if pupil.choice not in dict(pupil.choices):
        pupil.error = _("Choose where this child goes on.")
    elif len(pupil.note) > NOTE:
        pupil.error = _("The remark is too long.")
    elif pupil.choice in (STAYS, ELSEWHERE) and not pupil.note:
        pupil.error = _("Say why, or where to.")
    elif pupil.version != row.version:
        pupil.error = _("This row has changed since the page was opened; check it again.")
        pupil.version = row.version


def with_schools(pupils: Iterable[Pupil], form: NamePupilsForm) -> None:
    """Give each the school it goes on to; who is to follow the class needs one for the class."""
    day = form.cleaned_data["day"]
    for pupil in pupils:
        if pupil.choice != LATER and day <= pupil.enrolment.starts_on:
            pupil.error = pupil.error or _("The child came to the present class only later.")
        if pupil.choice == AS_THE_CLASS:
            pupil.to_school = form.chosen
            if pupil.to_school is None:
                pupil.error = pupil.error or _("Name the next school above, or one for this child.")
            elif pupil.stage not in pupil.to_school.stages:
                pupil.error = pupil.error or _(
                    "The school named above does not teach what follows."
                )
        elif pupil.choice in pupil.targets:
            pupil.to_school, pupil.stage = pupil.targets[pupil.choice]


class TakeInForm(MoveUpDayForm):
    day = DateField(
        label=gettext_lazy("On our roll from"),
        help_text=gettext_lazy("From now on your school sees the files, the other one no more."),
    )  # fmt: skip
    class_name = forms.CharField(
        label=gettext_lazy("Class"), max_length=40, required=False,
        help_text=gettext_lazy("Of all below whose own is left empty."),
    )  # fmt: skip


@dataclass
class Comer:
    """One line of the page of the school that is to take in."""

    row: GoingOn
    choice: str = TAKE_IN
    class_name: str = ""
    is_boarding: bool = False
    note: str = ""
    version: int = 0
    error: str = ""
    choices: list[tuple[str, str]] = field(
        default_factory=lambda: [
            (TAKE_IN, _("take in")),
            (WAIT, _("not yet")),
            (REFUSE, _("does not come to us")),
        ]
    )

    def answered(self, class_name: str) -> Answered:
        refusal = self.note if self.choice == REFUSE else ""
        return Answered(
            self.row.pk, self.version, self.class_name or class_name, self.is_boarding, refusal
        )


def is_short_of(posted: Mapping[str, Any] | None, keys: Iterable[int]) -> bool:
    """Whether a row that was on the page is not there any more: somebody else was quicker."""
    asked = {name.removeprefix("was_") for name in posted or () if name.startswith("was_")}
    return bool(asked - {str(key) for key in keys})


def comers_of(rows: Iterable[GoingOn], posted: Mapping[str, Any] | None) -> list[Comer]:
    found = []
    for row in rows:
        comer = Comer(row, is_boarding=row.is_boarding, version=row.version)
        if posted is not None:
            _take_answer(comer, posted)
        found.append(comer)
    return found


def _take_answer(comer: Comer, posted: Mapping[str, Any]) -> None:
    key = comer.row.pk
    if f"was_{key}" not in posted:  # named since the page was opened: it waits
        comer.choice = WAIT
        return
    comer.choice = str(posted.get(f"answer_{key}", ""))
    comer.class_name, comer.note = _words(posted, f"class_{key}"), _words(posted, f"note_{key}")
    comer.is_boarding = f"boards_{key}" in posted
    comer.version = whole_number(str(posted.get(f"was_{key}", ""))) or 0
    if comer.choice not in dict(comer.choices):
        comer.error = _("Say whether the child is taken in.")
    elif len(comer.class_name) > 40:
        comer.error = _("The name of the class is too long.")
    elif len(comer.note) > NOTE:
        comer.error = _("The remark is too long.")
    elif comer.choice == REFUSE and not comer.note:
        comer.error = _("Say why, so that the other school can act.")
    elif comer.version != comer.row.version:
        comer.error = _("This row has changed since the page was opened; check it again.")
        comer.version = comer.row.version


def _words(posted: Mapping[str, Any], name: str) -> str:
    return str(posted.get(name, "")).replace("\x00", "").strip()


class TakeBackForm(Form):
    reason = forms.CharField(label=gettext_lazy("Why"), min_length=2, max_length=NOTE)
