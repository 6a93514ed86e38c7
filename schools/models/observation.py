"""What an adult at school observed of a child in a month: one each, sent once, then unchanged."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant, Permission
from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import NamedPeople
from accounts.models import Posting
from children.models.base import OfChildQuerySet

from .checklist import Checklist, Level


class ObservationQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """All for those who look after wellbeing; else one's own, and others' once one has sent.

        Others' observations of a month show after one's own of that month or a later one, so
        that nobody repeats what another wrote; those of months before a pairing began show to
        the new helper at once. The database keeps to the same.
        """
        rows = super().permitted(grant)
        if grant.allows(Permission.WELLBEING_VIEW):
            return rows
        has_sent, was_before = (
            Func("child_id", "month", function=name, output_field=models.BooleanField())
            for name in ("registry_has_observed", "registry_handed_on_after")
        )
        return rows.filter(Q(observed_by=grant.user) | Q(has_sent) | Q(was_before))


class Observation(models.Model):
    """`levels` answer the checklist's questions in their order; `total` is their sum.

    Half-typed ones are drafts of the form; what is sent is not changed any more.
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    observed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("observed by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    observer = models.ForeignKey(
        Posting, verbose_name=_("observed as"), on_delete=models.PROTECT, related_name="+"
    )
    month = models.DateField(_("month"))  # its first day
    checklist = models.ForeignKey(
        Checklist, verbose_name=_("observation checklist"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    levels = ArrayField(models.PositiveSmallIntegerField(choices=Level), verbose_name=_("answers"))
    total = models.PositiveSmallIntegerField(_("total"), editable=False)
    remark = EncryptedTextField(
        _("remark"), context="schools.Observation.remark", blank=True, default=""
    )
    sent_at = models.DateTimeField(_("sent"))

    objects = ObservationQuerySet.as_manager()
    row_security = NamedPeople(
        people=("observed_by_id",), told="wellbeing",
        also_when="registry_has_observed(child_id, month)"
        " OR registry_handed_on_after(child_id, month)",
    )  # fmt: skip
    is_insert_only = True

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["month", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "observed_by", "month"],
                name="observation_once_a_month",
                violation_error_message=_("You have sent your observation of this month already."),
            ),
            models.CheckConstraint(
                name="observation_month_is_its_first_day", condition=Q(month__day=1)
            ),
            models.CheckConstraint(
                name="observation_levels_known",
                condition=Q(levels__contained_by=Level.values) & Q(levels__len__gt=0),
                violation_error_message=_("Answer every question."),
            ),
        ]

    def __str__(self) -> str:
        return f"Observation {self.pk}"

    def save(self, *args, **kwargs) -> None:
        self.total = sum(self.levels)
        super().save(*args, **kwargs)
