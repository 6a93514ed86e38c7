"""Layouts of bank files as a county keeps them, and what the bank has answered."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import Open
from accounts.history import History
from assistance.rules.bank_layout import DEFAULTS, FIXED, SPREADSHEET, Layout
from assistance.rules.bank_return import BLAMED, HEADINGS

from .payment_run import PaymentRun


class LayoutKind(models.TextChoices):
    SPREADSHEET = SPREADSHEET, _("spreadsheet")
    FIXED = FIXED, _("text of fixed width")


class BankLayout(models.Model):
    """`columns`: a list of {field, heading, width, align, fill}, see docs/payments.md.

    `headings`: for the bank's answer, more names of columns: {"reference": ["…"], …}.
    """

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(pgettext_lazy("layout", "name"), max_length=100)
    kind = models.CharField(_("kind of file"), max_length=12, choices=LayoutKind)
    encoding = models.CharField(_("encoding"), max_length=10, default="gbk")
    columns: Any = models.JSONField(_("columns"), default=list)
    headings: Any = models.JSONField(_("headings of the answer"), default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    history = History()
    row_security = Open("layouts of files hold nobody's data")

    class Meta:
        verbose_name = _("layout of a bank file")
        verbose_name_plural = _("layouts of bank files")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="bank_layout_kind_known", condition=Q(kind__in=LayoutKind.values)
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if not isinstance(self.columns, list) or not self.columns:
            raise ValidationError({"columns": _("A list of columns is expected.")})
        try:
            "".encode(self.encoding)
            self.as_layout()
        except (ValueError, LookupError) as error:
            raise ValidationError({"columns": str(error)}) from error
        texts = self.headings.values() if isinstance(self.headings, dict) else [None]
        if not all(isinstance(words, list) for words in texts):
            raise ValidationError({"headings": _("Lists of names by column are expected.")})

    def as_layout(self) -> Layout:
        return Layout.of(self.name, self.kind, self.columns, self.encoding)


def layouts() -> dict[str, Layout]:
    """Code → layout: the county's own, and those it begins with under codes not taken."""
    own = {row.code: row.as_layout() for row in BankLayout.objects.filter(is_active=True)}
    return DEFAULTS | own


def answer_headings() -> dict[str, list[str]]:
    """Names of the columns of an answer, the county's own with them."""
    known = {name: list(words) for name, words in HEADINGS.items()}
    for row in BankLayout.objects.filter(is_active=True):
        for name, words in row.headings.items():
            if name in known:
                known[name] += [str(word) for word in words]
    return known


class BankReturn(models.Model):
    """One answer of the bank, read once: the same file again changes nothing."""

    run = models.ForeignKey(
        PaymentRun, verbose_name=_("payment run"), on_delete=models.PROTECT, related_name="returns"
    )
    sha256 = models.CharField(max_length=64, editable=False)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("read in by"), on_delete=models.PROTECT,
        related_name="+",
    )  # fmt: skip
    read_at = models.DateTimeField(_("read in"))
    paid_count = models.PositiveIntegerField(default=0)
    paid_total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    failed_count = models.PositiveIntegerField(default=0)
    failed_total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    known_count = models.PositiveIntegerField(default=0)  # told before, and the same
    rejected_count = models.PositiveIntegerField(default=0)
    # The one that was read; empty for a text.
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    headings: Any = models.JSONField(default=dict)  # column → what the file calls it

    row_security = Open("counts and sums name nobody")
    is_insert_only = True

    class Meta:
        verbose_name = _("answer of the bank")
        verbose_name_plural = _("answers of the bank")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "sha256"],
                name="bank_return_read_once",
                violation_error_message=_("This file was read in already."),
            )
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"


class RejectReason(models.TextChoices):
    UNKNOWN = "UNKNOWN", _("no payment of this run has this reference")
    OTHER_RUN = "OTHER_RUN", _("the payment is of another run")
    DOUBLED = "DOUBLED", _("the reference stands in the file more than once")
    AMOUNT = "AMOUNT", _("the amount is another")
    ACCOUNT = "ACCOUNT", _("the account is another")
    RESULT = "RESULT", _("neither paid nor failed can be read from it")
    DECIDED = "DECIDED", _("an earlier answer said otherwise")


class BankReject(models.Model):
    """A row of an answer that was not taken. Neither names nor numbers of accounts are kept."""

    answer = models.ForeignKey(BankReturn, on_delete=models.PROTECT, related_name="rejects")
    number = models.PositiveIntegerField(_("row"))
    reference = models.BigIntegerField(_("reference"), null=True, blank=True)
    reason = models.CharField(
        pgettext_lazy("reject", "reason"), max_length=10, choices=RejectReason
    )

    row_security = Open("numbers of rows name nobody")
    is_insert_only = True

    class Meta:
        verbose_name = _("row not taken")
        verbose_name_plural = _("rows not taken")
        constraints = [
            models.CheckConstraint(
                name="bank_reject_reason_known", condition=Q(reason__in=RejectReason.values)
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}"

    @property
    def column(self) -> str:
        """Of the file: the name of ours, a key of `BankReturn.headings`."""
        return BLAMED[self.reason]
