"""What money asks for, on a child's page."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from assistance.models import (
    ComingChange,
    Entitlement,
    PaymentAccount,
    PaymentLine,
    RecoveryWaiver,
)
from assistance.models.gap_list import counted
from assistance.rules.coming_change import Cause
from assistance.rules.months import shifted
from children.extensions import only_with
from children.models import Child, FileExit
from children.models.compiled import compiled
from children.models.overview import Due
from children.views.common import is_ours


@only_with(PaymentAccount)
def accounts_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """A proposed account waits for its second person, one in use has lost its guardian and nobody
    proposed another; one query."""
    confirms, proposes = (
        grant.allows(one) for one in (Permission.ACCOUNT_CONFIRM, Permission.ACCOUNT_PROPOSE)
    )
    if not (confirms or proposes):
        return []
    rows = PaymentAccount.objects.permitted(grant).filter(child=child)
    found = list(rows.proposed_or_of_no_guardian(today).order_by("-proposed_at", "-pk"))
    proposed = [row for row in found if row.is_proposed]
    if not proposed and found and proposes and is_ours(child, grant):
        address = reverse("assistance:account_add", args=[child.case_number])
        return [Due(_("The account's holder is no guardian any more: enter another."), "",
                    is_overdue=True, url=address)]  # fmt: skip
    return [
        Due(
            _("A bank account waits for a second person."), "",
            url=reverse("assistance:account_detail", args=[child.case_number, row.pk]),
        )
        for row in proposed if confirms and row.proposed_by_id != grant.user.pk
    ]  # fmt: skip


@only_with(PaymentLine)
def failures_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """Failed payments that the township puts right; one query."""
    if not grant.allows(Permission.RUN_CHECK):
        return []
    rows = PaymentLine.objects.permitted(grant).filter(child=child).to_put_right()
    return [
        Due(
            _("A payment of %(month)s failed: %(reason)s. Put it right by %(day)s.")
            % {
                "month": f"{row.month:%Y-%m}", "reason": row.get_reason_display(),
                "day": formats.date_format(row.act_by or today, "SHORT_DATE_FORMAT"),
            },
            "", row.act_by is not None and row.act_by < today,
            reverse("assistance:line_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.order_by("act_by", "pk")
    ]  # fmt: skip


@only_with(RecoveryWaiver)
def waivers_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """A waiver waits for a second person; one query."""
    if not grant.allows(Permission.RUN_APPROVE):
        return []
    rows = RecoveryWaiver.objects.permitted(grant).filter(child=child).waiting()
    return [
        Due(
            _("A waiver of money asked back waits for a second person."), "",
            url=reverse("assistance:line_recover", args=[child.case_number, row.line_id]),
        )
        for row in rows.exclude(asked_by=grant.user).order_by("pk")
    ]  # fmt: skip


@only_with(Entitlement)
def exits_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """A closed file whose entitlements run past the month from which nothing follows."""
    if not child.is_closed or not grant.allows(Permission.AID_PROPOSE):
        return []
    leaving = FileExit.objects.permitted(grant).standing().filter(child=child).first()
    if leaving is None:
        return []
    month = leaving.first_month_without
    rows = Entitlement.objects.permitted(grant).filter(child=child, state__in=("RUNNING", "HELD"))
    rows = rows.filter(Q(to_month=None) | Q(to_month__gte=month)).select_related("programme")
    return [
        Due(
            _("%(programme)s runs on, the file is closed: end it with %(month)s.")
            % {"programme": row.programme.label, "month": f"{shifted(month, -1):%Y-%m}"},
            "", month <= today,
            reverse("assistance:entitlement_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.order_by("pk")
    ]  # fmt: skip


@only_with(ComingChange)
def stops_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """What is paid now and will not be owed any more within ninety days; one query."""
    if child.is_closed or not grant.allows(Permission.AID_VIEW):
        return []
    # A certificate that runs out is due already, by itself.
    rows = ComingChange.objects.permitted(grant).filter(child=child).stops()
    rows = rows.exclude(cause=Cause.CERTIFICATE).select_related("programme")
    return [
        Due(
            _("«%(programme)s» stops from %(month)s: %(why)s.")
            % {
                "programme": row.programme.label, "month": f"{row.month:%Y-%m}",
                "why": row.get_cause_display(),
            },
            "", url=reverse("assistance:entitlement_detail",
                            args=[child.case_number, row.entitlement_id]),
        )
        for row in rows.order_by("month", "pk")
    ]  # fmt: skip


SHOWN = 5


@compiled()
def _failures(grant: Grant) -> Any:
    rows = PaymentLine.objects.permitted(grant).to_put_right().select_related("child", "programme")
    return rows.order_by("act_by", "pk")[: SHOWN + 1]


def home_failures(grant: Grant, today: date) -> dict[str, Any] | None:
    """For the home page: the failed payments with the nearest deadlines; one query."""
    found = _failures(grant)
    if not found:
        return None
    return {"lines": found[:SHOWN], "has_more": len(found) > SHOWN, "today": today}


def home_gaps(grant: Grant, today: date) -> dict[str, int] | None:
    """For the home page: how many gaps of both kinds, up to a hundred; two queries."""
    counts = counted(grant)
    return counts if any(counts.values()) else None
