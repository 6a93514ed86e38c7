"""Payment runs and what is owed in them, arranged for tests."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from assistance.actions.bank import send_run
from assistance.actions.entitlement import move_entitlement, set_rate
from assistance.actions.payment_run import approve_run, check_run, fill_run, open_run
from assistance.models import PaymentLine
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.entitlement import Move
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    UserFactory,
    area,
)

MONTH = date(2026, 3, 1)


def entitled(amount=1891, *, with_account=True, place=VILLAGE, from_month=MONTH, **facts):
    child = ChildFactory(residence_area=area(place))
    if with_account:
        PaymentAccountFactory(child=child, is_in_use=True)
    return EntitlementFactory(
        child=child, is_running=True, amount=amount, from_month=from_month, **facts
    )


def built(month=MONTH, place=TOWNSHIP):
    now = timezone.now()
    run = open_run(month=month, area=area(place), by=UserFactory(), now=now)
    fill_run(run=run, by=UserFactory(), now=now)
    return run


def lines(run=None):
    """(month, kind, state, amount, reason) in a fixed order, cancelled ones left out."""
    rows = PaymentLine.objects.exclude(state="CANCELLED")
    if run is not None:
        rows = rows.filter(run=run)
    fields = ("month", "kind", "state", "amount", "reason")
    return [
        (m.month, k, s, int(a), r)
        for m, k, s, a, r in rows.order_by("month", "kind", "pk").values_list(*fields)
    ]


def decided(run, *states):
    """As if the bank had answered: the run's lines become `states`, in their order."""
    for line, state in zip(run.lines.order_by("month", "pk"), states, strict=True):
        line.state = state
        if state == "PAID":
            line.paid_on = line.due_on
        if state == "FAILED":
            line.failed_on, line.reason = line.due_on, "CLOSED"
        line.save()


def finish(run):
    """Approved and done with, so that the next run of the month can be opened."""
    now = timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    row = approve_run(run=run, by=UserFactory(), now=now)
    row.state, row.sent_at = "PAID", now
    row.save()
    return row


def end(row, last):
    move_entitlement(
        entitlement=row, move=Move.END, to_month=last, end_reason="PARENT_RELEASED",
        by=UserFactory(), now=timezone.now(),
    )  # fmt: skip


def move(row, step, **facts):
    move_entitlement(entitlement=row, move=step, by=UserFactory(), now=timezone.now(), **facts)


def rated(row, amount, month=MONTH):
    set_rate(
        entitlement=row, from_month=month, amount=Decimal(amount), by=UserFactory(),
        reason="按文件", now=timezone.now(),
    )  # fmt: skip


def send(run):
    file, row = send_run(run=run, layout=DEFAULTS["TABLE"], by=UserFactory(), now=timezone.now())
    file.close()
    return row
