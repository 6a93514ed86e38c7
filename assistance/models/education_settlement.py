"""What a school gets for the fees it waived in a term: counted from its awards, then paid."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Grant
from accounts.guard.policies import Open
from accounts.history import History
from children.models import Child, Record
from schools.models import School, Term


class EducationSettlementQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the own school or the schools of the own area, and where a permitted child is paid."""
        from .education_award import EducationAward
        from .recognition_list import schools_of

        paid = EducationAward.objects.filter(
            settlement=OuterRef("pk"), child__in=Child.objects.permitted(grant)
        )
        return self.filter(Q(school__in=schools_of(grant).order_by()) | Exists(paid))


class EducationSettlement(Record):
    """Waivers confirmed after one was made go into the next, numbered on."""

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
        ]

    def __str__(self) -> str:
        return f"Settlement {self.pk}"

    @property
    def is_paid(self) -> bool:
        return self.paid_on is not None

    @property
    def in_words(self) -> str:
        """What the trail of an award calls it."""
        return f"{self.number}"
