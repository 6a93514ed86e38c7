"""Files of the demo county: a child with carers, parents, certificate, school and application."""

import random
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import Posting, User
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
from schools.models import Enrolment, Pairing, School, Stage

from . import people
from .contacts import add_contacts
from .papers import paper
from .places import COUNTY, township, villages


def add_file(chance: random.Random, number: int, users: dict[str, Posting], now: datetime) -> None:
    today = timezone.localdate(now)
    at = now - timedelta(days=chance.randint(5, 700), minutes=chance.randint(0, 600))
    town = township()
    home = chance.choice(villages(town.code if number % 3 else COUNTY))
    if number % 12 == 0:
        home = villages(town.code)[0]  # the director's own village has enough to look at
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
        for kind in {sorted(one.kinds)[0] for one in checklist(category)}:
            facts = {"kind": kind, "remark": "", "application": row, "is_secret": False}
            add_document(child=child, content=paper(), facts=facts, by=user, now=at)
    for step, name in enumerate(steps, 1):
        who = {"SUBMIT": "director", "APPROVE": "county"}.get(name, "supervisor")
        grant = Grant(users[who].user, users[who], Permission.CHILD_VIEW)
        moment = min(at + timedelta(days=2 * step), timezone.now())
        move_application(
            application=row, move=name, grant=grant, now=moment,
            reason="缺少关系证明" if name == "RETURN" else "",
        )  # fmt: skip
