"""What the five guarantees mean here: whom each concerns, and which programmes answer it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from assistance.models import Programme
from assistance.models.month import MonthField, is_a_month
from children.models import CategoryCode


class Guarantee(models.TextChoices):
    """The columns of the county's table of 2017 (domain reference 9.3)."""

    LIVING = "LIVING", _("basic living")
    MEDICAL = "MEDICAL", _("basic medical care")
    EDUCATION = "EDUCATION", _("education")
    GUARDIANSHIP = "GUARDIANSHIP", pgettext_lazy("guarantee", "guardianship")
    WELFARE = "WELFARE", _("welfare of disabled children")


# The other two are answered by roll and carer, whatever is paid.
BY_PROGRAMME = [Guarantee.LIVING, Guarantee.MEDICAL, Guarantee.WELFARE]


class GuaranteeTerm(models.Model):
    """With a category: its children are owed the guarantee. With a programme: it answers it."""

    guarantee = models.CharField(_("guarantee"), max_length=12, choices=Guarantee)
    category = models.CharField(
        _("concerns children of"), max_length=20, choices=CategoryCode, blank=True
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("answered by"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    from_month = MonthField(_("first month"))
    to_month = MonthField(_("last month"), null=True, blank=True)
    document = models.CharField(_("document number"), max_length=200, blank=True)

    history = History()
    row_security = Open("published rules of counting")

    class Meta:
        verbose_name = _("meaning of a guarantee")
        verbose_name_plural = _("meanings of the guarantees")
        ordering = ["guarantee", "category", "programme", "from_month"]
        constraints = [
            models.CheckConstraint(
                name="guarantee_term_is_of_a_category_or_a_programme",
                condition=Q(programme__isnull=True) & ~Q(category="")
                | Q(programme__isnull=False, category=""),
                violation_error_message=_("Name a category or a programme, not both."),
            ),
            models.CheckConstraint(
                name="guarantee_term_of_what_programmes_answer",
                condition=Q(guarantee__in=[each.value for each in BY_PROGRAMME]),
                violation_error_message=_(
                    "Education and guardianship are counted from the roll and the carers alone."
                ),
            ),
            models.CheckConstraint(
                name="guarantee_term_category_known",
                condition=Q(category__in=["", *CategoryCode.values]),
            ),
            is_a_month("guarantee_term_months_are_months", "from_month", "to_month"),
            models.CheckConstraint(
                name="guarantee_term_ends_no_earlier_than_it_starts",
                condition=Q(to_month=None) | Q(to_month__gte=F("from_month")),
                violation_error_message=_("The last month lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["guarantee", "category", "programme", "from_month"],
                name="guarantee_term_once",
                nulls_distinct=False,
                violation_error_message=_("This stands here from that month already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.category or self.programme_id}"
