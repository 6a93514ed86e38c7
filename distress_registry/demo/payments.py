"""Two years of allowances in the demo: accounts, entitlements, a run a month, and what failed."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from stdnum import luhn

from accounts.models import Posting
from assistance.actions.bank import put_right, read_answer, recover, send_run
from assistance.actions.basis import basis_by_rules, owed_by_rules
from assistance.actions.entitlement import move_entitlement, propose_entitlement, set_rate
from assistance.actions.payment_account import confirm_account, propose_account
from assistance.actions.payment_run import approve_run, check_run, fill_run, open_run
from assistance.actions.recovery_waiver import ask_for_waiver
from assistance.models import Entitlement, PaymentLine, PaymentRun, Programme
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.entitlement import Move
from assistance.rules.months import month_of, shifted
from children.models import CategorySpell, Child, DisabilityCertificate, Guardianship

MONTHS = 24
ANSWERS = ("账户已销户", "户名不符", "银行系统超时", "账户冻结")
# Code, name, amount: examples, see the domain reference 3.1 and 2.2.
ALLOWANCES = {
    "DE_FACTO": ("事实无人抚养儿童基本生活费", "1650"),
    "ORPHAN": ("孤儿基本生活费", "1650"),
    "NURSING": ("重度残疾人护理补贴", "119"),
    "MEDICAL": ("城乡居民医保参保资助", "400"),  # a year's contribution
}
RAISED = {"DE_FACTO": "1891", "ORPHAN": "1891"}
RAISED_AGO, TOLD_AGO = 11, 9  # months: the difference is paid as arrears
LATE_AGO = 1  # months: an end that was told late
SHARED = range(21, 25)  # of the accounts, by their number
OF_OTHERS = (9, 31)
CATEGORY = {"DE_FACTO": "DE_FACTO", "ORPHAN_SCAT": "ORPHAN"}


class Payments:
    """Who acts, and when: each month has its days on which things are done."""

    def __init__(self, users: dict[str, Posting], now: datetime, paper: bytes) -> None:
        self.users, self.now, self.paper = users, now, paper
        self.month = month_of(timezone.localdate(now))
        self.town: Any = users["supervisor"].area
        self.county: Any = users["county"].area

    def by(self, name: str, day: date) -> dict[str, Any]:
        at = timezone.make_aware(datetime.combine(day, time(10, 20)))
        return {"by": self.users[name].user, "now": min(at, self.now)}

    def tell(self) -> None:
        children = self._entitle()
        known = {child.pk for child in children}
        granted = Child.objects.filter(entitlements__state="RUNNING").exclude(pk__in=known)
        children += granted.distinct().order_by("pk")
        if not children:
            return
        for number, child in enumerate(children):
            if number % 13 != 6:  # some have no account: their money waits
                self._account(child, number)
        for ago in range(MONTHS, -1, -1):
            if ago == TOLD_AGO:
                self._raise_standards()
            if ago == LATE_AGO:
                self._end_late()
            self._month(shifted(self.month, -ago), is_last=ago == 0)
            if ago == LATE_AGO:
                self._take_back()

    def _raise_standards(self) -> None:
        month, day = (shifted(self.month, -ago) for ago in (RAISED_AGO, TOLD_AGO))
        rows = Entitlement.objects.owing().filter(programme__code__in=RAISED)
        for row in rows.select_related("child", "programme").order_by("pk"):
            set_rate(
                reason="标准提高", entitlement=row, from_month=max(month, row.from_month),
                amount=Decimal(RAISED[row.programme.code]),
                basis=self._basis(row.child, row.programme, RAISED[row.programme.code], day,
                                  "示例标准（新）"),
                **self.by("deputy", day),  # who approves the runs has not set their amounts
            )  # fmt: skip

    def _end_late(self) -> None:
        """What the rules do not owe for months is ended only now: the run asks the money back."""
        last = shifted(self.month, -LATE_AGO - 3)
        rows = Entitlement.objects.filter(state="RUNNING", from_month__lt=last)
        rows = rows.filter(programme__code__in=ALLOWANCES, programme__cadence="MONTH")
        for row in rows.select_related("child", "programme").order_by("pk"):
            later = [shifted(last, ahead) for ahead in (1, 2)]
            if not any(owed_by_rules(row.child, row.programme, month).owed for month in later):
                move_entitlement(
                    entitlement=row, move=Move.END, to_month=last, end_reason="OTHER",
                    **self.by("county", shifted(self.month, -LATE_AGO)),
                )  # fmt: skip
                return

    def _take_back(self) -> None:
        """The family has brought a month's money; for the next a waiver is asked for."""
        day = shifted(self.month, -LATE_AGO).replace(day=25)
        lines = PaymentLine.objects.to_come_back().select_related("child").order_by("pk")[:2]
        for number, line in enumerate(lines):
            if number == 0:
                recover(line=line, recovered_on=day, reason="家庭退回", **self.by("county", day))
            else:
                ask_for_waiver(
                    line=line, reason="家庭特别困难，确无能力退回。", **self.by("supervisor", day)
                )

    def _entitle(self) -> list[Child]:
        """Of whom a category or a certificate says so; the newest are still to be confirmed."""
        found: dict[int, Child] = {}
        programmes = {code: _programme(code, name) for code, (name, _amount) in ALLOWANCES.items()}
        spells = CategorySpell.objects.filter(category__in=CATEGORY, ends_on=None)
        grounds: list[tuple[Child, str, date]] = [
            (spell.child, CATEGORY[spell.category], spell.starts_on)
            for spell in spells.select_related("child").order_by("pk")
        ]
        grounds += [  # few are not insured yet
            (child, "MEDICAL", since)
            for number, (child, _code, since) in enumerate(grounds) if number % 7 != 3
        ]  # fmt: skip
        severe = DisabilityCertificate.objects.filter(grade__lte=2, status="VALID")
        grounds += [
            (row.child, "NURSING", max(row.issued_on or row.child.opened_on, row.child.opened_on))
            for row in severe.select_related("child").order_by("pk")
        ]
        for number, (child, code, since) in enumerate(grounds):
            start = max(shifted(month_of(since), 1), shifted(self.month, -MONTHS))
            if child.age_on(start) >= 18 or start > self.month:
                continue
            self._entitlement(child, programmes[code], start, number)
            found[child.pk] = child
        return list(found.values())

    def _entitlement(self, child: Child, programme: Programme, start: date, number: int) -> None:
        day = start if start < self.month else self.month
        row = propose_entitlement(
            child=child, programme=programme, from_month=start,
            amount=Decimal(ALLOWANCES[programme.code][1]), grounds="经县级确认的申请",
            basis=self._basis(child, programme, ALLOWANCES[programme.code][1], start, "示例标准"),
            **self.by("supervisor", day),
        )  # fmt: skip
        if number % 23 != 5:  # the others are still to be confirmed
            move_entitlement(entitlement=row, move=Move.CONFIRM, **self.by("county", day))

    def _basis(
        self, child: Child, programme: Programme, amount: str, month: date, document: str
    ) -> dict[str, Any]:
        return basis_by_rules(
            child=child, programme=programme, amount=Decimal(amount), month=month_of(month),
            document=document,
        )  # fmt: skip

    def _account(self, child: Child, number: int) -> None:
        """A relative's card here, one for four children there: what the run tells is to be seen."""
        digits = f"99{SHARED.start if number in SHARED else number:013}"
        care = Guardianship.objects.main_carers().filter(child=child).first()
        is_others = number in OF_OTHERS
        facts = {
            "holder_is": "OTHER" if is_others else "GUARDIAN" if care else "CHILD",
            "guardianship": None if is_others else care,
            "holder": "叶建军" if is_others else care.guardian.name if care else child.name,
            "bank": "淳安农商银行千岛湖支行",
            "account_number": digits + luhn.calc_check_digit(digits),
        }  # fmt: skip
        day = shifted(self.month, -MONTHS)
        row = propose_account(
            child=child, facts=facts, paper=self.paper, **self.by("director", day)
        )
        confirm_account(account=row, **self.by("supervisor", day))

    def _month(self, month: date, is_last: bool) -> None:
        """A run of the town and one of the rest of the county; the last one is still a draft."""
        if not Entitlement.objects.owing().in_month(month).exists():
            return
        for place in (self.town, self.county):
            run = open_run(month=month, area=place, **self.by("supervisor", month))
            fill_run(run=run, **self.by("supervisor", month))
            if is_last:
                continue
            check_run(run=run, **self.by("supervisor", month.replace(day=3)))
            approve_run(run=run, **self.by("county", month.replace(day=4)))
            file, run = send_run(
                run=run, layout=DEFAULTS["TABLE"], **self.by("county", month.replace(day=5))
            )
            file.close()
            self._answer(run, month)

    def _answer(self, run: PaymentRun, month: date) -> None:
        """The bank's: most arrive in time, some late, a few come back."""
        rows = ["参考号,结果,原因,日期"]
        late = month.month in (2, 10)  # around the long holidays
        for number, line in enumerate(run.lines.to_pay().order_by("pk")):
            is_newest = month == shifted(self.month, -1)
            fails = (line.child_id * 7 + month.month + month.year) % 41 == 0
            fails = fails or (is_newest and number in (1, 4))
            day = 14 if late and number % 3 == 0 else 9
            words = ANSWERS[line.child_id % len(ANSWERS)] if fails else ""
            rows.append(f"{line.pk},{'失败' if fails else '成功'},{words},{month:%Y-%m}-{day:02}")
        if len(rows) == 1:
            return  # nobody was owed anything that another run had not reckoned
        content = "\n".join(rows).encode()
        read_answer(run=run, content=content, **self.by("county", month.replace(day=15)))
        if month < shifted(self.month, -1):  # the newest failures are still the township's work
            for line in PaymentLine.objects.filter(run=run).to_put_right():
                by = self.by("supervisor", month.replace(day=20))
                put_right(line=line, reason="已与家庭及银行核对", **by)


def _programme(code: str, name: str) -> Programme:
    known = Programme.objects.filter(code=code).first()
    if known is not None:
        return known
    return Programme.objects.create(code=code, name=name, pay_day=10, is_example=True)


def load_payments(users: dict[str, Posting], now: datetime, paper: bytes) -> None:
    if not PaymentRun.objects.exists():
        Payments(users, now, paper).tell()
