"""Programmes: what is given, by whom, how often, from when and until when."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import Open
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules import codes

from .dated import given


class Cadence(models.TextChoices):
    MONTH = "MONTH", _("every month")
    TERM = "TERM", _("every term")
    YEAR = "YEAR", _("every year")
    ONCE = "ONCE", _("once")


class PaidTo(models.TextChoices):
    FAMILY = "FAMILY", _("family")
    SCHOOL = "SCHOOL", _("school")
    INSTITUTION = "INSTITUTION", _("institution")


class StartRule(models.TextChoices):
    APPLICATION_MONTH = "APPLICATION_MONTH", _("from the month of application")
    MONTH_AFTER_APPLICATION = "MONTH_AFTER_APPLICATION", _("from the month after application")
    CONFIRMATION_MONTH = "CONFIRMATION_MONTH", _("from the month of confirmation")
    MONTH_AFTER_CONFIRMATION = "MONTH_AFTER_CONFIRMATION", _("from the month after confirmation")
    MONTH_MET = "MONTH_MET", _("from the month in which the conditions are met")
    MONTH_AFTER_MET = "MONTH_AFTER_MET", _("from the month after the conditions are met")


class StopRule(models.TextChoices):
    MONTH_AFTER_EVENT = "MONTH_AFTER_EVENT", _("stops from the month after the event")
    SAME_MONTH = "SAME_MONTH", _("stops from the month of the event")
    PERIOD_AFTER_EVENT = "PERIOD_AFTER_EVENT", _("stops from the term or year after the event")


class StopEvent(models.TextChoices):
    AGE_18 = "AGE_18", _("turned 18")
    SCHOOL_END = "SCHOOL_END", _("left school after 18")
    ADOPTED = "ADOPTED", _("adopted")
    CHILD_DEATH = "CHILD_DEATH", _("child died")
    CHILD_MISSING = "CHILD_MISSING", _("child declared missing")
    PARENT_RELEASED = "PARENT_RELEASED", _("parent released")
    REHAB_DONE = "REHAB_DONE", _("parent completed drug rehabilitation")
    PARENT_FOUND = "PARENT_FOUND", _("parent found")
    PARENT_RECOVERED = "PARENT_RECOVERED", _("parent recovered")
    GUARDIANSHIP_RESTORED = "GUARDIANSHIP_RESTORED", _("guardianship restored")
    MOVED_OUT = "MOVED_OUT", _("household registration moved out")
    TYPE_CHANGED = "TYPE_CHANGED", _("category changed")
    FRAUD = "FRAUD", _("false papers")
    CERTIFICATION_FAILED = "CERTIFICATION_FAILED", _("yearly certification failed")
    VOLUNTARY = "VOLUNTARY", _("own request")
    DUPLICATE = "DUPLICATE", _("registered twice")
    OTHER = "OTHER", _("other")


def _events(label: Any, **more: Any) -> Any:
    return ArrayField(
        models.CharField(max_length=30, choices=StopEvent), verbose_name=label, blank=True, **more
    )


def _months(label: Any, help_text: Any) -> Any:
    one = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(12)])
    return ArrayField(one, verbose_name=label, blank=True, default=list, help_text=help_text)


def ends_all() -> list[str]:
    return [str(event) for event in codes.ENDS_ALL]


# In which months it pays, and whom. None of these is dated: see `programme_pays_as_it_paid`.
HOW_IT_PAYS = ["cadence", "paid_to", "pay_months", "period_starts"]


class Programme(models.Model):
    """How each field is meant: docs/rules.md."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    department = models.CharField(_("department"), max_length=100, blank=True)
    cadence = models.CharField(_("paid"), max_length=10, choices=Cadence, default=Cadence.MONTH)
    paid_to = models.CharField(_("paid to"), max_length=12, choices=PaidTo, default=PaidTo.FAMILY)
    starts = models.CharField(
        _("starts"), max_length=30, choices=StartRule, default=StartRule.MONTH_AFTER_CONFIRMATION
    )
    stops = models.CharField(
        _("stops"), max_length=30, choices=StopRule, default=StopRule.MONTH_AFTER_EVENT
    )
    stop_events = _events(_("ended by"), default=ends_all)
    same_month_events = _events(_("ended from the same month by"), default=list)
    transition_months = models.PositiveSmallIntegerField(_("months of transition"), default=0)
    transition_events = _events(_("transition after"), default=list)
    pay_day = models.PositiveSmallIntegerField(
        _("pay day"), null=True, blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Day of the month by which the money has arrived."),
    )  # fmt: skip
    pay_months = _months(_("paid in the months"), _("Numbers 1 to 12; empty: all."))
    period_starts = _months(
        _("terms or year begin in the months"), _("For programmes by term (3, 9) or year (1).")
    )
    legal_basis = models.CharField(_("legal basis"), max_length=500, blank=True)
    is_reference = models.BooleanField(
        _("standard only"), default=False,
        help_text=_("Others are counted from its standards; nobody is assessed for it."),
    )  # fmt: skip
    is_example = models.BooleanField(_("example"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("place in lists"), default=0)

    history = History()
    row_security = Open("published programmes of assistance")

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                name="programme_pay_day_is_of_a_month",
                condition=Q(pay_day__isnull=True) | Q(pay_day__gte=1, pay_day__lte=31),
                violation_error_message=_("A pay day lies between 1 and 31."),
            ),
            models.CheckConstraint(
                name="programme_months_known",
                condition=Q(pay_months__contained_by=list(range(1, 13)))
                & Q(period_starts__contained_by=list(range(1, 13))),
                violation_error_message=_("Months are numbers from 1 to 12."),
            ),
            models.CheckConstraint(
                name="programme_period_has_its_months",
                condition=Q(cadence__in=["MONTH", "ONCE"], period_starts=[])
                | Q(cadence="YEAR", period_starts__len=1)
                | Q(cadence="TERM", period_starts__len__gte=1),
                violation_error_message=_(
                    "A programme by term names the first months of the terms, one by year its"
                    " first month; others name none."
                ),
            ),
            HeldByTrigger(
                name="programme_pays_as_it_paid",
                violation_error_message=_(
                    "Payments rest on it: months gone by would be paid anew or asked back. Take the"
                    " programme out of use and begin another one."
                ),
            ),
            models.CheckConstraint(
                name="programme_events_known",
                condition=Q(stop_events__contained_by=StopEvent.values)
                & Q(same_month_events__contained_by=StopEvent.values)
                & Q(transition_events__contained_by=StopEvent.values),
            ),
            *(
                models.CheckConstraint(
                    name=f"programme_{field}_known", condition=Q(**{f"{field}__in": choices.values})
                )
                for field, choices in (
                    ("cadence", Cadence),
                    ("paid_to", PaidTo),
                    ("starts", StartRule),
                    ("stops", StopRule),
                )
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        is_chinese = (get_language() or "").startswith("zh")
        return self.name if is_chinese or not self.name_en else self.name_en

    @property
    def in_words(self) -> str:
        """What the trail of an entitlement calls it."""
        return self.label

    def as_json(self) -> dict[str, Any]:
        """As docs/rules.md writes it, without its standards and rules."""
        always = {
            "code": self.code, "name": self.name, "cadence": self.cadence, "paid_to": self.paid_to,
            "starts": self.starts, "stops": self.stops, "stop_events": list(self.stop_events),
        }  # fmt: skip
        return always | given(
            {
                "name_en": self.name_en,
                "department": self.department,
                "same_month_events": list(self.same_month_events),
                "transition_months": self.transition_months or None,
                "transition_events": list(self.transition_events),
                "pay_day": self.pay_day,
                "pay_months": list(self.pay_months),
                "period_starts": list(self.period_starts),
                "legal_basis": self.legal_basis,
                "reference": self.is_reference,
                "example": self.is_example,
            }
        )
