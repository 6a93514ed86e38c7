"""What people decided of a row and a child; the pair is not asked again until a fact changes."""

from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from accounts.crypto.cipher import HASH_BYTES
from accounts.guard.policies import OfChild
from children.models.base import OfChildQuerySet


def _is_hash(column: str) -> Exact:
    octets = Func(F(column), function="octet_length", output_field=models.IntegerField())
    return Exact(octets, HASH_BYTES)


class MatchVerdict(models.TextChoices):
    SAME = "SAME", _("the same child")
    DISTINCT = "DISTINCT", _("another child")


class MatchDecisionQuerySet(OfChildQuerySet):
    def latest_of(self, keys: Collection[bytes]) -> Self:
        """Of each pair the last decision, which may take an earlier one back."""
        rows = self.filter(person_key__in=list(keys))
        return rows.order_by("person_key", "child_id", "-pk").distinct("person_key", "child_id")


class MatchDecision(models.Model):
    """Insert-only. The keys are keyed hashes: of the facts of the row by which a person is told
    from others, and of the child's; neither says anything of them."""

    person_key = models.BinaryField(max_length=HASH_BYTES)
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    child_key = models.BinaryField(max_length=HASH_BYTES)
    verdict = models.CharField(_("decision"), max_length=10, choices=MatchVerdict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("when"))

    objects = MatchDecisionQuerySet.as_manager()
    row_security = OfChild()
    is_insert_only = True

    class Meta:
        verbose_name = _("decision on a match")
        verbose_name_plural = _("decisions on matches")
        indexes = [models.Index(fields=["person_key", "child"], name="match_decision_of_person")]
        constraints = [
            models.CheckConstraint(
                name="match_decision_verdict_known", condition=Q(verdict__in=MatchVerdict.values)
            ),
            models.CheckConstraint(
                name="match_decision_keys_are_hashes",
                condition=Q(_is_hash("person_key")) & Q(_is_hash("child_key")),
            ),
        ]

    def __str__(self) -> str:
        return f"Match {self.pk}"
