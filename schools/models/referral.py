"""Referring a child to the counsellor: by a threshold or by a person, once while it is open."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission, may
from accounts.crypto.fields import EncryptedTextField
from accounts.guard.policies import NamedPeople
from accounts.history import History
from accounts.models import Organisation, Posting
from children.models.base import OfChildQuerySet, Record
from schools.rules.referral import MOVES, Asker, Refusal, refusal


class ReferralState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("referral", "waiting for a counsellor")
    TAKEN = "TAKEN", pgettext_lazy("referral", "taken")
    PLAN = "PLAN", pgettext_lazy("referral", "plan made")
    CLOSED = "CLOSED", pgettext_lazy("referral", "ended")


class ReferralGround(models.TextChoices):
    ALARM = "ALARM", _("sign of self-harm observed")
    STRONG = "STRONG", _("a strong sign observed")
    TOTAL = "TOTAL", _("many signs observed together")
    SCREENING = "SCREENING", _("score of a screening")
    PERSON = "PERSON", _("referred by a colleague")


class ReferralOutcome(models.TextChoices):
    BETTER = "BETTER", _("the child is better")
    PASSED_ON = "PASSED_ON", _("passed on to a hospital or another service")
    WATCHED = "WATCHED", _("no counselling needed, goes on being observed")
    DECLINED = "DECLINED", _("child or guardian declined")
    LEFT = "LEFT", _("child left the school")


URGENT = (ReferralGround.ALARM,)


class ReferralQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of permitted children for those who look after wellbeing; else what one opened."""
        rows = super().permitted(grant)
        if grant.allows(Permission.WELLBEING_VIEW):
            return rows
        return rows.filter(opened_by=grant.user)

    def open(self) -> Self:
        return self.exclude(state=ReferralState.CLOSED)

    def most_pressing_first(self) -> Self:
        """Urgent ones, then those that nobody has, then the oldest."""
        has_nobody = Case(When(state=ReferralState.OPEN, then=0), default=1)
        return self.order_by("-is_urgent", has_nobody, "opened_at", "pk")


class Referral(Record):
    """`counsellor` and `lead` are the two who read its notes, from the moment it is taken."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("referred by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    opened_at = models.DateTimeField(_("referred"))
    ground = models.CharField(_("ground"), max_length=12, choices=ReferralGround)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    remark = EncryptedTextField(
        _("remark"), context="schools.Referral.remark", blank=True, default=""
    )
    state = models.CharField(
        _("state"), max_length=8, choices=ReferralState, default=ReferralState.OPEN
    )
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("counsellor"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("named lead"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    outcome = models.CharField(_("outcome"), max_length=12, choices=ReferralOutcome, blank=True)
    closed_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ReferralQuerySet.as_manager()
    history = History()
    row_security = NamedPeople(
        people=("opened_by_id", "counsellor_id", "lead_id"), told="wellbeing"
    )

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(
                fields=["organisation", "opened_at"], name="referral_open_at_school",
                condition=~Q(state="CLOSED"),
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["child", "organisation"],
                name="referral_one_open_per_child",
                condition=~Q(state="CLOSED"),
                violation_error_message=_("A referral of this child is open already."),
            ),
            models.CheckConstraint(
                name="referral_taken_by_two_named",
                condition=Q(state="OPEN", counsellor__isnull=True, lead__isnull=True)
                | Q(state__in=["TAKEN", "PLAN", "CLOSED"], counsellor__isnull=False,
                    lead__isnull=False),
                violation_error_message=_("Who takes a referral names the lead."),
            ),
            models.CheckConstraint(
                name="referral_closed_with_outcome",
                condition=Q(state="CLOSED", outcome__in=ReferralOutcome.values,
                            closed_at__gte=F("opened_at"))
                | Q(state__in=["OPEN", "TAKEN", "PLAN"], outcome="", closed_at__isnull=True),
                violation_error_message=_("Choose the outcome."),
            ),
            models.CheckConstraint(
                name="referral_ground_known", condition=Q(ground__in=ReferralGround.values)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Referral {self.pk}"

    @property
    def is_closed(self) -> bool:
        return self.state == ReferralState.CLOSED

    def refusal(self, move: str, posting: Posting) -> Refusal | None:
        """Why `posting` may not take the step `move` now; None when it may."""
        asker = Asker(
            is_of_the_school=posting.organisation_id == self.organisation_id,
            is_lead=may(posting, Permission.GROUP_LEAD),
            is_of_the_two=posting.user_id in (self.counsellor_id, self.lead_id),
        )
        return refusal(move, self.state, asker)

    def moves_of(self, posting: Posting) -> list[str]:
        return [move for move in MOVES if self.refusal(move, posting) is None]


class ReferralMove(models.TextChoices):
    REFER = "REFER", _("referred")
    SIGN = "SIGN", _("another sign")
    TAKE = "TAKE", _("taken")
    ASSIGN = "ASSIGN", _("given to a counsellor")
    UNSIGN = "UNSIGN", _("a sign was withdrawn")
    PLAN = "PLAN", _("plan made")
    CLOSE = "CLOSE", pgettext_lazy("referral", "ended")
    REOPEN = "REOPEN", _("opened again")


class ReferralStep(models.Model):
    """One move of a referral; insert-only. What was said stands in notes, never here."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    move = models.CharField(_("step"), max_length=8, choices=ReferralMove)
    ground = models.CharField(_("ground"), max_length=12, choices=ReferralGround, blank=True)
    at = models.DateTimeField(_("when"), db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    counsellor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("counsellor"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    screening = models.ForeignKey(
        "schools.ScreeningResult", null=True, blank=True, on_delete=models.PROTECT,
        related_name="referral_steps",
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = OfChildQuerySet.as_manager()
    row_security = NamedPeople(told="wellbeing")
    is_insert_only = True

    class Meta:
        verbose_name = _("step of a referral")
        verbose_name_plural = _("steps of referrals")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="referral_step_assigned_to_somebody",
                condition=Q(move="ASSIGN", counsellor__isnull=False)
                | ~Q(move="ASSIGN") & Q(counsellor__isnull=True),
                violation_error_message=_("Choose the counsellor."),
            ),
        ]

    def __str__(self) -> str:
        return f"Step {self.pk}"
