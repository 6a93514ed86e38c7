"""Who looked: every file opened, field revealed, list exported, page printed. Insert-only."""

from datetime import date, datetime, time, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.guard.policies import AccessLogRows
from accounts.roles import Role

from .area import upper_bound


class AccessKind(models.TextChoices):
    OPENED = "OPENED", _("file opened")
    REVEALED = "REVEALED", _("field revealed")
    EXPORTED = "EXPORTED", _("list exported")
    PRINTED = "PRINTED", _("page printed")
    DOWNLOADED = "DOWNLOADED", _("document downloaded")
    LOOKED_UP = "LOOKED_UP", _("number looked up")


# Parts of `subject`, in words. Keys and days in it stay as they are.
SUBJECTS = {
    "child": pgettext_lazy("of a child", "file"),
    "application": _("application"), "history": _("history"),
    "as_of": _("the file on a day"), "document": _("document"), "child_list": _("children"),
    "number": _("ID number"), "id_number": _("ID number"), "phone": _("phone"),
    "address": _("address"), "guardian": _("guardian"), "certificate": _("disability certificate"),
    "school": _("school"), "ledger": _("ledger"), "ledger_list": _("ledgers"),
    "ledger_month": _("monthly school report"), "ledger_quarter": _("quarterly review"),
    "wellbeing": _("wellbeing"), "visits": _("visits"),
    "day": _("visits of the day, along on a phone"), "care_plan": _("care plan"),
    "aid": _("what is owed and paid"), "aid_slip": _("slip for the family"),
    "entitlement": _("entitlement"), "account": _("payment account"),
    "gap": _("gap"), "gap_list": _("gaps"), "rehabilitation": _("rehabilitation"),
    "rehabilitation_plan": _("rehabilitation plan"),
    "rehabilitation_ledger": _("ledger of rehabilitation"),
    "claim": pgettext_lazy("rehabilitation", "claim"),
    "recognition": _("recognition as a poor student"),
    "award": _("education award"),
    "freshman": _("freshman subsidy"),
    "recognition_posted": _("names to be posted"),
    "payment": _("payment"), "run": _("payment run"), "bank_file": _("file for the bank"),
    "growth": _("growth record"), "sensitive": _("with sensitive parts"),
    "notice": _("notice"), "notice_code": _("reading number"),
    "change": _("proposed change"), "rejected_rows": _("rows of a list to put right"),
    "numbers_out": _("numbers asked about"),
    "county_table": _("table to report"),
    "finding": _("finding"), "list_row": _("row of a list"),
    "transfer": _("file handed over to another place"),
    "handover": _("child handed over to another helper"),
    "pair": _("pair to decide"), "row": _("row of a list"), "list_out": _("list going out"),
    "birth_date": _("birth date"), "department": _("asked by a department"),
    "id_number_known_elsewhere": _("ID number registered in another area"),
}  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class AccessEventQuerySet(models.QuerySet):
    def permitted(self, grant) -> Self:
        """Events on children that the grant's area manages."""
        code = grant.area_code
        if code is None:
            return self.none()
        return self.filter(area_code__gte=code, area_code__lt=upper_bound(code))

    def of_child(self, child_id: int) -> Self:
        return self.newest_first().filter(child_id=child_id)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def before(self, event: "AccessEvent") -> Self:
        """What follows the event in a list of the newest first."""
        earlier = models.Q(at__lt=event.at) | models.Q(at=event.at, pk__lt=event.pk)
        return self.filter(earlier, at__lte=event.at)

    def between(self, first: date | None, last: date | None) -> Self:
        """Of whole local days, both counted."""
        rows = self
        if first:
            rows = rows.filter(at__gte=_midnight(first))
        if last and last < date.max:
            rows = rows.filter(at__lt=_midnight(last + timedelta(days=1)))
        return rows


class AccessEvent(models.Model):
    """One access. `child_id` is no foreign key: accounts knows nobody, and logs outlive rows."""

    at = models.DateTimeField(_("when"), db_default=Now())
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.PROTECT,
        related_name="access_events",
    )  # fmt: skip
    posting_id = models.BigIntegerField(null=True)
    role = models.CharField(_("role"), max_length=20, blank=True)
    kind = models.CharField(_("what"), max_length=20, choices=AccessKind)
    child_id = models.BigIntegerField(null=True)  # empty for a list
    area_code = models.CharField(max_length=12, db_collation="C")  # managing area, or the list's
    subject = models.CharField(_("subject"), max_length=100, blank=True)  # page or field, a code
    reason = models.TextField(_("why"), blank=True)
    row_count = models.PositiveIntegerField(_("rows"), null=True)
    address = models.GenericIPAddressField(_("from where"), null=True)

    objects = AccessEventQuerySet.as_manager()
    row_security = AccessLogRows()
    is_insert_only = True

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access log")
        indexes = [
            models.Index(fields=["child_id", "-at"], name="access_of_child"),
            models.Index(fields=["area_code", "-at"], name="access_in_area"),
            models.Index(fields=["user", "-at"], name="access_by_user"),
            models.Index(fields=["-at"], name="access_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def subject_label(self) -> str:
        """`guardian.7.phone` as "guardian 7 phone", in the user's language."""
        return " ".join(str(SUBJECTS.get(part, part)) for part in self.subject.split("."))

    @property
    def role_label(self) -> str:
        return str(dict(Role.choices).get(self.role, ""))
