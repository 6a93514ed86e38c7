"""The demo county: one real county's divisions, invented users, schools, children and files."""

import io
import random
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.access import Grant, Permission
from accounts.actions.load_areas import files_in, load_areas
from accounts.models import Area, Organisation, Posting, User
from accounts.roles import AREA_ROLES, SECOND_FACTOR_ROLES, Role
from accounts.scope import EVERYTHING, acting
from children.actions.application import move_application, open_application
from children.actions.child import register_child
from children.actions.document import add_document
from children.actions.guardianship import add_guardian
from children.actions.record import add_record, change_record, sign
from children.models import (
    CaseAccess,
    Child,
    CodeEntry,
    DisabilityCertificate,
    EconomicStatusSpell,
    ParentStatus,
)
from children.rules.application import checklist
from schools.models import (
    Enrolment,
    Pairing,
    School,
    SchoolYear,
    Season,
    Stage,
    Term,
)

from . import people
from .agreements import load_agreements
from .campaigns import load_campaigns
from .contacts import add_contacts
from .education import load_education
from .findings import load_findings
from .gaps import find_gaps
from .groups import form_demo_group
from .growth import load_growth
from .notices import load_notices
from .numbers import load_numbers
from .pairs import load_pairs
from .payments import load_payments
from .picture import load_picture
from .placements import load_placements
from .rehabilitation import load_rehabilitation
from .roll import load_roll
from .rules import load_example_rules
from .transfers import load_transfers
from .uploads import load_uploads
from .visits import load_visits
from .wellbeing import fill as load_wellbeing

COUNTY = "330127"
PASSWORD = "demo-county-2026"
FOLDER = Path(__file__).parent / "divisions"
# Username → role; places are given by `_place`. The TOTP secrets are for trying only.
USERS = {
    "director": Role.CHILD_DIRECTOR,
    "supervisor": Role.CHILD_SUPERVISOR,
    "county": Role.COUNTY_OFFICER,
    "deputy": Role.COUNTY_OFFICER,  # the second person
    "federation": Role.LIAISON,
    "principal": Role.PRINCIPAL,
    "teacher": Role.CLASS_TEACHER,
    "subject": Role.SUBJECT_TEACHER,
    "counsellor": Role.COUNSELLOR,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}
NAMES = {
    "director": "方儿童", "supervisor": "周督导", "county": "沈民政", "deputy": "唐复核",
    "federation": "陆残联", "principal": "顾校长", "teacher": "叶班主", "subject": "钱任课",
    "counsellor": "夏心理", "admin": "孟管理", "auditor": "石审计",
}  # fmt: skip
TOTP_SECRETS = {
    "county": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "deputy": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "admin": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
    "auditor": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
}
CHILDREN = 240
LEAST = 120


def load_demo(children: int = CHILDREN) -> bool:
    """Fill an empty database; False when there are users already. One transaction."""
    if User.objects.exists():
        return False
    now = timezone.now()
    load_areas(files=files_in([FOLDER]), within=COUNTY, on=timezone.localdate(now))
    with acting(EVERYTHING), transaction.atomic():
        load_example_rules(now)
        users = _people(now)
        chance = random.Random(20260101)
        for number in range(children):
            _file(chance, number, users, now)
        _renew_statistics()
        load_visits(users, now)
        load_placements(users, now)
        load_campaigns(users, now)
        form_demo_group(users, now)
        load_roll(users, now)
        load_wellbeing(users, now)
        load_growth(random.Random(20260202), users, now)
        load_notices(users["teacher"], now)
        _renew_statistics()
        load_education(users, now, _paper(0))
        load_payments(users, now, _paper(0))
        load_rehabilitation(users, now)
        _renew_statistics()
        find_gaps(users, now)
        load_pairs(users, now)
        load_agreements(users, now)
        load_numbers(users, now)
        load_uploads(users, now)
        load_findings(users, now)
        load_transfers(users, now)
        load_picture(now)
    return True


def _renew_statistics() -> None:
    """Nobody else sees these rows yet: a look of the autovacuum counts them as none, and what
    joins them takes minutes instead of seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_renew_statistics()")


def _township() -> Any:
    return Area.objects.get(code=f"{COUNTY}100")


def _villages(inside: str) -> list[Area]:
    return list(Area.objects.inside(inside).filter(level=12).order_by("code"))


def _people(now: datetime) -> dict[str, Posting]:
    town = _township()
    school = _organisation("2133000001", "SCHOOL", f"{town.name}中心小学", town)
    School.objects.create(organisation=school, stages=[Stage.PRIMARY, Stage.JUNIOR])
    _calendar(timezone.localdate(now))
    federation = _organisation("330127-CL", "DEPARTMENT", "淳安县残疾人联合会", town.parent)
    village = _villages(town.code)[0]
    found = {}
    for username, role in USERS.items():
        user = User(username=username, full_name=NAMES[username], is_active=True)
        user.set_password(PASSWORD)
        user.save()
        posting = Posting(user=user, role=role, starts_on=date(2024, 1, 1))
        if role in AREA_ROLES:
            places: dict[Role, Any] = {
                Role.CHILD_DIRECTOR: village, Role.CHILD_SUPERVISOR: town,
            }  # fmt: skip
            posting.area = places.get(role) or town.parent
        else:
            posting.organisation = federation if role == Role.LIAISON else school
        posting.save()
        if role in SECOND_FACTOR_ROLES:
            totp.TOTP.activate(user, TOTP_SECRETS[username])
        found[username] = posting
    return found


def _calendar(today: date) -> None:
    """Last, this and next school year with their terms."""
    first = today.year - 2 if today.month < 9 else today.year - 1
    for year in (first, first + 1, first + 2):
        row = SchoolYear.objects.create(
            name=f"{year}-{year + 1}", starts_on=date(year, 9, 1), ends_on=date(year + 1, 8, 31)
        )
        terms = {
            Season.AUTUMN: (date(year, 9, 1), date(year + 1, 1, 22)),
            Season.SPRING: (date(year + 1, 2, 24), date(year + 1, 7, 3)),
        }
        for season, (starts_on, ends_on) in terms.items():
            Term.objects.create(year=row, season=season, starts_on=starts_on, ends_on=ends_on)


def _organisation(code: str, kind: str, name: str, area: Any) -> Organisation:
    return Organisation.objects.create(code=code, kind=kind, name=name, area=area)


def _file(chance: random.Random, number: int, users: dict[str, Posting], now: datetime) -> None:
    today = timezone.localdate(now)
    at = now - timedelta(days=chance.randint(5, 700), minutes=chance.randint(0, 600))
    town = _township()
    home = chance.choice(_villages(town.code if number % 3 else COUNTY))
    if number % 12 == 0:
        home = _villages(town.code)[0]  # the director's own village has enough to look at
    director = users["director"].user
    someone = people.child(chance, number, min(today, timezone.localdate(at)))
    has_id = number % 17 != 5
    child = register_child(
        facts={
            "name": someone.name,
            "id_type": "RESIDENT_ID" if has_id else "NONE",
            "id_number": someone.id_number if has_id else "",
            "birth_date": someone.birth_date,
            "sex": someone.sex,
            "ethnicity": CodeEntry.objects.filter(code_list="ETHNICITY").first(),
            "hukou_area": home,
            "residence_area": home,
            "address": f"{chance.randint(1, 12)}组{chance.randint(1, 90)}号",
            "phone": "",
            "notes": "",
        },
        by=director,
        now=at,
    )
    _risk(number, child, users, at)
    _carer(chance, number, child, director, at)
    _parents(chance, number, child, users, at)
    if number % 4 == 0:
        _disability(chance, child, someone, director, at)
    if number % 3 == 0:
        _add(EconomicStatusSpell(child=child, status="DIBAO", starts_on=at.date()), director, at)
    _school(number, child, users, at)
    _application(chance, number, child, users, at)


def _risk(number: int, child: Child, users: dict[str, Posting], at: datetime) -> None:
    """A few at high risk, some at medium; every fifth not assessed yet."""
    if number % 5 == 4:
        return
    level = "HIGH" if number % 13 == 1 else "MEDIUM" if number % 4 == 1 else "LOW"
    change_record(
        row=child, version=child.version, facts={"risk_level": level},
        by=users["supervisor"].user, now=at, reason="首次风险评估",
    )  # fmt: skip
    child.refresh_from_db()


def _add(row: Any, user: User, at: datetime) -> None:
    add_record(row=row, by=user, now=at)


def _carer(chance: random.Random, number: int, child: Child, user: User, at: datetime) -> None:
    if number % 11 == 7:
        return
    someone = people.adult(chance, number, child.name[0], at.date())
    carers = [
        ("GRANDMOTHER_PATERNAL", "ENTRUSTED"), ("GRANDFATHER_MATERNAL", "LEGAL"),
        ("UNCLE_AUNT", "TEMPORARY"), ("GRANDMOTHER_MATERNAL", "LEGAL"),
    ]  # fmt: skip
    if number % 5 == 3:  # of the parents nothing else is recorded
        carers = [("MOTHER", "PARENT"), ("FATHER", "PARENT")]
    relation, kind = chance.choice(carers)
    facts = {
        "name": someone.name, "id_type": "RESIDENT_ID", "id_number": someone.id_number,
        "phone": people.phone(chance), "workplace": "", "relation": relation, "kind": kind,
        "starts_on": at.date(), "ends_on": None, "is_main_carer": True,
        "lives_with_child": chance.random() < 0.8, "do_not_notify": False,
    }  # fmt: skip
    add_guardian(child=child, facts=facts, by=user, now=at)


def _parents(
    chance: random.Random, number: int, child: Child, users: dict[str, Posting], at: datetime
) -> None:
    if number % 5 == 3:
        return
    verified = number % 4 != 2
    for parent, fates in (("FATHER", people.FATHERS_FATE), ("MOTHER", people.MOTHERS_FATE)):
        row = ParentStatus(
            child=child, parent=parent, status=fates[number % len(fates)],
            starts_on=at.date() - timedelta(days=chance.randint(200, 900)),
            evidence="村委会证明及相关文书" if verified else "",
        )  # fmt: skip
        if verified:
            row.verified_by, row.verified_on = users["supervisor"].user, at.date()
        _add(row, users["supervisor"].user, at)


def _disability(
    chance: random.Random, child: Child, someone: people.Invented, user: User, at: datetime
) -> None:
    kind, grade = chance.randint(1, 7), chance.randint(1, 4)
    issued = at.date() - timedelta(days=chance.randint(100, 3500))
    _add(
        DisabilityCertificate(
            child=child,
            number=f"{someone.id_number}{kind}{grade}" if child.id_number else "",
            diagnosis="" if child.id_number else "淳安县第一人民医院",
            kind=kind,
            grade=grade,
            issued_on=max(issued, someone.birth_date),
            expires_on=issued + timedelta(days=3650),
        ),
        user,
        at,
    )


def _school(number: int, child: Child, users: dict[str, Posting], at: datetime) -> None:
    if not 6 <= child.age_on(timezone.localdate(at)) <= 15 or number % 3 == 0:
        return
    rows = [CaseAccess(organisation=users["principal"].organisation, reason="ENROLMENT")]
    if number % 6 == 1:
        rows.append(CaseAccess(user=users["teacher"].user, reason="PAIRING"))
    if number % 24 == 2:
        rows.append(CaseAccess(organisation=users["federation"].organisation, reason="REFERRAL"))
    for row in rows:
        row.child, row.opened_at = child, at
        sign(row, users["county"].user, at, "")
        row.save()
    _school_life(number, child, users, at)


def _school_life(number: int, child: Child, users: dict[str, Posting], at: datetime) -> None:
    """The roll, and for every second child a helper with contacts of two terms."""
    day = timezone.localdate(at)
    grade = min(max(child.age_on(day) - 5, 1), 9)
    rows: list[Any] = [
        Enrolment(
            child=child, school=School.objects.get(pk=users["principal"].organisation_id),
            stage=Stage.PRIMARY if grade <= 6 else Stage.JUNIOR,
            grade=grade if grade <= 6 else grade - 6, class_name=f"{number % 3 + 1}班",
            is_boarding=number % 5 == 0, starts_on=day,
            roll_number=f"G{child.id_number}" if child.id_number else "",
        )
    ]  # fmt: skip
    if number % 6 == 1:
        helper = users["teacher"]
        rows.append(Pairing(child=child, helper=helper, starts_on=day, confirmed_at=at))
    for row in rows:
        sign(row, users["county"].user, at, "")
        row.save()
    if number % 6 == 1:
        add_contacts(number, child, users["teacher"], day)


def _application(
    chance: random.Random, number: int, child: Child, users: dict[str, Posting], at: datetime
) -> None:
    category = ("DE_FACTO", "DISABLED", "LOWINC_DIBAO", "ORPHAN_SCAT", "LEFT_BEHIND")[number % 5]
    steps = (
        ["SUBMIT", "ACCEPT", "START_CHECK", "PASS_CHECK", "APPROVE"],
        ["SUBMIT", "ACCEPT", "START_CHECK", "PASS_CHECK", "APPROVE"],
        ["SUBMIT", "ACCEPT", "START_CHECK", "PASS_CHECK"],
        ["SUBMIT", "ACCEPT", "RETURN"],
        ["SUBMIT"],
        [],
    )[number % 6]
    user = users["director"].user
    row = open_application(
        child=child, category=category, applicant="监护人", grounds="", by=user, now=at
    )
    if "PASS_CHECK" in steps:
        for kind in {sorted(paper.kinds)[0] for paper in checklist(category)}:
            facts = {"kind": kind, "remark": "", "application": row, "is_secret": False}
            add_document(child=child, content=_paper(number), facts=facts, by=user, now=at)
    for step, name in enumerate(steps, 1):
        who = {"SUBMIT": "director", "APPROVE": "county"}.get(name, "supervisor")
        grant = Grant(users[who].user, users[who], Permission.CHILD_VIEW)
        moment = min(at + timedelta(days=2 * step), timezone.now())
        move_application(
            application=row, move=name, grant=grant, now=moment,
            reason="缺少关系证明" if name == "RETURN" else "",
        )  # fmt: skip


_PAPERS: dict[int, bytes] = {}


def _paper(number: int) -> bytes:
    """A small picture that stands for a scanned paper."""
    if not _PAPERS:
        picture = Image.new("RGB", (420, 297), "#f4f1e8")
        draw = ImageDraw.Draw(picture)
        for line in range(9):
            draw.line((40, 60 + 22 * line, 380 - 30 * (line % 3), 60 + 22 * line), "#8a8f98", 3)
        out = io.BytesIO()
        picture.save(out, "PNG")
        _PAPERS[0] = out.getvalue()
    return _PAPERS[0]


def totp_code(secret: str) -> str:
    """The code that an authenticator app would show now."""
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def current_code(username: str) -> str:
    """The second factor's present code, "" for who has none."""
    secret = TOTP_SECRETS.get(username)
    return totp_code(secret) if secret else ""


def has_demo_users() -> bool:
    return Authenticator.objects.filter(user__username="county").exists()
