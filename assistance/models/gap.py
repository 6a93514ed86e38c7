"""What is owed and does not arrive, and what arrives and is not owed: a row for each, kept by rule.

`gap_refresh` writes it; people only set a gap aside with a reason. A gap that is gone is closed and
kept; when it comes back the same row is opened again. It is deleted with its file alone, when a
list is undone before anybody has worked on what it brought.
"""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild, Open
from accounts.history import History
from assistance.rules.gap import OF_KIND, PROPOSABLE, WHO, Kind, Lack, Who
from children.models.base import OfChildQuerySet

from .entitlement import Entitlement
from .month import MonthField, is_a_month
from .programme import Programme


class GapKind(models.TextChoices):
    OWED = Kind.OWED.value, _("owed, not received")
    RECEIVED = Kind.RECEIVED.value, _("received, not owed")


class GapReason(models.TextChoices):
    APPLICATION = Lack.APPLICATION.value, _("nobody has proposed it")
    REFUSED = Lack.REFUSED.value, _("the proposal was not confirmed")
    CONFIRMATION = Lack.CONFIRMATION.value, _("waits for the county's confirmation")
    HELD = Lack.HELD.value, _("is held")
    AMOUNT = Lack.AMOUNT.value, _("less than the standard is paid")
    FAILED = Lack.FAILED.value, _("a payment came back")
    ACCOUNT = Lack.ACCOUNT.value, _("no bank account")
    ACCOUNT_PROPOSED = Lack.ACCOUNT_PROPOSED.value, _("the account waits for a second person")
    CERTIFICATE = Lack.CERTIFICATE.value, _("a diagnosis, but no certificate")
    RUN = Lack.RUN.value, _("due, and in no payment run yet")
    UNDER_WAY = Lack.UNDER_WAY.value, _("due, and its payment run is not finished")
    CLOSED = Lack.CLOSED.value, _("the file is closed")
    AGE = Lack.AGE.value, _("has turned 18")
    EXPIRED = Lack.EXPIRED.value, _("the certificate is not valid any more")
    TOO_MUCH = Lack.TOO_MUCH.value, _("more than the standard is paid")
    CONDITIONS = Lack.CONDITIONS.value, _("the conditions are not met")


class GapWho(models.TextChoices):
    VILLAGE = Who.VILLAGE.value, pgettext_lazy("who acts", "village")
    TOWNSHIP = Who.TOWNSHIP.value, pgettext_lazy("who acts", "township")
    COUNTY = Who.COUNTY.value, pgettext_lazy("who acts", "county")


class GapQuerySet(OfChildQuerySet):
    def permitted(self, grant: Any) -> Self:
        """Of permitted children; what a secret category speaks of is not there for others."""
        from accounts.access import Permission

        rows = super().permitted(grant)
        return rows if grant.allows(Permission.SECRET_VIEW) else rows.filter(is_secret=False)

    def open(self) -> Self:
        """Not gone, and not set aside."""
        return self.filter(closed_at=None, aside_at=None)

    def aside(self) -> Self:
        return self.filter(closed_at=None, aside_at__isnull=False)

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind)

    def too_low(self) -> Self:
        """Paid, and less than the standard gives."""
        return self.open().filter(reason=Lack.AMOUNT.value)

    def too_high(self) -> Self:
        """Paid, and more than the standard gives."""
        return self.open().filter(reason=Lack.TOO_MUCH.value)

    def proposable(self) -> Self:
        return self.open().filter(reason__in=[lack.value for lack in PROPOSABLE])


class Gap(models.Model):
    """`amount`: what is missing, or too much, in one payment. `fingerprint`: of the child's facts
    that the programme asks for; a gap stays aside as long as it does not change.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="gaps", db_index=False
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=8, choices=GapKind)
    reason = models.CharField(_("what is missing"), max_length=16, choices=GapReason)
    entitlement = models.ForeignKey(
        Entitlement, verbose_name=_("entitlement"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False,
    )  # fmt: skip
    since = MonthField(_("since"))
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    fingerprint = models.CharField(max_length=32, editable=False)
    is_secret = models.BooleanField(default=False, editable=False)
    found_at = models.DateTimeField(_("found"))
    closed_at = models.DateTimeField(_("gone since"), null=True, blank=True)
    aside_reason = models.CharField(_("does not apply because"), max_length=500, blank=True)
    aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("set aside by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False,
    )  # fmt: skip
    aside_at = models.DateTimeField(_("set aside"), null=True, blank=True)

    objects = GapQuerySet.as_manager()
    history = History()
    row_security = OfChild(secret_when="is_secret")  # deleted with its file alone, by a trigger

    # Filled by whoever lists gaps.
    can_propose: bool = False
    can_raise: bool = False
    can_lower: bool = False
    can_act: bool = False
    url: str = ""
    told: Any = None

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        indexes = [
            models.Index(
                fields=["kind", "since", "id"], name="gap_open_oldest_first",
                condition=Q(closed_at=None),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["child", "programme", "kind"], name="gap_once_for_a_child_and_programme"
            ),
            models.CheckConstraint(
                name="gap_reason_fits_its_kind",
                condition=Q(kind="OWED", reason__in=[lack.value for lack in OF_KIND[Kind.OWED]])
                | Q(kind="RECEIVED", reason__in=[lack.value for lack in OF_KIND[Kind.RECEIVED]]),
            ),
            is_a_month("gap_since_is_a_month", "since"),
            models.CheckConstraint(name="gap_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="gap_aside_by_whom_when_and_why",
                condition=Q(aside_at=None, aside_by=None, aside_reason="")
                | Q(aside_at__isnull=False, aside_by__isnull=False)
                & ~Q(aside_reason__regex=r"^\s*$"),
                violation_error_message=_("Say why it does not apply."),
            ),
        ]

    def __str__(self) -> str:
        return f"Gap {self.pk}"

    @property
    def is_owed(self) -> bool:
        return self.kind == GapKind.OWED

    @property
    def is_aside(self) -> bool:
        return self.aside_at is not None

    @property
    def who(self) -> Any:
        """The level that takes the next step, in words."""
        return GapWho(WHO[Lack(self.reason)].value).label


class GapCheck(models.Model):
    """One going over a place: how far it is, and what it found."""

    area = models.ForeignKey(
        "accounts.Area", verbose_name=_("area"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked for by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+", db_index=False,
    )  # fmt: skip
    asked_at = models.DateTimeField(_("asked for"))
    done = models.PositiveIntegerField(_("places done"), default=0)
    total = models.PositiveIntegerField(_("places"), default=0)
    found = models.PositiveIntegerField(pgettext_lazy("number", "found"), default=0)
    gone = models.PositiveIntegerField(_("gone"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    row_security = Open("counts of a job name nobody")

    class Meta:
        verbose_name = _("check for gaps")
        verbose_name_plural = _("checks for gaps")
        indexes = [models.Index(fields=["area", "-id"], name="gap_check_of_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area"], name="gap_check_one_under_way", condition=Q(finished_at=None)
            ),
            models.CheckConstraint(
                name="gap_check_done_of_total", condition=Q(done__lte=F("total"))
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Check for gaps {self.pk}"


class GapMark(models.Model):
    """A child whose facts or books changed: triggers write it, the job takes it away."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.CASCADE, related_name="+", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    marked_at = models.DateTimeField(db_default=Now())

    row_security = OfChild()
    is_derived = True

    def __str__(self) -> str:
        return f"Mark {self.pk}"
