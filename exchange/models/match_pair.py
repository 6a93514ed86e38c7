"""Pairs that may be one child: a row of a list and a file, or two files. A person decides each."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.crypto.cipher import HASH_BYTES
from accounts.guard.policies import OfChild
from accounts.history import History
from accounts.models.area import upper_bound
from children.models import Record
from children.models.base import OfChildQuerySet
from children.models.child import permitted_ids
from exchange.rules.match import Ground
from exchange.rules.match_score import Pattern

from .list_import import ListRow
from .match_decision import _is_hash


class PairState(models.TextChoices):
    OPEN = "OPEN", pgettext_lazy("pair", "to decide")
    SAME = "SAME", _("the same child")
    DISTINCT = "DISTINCT", _("another child")
    SETTLED = "SETTLED", pgettext_lazy("pair", "settled by another answer")


class MatchPairQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Whose both sides may be seen: the file, and the other file or the row of the list."""
        seen = permitted_ids(grant)
        row = Q(list_row__in=ListRow.objects.permitted(grant))
        return self.filter(Q(other__in=seen) | row, child__in=seen)

    def waiting(self) -> Self:
        stands = Q(list_row__isnull=True) | Q(list_row__undone_at__isnull=True)
        return self.filter(stands, state=PairState.OPEN)

    def ours(self, grant: Grant) -> Self:
        """Those that the grant's own area may answer: it keeps a file of theirs that goes on."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        kept = self.inside(code) | self.inside(code, "other")
        return kept.filter(child__merged_into__isnull=True, other__merged_into__isnull=True)

    def in_order(self) -> Self:
        """The likeliest first; what was put off comes last."""
        return self.order_by(F("put_off_at").asc(nulls_first=True), "-score", "pk")

    def after(self, pair: "MatchPair") -> Self:
        """What follows the pair in that order."""
        behind = Q(score__lt=pair.score) | Q(score=pair.score, pk__gt=pair.pk)
        if pair.put_off_at is None:
            return self.filter(Q(put_off_at__isnull=False) | behind)
        return self.filter(
            Q(put_off_at__gt=pair.put_off_at) | Q(put_off_at=pair.put_off_at) & behind
        )

    def inside(self, code: str, side: str = "child") -> Self:
        """Whose file is kept there."""
        area = f"{side}__managing_area"
        return self.filter(**{f"{area}__gte": code, f"{area}__lt": upper_bound(code)})


class MatchPair(Record):
    """Once for the same facts of both sides: decided, it comes back when a fact has changed.

    `person_key` and `child_key` are keyed hashes of those facts. Of two files `child` is the older.
    """

    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, related_name="match_pairs"
    )
    child_key = models.BinaryField(max_length=HASH_BYTES)
    other = models.ForeignKey(
        "children.Child", null=True, blank=True, on_delete=models.PROTECT,
        related_name="match_pairs_as_other",
    )  # fmt: skip
    list_row = models.ForeignKey(
        ListRow, null=True, blank=True, on_delete=models.PROTECT, related_name="pairs"
    )
    person_key = models.BinaryField(max_length=HASH_BYTES)
    score = models.FloatField()
    ground = models.CharField(max_length=30)
    levels = ArrayField(models.CharField(max_length=12, null=True))  # as `Pattern` has them
    found_at = models.DateTimeField(_("found"))
    put_off_at = models.DateTimeField(_("put off"), null=True, blank=True)
    state = models.CharField(
        pgettext_lazy("pair", "answer"), max_length=10, choices=PairState, default=PairState.OPEN
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = MatchPairQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("pair to decide")
        verbose_name_plural = _("pairs to decide")
        indexes = [
            models.Index(
                fields=["-score", "id"], name="match_pair_waiting",
                condition=Q(state=PairState.OPEN),
            )
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["person_key", "child", "child_key"], name="match_pair_of_a_row_once",
                condition=Q(other__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["child", "other", "child_key", "person_key"],
                name="match_pair_of_files_once", condition=Q(other__isnull=False),
            ),
            models.CheckConstraint(
                name="match_pair_is_a_row_or_an_older_file",
                condition=Q(list_row__isnull=False, other__isnull=True)
                | Q(list_row__isnull=True, other__isnull=False) & Q(child__lt=F("other")),
            ),
            models.CheckConstraint(
                name="match_pair_decided_by_whom_and_when",
                condition=Q(state=PairState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(state=PairState.OPEN)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="match_pair_state_known", condition=Q(state__in=PairState.values)
            ),
            models.CheckConstraint(
                name="match_pair_keys_are_hashes",
                condition=Q(_is_hash("person_key")) & Q(_is_hash("child_key")),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Pair {self.pk}"

    @property
    def pattern(self) -> Pattern:
        return Pattern(*self.levels)

    @property
    def is_waiting(self) -> bool:
        is_undone = self.list_row is not None and self.list_row.undone_at is not None
        return self.state == PairState.OPEN and not is_undone

    @property
    def per_cent(self) -> int:
        """How likely it is that both are one; never 100, which would say «sure»."""
        return min(99, int(self.score * 100))

    @property
    def name_beside(self) -> str:
        """Of the row or the other file, whose facts are at hand."""
        from .pair_sides import values_of_row

        if self.list_row is not None:
            return str(values_of_row(self.list_row)["name"])
        return self.other.name if self.other is not None else ""

    @property
    def why_asked(self) -> Any:
        from exchange.matching.words import GROUNDS

        return GROUNDS[Ground(self.ground)]
