"""A contact as it is logged on a phone: everything plain is chosen already."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.forms.base import DateField, ModelForm
from accounts.forms.chips import Chips, ManyChips, chips
from children.forms.concern import GuardianshipField
from children.models import Child, Guardianship
from schools.models import ContactKind, GuardianContact, Means, State, Topic

_STATES = [("", pgettext_lazy("health or mood", "not asked")), *State.choices]


class ContactForm(ModelForm):
    """`PLAIN` is all that most contacts need; the rest is folded away."""

    PLAIN = ("kind", "means", "guardianship", "siblings", "summary")
    OF_VISIT = ("living_conditions", "child_seen_alone")

    kind = chips(_("Kind of contact"), ContactKind, required=True)
    means = chips(_("By"), Means)
    guardianship = GuardianshipField(
        label=_("With whom"), queryset=None, required=False, widget=Chips,
        empty_label=_("somebody else"), blank=True,
    )  # fmt: skip
    siblings = forms.MultipleChoiceField(
        label=_("Also about"), required=False, widget=ManyChips,
        help_text=_("The same talk is logged for these children too."),
    )  # fmt: skip
    summary = forms.CharField(
        label=_("What was said, in one sentence"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    living_conditions = chips(_("Living conditions"), _STATES)
    child_seen_alone = forms.NullBooleanField(
        label=_("Child seen alone"), required=False,
        widget=Chips(choices=[("", _("not said")), ("true", _("yes")), ("false", _("no"))]),
    )  # fmt: skip
    mental_state = chips(_("Mood"), _STATES)
    physical_state = chips(_("Health"), _STATES)
    subjects = forms.MultipleChoiceField(
        label=_("Spoken about"), choices=Topic, required=False, widget=ManyChips
    )
    agreed = forms.CharField(
        label=_("What was agreed"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    follow_up_on = DateField(label=_("Follow up by"), required=False)
    happened_on = DateField(label=_("Day"))

    class Meta:
        model = GuardianContact
        fields = [
            "kind", "means", "guardianship", "summary", "living_conditions", "child_seen_alone",
            "mental_state", "physical_state", "subjects", "agreed", "follow_up_on", "happened_on",
            "minutes",
        ]  # fmt: skip

    def __init__(
        self, *args: Any, child: Child, today: date, is_reached: bool = True,
        siblings: Sequence[Guardianship] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        """`siblings`: cares of other children by guardians of this one."""
        super().__init__(*args, **kwargs)
        self.cares = siblings
        names = {str(care.child_id): care.child.name for care in siblings}
        if names:
            self.fields["siblings"].choices = list(names.items())  # type: ignore[attr-defined]
        else:
            del self.fields["siblings"]
        self.today, self.somebody = today, is_reached
        cares = Guardianship.objects.filter(child=child).on(today)
        if self.instance.guardianship_id:  # a carer of then may be one no more
            cares = cares | Guardianship.objects.filter(pk=self.instance.guardianship_id)
        field: Any = self.fields["guardianship"]
        field.queryset = cares.select_related("guardian").order_by("-is_main_carer", "pk")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        day = data.get("happened_on")
        if day and day > self.today:
            self.add_error("happened_on", _("This day lies in the future."))
        if self.somebody and not data.get("summary") and "summary" not in self.errors:
            self.add_error("summary", _("Say in one sentence what was said."))
        self.instance.is_reached = data["is_reached"] = self.somebody
        self._drop_what_does_not_belong(data)
        self._check_siblings(data)
        return data

    def _check_siblings(self, data: dict[str, Any]) -> None:
        """`chosen_cares`: of the children ticked, by the guardian spoken with."""
        self.chosen_cares: list[Guardianship] = []
        ticked = set(data.pop("siblings", None) or [])
        if not ticked or data.get("kind") == ContactKind.CHILD_TALK:
            return
        care = data.get("guardianship")
        if care is not None:
            found = [c for c in self.cares if c.guardian_id == care.guardian_id]
            self.chosen_cares = [c for c in found if str(c.child_id) in ticked]
        if len(self.chosen_cares) < len(ticked):
            self.add_error(
                "siblings", _("Not all of these are in the care of who was spoken with.")
            )

    def _drop_what_does_not_belong(self, data: dict[str, Any]) -> None:
        """Chips that the page hides keep their last choice: nobody said it."""
        kind = data.get("kind")
        if kind == ContactKind.CHILD_TALK:
            data["guardianship"] = None
        if kind == ContactKind.HOME_VISIT:
            data["means"] = Means.IN_PERSON
        elif not data.get("means") and "means" not in self.errors:
            self.add_error("means", _("Say how you were in contact."))
        if kind != ContactKind.HOME_VISIT or not self.somebody:
            data["living_conditions"], data["child_seen_alone"] = "", None
        if not self.somebody:
            data["mental_state"] = data["physical_state"] = ""

    @property
    def plain(self) -> list[Any]:
        return [self[name] for name in self.PLAIN if name in self.fields]

    @property
    def of_visit(self) -> list[Any]:
        return [self[name] for name in self.OF_VISIT]

    @property
    def folded(self) -> list[Any]:
        shown = {*self.PLAIN, *self.OF_VISIT}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def is_unfolded(self) -> bool:
        """Something in the folded part was filled in or is wrong."""
        told = (field for field in self.folded if field.name != "happened_on")
        return any(field.value() or field.errors for field in told) or "happened_on" in self.errors


class ContactChangeForm(ContactForm):
    """`reason` is kept in the trail; who was reached may be corrected too."""

    is_reached = forms.BooleanField(label=_("Somebody was reached"), required=False)
    reason = forms.CharField(label=_("Reason for the change"), max_length=500)

    class Meta(ContactForm.Meta):
        fields = [*ContactForm.Meta.fields, "is_reached"]

    def clean(self) -> dict[str, Any]:
        self.somebody = bool(self.cleaned_data.get("is_reached"))
        return super().clean()

    @property
    def folded(self) -> list[Any]:
        return [field for field in super().folded if field.name != "reason"]

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "reason"}
