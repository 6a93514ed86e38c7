"""Children, what they are owed and get, and the gaps between, arranged for tests."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from assistance.actions import gap as actions
from assistance.models import Gap, PaymentRun
from assistance.rules.months import month_of, shifted
from tests.factories import (
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    StandardFactory,
    UserFactory,
)

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
MONTH = month_of(TODAY)


def programme(code="NURSING", conditions=None, amount=119, **facts):
    row = ProgrammeFactory(code=code, starts="APPLICATION_MONTH", **facts)
    EligibilityRuleFactory(programme=row, conditions=conditions or {"disability": "SEVERE"})
    StandardFactory(programme=row, amount=Decimal(amount), per=row.cadence)
    return row


def disabled(**facts):
    child = ChildFactory(birth_date=date(TODAY.year - 9, 2, 3), **facts)
    paper = CertificateFactory(
        child=child, kind=6, grade=2, issued_on=shifted(MONTH, -5), expires_on=None
    )
    return child, paper


def entitled(child, nursing, *, amount=119, account=True, **facts):
    if account:
        PaymentAccountFactory(child=child, is_in_use=True)
    facts = {"is_running": True, "from_month": shifted(MONTH, -3)} | facts
    return EntitlementFactory(child=child, programme=nursing, amount=amount, **facts)


def arrived(row, month=None, **facts):
    """The payment of a month, last month's when none is said."""
    return PaymentLineFactory(
        entitlement=row, rate=row.rates.first(), amount=row.rates.first().amount,
        **{
            "month": month or shifted(MONTH, -1), "state": "PAID", "reason": "", "paid_on": TODAY,
            "account": row.child.payment_accounts.first(),
            "run": PaymentRunFactory(
                state="CANCELLED", number=PaymentRun.objects.count() + 1
            ),
        } | facts,
    )  # fmt: skip


def check(*children):
    return actions.check_children([child.pk for child in children], now=NOW)


def told(child):
    """(kind, reason, amount, since) of the open gaps."""
    rows = Gap.objects.filter(child=child, closed_at=None).order_by("kind", "reason")
    return [(g.kind, g.reason, int(g.amount), g.since) for g in rows]


def set_aside(child):
    gap = Gap.objects.get(child=child)
    actions.set_aside(gap=gap, reason="家长书面放弃", by=UserFactory(), now=NOW)
    return gap
