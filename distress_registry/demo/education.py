"""Education aid of the demo: two school years of recognition and awards, and three freshmen."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Area, Organisation, Posting
from assistance.actions.education_award import build_awards, confirm_awards
from assistance.actions.education_settlement import pay_settlement, settle
from assistance.actions.freshman import apply_for_subsidy, decide_subsidy, prove_arrival
from assistance.actions.recognition import move_recognition, propose_recognitions
from assistance.models import EducationAward, Recognition, RecognitionRule, SchoolFee
from assistance.rules.freshman import Move as FreshmanMove
from assistance.rules.recognition import Move
from children.models import Child
from schools.actions.enrolment import enrol
from schools.models import Enrolment, School, SchoolYear, Stage, Term

DAY = timedelta(days=1)
BASIS = {"document": "教财〔2018〕16号", "is_example": True}
FEE_DOCUMENT = "示例：学校收费公示"  # yuan of a term or, for the kindergarten, of a month
MOST_YOUNG = 12
# Of today, when each freshman is to register; the last was paid before it was known.
COLLEGES = ("浙江某某学院", "江西某某大学", "浙江某某职业技术学院", "浙江某某大学")
DAYS_AFTER = {"ARRIVED": -30, "LATE": -30, "NEW": 10, "BACK": -70}
# Ground, tier, whether the name may be posted, conditions: examples, see domain reference 4.2.
RULES: list[tuple[str, str, bool, dict[str, Any]]] = [
    ("ORPHAN", "SPECIAL", False, {"category": ["ORPHAN_INST", "ORPHAN_SCAT"]}),
    ("DE_FACTO", "SPECIAL", False, {"category": ["DE_FACTO"]}),
    ("DESTITUTE", "SPECIAL", True, {"economic_status": ["DESTITUTE"]}),
    ("DIBAO", "SPECIAL", True, {"economic_status": ["DIBAO"]}),
    ("DISABLED", "MEDIUM", True, {"disability": "ANY"}),
    ("POVERTY_MONITORED", "MEDIUM", True, {"economic_status": ["POVERTY_MONITORED"]}),
    ("NEAR_THRESHOLD", "MEDIUM", True, {"economic_status": ["NEAR_THRESHOLD"]}),
    ("PARENT_DISABLED", "GENERAL", True, {"parent": {"status": ["SEVERE_DISABILITY"]}}),
    ("RIGID_EXPENDITURE", "GENERAL", True, {"economic_status": ["RIGID_EXPENDITURE"]}),
    ("SERIOUS_ILLNESS", "GENERAL", True, {"category": ["SEV_ILL"]}),
]


class EducationAid:
    """Who acts, and when."""

    def __init__(self, users: dict[str, Posting], now: datetime, paper: bytes) -> None:
        self.users, self.now, self.paper = users, now, paper
        self.today = timezone.localdate(now)
        self.county: str = str(users["county"].area_id)

    def by(self, name: str, day: date) -> dict[str, Any]:
        at = timezone.make_aware(datetime.combine(day, time(10, 20)))
        return {"by": self.users[name].user, "now": min(at, self.now)}

    def tell(self) -> None:
        for ground, tier, is_posted, conditions in RULES:
            RecognitionRule.objects.create(
                ground=ground, tier=tier, is_posted=is_posted, conditions=conditions, **BASIS
            )
        self._open_senior_schools()
        self._open_kindergarten()
        years = list(SchoolYear.objects.filter(starts_on__lte=self.today).order_by("starts_on"))
        for year in years[-2:]:
            self._recognise(year, is_newest=year == years[-1])
        for term in Term.objects.filter(starts_on__lt=self.today, year__in=years[-2:]):
            self._award(term)
        self._freshmen()

    def _open_senior_schools(self) -> None:
        """Those of sixteen and seventeen who are on no roll learn there or a trade; some board."""
        school = self._opened("3433000005", "淳安县第二高级中学", Stage.SENIOR)
        day = self.today - 280 * DAY
        rows = Child.objects.filter(enrolments=None, excuses=None, ledger_entries=None)
        rows = rows.exclude(status="CLOSED").order_by("pk")
        old = [child for child in rows if 15 < child.age_on(self.today) < 18]
        trade = self._opened("3433000007", "淳安县职业中等专业学校", Stage.VOCATIONAL)
        for number, child in enumerate(old[:30]):
            is_trade = number % 5 == 4
            facts = {
                "school": trade if is_trade else school, "class_name": f"{number % 3 + 1}班",
                "stage": Stage.VOCATIONAL if is_trade else Stage.SENIOR,
                "grade": number % 3 + 1, "is_boarding": number % 2 == 0,
            }  # fmt: skip
            self._enrol(child, max(day, child.opened_on), facts)
        self._charges(trade, Stage.VOCATIONAL, "tuition", 1200)

    def _open_kindergarten(self) -> None:
        """The last of three years costs the family nothing from autumn 2025 on."""
        school = self._opened("3433000006", "千岛湖镇中心幼儿园", Stage.PRESCHOOL)
        first = max(SchoolYear.objects.filter(starts_on__lte=self.today).values_list(
            "starts_on", flat=True
        ))  # fmt: skip
        rows = Child.objects.filter(enrolments=None, excuses=None, ledger_entries=None)
        rows = rows.exclude(status="CLOSED").filter(opened_on__lte=first).order_by("pk")
        young = [child for child in rows if 3 <= child.age_on(first) < 6]
        for number, child in enumerate(young[:MOST_YOUNG]):
            grade = child.age_on(first) - 2
            name = ("小", "中", "大")[grade - 1]
            facts = {
                "school": school, "class_name": f"{name}（{number % 2 + 1}）班",
                "stage": Stage.PRESCHOOL, "grade": grade, "is_boarding": False,
            }  # fmt: skip
            self._enrol(child, first, facts)
        self._charges(school, Stage.PRESCHOOL, "kindergarten_fee", 350, months=5)

    def _opened(self, code: str, name: str, stage: str) -> School:
        area = Area.objects.get(code=f"{self.county}100")
        organisation = Organisation.objects.create(code=code, kind="SCHOOL", name=name, area=area)
        return School.objects.create(organisation=organisation, stages=[stage])

    def _enrol(self, child: Child, first: date, facts: dict[str, Any]) -> None:
        facts = {"starts_on": first, "roll_number": "", **facts}
        enrol(child=child, facts=facts, reason="", today=first, **self.by("county", first))

    def _charges(
        self, school: School, stage: str, what: str, amount: int, months: int | None = None
    ) -> None:
        SchoolFee.objects.create(
            school=school, stage=stage, what=what, amount=amount, months=months,
            from_month=date(self.today.year - 2, 9, 1), document=FEE_DOCUMENT,
        )  # fmt: skip

    def _recognise(self, year: SchoolYear, *, is_newest: bool) -> None:
        """In spring for the year before, when these files began; each autumn later."""
        spring = Term.objects.filter(year=year, season=2).get().starts_on
        day = min(year.starts_on + 9 * DAY if is_newest else spring + 7 * DAY, self.today)
        for school in School.objects.order_by("pk"):
            by = self.by("principal", day)
            propose_recognitions(year=year, day=day, school=school.pk, **by)
        later = min(day + 6 * DAY, self.today)
        rows = Recognition.objects.filter(year=year).select_related("year").order_by("pk")
        for number, row in enumerate(rows):
            told: dict[str, Any] = {"today": later, **self.by("county", later)}
            if number % 23 == 7:
                reason = "核查后不属于资助对象"
                move_recognition(recognition=row, move=Move.REFUSE, reason=reason, **told)
            elif not is_newest or number % 8 != 3:
                row = move_recognition(recognition=row, move=Move.CONFIRM, **told)
                if is_newest and number == 12:
                    told = {"today": later, **self.by("principal", later)}
                    reason = "公示期有家长反映该生家庭已购新房"
                    move_recognition(recognition=row, move=Move.OBJECT, reason=reason, **told)

    def _award(self, term: Term) -> None:
        """Built by the township, confirmed by the county; what schools waived is settled."""
        day = min(term.starts_on + 20 * DAY, self.today)
        later = min(day + 9 * DAY, self.today)
        if not Enrolment.objects.filter(starts_on__lte=day).exists():
            return
        build_awards(term=term, today=day, area=self.county, **self.by("supervisor", day))
        awards = EducationAward.objects.filter(term=term).waiting().select_related("programme")
        is_over = term.ends_on < self.today
        chosen = [row for number, row in enumerate(awards.order_by("pk")) if is_over or number % 6]
        confirm_awards(term=term, awards=chosen, area=self.county, **self.by("county", later))
        waived = awards.model.objects.waivers().filter(term=term, state="CONFIRMED")
        for pk in sorted(set(waived.values_list("school", flat=True))):
            by = self.by("county", later)
            row = settle(school=School.objects.get(pk=pk), term=term, **by)
            if is_over:
                voucher = f"教资〔{later.year}〕{row.pk}号"
                by = self.by("deputy", later)
                pay_settlement(settlement=row, paid_on=later, voucher=voucher, **by)

    def _freshmen(self) -> None:
        """One arrived, one whose proof is late, one still to be decided, one who did not go."""
        rows = Child.objects.filter(enrolments__stage="SENIOR", enrolments__ends_on=None)
        oldest = (
            rows.filter(recognitions__state="CONFIRMED").distinct().order_by("birth_date", "pk")
        )
        stories = zip(oldest[:4], ("ARRIVED", "LATE", "NEW", "BACK"), strict=False)
        for number, (child, story) in enumerate(stories):
            registers = self.today + DAYS_AFTER[story] * DAY
            day = registers - 20 * DAY
            facts = {
                "college": COLLEGES[number],
                "level": "OUT_OF_PROVINCE" if number == 1 else "IN_PROVINCE",
                "admitted_on": day - 15 * DAY, "registers_on": registers,
            }  # fmt: skip
            by = self.by("supervisor", day)
            row = apply_for_subsidy(child=child, facts=facts, paper=self.paper, today=day, **by)
            if story == "NEW":
                continue
            told = {"today": day + 5 * DAY, **self.by("county", day + 5 * DAY)}
            row = decide_subsidy(subsidy=row, move=FreshmanMove.CONFIRM, **told)
            if story == "ARRIVED":
                prove_arrival(
                    subsidy=row, arrived_on=registers, paper=self.paper, today=registers + 2 * DAY,
                    **self.by("supervisor", registers + 2 * DAY),
                )  # fmt: skip


def load_education(users: dict[str, Posting], now: datetime, paper: bytes) -> None:
    """Before the payments: their runs pay the grants."""
    EducationAid(users, now, paper).tell()
