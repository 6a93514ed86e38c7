"""Three lists of departments, what the checks find in them, and findings in every state."""

import random
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Area, Posting
from children.models import Child, Guardianship
from exchange.actions.finding import move_finding
from exchange.actions.finding_question import answer_question, ask_department
from exchange.actions.run_checks import run_checks
from exchange.models import Finding, FindingQuestion
from exchange.rules.list_upload import UploadState

from . import people
from .uploads import Rows, sent

CAME_DAYS_AGO = 12
FOUND_BY = ("M01", "M07", "M13", "M20", "M21", "M28", "M29")
# Moves one after the other, a day or two between them; findings beyond these stay new.
STORIES = (
    ("ASSIGN",),
    ("ASSIGN", "VISIT"),
    ("ASSIGN", "VISIT", "CONFIRM"),
    ("ASSIGN", "VISIT", "DISMISS"),
    ("ASSIGN", "VISIT", "CONFIRM", "ACT"),
    ("ASSIGN", "VISIT", "CONFIRM", "ACT", "CLOSE"),
)
WORDS = {
    "ASSIGN": "", "VISIT": "上门见到孩子和奶奶，情况已记录。", "CONFIRM": "走访核实，情况属实。",
    "DISMISS": "已随父母迁往外县，户口同时迁出。", "ACT": "已帮助家庭备齐材料并提出申请。",
    "CLOSE": "档案已建立，待遇已落实。",
}  # fmt: skip

# Who is asked, of which check's findings, what, and what was answered to the first.
ASKED = (
    (
        "federation", "M01",
        (
            "请核对残疾证是否仍有效，并告知登记的联系地址。", "请核实该持证人现居住地。",
            "名单上的残疾等级与村里了解的不一致，请核对。",
        ),
        "残疾证有效，登记地址与名单一致，今年尚未入户。",
    ),
    (
        "education", "M20",
        (
            "请核对该生本学期是否已列入资助名单。", "请核实该生就读学校是否已完成认定。",
            "请核对资助名单上的姓名写法，是否因此漏报。",
        ),
        "学校本学期未上报该生，已通知补报。",
    ),
)  # fmt: skip


def load_findings(users: dict[str, Posting], now: datetime) -> None:
    town = users["supervisor"].area
    assert town is not None
    chance, came = random.Random(20260404), now - timedelta(days=CAME_DAYS_AGO)
    lists = {
        "disability_certificates": _certificates(chance, town, came),
        "low_income": _households(chance, town, came),
        "deaths": _deaths(town, came),
        "school_roll": _roll(town),
    }
    liaisons = {"disability_certificates": users["federation"], "school_roll": users["education"]}
    for kind, rows in lists.items():
        sent(
            kind, rows, users["county"], came, last=UploadState.TAKEN_IN,
            liaison=liaisons.get(kind),
        )  # fmt: skip
    run_checks(now=came, codes=FOUND_BY)
    _stories(users, town, came)
    _questions(users, town, came)


def _questions(users: dict[str, Posting], town: Area, came: datetime) -> None:
    """Two departments are asked: each has answered once, is late once, and has time once."""
    asked, today = came + timedelta(days=1), timezone.localdate(came)
    for username, code, texts, answer in ASKED:
        department = users[username].organisation
        assert department is not None
        found = Finding.objects.inside(town.code).open().filter(found_by__code=code)
        keys = list(found.order_by("pk").values_list("pk", flat=True)[:3])
        for key, text, days in zip(keys, texts, (9, 10, 18), strict=False):
            ask_department(
                findings=[key], asked_of=department, text=text,
                due_on=today + timedelta(days=days), area_code=town.code,
                by=users["supervisor"].user, now=asked,
            )  # fmt: skip
        for question in FindingQuestion.objects.filter(finding__in=keys[:1]):
            answer_question(
                question=question, verdict="AS_FOUND", answer=answer, by=users[username].user,
                now=asked + timedelta(days=2),
            )  # fmt: skip


def _villages(town: Area) -> list[Area]:
    return list(Area.objects.inside(town.code).filter(level=12).order_by("code")[:5])


def _certificates(chance: random.Random, town: Area, now: datetime) -> Rows:
    """Holders in five villages whom nobody has registered."""
    rows: Rows = [("姓名", "身份证号", "残疾证号", "区划代码")]
    for number, village in enumerate(_villages(town)):
        one = people.child(chance, 700 + number, timezone.localdate(now))
        grade = f"{one.id_number}{'52' if number % 2 else '41'}"
        rows.append((one.name, one.id_number, grade, village.code))
    return rows


def _households(chance: random.Random, town: Area, now: datetime) -> Rows:
    """Members below 18 whom nobody has registered, and some who are on file."""
    rows: Rows = [("姓名", "身份证号", "救助类别", "区划代码")]
    known = Child.objects.filter(township_code=town.code, id_type="RESIDENT_ID")
    for child in known.exclude(id_number_hash=None).exclude(status="CLOSED").order_by("pk")[:4]:
        rows.append((child.name, child.id_number, "低保", child.residence_area_id))
    for number, village in enumerate(_villages(town)):
        one = people.child(chance, 750 + number, timezone.localdate(now))
        rows.append((one.name, one.id_number, "低保", village.code))
    return rows


def _roll(town: Area) -> Rows:
    """Two pupils on file, of whom the school says that they get the living subsidy."""
    rows: Rows = [
        (
            "姓名",
            "性别",
            "出生日期",
            "身份证件类型",
            "身份证号",
            "年级",
            "是否留守儿童",
            "是否享受一补",
        )
    ]
    pupils = Child.objects.filter(
        township_code=town.code, status="ACTIVE", id_type="RESIDENT_ID",
        enrolments__ends_on=None, enrolments__stage="PRIMARY",
    )  # fmt: skip
    for child in pupils.exclude(id_number_hash=None).order_by("pk").distinct()[:2]:
        sex = "男" if child.sex == "MALE" else "女"
        facts = (sex, f"{child.birth_date:%Y%m%d}", "居民身份证")
        rows.append((child.name, *facts, child.id_number, "小学四年级", "否", "是"))
    return rows


def _deaths(town: Area, now: datetime) -> Rows:
    """A father and a mother of whom their children's files do not say so yet."""
    died = (timezone.localdate(now) - timedelta(days=20)).isoformat()
    rows: Rows = [("姓名", "身份证号", "死亡日期", "区划代码")]
    parents = Guardianship.objects.on(timezone.localdate(now)).filter(
        relation__in=["FATHER", "MOTHER"], child__township_code=town.code
    )
    known = parents.exclude(guardian__id_number_hash=None).select_related("guardian")
    for care in known.order_by("pk")[:2]:
        rows.append((care.guardian.name, care.guardian.id_number, died, town.code))
    return rows


def _stories(users: dict[str, Posting], town: Area, came: datetime) -> None:
    found = Finding.objects.inside(town.code).filter(found_by__code__in=("M01", "M13"))
    rows = found.select_related("found_by").order_by("found_by__code", "pk")
    for row, story in zip(rows, STORIES, strict=False):
        for days, move in enumerate(story, 1):
            who = "director" if move in ("VISIT", "ACT") else "supervisor"
            at = came + timedelta(days=2 * days)
            move_finding(
                finding=row, move=move, by=users[who].user, now=at, text=WORDS[move],
                owner=users["director"] if move == "ASSIGN" else None,
                visited_on=timezone.localdate(at) if move == "VISIT" else None,
            )  # fmt: skip
