"""What the rules owe for a term and an overlap rule keeps from standing beside another award.

`award_build` writes it anew whenever a term is put together; nobody else does.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.guard.policies import OfChild
from children.models.base import OfChildQuerySet
from schools.models import School, Term

from .programme import Programme


class AwardLeftOut(models.Model):
    """`beside`: the programme that it is kept apart from, awarded or to be awarded in its place."""

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="awards_left_out", db_index=False
    )
    term = models.ForeignKey(
        Term, verbose_name=_("term"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    school = models.ForeignKey(
        School, verbose_name=_("school"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    amount = models.DecimalField(_("amount"), max_digits=9, decimal_places=2)
    beside = models.ForeignKey(
        Programme, verbose_name=_("kept apart from"), on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    found_at = models.DateTimeField(_("found"))

    objects = OfChildQuerySet.as_manager()
    row_security = OfChild()

    other: "Any" = None  # the award of `beside`, filled by whoever lists them

    class Meta:
        verbose_name = _("award left out")
        verbose_name_plural = _("awards left out")
        indexes = [models.Index(fields=["term", "school", "id"], name="award_left_out_of_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["child", "programme", "term"], name="award_left_out_once_a_term"
            ),
        ]

    def __str__(self) -> str:
        return f"Award left out {self.pk}"
