"""What goes out by two people: one asks for it, another decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from children.models import Record


def refused_by_somebody_who_says_why(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(state="REFUSED", decided_by__isnull=False, decided_at__isnull=False)
        & ~Q(refusal_reason__regex=r"^\s*$")
        | ~Q(state="REFUSED") & Q(refusal_reason=""),
        violation_error_message=_("Whoever refuses says why."),
    )


class Asked(Record):
    """`state` begins as ASKED and is READY or REFUSED once it is decided.

    `refusal_reason` is for who asked.
    """

    state: str
    area_code = models.CharField(max_length=12, db_collation="C")
    purpose = models.CharField(_("purpose"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    refusal_reason = models.CharField(_("why refused"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_waiting(self) -> bool:
        return self.state == "ASKED"

    @property
    def is_refused(self) -> bool:
        return self.state == "REFUSED"
