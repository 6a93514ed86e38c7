"""Users of the demo county with their postings and second factors, its school and its terms."""

from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.utils import timezone

from accounts.models import Organisation, Posting, User
from accounts.models.organisation import Department
from accounts.roles import AREA_ROLES, SECOND_FACTOR_ROLES, Role
from schools.models import School, SchoolYear, Season, Stage, Term

from .places import township, villages

PASSWORD = "demo-county-2026"
# Username → role; places are given by `_place`. The TOTP secrets are for trying only.
USERS = {
    "director": Role.CHILD_DIRECTOR,
    "supervisor": Role.CHILD_SUPERVISOR,
    "county": Role.COUNTY_OFFICER,
    "deputy": Role.COUNTY_OFFICER,  # the second person
    "federation": Role.LIAISON,
    "education": Role.LIAISON,
    "principal": Role.PRINCIPAL,
    "teacher": Role.CLASS_TEACHER,
    "subject": Role.SUBJECT_TEACHER,
    "counsellor": Role.COUNSELLOR,
    "admin": Role.ADMINISTRATOR,
    "auditor": Role.AUDITOR,
}
NAMES = {
    "director": "方儿童", "supervisor": "周督导", "county": "沈民政", "deputy": "唐复核",
    "federation": "陆残联", "education": "俞教育", "principal": "顾校长", "teacher": "叶班主",
    "subject": "钱任课", "counsellor": "夏心理", "admin": "孟管理", "auditor": "石审计",
}  # fmt: skip
TOTP_SECRETS = {
    "county": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "deputy": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
    "admin": "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU",
    "auditor": "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK",
}


def take_on_staff(now: datetime) -> dict[str, Posting]:
    town = township()
    school = _organisation("2133000001", "SCHOOL", f"{town.name}中心小学", town)
    School.objects.create(organisation=school, stages=[Stage.PRIMARY, Stage.JUNIOR])
    _calendar(timezone.localdate(now))
    departments = {
        "federation": _department("CL", "淳安县残疾人联合会", Department.FEDERATION, town.parent),
        "education": _department("JY", "淳安县教育局", Department.EDUCATION, town.parent),
    }
    village = villages(town.code)[0]
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
            posting.organisation = departments.get(username, school)
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


def _department(short: str, name: str, which: Department, county: Any) -> Organisation:
    return Organisation.objects.create(
        code=f"{county.code}-{short}", kind="DEPARTMENT", name=name, area=county, department=which
    )


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
