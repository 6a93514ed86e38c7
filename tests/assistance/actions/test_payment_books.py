"""Whatever happens to entitlements, accounts and payments: each month adds up to what is owed."""

import random
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.actions.bank import put_right, read_answer, send_run
from assistance.actions.entitlement import move_entitlement, set_rate
from assistance.actions.payment_run import approve_run, cancel_run, check_run, fill_run, open_run
from assistance.models import Entitlement, EntitlementRate, PaymentLine, PaymentRun
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from tests.factories import (
    TOWNSHIP,
    ChildFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 1)
MONTHS = 6


class Life:
    """A random history of three children; every choice comes from one seed."""

    def __init__(self, seed):
        self.chance, self.month, self.people = random.Random(seed), FIRST, []
        for number in range(3):
            child = ChildFactory()
            if number:
                PaymentAccountFactory(child=child, is_in_use=True)
            EntitlementFactory(
                child=child, is_running=True, amount=100 * (number + 1),
                from_month=shifted(FIRST, self.chance.randint(-2, 2)),
            )  # fmt: skip

    def by(self):
        return {"by": UserFactory(), "now": timezone.now()}

    def one(self, rows):
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None

    def raise_or_lower(self):
        row = self.one(Entitlement.objects.owing())
        month = max(shifted(self.month, self.chance.randint(-3, 1)), row.from_month)
        amount = Decimal(self.chance.choice([50, 100, 120, 300]))
        set_rate(reason="按文件", entitlement=row, from_month=month, amount=amount, **self.by())

    def hold_or_resume(self):
        row = self.one(Entitlement.objects.filter(state__in=["RUNNING", "HELD"]))
        if row:
            move = Move.RESUME if row.is_held else Move.HOLD
            move_entitlement(entitlement=row, move=move, reason="核查", **self.by())

    def end(self):
        row = self.one(Entitlement.objects.filter(state__in=["RUNNING", "HELD"]))
        if row and self.chance.random() < 0.4:
            last = max(shifted(self.month, self.chance.randint(-3, 1)), row.from_month)
            move_entitlement(
                entitlement=row, move=Move.END, to_month=last, end_reason="OTHER", **self.by()
            )

    def account(self):
        child = self.one(Entitlement.objects.filter(child__payment_accounts=None))
        if child:
            PaymentAccountFactory(child=child.child, is_in_use=True)

    def put_right(self):
        line = self.one(PaymentLine.objects.to_put_right())
        if line:
            put_right(line=line, reason="已核对", **self.by())

    def build(self):
        run = open_run(month=self.month, area=area(TOWNSHIP), **self.by())
        fill_run(run=run, **self.by())
        return run

    def throw_away(self):
        cancel_run(run=self.build(), reason="重新编制", **self.by())

    def pay(self):
        run = self.build()
        check_run(run=run, **self.by())
        approve_run(run=run, **self.by())
        file, _row = send_run(run=run, layout=DEFAULTS["FIXED"], **self.by())
        file.close()
        rows = ["参考号,结果,原因"]
        for line in PaymentLine.objects.filter(run=run).to_pay().order_by("pk"):
            if self.chance.random() < 0.7:
                rows.append(f"{line.pk},成功,")
            else:
                rows.append(f"{line.pk},失败,{self.chance.choice(['销户', '系统'])}")
        if len(rows) > 1:  # of a run without lines the bank has nothing to answer
            read_answer(run=run, content="\n".join(rows).encode(), **self.by())
        self.month = shifted(self.month, self.chance.choice([0, 1, 1]))

    def step(self):
        steps = [
            self.raise_or_lower, self.hold_or_resume, self.end, self.account, self.put_right,
            self.pay, self.pay, self.build, self.throw_away,
        ]  # fmt: skip
        self.chance.choice(steps)()


def owed(entitlement, month):
    """The one-entitlement rule, written apart from the statement that builds runs."""
    is_owing = entitlement.state in ("RUNNING", "HELD", "ENDED")
    last = entitlement.to_month or month
    if not is_owing or not entitlement.from_month <= month <= last:
        return Decimal(0)
    rates = EntitlementRate.objects.filter(entitlement=entitlement, from_month__lte=month)
    return rates.newest_first().first().amount


@pytest.mark.parametrize("seed", range(8))
def test_paid_held_failed_and_on_its_way_are_together_what_is_owed(seed):
    life = Life(seed)

    for _n in range(14):
        life.step()
    run = life.build()

    for entitlement in Entitlement.objects.owing():
        rows = PaymentLine.objects.filter(entitlement=entitlement)
        month = shifted(FIRST, -2)
        while month <= life.month:
            reckoned = sum(
                line.amount
                for line in rows.filter(month=month)
                if line.state not in ("REISSUED", "CANCELLED")
            )
            assert reckoned == owed(entitlement, month), (seed, month)
            month = shifted(month, 1)
    before = list(PaymentLine.objects.order_by("pk").values())
    assert fill_run(run=run, **life.by()) == 0
    assert list(PaymentLine.objects.order_by("pk").values()) == before
    assert PaymentRun.objects.filter(state="DRAFT").count() == 1
