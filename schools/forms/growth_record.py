"""What a teacher types into a growth record: the sections of the own work, and marks."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import ChoiceButtons, Form, ModelForm, style
from schools.models import GrowthMark, GrowthRecord, MarkLevel
from schools.rules.growth_mark import MarkEntry, number, seen, unseen
from schools.rules.growth_record import SECTIONS, fields_for

LONG = ("strengths", "events", "goals", "mood", "own_words", "comment")
LEVELS = [("", _("none")), *MarkLevel.choices]


def level_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=LEVELS, required=False, widget=ChoiceButtons)


class GrowthForm(ModelForm):
    """The fields of `sections`; for a correction also the reason."""

    conduct = level_field(_("Conduct"))
    reason = forms.CharField(
        label=_("Why the closed record is changed"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    class Meta:
        model = GrowthRecord
        fields = [field for fields in SECTIONS.values() for field in fields]
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in LONG}
        help_texts = {
            "goals": _("What the child wants to reach until the end of the next term."),
            "own_words": _("As the child said or wrote it."),
            "events": _("What happened, what the child was praised for, with the day."),
            "eyesight_left": _("from 3.0 to 5.3"),
            "eyesight_right": _("from 3.0 to 5.3"),
        }

    def __init__(
        self, *args: Any, sections: Collection[str], corrects: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        wanted = fields_for(sections)
        for name in list(self.fields):
            if name not in wanted and not (corrects and name == "reason"):
                del self.fields[name]
        self.sections = [
            (name, [self[field] for field in fields])
            for name, fields in SECTIONS.items()
            if name in sections
        ]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}


class MarksForm(Form):
    """A level and maybe a score for each key; beside them what the form showed when opened.

    `rows` are (key, label, record id, subject id) and `marks` the stored ones by key.
    """

    def __init__(
        self,
        *args: Any,
        rows: Sequence[tuple[str, str, int, int]],
        marks: Mapping[str, GrowthMark],
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {}
        for key, _label, _record, _subject in rows:
            mark = marks.get(key)
            level, score = (mark.level, mark.score) if mark else ("", None)
            initial |= {
                f"level-{key}": level, f"score-{key}": score, f"was-{key}": seen(level, score),
            }  # fmt: skip
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.rows = rows
        for name, field in self._fields().items():
            style(field.widget)
            self.fields[name] = field

    def _fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for key, label, _record, _subject in self.rows:
            found[f"level-{key}"] = level_field(label)
            found[f"score-{key}"] = forms.DecimalField(
                label=_("score"), required=False, min_value=0, max_value=150, max_digits=4,
                decimal_places=1,
            )  # fmt: skip
            found[f"was-{key}"] = forms.CharField(required=False, widget=forms.HiddenInput)
        return found

    @property
    def lines(self) -> list[tuple[str, Any, Any, Any]]:
        """Label and the bound fields level, score, was of each row."""
        return [
            (label, self[f"level-{key}"], self[f"score-{key}"], self[f"was-{key}"])
            for key, label, _record, _subject in self.rows
        ]

    def entries(self) -> list[MarkEntry]:
        """One for each row that was posted."""
        data, found = self.cleaned_data, []
        for key, _label, record, subject in self.rows:
            if f"level-{key}" not in self.data:
                continue
            was_level, was_score = unseen(data[f"was-{key}"])
            found.append(
                MarkEntry(
                    record, subject, data[f"level-{key}"], data[f"score-{key}"], was_level,
                    was_score,
                )
            )  # fmt: skip
        return found


def rebased(
    posted: Any, rows: Sequence[tuple[str, str, int, int]], marks: Mapping[str, GrowthMark]
) -> Any:
    """The posted data going on from the stored marks; untouched rows show the stored ones."""
    data = posted.copy()
    for key, _label, _record, _subject in rows:
        if f"level-{key}" not in data:
            continue
        mark = marks.get(key)
        level, score = (mark.level, mark.score) if mark else ("", None)
        was_level, was_score = unseen(data.get(f"was-{key}", ""))
        typed = data.get(f"level-{key}", ""), data.get(f"score-{key}", "").strip()
        if typed == (was_level, number(was_score)):
            data[f"level-{key}"], data[f"score-{key}"] = level, number(score)
        data[f"was-{key}"] = seen(level, score)
    return data
