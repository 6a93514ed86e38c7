"""A plan of home teaching, and a visit as the teacher logs it."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.forms.base import DateField, ModelForm
from accounts.models import Posting
from accounts.roles import ORGANISATION_WIDE_ROLES
from children.forms.concern import GuardianshipField
from children.models import Child, Guardianship
from schools.forms.fields import PostingField
from schools.models import Enrolment, HomeTeachingPlan, HomeTeachingVisit, Pairing, Placement
from schools.models.load import HELPERS


class PlanForm(ModelForm):
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    teacher = PostingField(
        label=_("Teacher"), queryset=Posting.objects.none(),
        help_text=_("One of the child's helpers; pair the teacher first, who sees no file else."),
    )  # fmt: skip
    goals = forms.CharField(
        label=_("What the child is to learn"), max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    class Meta:
        model = HomeTeachingPlan
        fields = [
            "teacher", "starts_on", "ends_on", "visits_per_week", "lessons_per_visit",
            "lessons_per_year", "place", "goals",
        ]  # fmt: skip

    def __init__(
        self, *args: Any, child: Child, enrolment: Enrolment | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment, self.instance.child = enrolment, child
        field: Any = self.fields["teacher"]
        helpers = Pairing.objects.filter(child=child).on(today).values("helper")
        field.queryset = (
            Posting.objects.held_on(today)
            .regular()
            .filter(organisation=enrolment.school_id if enrolment else None, role__in=HELPERS)
            .filter(Q(pk__in=helpers) | Q(role__in=ORGANISATION_WIDE_ROLES))
            .select_related("user")
            .order_by("user__full_name")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        if self.enrolment is None or self.enrolment.placement != Placement.HOME_TEACHING:
            raise forms.ValidationError(
                _("Home teaching needs the roll: first enrol the child with this placement.")
            )
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The child is no field of the form but part of its constraints."""
        return super()._get_validation_exclusions() - {"child"}  # type: ignore[misc]

    @property
    def facts(self) -> dict[str, Any]:
        assert self.enrolment is not None  # by `clean`
        return {**self.cleaned_data, "school": self.enrolment.school}


class VisitForm(ModelForm):
    happened_on = DateField(label=_("Day"))
    signed_by = GuardianshipField(
        label=_("Signed by"), queryset=Guardianship.objects.none(), required=False,
        help_text=HomeTeachingVisit._meta.get_field("signed_by").help_text,
    )  # fmt: skip
    content = forms.CharField(
        label=_("What was taught"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    response = forms.CharField(
        label=_("How the child took part"), max_length=2_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    class Meta:
        model = HomeTeachingVisit
        fields = ["happened_on", "lessons", "content", "response", "signed_by"]

    def __init__(self, *args: Any, plan: HomeTeachingPlan, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.today = plan, today
        field: Any = self.fields["signed_by"]
        field.queryset = carers_of(plan, today)

    def clean_happened_on(self) -> date:
        day: date = self.cleaned_data["happened_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day lies in the future."))
        if not self.plan.starts_on <= day <= self.plan.ends_on:
            raise forms.ValidationError(_("The plan does not cover this day."))
        return day


def carers_of(plan: HomeTeachingPlan, today: date) -> Any:
    rows = Guardianship.objects.filter(child=plan.child_id).on(today)
    return rows.select_related("guardian").order_by("-is_main_carer", "pk")
