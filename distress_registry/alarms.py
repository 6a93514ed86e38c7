"""What stands still unnoticed: background work that failed, payment runs that nobody signs."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.access import Grant, Permission
from assistance.models import PaymentRun
from assistance.models.payment_run import PaymentRunState
from children.models.compiled import compiled
from exchange.models import ListUpload
from exchange.models.list_upload import UploadState

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHOWN = 5


@compiled()
def _failed(since: Any) -> Any:
    return ProcrastinateJob.objects.order_by().filter(
        status="failed", procrastinateevent__type="failed", procrastinateevent__at__gt=since
    ).values_list("task_name", flat=True)[:100]  # fmt: skip


@compiled()
def _stuck(before: Any) -> Any:
    return ProcrastinateJob.objects.order_by().filter(
        status="doing", procrastinateevent__type="started", procrastinateevent__at__lt=before
    ).values_list("task_name", flat=True)[:100]  # fmt: skip


def work_failed(grant: Grant, today: date) -> dict[str, Any] | None:
    """Kinds of work that failed within a day, or are not through after an hour; two queries.

    For who answers for the work of others; an import or a run that is stuck is among them.
    """
    if not (grant.allows(Permission.DIGEST_VIEW) or grant.allows(Permission.ADMINISTER)):
        return None
    now = timezone.now()
    names = {
        "failed": sorted(set(_failed(since=now - DAY))),
        "stuck": sorted(set(_stuck(before=now - HOUR))),
    }
    if not any(names.values()):
        return None
    return {kind: [name.rpartition(".")[2] for name in found] for kind, found in names.items()}


def runs_to_sign(grant: Grant, today: date) -> dict[str, Any] | None:
    """Runs that wait for this reader's step, the oldest first; one query."""
    found = _to_sign(grant)
    if not found:
        return None
    return {
        "runs": found[:SHOWN], "has_more": len(found) > SHOWN, "month": today.replace(day=1),
        "is_approval": grant.allows(Permission.RUN_APPROVE),
    }  # fmt: skip


@compiled()
def _to_sign(grant: Grant) -> Any:
    states = [
        state
        for state, permission in (
            (PaymentRunState.DRAFT, Permission.RUN_CHECK),
            (PaymentRunState.CHECKED, Permission.RUN_APPROVE),
        )
        if grant.allows(permission)
    ]
    rows = PaymentRun.objects.permitted(grant).filter(state__in=states, built_at__isnull=False)
    if grant.allows(Permission.RUN_APPROVE):  # the county signs what townships have checked
        rows = rows.exclude(state=PaymentRunState.DRAFT).exclude(checked_by=grant.user)
    return rows.select_related("area").order_by("month", "pk")[: SHOWN + 1]


AT_WORK = [UploadState.SENT, UploadState.CHECKING, UploadState.TAKING_IN]


@compiled()
def _lists(grant: Grant, late: Any) -> Any:
    rows = ListUpload.objects.permitted(grant).filter(
        Q(state__in=[UploadState.READ, UploadState.CHECKED])
        | Q(state__in=AT_WORK, updated_at__lt=late)
    )
    return rows.select_related("sent_from").order_by("at", "pk")[: SHOWN + 1]


def lists_that_wait(grant: Grant, today: date) -> dict[str, Any] | None:
    """Lists for somebody to confirm, and those stuck: at work for more than an hour; one query."""
    found = _lists(grant, late=timezone.now() - HOUR)
    if not found:
        return None
    lists = [(row, row.state in AT_WORK) for row in found[:SHOWN]]
    return {"lists": lists, "has_more": len(found) > SHOWN}
