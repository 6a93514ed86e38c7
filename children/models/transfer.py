"""A file handed over to another place: sent, and acknowledged or refused there. Decision 6.

Until it is acknowledged the sender keeps the file and answers for it.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models import Area, Posting
from accounts.models.area import upper_bound

from .base import OfChildQuerySet, Record
from .dated_term import DatedTerm, figure


class TransferState(models.TextChoices):
    SENT = "SENT", pgettext_lazy("transfer", "waits for an answer")
    ACKNOWLEDGED = "ACKNOWLEDGED", pgettext_lazy("transfer", "acknowledged")
    REFUSED = "REFUSED", pgettext_lazy("transfer", "refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("transfer", "withdrawn")


class TransferTerm(DatedTerm):
    """How long a handover may wait, when the county is told, how long the old place may read on."""

    answer_days = figure(_("to be answered within … days"))
    alarm_days = figure(_("the county is told … days later"))
    readable_days = figure(_("the old place reads on for … days"))

    history = History()

    class Meta(DatedTerm.Meta):
        verbose_name = _("term of handovers")
        verbose_name_plural = _("terms of handovers")
        constraints = [
            models.CheckConstraint(
                name="transfer_term_is_positive",
                condition=Q(answer_days__gt=0, alarm_days__gt=0, readable_days__gt=0),
                violation_error_message=_("Each figure is at least 1."),
            )
        ]


def _inside(side: str, code: str) -> Q:
    return Q(**{f"{side}__gte": code, f"{side}__lt": upper_bound(code)})


class TransferQuerySet(OfChildQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=TransferState.SENT)

    def to_do(self, code: str, since: date) -> Self:
        """Of the area `code`: what waits there or was sent from there, and what came back `since`:
        as long as the term of today lets the old place read on."""
        if not code:
            return self.none()
        waits = _inside("to_area", code) | _inside("from_area", code)
        waits &= Q(state=TransferState.SENT)
        newer = Transfer.objects.filter(child=OuterRef("child"), pk__gt=OuterRef("pk"))
        back = Q(state=TransferState.REFUSED, answered_at__date__gte=since)
        back &= _inside("from_area", code) & Q(~Exists(newer))
        return self.filter(waits | back)


class Transfer(Record):
    """`from_area` kept the file when it was sent; `summary` is what was open then, in words."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="transfers")
    from_area = models.ForeignKey(
        Area, verbose_name=_("handed over by"), on_delete=models.PROTECT, related_name="+"
    )
    to_area = models.ForeignKey(
        Area, verbose_name=_("handed over to"), on_delete=models.PROTECT, related_name="+"
    )
    moved_on = models.DateField(_("moved on"))
    reason = models.CharField(_("reason"), max_length=500)
    summary = models.TextField(_("what is open"), max_length=5_000)
    sent_by = models.ForeignKey(
        Posting, verbose_name=_("sent by"), on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(pgettext_lazy("transfer", "sent"))
    answer_by = models.DateField(_("to be answered by"))
    state = models.CharField(
        _("state"), max_length=12, choices=TransferState, default=TransferState.SENT
    )
    answered_by = models.ForeignKey(
        Posting, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    answered_at = models.DateTimeField(pgettext_lazy("transfer", "answered"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("handover of a file")
        verbose_name_plural = _("handovers of files")
        indexes = [
            models.Index(fields=["to_area"], name="transfer_waiting", condition=Q(state="SENT"))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], name="transfer_one_waits", condition=Q(state="SENT"),
                violation_error_message=_("This file is being handed over already."),
            ),
            models.CheckConstraint(
                name="transfer_leads_elsewhere",
                condition=~Q(to_area=F("from_area")),
                violation_error_message=_("This place keeps the file already."),
            ),
            models.CheckConstraint(
                name="transfer_state_known", condition=Q(state__in=TransferState.values)
            ),
            models.CheckConstraint(
                name="transfer_answered_by_somebody",
                condition=Q(state="SENT", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(state="SENT") & Q(answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="transfer_refused_with_a_reason",
                condition=~Q(state="REFUSED") | ~Q(answer__regex=r"^\s*$"),
                violation_error_message=_("Say why it is refused."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Transfer {self.pk}"

    @property
    def waits(self) -> bool:
        return self.state == TransferState.SENT

    def is_late(self, today: date) -> bool:
        return self.waits and self.answer_by < today

    def may_answer(self, grant: Any) -> bool:
        """The place that receives it, or one above."""
        return self.waits and _is_within(self.to_area_id, grant)

    def may_withdraw(self, grant: Any) -> bool:
        return self.waits and _is_within(self.from_area_id, grant)


def _is_within(code: str, grant: Any) -> bool:
    return bool(grant.sees_own_area and code.startswith(grant.area_code))
