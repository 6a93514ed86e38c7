"""Visits: how the child was found, what the family needs, what was promised, when next."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Posting

from .base import OfChildQuerySet, Record
from .guardianship import Guardianship


class State(models.TextChoices):
    GOOD = "GOOD", _("good")
    FAIR = "FAIR", _("so-so")
    WORRYING = "WORRYING", _("worrying")


class VisitMode(models.TextChoices):
    HOME = "HOME", pgettext_lazy("visit", "at home")
    SCHOOL = "SCHOOL", pgettext_lazy("visit", "at school")
    PHONE = "PHONE", _("phone call")
    VIDEO = "VIDEO", _("video call")


class VisitOutcome(models.TextChoices):
    MET = "MET", pgettext_lazy("visit", "child met")
    GUARDIAN_ONLY = "GUARDIAN_ONLY", pgettext_lazy("visit", "guardian met, child away")
    NOT_AT_HOME = "NOT_AT_HOME", pgettext_lazy("visit", "nobody there")
    REFUSED = "REFUSED", pgettext_lazy("visit", "not let in")
    MOVED = "MOVED", pgettext_lazy("visit", "moved away")


class ChildSeen(models.TextChoices):
    ALONE = "ALONE", pgettext_lazy("child seen", "alone")
    WITH_OTHERS = "WITH_OTHERS", pgettext_lazy("child seen", "with others present")


class Injuries(models.TextChoices):
    """What is seen stands in a report of harm, which few may read; here only that it was seen."""

    NONE = "NONE", pgettext_lazy("injuries", "none")
    SEEN = "SEEN", pgettext_lazy("injuries", "seen")


class AllowanceUse(models.TextChoices):
    CHILD = "CHILD", _("for the child")
    PARTLY = "PARTLY", _("partly for the child")
    OTHERWISE = "OTHERWISE", _("not for the child")


IN_VAIN = ("NOT_AT_HOME", "REFUSED")
SOMEBODY_MET = ("MET", "GUARDIAN_ONLY")
STATES = (
    "living_conditions", "diet", "clothes", "health", "schooling", "mood", "guardian_conduct",
)  # fmt: skip
FINDINGS = (*STATES, "child_seen", "injuries", "allowance_use")


class HomeVisitQuerySet(OfChildQuerySet):
    def newest_first(self) -> Any:
        rows = self.select_related("visitor__user", "guardianship__guardian")
        return rows.order_by("-visited_on", "-pk")

    def before(self, visit: "HomeVisit") -> Any:
        """Older ones than `visit`."""
        same_day = Q(visited_on=visit.visited_on, pk__lt=visit.pk)
        return self.filter(Q(visited_on__lt=visit.visited_on) | same_day)


def _state(label: Any) -> models.CharField:
    return models.CharField(label, max_length=10, choices=State, blank=True)


class HomeVisit(Record):
    """Also calls and meetings at school (`mode`), by those who answer for the file.

    `guardianship` is the guardian present. `next_on` is agreed; else the cadence says when.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="visits")
    visitor = models.ForeignKey(
        Posting, verbose_name=_("visitor"), on_delete=models.PROTECT, related_name="+"
    )
    companions = models.CharField(_("others along"), max_length=200, blank=True)
    visited_on = models.DateField(_("day"))
    mode = models.CharField(_("how"), max_length=8, choices=VisitMode)
    outcome = models.CharField(_("outcome"), max_length=16, choices=VisitOutcome)
    place = models.CharField(_("other place"), max_length=200, blank=True)
    child_seen = models.CharField(_("child seen"), max_length=12, choices=ChildSeen, blank=True)
    guardianship = models.ForeignKey(
        Guardianship, verbose_name=_("guardian present"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    living_conditions = _state(_("living conditions"))
    diet = _state(_("diet"))
    clothes = _state(_("clothes"))
    health = _state(_("health"))
    injuries = models.CharField(_("injuries"), max_length=4, choices=Injuries, blank=True)
    schooling = _state(_("schooling"))
    mood = _state(_("mood"))
    guardian_conduct = _state(_("guardian's conduct"))
    allowance_use = models.CharField(
        _("use of the allowance"), max_length=10, choices=AllowanceUse, blank=True
    )
    summary = models.TextField(_("what was seen and said"), max_length=5_000, blank=True)
    needs = models.TextField(_("needs"), max_length=2_000, blank=True)
    promises = models.TextField(_("promises"), max_length=2_000, blank=True)
    next_on = models.DateField(_("next time"), null=True, blank=True)

    shown_photos: Any = ()  # filled for a page that shows them

    objects = HomeVisitQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        indexes = [models.Index(fields=["child", "-visited_on", "-id"], name="visit_of_child")]
        constraints = [
            models.CheckConstraint(
                name="visit_mode_and_outcome_known",
                condition=Q(mode__in=VisitMode.values, outcome__in=VisitOutcome.values),
            ),
            models.CheckConstraint(
                name="visit_findings_known",
                condition=Q(**{f"{name}__in": ["", *State.values] for name in STATES})
                & Q(child_seen__in=["", *ChildSeen.values], injuries__in=["", *Injuries.values])
                & Q(allowance_use__in=["", *AllowanceUse.values]),
            ),
            models.CheckConstraint(
                name="visit_nobody_met_nothing_found",
                condition=Q(outcome__in=SOMEBODY_MET)
                | Q(**dict.fromkeys(FINDINGS, ""), guardianship__isnull=True),
                violation_error_message=_("Nobody was met: nothing can be known of them."),
            ),
            models.CheckConstraint(
                name="visit_child_seen_only_where_met",
                condition=Q(outcome=VisitOutcome.MET) | Q(child_seen="", injuries=""),
                violation_error_message=_("Only a child that was met was seen."),
            ),
            models.CheckConstraint(
                name="visit_of_a_child_says_the_essentials",
                condition=~Q(outcome=VisitOutcome.MET)
                | ~Q(child_seen="") & ~Q(health="") & ~Q(mood=""),
                violation_error_message=_(
                    "Say whether the child was seen alone, and how health and mood are."
                ),
            ),
            models.CheckConstraint(
                name="visit_in_person_says_whether_injured",
                condition=~Q(outcome=VisitOutcome.MET, mode__in=["HOME", "SCHOOL"])
                | ~Q(injuries=""),
                violation_error_message=_("Say whether injuries were seen."),
            ),
            models.CheckConstraint(
                name="visit_home_is_seen_there",
                condition=~Q(mode__in=["SCHOOL", "PHONE"]) | Q(living_conditions=""),
                violation_error_message=_("Only who is there sees how the child lives."),
            ),
            models.CheckConstraint(
                name="visit_injuries_are_not_heard",
                condition=~Q(mode=VisitMode.PHONE) | Q(injuries=""),
                violation_error_message=_("No injuries are seen by telephone."),
            ),
            models.CheckConstraint(
                name="visit_in_vain_is_tried_again",
                condition=~Q(outcome__in=IN_VAIN) | Q(next_on__isnull=False),
                violation_error_message=_("Nobody was met: say when you will try again."),
            ),
            models.CheckConstraint(
                name="visit_next_lies_ahead",
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("visited_on")),
                violation_error_message=_("The next time lies after this visit."),
            ),
        ]

    def __str__(self) -> str:
        return f"Visit {self.pk}"

    @property
    def in_words(self) -> str:
        """What the trail of its photos calls it."""
        return formats.date_format(self.visited_on, "SHORT_DATE_FORMAT")

    @property
    def is_in_vain(self) -> bool:
        return self.outcome in IN_VAIN

    @property
    def states(self) -> list[tuple[Any, str, str]]:
        """Label, code and word of each state that was told."""
        told = [(name, getattr(self, name)) for name in STATES if getattr(self, name)]
        fields: Any = {field.name: field for field in self._meta.concrete_fields}
        return [(fields[name].verbose_name, code, str(State(code).label)) for name, code in told]
