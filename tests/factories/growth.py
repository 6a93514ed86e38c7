"""Growth records and marks."""

from datetime import date

import factory
from django.utils import timezone

from accounts.roles import Role
from schools.models import (
    GrowthCorrection,
    GrowthMark,
    GrowthRecord,
    SchoolYear,
    Subject,
    Term,
)

from .accounts import PostingFactory, UserFactory
from .children import ChildFactory
from .schools import SchoolFactory, SchoolYearFactory, TermFactory


def term(season=2) -> Term:
    """The spring term of 2026, or the autumn before; made if missing."""
    found = Term.objects.filter(season=season, year__name="2025-2026").first()
    if found:
        return found
    year = SchoolYear.objects.filter(name="2025-2026").first() or SchoolYearFactory()
    days = {1: (date(2025, 9, 1), date(2026, 1, 23)), 2: (date(2026, 3, 2), date(2026, 7, 3))}
    starts_on, ends_on = days[season]
    return TermFactory(year=year, season=season, starts_on=starts_on, ends_on=ends_on)


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subject

    code = factory.Sequence("subject{}".format)
    label_zh = "书法"
    label_en = "calligraphy"


class GrowthRecordFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthRecord

    child = factory.SubFactory(ChildFactory)
    term = factory.LazyFunction(term)
    school = factory.SubFactory(SchoolFactory)
    stage = "PRIMARY"
    grade = 4
    class_name = "1班"


class ClosedGrowthRecordFactory(GrowthRecordFactory):
    term = factory.LazyFunction(lambda: term(1))
    state = "CLOSED"
    closed_at = factory.LazyFunction(timezone.now)
    closed_by = factory.SubFactory(UserFactory)
    figures = factory.LazyFunction(
        lambda: {"attendance": None, "contacts": [], "aid": [], "notices": []}
    )


class GrowthCorrectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthCorrection

    record = factory.SubFactory(ClosedGrowthRecordFactory)
    child = factory.SelfAttribute("record.child")
    reason = "漏记"
    by = factory.SubFactory(UserFactory)


class GrowthMarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GrowthMark

    record = factory.SubFactory(GrowthRecordFactory)
    child = factory.SelfAttribute("record.child")
    subject = factory.LazyFunction(lambda: Subject.objects.get(code="maths"))
    level = "GOOD"
    given_by = factory.SubFactory(PostingFactory, role=Role.SUBJECT_TEACHER)
