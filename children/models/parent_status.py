"""What is known of each parent, dated and with proof; two of them make the truth table."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from accounts.history import History

from .base import OfChildPeriodQuerySet, Period, Record, ends_after_it_starts


class Parent(models.TextChoices):
    FATHER = "FATHER", _("father")
    MOTHER = "MOTHER", _("mother")


class ParentStatusCode(models.TextChoices):
    """民发〔2019〕62号, 民发〔2020〕125号; thresholds in `children.rules.parent_status`."""

    DEAD = "DEAD", _("dead")
    MISSING_DECLARED = "MISSING_DECLARED", _("declared missing by court")
    SEVERE_DISABILITY = "SEVERE_DISABILITY", _("severe disability")
    SERIOUS_ILLNESS = "SERIOUS_ILLNESS", _("serious illness")
    IMPRISONED = "IMPRISONED", _("imprisoned")
    COMPULSORY_REHAB = "COMPULSORY_REHAB", _("compulsory drug rehabilitation")
    OTHER_RESTRAINT = "OTHER_RESTRAINT", _("other restraint of liberty")
    LOST_CONTACT = "LOST_CONTACT", _("lost contact")
    GUARDIANSHIP_REVOKED = "GUARDIANSHIP_REVOKED", _("guardianship revoked")
    DEPORTED = "DEPORTED", _("deported")
    NONE = "NONE", _("none of these")
    UNKNOWN = "UNKNOWN", _("identity unknown")


class ParentStatus(Record):
    child = models.ForeignKey(
        "children.Child",
        on_delete=models.PROTECT,
        related_name="parent_statuses",
        db_constraint=False,
    )
    parent = models.CharField(_("parent"), max_length=6, choices=Parent)
    status = models.CharField(_("situation"), max_length=30, choices=ParentStatusCode)
    starts_on = models.DateField(_("since"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=200, blank=True)
    evidence_on = models.DateField(_("date of the evidence"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("verified by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_constraint=False,
    )  # fmt: skip
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    objects = OfChildPeriodQuerySet.as_manager()
    history = History(user_db_constraint=False)
    row_security = OfChild()
    references_in_sets = True

    class Meta:
        verbose_name = _("parent's situation")
        verbose_name_plural = _("parents' situation")
        constraints = [
            ends_after_it_starts("parent_status_ends_after_it_starts"),
            ExclusionConstraint(
                name="parent_status_never_overlaps_itself",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    ("parent", RangeOperators.EQUAL),
                    ("status", RangeOperators.EQUAL),
                    (Period(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This is already recorded for that period."),
            ),
            models.CheckConstraint(
                name="parent_status_verified_by_and_on",
                condition=Q(verified_by__isnull=True, verified_on__isnull=True)
                | Q(verified_by__isnull=False, verified_on__isnull=False),
            ),
            models.CheckConstraint(
                name="parent_status_known", condition=Q(status__in=ParentStatusCode.values)
            ),
            models.CheckConstraint(
                name="parent_status_parent_known", condition=Q(parent__in=Parent.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Parent status {self.pk}"
