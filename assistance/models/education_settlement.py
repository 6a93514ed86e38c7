"""What a school gets for the fees it waived in a term: counted from its awards, then paid."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import Open
from accounts.history import History
from accounts.models.held_by_trigger import HeldByTrigger
from assistance.rules.settlement import Money, State
from children.models import Child, Record
from schools.models import School, Term


class SettlementState(models.TextChoices):
    SETTLED = State.SETTLED.value, pgettext_lazy("settlement", "settled")
    ASKED = State.ASKED.value, pgettext_lazy("settlement", "to be taken back")
    TAKEN_BACK = State.TAKEN_BACK.value, pgettext_lazy("settlement", "taken back")


class SettlementMoney(models.TextChoices):
    CAME_BACK = Money.CAME_BACK.value, _("the school gave it back")
    NEVER_PAID = Money.NEVER_PAID.value, _("it was never paid: the payment was recorded in error")


class EducationSettlementQuerySet(models.QuerySet):
    def standing(self) -> Self:
        return self.exclude(state=SettlementState.TAKEN_BACK)

    def permitted(self, grant: Grant) -> Self:
        """Of the own school or the schools of the own area, and where a permitted child is paid."""
        from .education_award import EducationAward
        from .recognition_list import schools_of

        paid = EducationAward.objects.filter(
            settlement=OuterRef("pk"), child__in=Child.objects.permitted(grant)
        )
        return self.filter(Q(school__in=schools_of(grant).order_by()) | Exists(paid))


class EducationSettlement(Record):
    """Waivers confirmed after one was made go into the next, numbered on.

    One made in error is taken back by two persons: its waivers go into the next, what is written
    here stays.
    """

    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+"
    )
    term = models.ForeignKey(
        Term, verbose_name=_("term"), on_delete=models.PROTECT, related_name="+"
    )
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    award_count = models.PositiveIntegerField(_("pupils and programmes"))
    total = models.DecimalField(_("total"), max_digits=12, decimal_places=2)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("settled by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    settled_at = models.DateTimeField(_("settled"))
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    voucher = models.CharField(_("voucher number"), max_length=100, blank=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("payment recorded by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    state = models.CharField(
        pgettext_lazy("settlement", "state"), max_length=10, choices=SettlementState,
        default=SettlementState.SETTLED,
    )  # fmt: skip
    back_reason = models.CharField(_("why it is taken back"), max_length=500, blank=True)
    back_refusal = models.CharField(_("why it was not taken back"), max_length=500, blank=True)
    back_money = models.CharField(
        _("what became of the money"), max_length=10, choices=SettlementMoney, blank=True
    )
    back_on = models.DateField(_("money came back on"), null=True, blank=True)
    back_receipt = models.CharField(_("number of its receipt"), max_length=100, blank=True)
    back_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked to take back by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    back_asked_at = models.DateTimeField(_("asked to take back"), null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("taken back by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    taken_back_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    objects = EducationSettlementQuerySet.as_manager()
    history = History()
    row_security = Open("sums of a school and a term; no child is named")

    class Meta:
        verbose_name = _("settlement with a school")
        verbose_name_plural = _("settlements with schools")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "term", "number"],
                name="settlement_numbered_once",
                violation_error_message=_("Somebody else settled with this school just now."),
            ),
            models.CheckConstraint(
                name="settlement_is_above_zero",
                condition=Q(total__gt=0, award_count__gt=0),
                violation_error_message=_("There is nothing to settle."),
            ),
            models.CheckConstraint(
                name="settlement_paid_with_voucher",
                condition=Q(paid_on=None, voucher="") | Q(paid_on__isnull=False) & ~Q(voucher=""),
                violation_error_message=_("A payment has its day and its voucher number."),
            ),
            # Not asked of what was paid before the column: see the migration.
            models.CheckConstraint(
                name="settlement_paid_by_a_second_person",
                condition=Q(paid_on=None, paid_by=None)
                | Q(paid_on__isnull=False, paid_by__isnull=False) & ~Q(paid_by=F("settled_by")),
                violation_error_message=_(
                    "Who settled with the school does not record the payment: a second person does."
                ),
            ),
            models.CheckConstraint(
                name="settlement_taken_back_for_a_reason",
                condition=Q(state="SETTLED", back_reason="", back_asked_by=None, back_asked_at=None)
                | ~Q(state="SETTLED")
                & ~Q(back_reason="")
                & Q(back_asked_by__isnull=False, back_asked_at__isnull=False),
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                name="settlement_taken_back_by_a_second_person",
                condition=~Q(state="TAKEN_BACK") & Q(taken_back_by=None, taken_back_at=None)
                | Q(state="TAKEN_BACK", taken_back_by__isnull=False, taken_back_at__isnull=False)
                & ~Q(taken_back_by=F("back_asked_by")),
                violation_error_message=_("You asked for it: a second person decides."),
            ),
            # So a payment is not recorded either while one is asked to be taken back.
            models.CheckConstraint(
                name="settlement_taken_back_with_its_money",
                condition=(Q(state="SETTLED") | Q(paid_on=None))
                & Q(back_money="", back_on=None, back_receipt="")
                | ~Q(state="SETTLED")
                & Q(paid_on__isnull=False)
                & (
                    Q(back_money="NEVER_PAID", back_on=None, back_receipt="")
                    | Q(back_money="CAME_BACK", back_on__isnull=False, back_on__gte=F("paid_on"))
                    & ~Q(back_receipt="")
                ),
                violation_error_message=_(
                    "What was paid is taken back once it is said what became of the money: the day"
                    " and the receipt with which it came back, or that it was never paid."
                ),
            ),
            models.CheckConstraint(
                name="settlement_state_known", condition=Q(state__in=SettlementState.values)
            ),
            HeldByTrigger(
                name="settlement_taken_back_for_good",
                violation_error_message=_("What was taken back stays as it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"Settlement {self.pk}"

    @property
    def is_asked_back(self) -> bool:
        return self.state == SettlementState.ASKED

    @property
    def is_taken_back(self) -> bool:
        return self.state == SettlementState.TAKEN_BACK

    @property
    def is_paid(self) -> bool:
        return self.paid_on is not None

    @property
    def in_words(self) -> str:
        """What the trail of an award calls it."""
        return f"{self.number}"
