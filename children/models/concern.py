"""Reports of harm to a child (mandatory reporting): by anybody, told to few, never deleted."""

from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import NamedPeople
from accounts.history import History
from accounts.models import Posting

from .base import OfChildQuerySet, Record
from .guardianship import Guardianship


class ConcernCase(models.TextChoices):
    """The nine cases in which harm is reported at once, shortened for a form.

    Opinions of nine national bodies on mandatory reporting of cases against minors (trial), May
    2020; Law on the Protection of Minors, article 11.
    """

    PRIVATE_PARTS = "PRIVATE_PARTS", _("private parts injured")
    GIRL_UNDER_14 = "GIRL_UNDER_14", _("girl under 14: sexual assault, pregnancy or abortion")
    GIRL_OVER_14 = "GIRL_OVER_14", _("girl of 14 or more: pregnancy or abortion after an assault")
    INJURED = (
        "INJURED",
        _("several injuries, severe malnutrition or unconscious: violence or abuse suspected"),
    )
    SELF_HARM_OR_DEATH = (
        "SELF_HARM_OR_DEATH",
        _("self-harm, attempted suicide, poisoning, beating or work: disability or death"),
    )
    ABANDONED = "ABANDONED", _("abandoned, or long without anybody's care")
    MISSING_OR_TRAFFICKED = (
        "MISSING_OR_TRAFFICKED",
        _("of unknown origin, missing, bought or trafficked"),
    )
    BEGGING = "BEGGING", _("made to beg")
    OTHER = "OTHER", _("other serious harm, or in danger of it")


class SafeNow(models.TextChoices):
    YES = "YES", _("yes")
    NO = "NO", _("no")
    UNKNOWN = "UNKNOWN", _("not known")


class ToldBy(models.TextChoices):
    """Who came with it; whoever enters the report may do so for somebody else."""

    HOSPITAL = "HOSPITAL", _("a hospital or clinic")
    SCHOOL = "SCHOOL", _("a school or kindergarten")
    POLICE = "POLICE", _("the police")
    VILLAGE = "VILLAGE", _("the village or neighbours")
    FAMILY = "FAMILY", _("the child or the family")
    OTHER = "OTHER", _("somebody else")


class ConcernOutcome(models.TextChoices):
    PROTECTED = "PROTECTED", _("the child is protected")
    POLICE_CASE = "POLICE_CASE", _("the police have taken up the case")
    UNFOUNDED = "UNFOUNDED", _("unfounded after a check")


class ConcernQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """All of permitted children for those told of reports; else what one reported oneself."""
        rows = super().permitted(grant)
        if grant.allows(Permission.CONCERN_VIEW):
            return rows
        return rows.filter(reported_by=grant.user)

    def open(self) -> Self:
        return self.filter(outcome="")

    def unacknowledged(self) -> Self:
        return self.filter(acknowledged_at__isnull=True)


class Concern(Record):
    """`guardianship` is the guardian concerned, who from then on gets no notice."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    reporter = models.ForeignKey(
        Posting, verbose_name=_("reported by"), on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    reported_at = models.DateTimeField(_("reported"), editable=False)
    cases = ArrayField(
        models.CharField(max_length=24, choices=ConcernCase), verbose_name=_("what it is")
    )
    happened_on = models.DateField(_("when"), null=True, blank=True)
    account = EncryptedTextField(
        _("what happened"), context="children.Concern.account", blank=True, default=""
    )
    told_by = models.CharField(_("the report comes from"), max_length=8, choices=ToldBy, blank=True)
    seen_by = models.CharField(_("seen by"), max_length=200, blank=True)
    injuries = EncryptedTextField(
        _("injuries"), context="children.Concern.injuries", blank=True, default=""
    )
    is_safe = models.CharField(_("is the child safe now?"), max_length=8, choices=SafeNow)
    police_called_at = models.DateTimeField(_("reported to the police at"), null=True, blank=True)
    police_receipt = models.CharField(_("number of the police receipt"), max_length=60, blank=True)
    guardianship = models.ForeignKey(
        Guardianship, verbose_name=_("the guardian concerned"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("taken note of by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", editable=False,
    )  # fmt: skip
    acknowledged_at = models.DateTimeField(_("taken note of"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=ConcernOutcome, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ConcernQuerySet.as_manager()
    history = History()
    row_security = NamedPeople(people=("reported_by_id",), told="concerns")
    is_never_deleted = True

    class Meta:
        verbose_name = _("report of harm")
        verbose_name_plural = _("reports of harm")
        indexes = [
            models.Index(
                fields=["-reported_at"], name="concern_open", condition=Q(closed_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uuid"], name="concern_uuid_once"),
            models.CheckConstraint(
                name="concern_names_a_known_case",
                condition=Q(cases__contained_by=ConcernCase.values) & Q(cases__len__gt=0),
                violation_error_message=_("Choose at least one of the nine cases."),
            ),
            models.CheckConstraint(
                name="concern_safety_known", condition=Q(is_safe__in=SafeNow.values)
            ),
            models.CheckConstraint(
                name="concern_told_by_known", condition=Q(told_by__in=["", *ToldBy.values])
            ),
            models.CheckConstraint(
                name="concern_acknowledged_by_and_at",
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="concern_closed_with_outcome_after_acknowledging",
                condition=Q(outcome="", closed_at__isnull=True)
                | Q(outcome__in=ConcernOutcome.values, closed_at__gte=F("acknowledged_at"),
                    acknowledged_at__isnull=False),
                violation_error_message=_("Only a report that was taken note of is closed."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Concern {self.pk}"

    @property
    def case_labels(self) -> list[str]:
        return [str(ConcernCase(case).label) for case in self.cases]

    @property
    def is_closed(self) -> bool:
        return bool(self.outcome)


class ConcernStep(models.Model):
    """What was done about a report, by those told of it; insert-only."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="steps")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("when"), db_default=Now())
    text = models.TextField(_("step taken"), max_length=2_000)

    objects = OfChildQuerySet.as_manager()
    row_security = NamedPeople(told="concerns")
    is_insert_only = True

    class Meta:
        verbose_name = _("step after a report of harm")
        verbose_name_plural = _("steps after reports of harm")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Step {self.pk}"
