"""Pupils of a class that goes on, and the two pages as they are sent."""

from datetime import date

from django.db import connection
from django.urls import reverse
from django.utils import timezone

from schools.models import GoingOn
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    PostingFactory,
)

BEFORE = date(2024, 9, 1)


def pupil(school, **facts):
    child = ChildFactory(birth_date=date(2014, 3, 2))
    CaseAccessFactory(child=child, organisation=school.organisation)
    told = {"grade": 6, "class_name": "1班", "starts_on": BEFORE} | facts
    return EnrolmentFactory(child=child, school=school, **told)


def named(client, page, junior, **otherwise):
    """Post the page as it stands, all to the junior school but for `otherwise`."""
    typed = {
        "submission": page.context["submission"], "to_school": str(junior.pk),
        "day": page.context["form"]["day"].value(),
    }  # fmt: skip
    for row in page.context["pupils"]:
        key = row.enrolment.pk
        typed |= {f"to_{key}": row.choice, f"note_{key}": "", f"was_{key}": row.version}
    return client.post(reverse("schools:going_on_name"), typed | otherwise)


def taken(client, page, **otherwise):
    typed = {
        "submission": page.context["submission"], "class_name": "初一2班",
        "day": timezone.localdate().isoformat(),
    }  # fmt: skip
    for one in page.context["comers"]:
        typed |= {f"answer_{one.row.pk}": one.choice, f"was_{one.row.pk}": one.version}
    return client.post(reverse("schools:going_on_answer"), typed | otherwise)


def history_agrees():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def waits(primary, junior, **facts):
    row = pupil(primary)
    return GoingOn.objects.create(
        child=row.child, enrolment=row, from_school=primary, name=row.child.name,
        sex=row.child.sex, birth_date=row.child.birth_date, stage="JUNIOR", stage_before="PRIMARY",
        grade_before=6, proposed_by=PostingFactory().user, proposed_at=timezone.now(),
        **{"to_school": junior, "day": date(2025, 9, 1)} | facts,
    )  # fmt: skip
