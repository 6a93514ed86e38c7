"""An answer of the bank that was sent in: its sealed file, and how far it has come."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access import Grant
from accounts.guard.policies import InArea, Open
from accounts.history import History
from accounts.models.area import upper_bound
from assistance.rules.answer_upload import AnswerState as S
from children.models import Record

from .bank import BankReturn
from .payment_run import PaymentRun


class AnswerUploadState(models.TextChoices):
    SENT = S.SENT.value, _("is being read")
    TAKEN_IN = S.TAKEN_IN.value, pgettext_lazy("list", "taken in")
    REFUSED = S.REFUSED.value, pgettext_lazy("list", "cannot be used")
    CANCELLED = S.CANCELLED.value, pgettext_lazy("list", "cancelled")


class AnswerUploadQuerySet(models.QuerySet):
    def permitted(self, grant: Grant) -> Self:
        """Of runs of places in the grant's own area."""
        code = grant.area_code
        if code is None or not grant.sees_own_area:
            return self.none()
        return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))

    def at_work(self) -> Self:
        return self.filter(state=AnswerUploadState.SENT)

    def done(self) -> Self:
        """With or without success."""
        return self.exclude(state=AnswerUploadState.SENT)

    def to_forget(self, now: datetime) -> Self:
        """Whose file has been kept long enough."""
        return self.filter(forget_at__lte=now, forgotten_at__isnull=True)


class AnswerUpload(Record):
    """`trouble`: {code, …} of a file that cannot be used, a code of `rules.answer_upload.Trouble`.

    The same file sent twice leads to the same `answer`.
    """

    run = models.ForeignKey(
        PaymentRun, verbose_name=_("payment run"), on_delete=models.PROTECT,
        related_name="answer_uploads",
    )  # fmt: skip
    area_code = models.CharField(max_length=12, db_collation="C")  # the run's
    size = models.PositiveIntegerField()  # bytes as it came
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=AnswerUploadState, default=AnswerUploadState.SENT
    )
    trouble: Any = models.JSONField(default=dict)
    answer = models.ForeignKey(
        BankReturn, null=True, blank=True, on_delete=models.PROTECT, related_name="uploads"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("sent by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    at = models.DateTimeField(_("sent"))
    forget_at = models.DateTimeField(_("file kept until"))
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerUploadQuerySet.as_manager()
    history = History()
    row_security = InArea("area_code")

    class Meta:
        verbose_name = _("answer sent in")
        verbose_name_plural = _("answers sent in")
        constraints = [
            models.CheckConstraint(
                name="answer_upload_state_known", condition=Q(state__in=AnswerUploadState.values)
            ),
            models.UniqueConstraint(
                fields=["run"],
                name="answer_upload_one_at_a_time",
                condition=Q(state="SENT"),
                violation_error_message=_(
                    "An answer to this run is being read. Wait until it is through, or cancel it."
                ),
            ),
            models.CheckConstraint(
                name="answer_upload_taken_in_is_an_answer",
                condition=Q(state=AnswerUploadState.TAKEN_IN, answer__isnull=False)
                | ~Q(state=AnswerUploadState.TAKEN_IN) & Q(answer=None),
            ),
        ]

    def __str__(self) -> str:
        return f"Answer sent {self.pk}"

    @property
    def storage_name(self) -> str:
        return f"answers/{self.uuid.hex[:2]}/{self.uuid.hex}"

    @property
    def seal_context(self) -> str:
        return f"assistance.AnswerUpload.file:{self.uuid}"

    @property
    def is_at_work(self) -> bool:
        return self.state == AnswerUploadState.SENT

    @property
    def is_refused(self) -> bool:
        return self.state == AnswerUploadState.REFUSED


class AnswerProgress(models.Model):
    """How far the work in the background has come; written beside its transaction."""

    upload = models.OneToOneField(
        AnswerUpload, primary_key=True, on_delete=models.CASCADE, related_name="progress"
    )
    rows = models.PositiveIntegerField(default=0)
    is_read = models.BooleanField(default=False)  # through to its end: payments are being booked

    row_security = Open("numbers of rows name nobody")

    class Meta:
        verbose_name = _("progress of an answer")
        verbose_name_plural = _("progress of answers")

    def __str__(self) -> str:
        return f"{self.rows} rows"
