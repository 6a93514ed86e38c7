"""Two files of one child continued as one; everything stays where it is, so they can be parted."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import OfChild
from accounts.history import History
from children.models import ExitReason, FileStatus, Record
from children.models.base import OfChildQuerySet
from children.models.child import permitted_ids

from .match_pair import MatchPair


class FileMergeQuerySet(OfChildQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Whose both files may be seen."""
        seen = permitted_ids(grant)
        return self.filter(child__in=seen, merged__in=seen)

    def standing(self) -> Self:
        return self.filter(parted_at__isnull=True)


class FileMerge(Record):
    """`child` goes on; `merged` is closed and read only. What `merged` was before is kept here,
    because parting gives it back."""

    child = models.ForeignKey(
        "children.Child", verbose_name=_("goes on"), on_delete=models.PROTECT, related_name="merges"
    )
    merged = models.ForeignKey(
        "children.Child", verbose_name=_("continued in it"), on_delete=models.PROTECT,
        related_name="merged_by",
    )  # fmt: skip
    pair = models.ForeignKey(
        MatchPair, null=True, blank=True, on_delete=models.PROTECT, related_name="merges"
    )
    status_before = models.CharField(_("status before"), max_length=10, choices=FileStatus)
    closed_on_before = models.DateField(null=True, blank=True)
    closing_reason_before = models.CharField(max_length=30, choices=ExitReason, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    merged_at = models.DateTimeField(pgettext_lazy("files", "merged"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("files", "merged by"),
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    parted_at = models.DateTimeField(pgettext_lazy("files", "parted"), null=True, blank=True)
    parted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=pgettext_lazy("files", "parted by"), null=True,
        blank=True, on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    parting_reason = models.CharField(_("reason of parting"), max_length=500, blank=True)

    objects = FileMergeQuerySet.as_manager()
    history = History()
    row_security = OfChild()

    class Meta:
        verbose_name = _("merging of two files")
        verbose_name_plural = _("merging of files")
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], name="file_merge_stands_once", condition=Q(parted_at=None),
                violation_error_message=_("This file is continued in another one already."),
            ),
            models.CheckConstraint(
                name="file_merge_of_two_files", condition=~Q(child=F("merged")),
                violation_error_message=_("A file cannot be continued in itself."),
            ),
            models.CheckConstraint(
                name="file_merge_parted_by_whom_when_and_why",
                condition=Q(parted_at=None, parted_by=None, parting_reason="")
                | Q(parted_at__isnull=False, parted_by__isnull=False) & ~Q(parting_reason=""),
            ),
            models.CheckConstraint(name="file_merge_has_a_reason", condition=~Q(reason="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Merging {self.pk}"
