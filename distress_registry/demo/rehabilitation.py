"""Rehabilitation in the demo: two institutions, plans of this year, sessions, claims and gaps."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Posting
from assistance.actions.rehabilitation import (
    add_sessions,
    apply_for_rehabilitation,
    decide_plan,
    move_application,
    propose_plan,
)
from assistance.actions.rehabilitation_claim import draw_up, move_claim, set_line
from assistance.models import RehabilitationInstitution, RehabilitationPlan
from assistance.rules.months import month_of, shifted
from assistance.rules.rehabilitation import ApplicationMove, ClaimMove, PlanMove
from children.actions.record import sign
from children.models import DisabilityCertificate, Guardianship

DAY = timedelta(days=1)
KINDS = {1: "VISUAL", 2: "HEARING", 3: "SPEECH", 4: "PHYSICAL", 5: "INTELLECTUAL", 6: "AUTISM"}
UNTIL_AGE = 15  # as some cities have it (domain reference 2.3): the demo has few small children
MOST = 14


class Rehabilitation:
    def __init__(self, users: dict[str, Posting], now: datetime) -> None:
        self.users, self.now, self.today = users, now, timezone.localdate(now)
        self.first = max(shifted(month_of(self.today), -6), date(self.today.year, 1, 1))

    def by(self, name: str) -> dict[str, Any]:
        return {"by": self.users[name].user, "now": self.now}

    def tell(self) -> None:
        centers = [self._institution("淳安县启明康复中心"), self._institution("千岛湖阳光康复园")]
        rows = DisabilityCertificate.objects.filter(kind__in=KINDS, status="VALID")
        rows = rows.select_related("child").order_by("-child__birth_date", "pk")
        small = [row for row in rows if row.child.age_on(self.today) < UNTIL_AGE - 1][:MOST]
        for number, row in enumerate(small):
            self._child(row, number, centers[number % 2])
        for ago, steps in ((2, "CHECK APPROVE PAY"), (1, "CHECK APPROVE"), (1, "CHECK")):
            for center in centers if ago == 2 else [centers["APPROVE" not in steps]]:
                self._claim(center, shifted(month_of(self.today), -ago), steps.split())

    def _institution(self, name: str) -> RehabilitationInstitution:
        row = RehabilitationInstitution(
            name=name, area=self.users["county"].area, starts_on=date(self.today.year, 1, 1),
            kinds=[*KINDS.values(), "DEVICE"], document="示例：定点康复机构名单",
        )  # fmt: skip
        sign(row, self.users["admin"].user, self.now, row.document)
        row.save()
        return row

    def _child(
        self, row: DisabilityCertificate, number: int, center: RehabilitationInstitution
    ) -> None:
        care = Guardianship.objects.main_carers().filter(child=row.child).first()
        signer = care.guardian.name if care else "祖母"
        one_off = number % 7 == 3
        application = apply_for_rehabilitation(
            child=row.child, paper=None, **self.by("director"),
            facts={
                "kind": "DEVICE" if one_off else KINDS[row.kind], "certificate": row,
                "applied_on": self.first, "applicant": signer, "need": "",
            },
        )  # fmt: skip
        if number % 6 == 5:
            return  # still to be decided
        move_application(application=application, move=ApplicationMove.APPROVE, **self.by("county"))
        terms = (
            {"sessions": 1, "money": Decimal(3000), "item": "助行器"}
            if one_off
            else {"sessions": 80, "money": Decimal(15000), "month_money": Decimal(1500)}
        )
        plan = propose_plan(
            application=application, **self.by("county"),
            facts={
                "institution": center, "starts_on": self.first,
                "ends_on": date(self.today.year, 12, 31), "until_age": UNTIL_AGE, **terms,
            },
        )  # fmt: skip
        if number % 6 == 4:
            return  # its money waits for a second person
        plan = decide_plan(plan=plan, move=PlanMove.APPROVE, **self.by("deputy"))
        self._attend(plan, number, signer)

    def _attend(self, plan: RehabilitationPlan, number: int, signer: str) -> None:
        """Twice a week; some have not come for a while, a device is handed over once."""
        last = self.today - (50 if number % 5 == 1 else 1) * DAY
        days = [
            day
            for n in range((last - self.first).days + 1)
            if (day := self.first + n * DAY).weekday() in (1, 4)
        ]
        if plan.is_one_off:
            days = days[:1]
        add_sessions(
            plan=plan, days=days, hours=Decimal("1.5"), signed_by=signer, **self.by("supervisor")
        )

    def _claim(self, center: RehabilitationInstitution, month: date, steps: list[str]) -> None:
        """Asked too high for one child, and cut."""
        place = self.users["county"].area
        if month < self.first or place is None:
            return
        claim = draw_up(institution=center, month=month, area=place, **self.by("supervisor"))
        line = claim.lines.filter(asked_sessions__gt=2).order_by("pk").first()
        if line is not None:
            set_line(
                line=line, asked_sessions=line.asked_sessions + 2,
                asked_amount=line.asked_amount + 400, **self.by("supervisor"),
            )  # fmt: skip
        move_claim(claim=claim, move=ClaimMove.CHECK, invoice="示例", **self.by("supervisor"))
        if "APPROVE" in steps:
            move_claim(claim=claim, move=ClaimMove.APPROVE, **self.by("county"))
        if "PAY" in steps:
            move_claim(
                claim=claim, move=ClaimMove.PAY, paid_on=min(shifted(month, 1), self.today),
                **self.by("deputy"),
            )  # fmt: skip


def load_rehabilitation(users: dict[str, Posting], now: datetime) -> None:
    Rehabilitation(users, now).tell()
