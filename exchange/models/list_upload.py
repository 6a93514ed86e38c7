"""A list sent through the browser: its sealed file, what was recognised, how far it has come."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant, Permission
from accounts.guard.policies import InArea, InAreaOrOf, Open
from accounts.history import History
from accounts.models import Organisation
from accounts.models.held_by_trigger import HeldByTrigger
from children.models import Record
from exchange.rules.list_upload import WITHDRAWN_FROM, is_busy, may_follow
from exchange.rules.list_upload import UploadState as S

from .feed import FeedKind, Layout
from .list_import import ListImport
from .of_area import OfAreaQuerySet


class UploadState(models.TextChoices):
    SENT = S.SENT.value, _("is being read")
    READ = S.READ.value, _("to be confirmed")
    CHECKING = S.CHECKING.value, _("rows are being checked")
    CHECKED = S.CHECKED.value, _("checked: to be taken in")
    TAKING_IN = S.TAKING_IN.value, _("is being taken in")
    TAKEN_IN = S.TAKEN_IN.value, pgettext_lazy("list", "taken in")
    UNDOING = S.UNDOING.value, _("is being undone")
    UNDONE = S.UNDONE.value, pgettext_lazy("list", "undone")
    UNREADABLE = S.UNREADABLE.value, pgettext_lazy("list", "cannot be used")
    CANCELLED = S.CANCELLED.value, pgettext_lazy("list", "cancelled")


class SentQuerySet(OfAreaQuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of the grant's own area; to a department, what it sent itself."""
        if grant.is_organisation_wide and grant.allows(Permission.LIST_SEND):
            return self.filter(sent_from=grant.posting.organisation_id)
        return super().permitted(grant)


class ListUploadQuerySet(SentQuerySet):
    def waiting(self) -> Self:
        """For somebody to confirm or take in."""
        return self.filter(state__in=[UploadState.READ, UploadState.CHECKED])

    def to_forget(self, now: datetime) -> Self:
        """Whose file has been kept long enough."""
        return self.filter(forget_at__lte=now, forgotten_at__isnull=True)


class ListUpload(Record):
    """`sheets`: what was recognised, see `exchange.taking_in.recognise`. `columns`: what a person
    said of columns: [{sheet, column, key}], counted from 0, "" for one to be left out.
    `problem`: code and facts of a file that cannot be used. `rows`: of the file, once they are
    checked; `wrong`: those that whoever sent it is told to put right. What the registry says of
    them is the county's (`ListReport`). `sent_from`: the department that sent it by its own
    posting."""

    kind = models.CharField(_("kind of list"), max_length=30, choices=FeedKind)
    area_code = models.CharField(max_length=12, db_collation="C")  # whose people the list is about
    layout = models.ForeignKey(
        Layout, verbose_name=_("layout"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    ending = models.CharField(max_length=5)
    size = models.PositiveIntegerField()  # bytes as it came
    file_hash = models.BinaryField(max_length=32)  # SHA-256 of the file as it came
    state = models.CharField(
        _("state"), max_length=10, choices=UploadState, default=UploadState.SENT
    )
    sheets: Any = models.JSONField(default=list)
    columns: Any = models.JSONField(default=list)
    problem: Any = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("rows"), null=True)
    wrong = models.PositiveIntegerField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)  # faults of earlier ones stand no more
    list_import = models.OneToOneField(
        ListImport, null=True, blank=True, on_delete=models.PROTECT, related_name="upload"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("sent"))
    sent_from = models.ForeignKey(
        Organisation, verbose_name=_("sent from"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    back_reason = models.CharField(_("given back because"), max_length=200, blank=True)
    taken_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("taken in by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    taken_in_at = models.DateTimeField(_("taken in"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("undone by"), null=True, blank=True,
        on_delete=models.PROTECT, related_name="+",
    )  # fmt: skip
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_reason = models.CharField(_("reason"), max_length=200, blank=True)
    takes_back_changes = models.BooleanField(_("takes accepted changes back"), default=False)
    forget_at = models.DateTimeField(_("file kept until"))
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = ListUploadQuerySet.as_manager()
    history = History()
    row_security = InAreaOrOf("area_code", organisation="sent_from_id")

    class Meta:
        verbose_name = _("list sent")
        verbose_name_plural = _("lists sent")
        indexes = [models.Index(fields=["area_code", "-at"], name="list_upload_in_area")]
        constraints = [
            models.CheckConstraint(
                name="list_upload_codes_known",
                condition=Q(kind__in=FeedKind.values, state__in=UploadState.values),
            ),
            models.CheckConstraint(
                name="list_upload_taken_in_is_an_import",
                condition=~Q(state__in=[UploadState.TAKEN_IN, UploadState.UNDONE])
                | Q(
                    list_import__isnull=False,
                    taken_in_by__isnull=False,
                    taken_in_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="list_upload_undone_by_a_second_person",
                condition=~Q(state__in=[UploadState.UNDOING, UploadState.UNDONE])
                | Q(undone_by__isnull=False)
                & ~Q(undone_by=models.F("taken_in_by"))
                & ~Q(undo_reason=""),
                violation_error_message=_("A second person undoes a list, with a reason."),
            ),
            models.CheckConstraint(
                name="list_upload_register_is_of_the_county",
                condition=Q(sent_from=None) | ~Q(kind=FeedKind.REGISTER),
                violation_error_message=_("No department sends the register of children."),
            ),
            HeldByTrigger(
                name="list_upload_is_of_its_department",
                violation_error_message=_("Your department does not send lists of this kind."),
            ),
            models.CheckConstraint(
                name="list_upload_given_back_to_who_sent_it",
                condition=Q(back_reason="") | Q(sent_from__isnull=False, state=S.CANCELLED.value),
                violation_error_message=_("What is given back was sent by a department."),
            ),
        ]

    def __str__(self) -> str:
        return f"List {self.pk}"

    @property
    def counts(self) -> dict[str, int]:
        """Of the county's report; nothing for the department that sent the list."""
        report: ListReport | None = getattr(self, "report", None)
        return {} if report is None else report.counts

    @property
    def storage_name(self) -> str:
        return f"lists/{self.uuid.hex[:2]}/{self.uuid.hex}"

    @property
    def seal_context(self) -> str:
        return f"exchange.ListUpload.file:{self.uuid}"

    @property
    def is_busy(self) -> bool:
        return is_busy(self.state)

    @property
    def may_be_cancelled(self) -> bool:
        return may_follow(self.state, S.CANCELLED)

    @property
    def may_be_withdrawn(self) -> bool:
        """By the department that sent it."""
        return self.sent_from_id is not None and self.state in WITHDRAWN_FROM

    @property
    def was_withdrawn(self) -> bool:
        return self.sent_from_id is not None and self.state == S.CANCELLED and not self.back_reason

    @property
    def enters_sessions(self) -> bool:
        return self.kind == FeedKind.REHABILITATION_SESSIONS

    @property
    def enters_claims(self) -> bool:
        return self.kind == FeedKind.REHABILITATION_CLAIMS

    @property
    def has_file(self) -> bool:
        return self.forgotten_at is None


class ListReport(models.Model):
    """How many rows of a list the registry knows, in `counts` (`exchange.actions.list_upload`):
    shown to no department, which would learn of whom there is a file."""

    upload = models.OneToOneField(ListUpload, on_delete=models.PROTECT, related_name="report")
    area_code = models.CharField(max_length=12, db_collation="C")
    counts: Any = models.JSONField(default=dict)

    history = History()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("report on a list")
        verbose_name_plural = _("reports on lists")

    def __str__(self) -> str:
        return f"Report {self.pk}"


class UploadProgress(models.Model):
    """How far the work in the background has come; written beside its transaction."""

    upload = models.OneToOneField(
        ListUpload, primary_key=True, on_delete=models.CASCADE, related_name="progress"
    )
    stage = models.CharField(max_length=10)
    rows = models.PositiveIntegerField(default=0)

    row_security = Open("numbers of rows name nobody")

    class Meta:
        verbose_name = _("progress of a list")
        verbose_name_plural = _("progress of lists")

    def __str__(self) -> str:
        return self.stage


class ListFaultQuerySet(SentQuerySet):
    def by_kind(self) -> Any:
        """What is wrong how often, the most frequent first."""
        rows = self.values("code", "key", "heading")
        return rows.annotate(count=Count("pk"), first=Min("row")).order_by("-count", "code", "key")


class ListFault(models.Model):
    """What is wrong with a row of a list, masked: as `exchange.words.of_fault` tells it.

    `sent_from` only where the department that sent the list is told of it: what is wrong by the
    files of the registry would say who has one.
    """

    upload = models.ForeignKey(ListUpload, on_delete=models.PROTECT, related_name="faults")
    attempt = models.PositiveSmallIntegerField()
    area_code = models.CharField(max_length=12, db_collation="C")
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    heading = models.CharField(max_length=100)  # as the file calls the column
    code = models.CharField(max_length=30)
    facts: Any = models.JSONField(default=dict)
    sent_from = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = ListFaultQuerySet.as_manager()
    row_security = InAreaOrOf("area_code", organisation="sent_from_id")
    is_insert_only = True

    class Meta:
        verbose_name = _("mistake in a list")
        verbose_name_plural = _("mistakes in lists")
        indexes = [
            models.Index(fields=["upload", "attempt", "sheet", "row"], name="list_fault_of_upload")
        ]

    def __str__(self) -> str:
        return f"Row {self.row}"
