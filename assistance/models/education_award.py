"""What a pupil is given for a term: fees waived at the school, or a grant to the family."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.education_award import EndReason, State
from children.models import Record
from children.models.base import OfChildQuerySet
from schools.models import Enrolment, School, Stage, Term

from .education_settlement import EducationSettlement
from .eligibility_rule import EligibilityRule
from .entitlement import Entitlement
from .payment_line import PaymentLine
from .programme import PaidTo, Programme
from .recognition_rule import Tier
from .standard import Standard


class AwardState(models.TextChoices):
    PROPOSED = State.PROPOSED.value, pgettext_lazy("award", "proposed")
    CONFIRMED = State.CONFIRMED.value, pgettext_lazy("award", "confirmed")
    ENDED = State.ENDED.value, pgettext_lazy("award", "ended")


class AwardEnd(models.TextChoices):
    LEFT = EndReason.LEFT.value, pgettext_lazy("award", "on no roll on the day of counting")
    MOVED = EndReason.MOVED.value, pgettext_lazy("award", "at another school")
    HOME_TEACHING = EndReason.HOME_TEACHING.value, pgettext_lazy("award", "taught at home")
    FACTS = EndReason.FACTS.value, pgettext_lazy("award", "facts changed")
    REFUSED = EndReason.REFUSED.value, pgettext_lazy("award", "refused")
    CANCELLED = EndReason.CANCELLED.value, pgettext_lazy("award", "its entitlement was cancelled")


class EducationAwardQuerySet(OfChildQuerySet):
    def counting(self) -> Self:
        return self.exclude(state=AwardState.ENDED)

    def waiting(self) -> Self:
        return self.filter(state=AwardState.PROPOSED)

    def waivers(self) -> Self:
        return self.filter(paid_to=PaidTo.SCHOOL)

    def held_by(self, settlement: EducationSettlement) -> Self:
        """Those in it; of one taken back those that it held, which their history tells."""
        if not settlement.is_taken_back:
            return self.filter(settlement=settlement)
        held = EducationAward.history.filter(id=OuterRef("pk"), settlement_id=settlement.pk)
        return self.filter(Exists(held), term=settlement.term_id, school=settlement.school_id)

    def with_paid_on(self) -> Self:
        """`arrived_on`: when the school was credited, or the family's money arrived."""
        lines = PaymentLine.objects.filter(entitlement=OuterRef("entitlement"), state="PAID")
        arrived = Subquery(lines.order_by("-paid_on").values("paid_on")[:1])
        return self.annotate(
            arrived_on=Case(
                When(paid_to=PaidTo.SCHOOL, then=F("settlement__paid_on")), default=arrived,
                output_field=DateField(null=True),
            )
        )  # fmt: skip

    def under_way(self) -> Self:
        """Settled with the school, or in a payment run: the roll changes these no more."""
        lines = PaymentLine.objects.filter(entitlement=OuterRef("entitlement"))
        return self.filter(Q(settlement__isnull=False) | Exists(lines.exclude(state="CANCELLED")))


class EducationAward(Record):
    """Made from the roll by the rules; amount, rule and standard are those that made it."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="education_awards"
    )
    term = models.ForeignKey(
        Term, verbose_name=_("term"), on_delete=models.PROTECT, related_name="+"
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+"
    )
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    enrolment = models.ForeignKey(
        Enrolment, verbose_name=_("enrolment"), on_delete=models.PROTECT, related_name="+"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    is_boarding = models.BooleanField(_("boards at school"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    paid_to = models.CharField(_("paid to"), max_length=12, choices=PaidTo)
    rule = models.ForeignKey(
        EligibilityRule, verbose_name=_("eligibility rule"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    standard = models.ForeignKey(
        Standard, verbose_name=_("standard"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("award", "state"), max_length=10, choices=AwardState,
        default=AwardState.PROPOSED,
    )  # fmt: skip
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("proposed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    proposed_at = models.DateTimeField(_("proposed"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("confirmed by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(
        _("reason of the end"), max_length=14, choices=AwardEnd, blank=True
    )
    entitlement = models.OneToOneField(
        Entitlement, verbose_name=_("entitlement"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="education_award",
    )  # fmt: skip
    settlement = models.ForeignKey(
        EducationSettlement, verbose_name=_("settlement with a school"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="awards",
    )  # fmt: skip

    objects = EducationAwardQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("education award")
        verbose_name_plural = _("education awards")
        indexes = [models.Index(fields=["term", "school"], name="award_of_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "programme", "term"],
                name="award_once_a_term",
                condition=~Q(state="ENDED"),
                violation_error_message=_("The child has this award in this term already."),
            ),
            HeldByTrigger(
                name="award_beside_what_excludes_it",
                violation_error_message=_("An overlap rule keeps these awards apart."),
            ),
            models.CheckConstraint(
                name="award_is_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                name="award_confirmed_by_whom_and_when",
                condition=Q(state="PROPOSED", confirmed_by=None, confirmed_at=None)
                | Q(state="ENDED")
                | ~Q(state__in=["PROPOSED", "ENDED"])
                & Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="award_confirmed_by_a_second_person",
                condition=Q(proposed_by=None)
                | Q(confirmed_by=None)
                | ~Q(proposed_by=F("confirmed_by")),
                violation_error_message=_("You proposed it: a second person confirms."),
            ),
            models.CheckConstraint(
                name="award_ended_with_day_and_reason",
                condition=Q(state="ENDED", ended_on__isnull=False) & ~Q(end_reason="")
                | ~Q(state="ENDED") & Q(ended_on=None, end_reason=""),
            ),
            models.CheckConstraint(
                name="award_settled_with_schools_alone",
                condition=Q(settlement=None) | Q(paid_to="SCHOOL", state="CONFIRMED"),
                violation_error_message=_("Only confirmed waivers are settled with a school."),
            ),
            HeldByTrigger(
                name="award_settled_once",
                violation_error_message=_(
                    "A waiver leaves a settlement only when that is taken back, and then it does."
                ),
            ),
            models.CheckConstraint(
                name="award_of_a_family_has_its_entitlement",
                condition=Q(state="CONFIRMED", paid_to="FAMILY", entitlement__isnull=False)
                | Q(state="ENDED")
                | Q(entitlement=None) & ~Q(state="CONFIRMED", paid_to="FAMILY"),
            ),
            HeldByTrigger(
                name="award_ends_with_its_entitlement",
                violation_error_message=_("An award and its entitlement end together."),
            ),
            models.CheckConstraint(
                name="award_codes_known",
                condition=Q(paid_to__in=["FAMILY", "SCHOOL"])
                & Q(end_reason__in=["", *AwardEnd.values])
                & Q(tier__in=["", *Tier.values]),
            ),
            models.CheckConstraint(
                name="award_state_known", condition=Q(state__in=AwardState.values)
            ),
        ]

    beside: "Any" = ()  # of a proposed grant: what an overlap rule keeps apart from it

    def __str__(self) -> str:
        return f"Education award {self.pk}"

    @property
    def is_proposed(self) -> bool:
        return self.state == AwardState.PROPOSED

    @property
    def is_unsettled(self) -> bool:
        """A waiver that is confirmed and that no settlement holds."""
        waived = self.state == AwardState.CONFIRMED and self.paid_to == PaidTo.SCHOOL
        return waived and self.settlement_id is None

    @property
    def is_ended(self) -> bool:
        return self.state == AwardState.ENDED

    @property
    def state_in_words(self) -> Any:
        """Of rows with `arrived_on`; what was paid of an ended one is asked back."""
        arrived = not self.is_ended and getattr(self, "arrived_on", None)
        return pgettext_lazy("award", "paid") if arrived else self.get_state_display()
