"""A visit as it is written down at the door: a few taps, the rest folded away."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, ModelForm
from accounts.forms.chips import Chips, chips
from children.models import (
    AllowanceUse,
    Cadence,
    Child,
    ChildSeen,
    Guardianship,
    HomeVisit,
    Injuries,
    State,
    VisitMode,
    VisitOutcome,
)
from children.models.home_visit import FINDINGS, IN_VAIN, SOMEBODY_MET

from .concern import GuardianshipField


def _told(choices: Any) -> list[tuple[str, Any]]:
    """With a way to leave it open."""
    return [("", pgettext_lazy("health or mood", "not asked")), *choices.choices]


_NOBODY = Guardianship.objects.none()
# What changes slowly is offered as it was found last; how the child is must be said each time.
OFFERED = ("living_conditions", "diet", "clothes", "schooling", "companions")
ESSENTIAL = ("child_seen", "health", "mood")  # of a child that was met
ESSENTIAL_THERE = {"HOME": ("injuries",), "SCHOOL": ("injuries",)}  # … by how it was met


def offered(last: HomeVisit | None, carers: Sequence[Guardianship], today: date) -> dict[str, Any]:
    """What the form begins with; `carers` of today, the main one first."""
    present = [row.pk for row in carers]
    known = last is not None and last.guardianship_id in present
    return {
        "mode": VisitMode.HOME, "outcome": "MET", "visited_on": today,
        **({name: getattr(last, name) for name in OFFERED} if last else {}),
        "guardianship": last.guardianship_id if last and known else next(iter(present), None),
    }  # fmt: skip


class VisitForm(ModelForm):
    """`PLAIN`, `OF_CHILD`, `OF_FAMILY` is all that most visits need; the rest is folded away.

    The page hides what the outcome leaves no use for; here it is dropped.
    """

    PLAIN = ("outcome", "mode")
    OF_CHILD = ("child_seen", "injuries")
    OF_FAMILY = ("health", "mood", "living_conditions", "guardianship")

    ANSWERED = (*ESSENTIAL, *ESSENTIAL_THERE["HOME"])  # starred where the child was met

    outcome = chips(_("Outcome"), VisitOutcome, required=True)
    mode = chips(_("How"), VisitMode, required=True)
    child_seen = chips(_("Child seen"), ChildSeen)
    injuries = chips(_("Injuries"), Injuries)
    health = chips(_("Health"), State)
    mood = chips(_("Mood"), State)
    living_conditions = chips(_("Living conditions"), _told(State))
    guardianship = GuardianshipField(
        label=_("Guardian present"), queryset=None, required=False, widget=Chips,
        empty_label=_("none of them"), blank=True,
    )  # fmt: skip
    summary = forms.CharField(
        label=_("What was seen and said"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    next_on = DateField(
        label=_("Next time"), required=False,
        help_text=_("Left empty, the risk says when; after a visit in vain, in a few days."),
    )  # fmt: skip
    guardian_conduct = chips(_("Guardian's conduct"), _told(State))
    diet = chips(_("Diet"), _told(State))
    clothes = chips(_("Clothes"), _told(State))
    schooling = chips(_("Schooling"), _told(State))
    allowance_use = chips(_("Use of the allowance"), _told(AllowanceUse))
    needs = forms.CharField(
        label=_("Needs"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    promises = forms.CharField(
        label=_("Promises, by whom"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    visited_on = DateField(label=_("Day"))

    class Meta:
        model = HomeVisit
        fields = [
            "outcome", "mode", "child_seen", "injuries", "health", "mood", "living_conditions",
            "guardianship", "summary", "next_on", "guardian_conduct", "diet", "clothes",
            "schooling", "allowance_use", "needs", "promises", "visited_on", "place", "companions",
        ]  # fmt: skip

    def __init__(self, *args: Any, child: Child | None, today: date, **kwargs: Any) -> None:
        """Without a child: the empty form, which a phone keeps."""
        super().__init__(*args, **kwargs)
        self.child, self.today = child, today
        cares = Guardianship.objects.filter(child=child).on(today) if child else _NOBODY
        if self.instance.guardianship_id:  # a carer of then may be one no more
            cares = cares | Guardianship.objects.filter(pk=self.instance.guardianship_id)
        field: Any = self.fields["guardianship"]
        field.queryset = cares.select_related("guardian").order_by("-is_main_carer", "pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("visited_on")
        if day and day > self.today:
            self.add_error("visited_on", _("This day lies in the future."))
        if "outcome" in self.errors or "mode" in self.errors:
            return data
        self._drop_what_does_not_belong(data)
        self._ask_for_the_essentials(data)
        if day and data["outcome"] in IN_VAIN and not data.get("next_on"):
            data["next_on"] = self._second_try(day)
        if day and data.get("next_on") and data["next_on"] <= day:
            self.add_error("next_on", _("The next time lies after this visit."))
        return data

    def _drop_what_does_not_belong(self, data: dict[str, Any]) -> None:
        """Chips that the page hides keep their last choice: nobody said it."""
        outcome, mode = data["outcome"], data["mode"]
        if outcome not in SOMEBODY_MET:
            data |= dict.fromkeys(FINDINGS, "") | {"guardianship": None}
        if outcome != VisitOutcome.MET:
            data |= {"child_seen": "", "injuries": ""}
        if mode == VisitMode.PHONE:
            data["injuries"] = ""
        if mode in (VisitMode.PHONE, VisitMode.SCHOOL):
            data["living_conditions"] = ""

    def _ask_for_the_essentials(self, data: dict[str, Any]) -> None:
        if data["outcome"] != VisitOutcome.MET:
            return
        for name in (*ESSENTIAL, *ESSENTIAL_THERE.get(data["mode"], ())):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Please tap an answer."))

    def _second_try(self, day: date) -> date | None:
        cadence = Cadence.objects.of_child(self.child, self.today) if self.child else None
        if cadence is None:
            self.add_error("next_on", _("Nobody was met: say when you will try again."))
            return None
        second: date = day + timedelta(days=cadence.second_try_days)
        return second

    def _named(self, names: tuple[str, ...]) -> list[Any]:
        return [self[name] for name in names]

    @property
    def plain(self) -> list[Any]:
        return self._named(self.PLAIN)

    @property
    def of_child(self) -> list[Any]:
        return self._named(self.OF_CHILD)

    @property
    def of_family(self) -> list[Any]:
        return self._named(self.OF_FAMILY)

    @property
    def of_findings(self) -> list[Any]:
        """Folded away, and of use only where somebody was met."""
        return self._named(("guardian_conduct", "diet", "clothes", "schooling", "allowance_use"))

    @property
    def of_words(self) -> list[Any]:
        return self._named(("needs", "promises", "visited_on", "place", "companions"))

    @property
    def is_unfolded(self) -> bool:
        """Something in the folded part is wrong, or was written."""
        folded = [*self.of_findings, *self.of_words]
        return any(field.errors for field in folded) or bool(
            self["needs"].value() or self["promises"].value()
        )


class VisitChangeForm(VisitForm):
    """`reason` is kept in the trail."""

    reason = forms.CharField(label=_("Reason for the change"), max_length=500)

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
