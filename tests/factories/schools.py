"""Schools, the roll and its ledgers, groups, helpers, contacts."""

from datetime import date

import factory
from django.utils import timezone

from accounts.roles import Role
from schools.models import (
    Absence,
    Enrolment,
    Excuse,
    GoingOn,
    GuardianContact,
    HomeTeachingPlan,
    HomeTeachingVisit,
    LedgerEntry,
    MoveUp,
    Norm,
    Pairing,
    Persuasion,
    School,
    SchoolBreak,
    SchoolYear,
    Seat,
    SeatHolder,
    Term,
    WorkingGroup,
)

from .accounts import OrganisationFactory, PostingFactory, UserFactory
from .children import ChildFactory


class SchoolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = School

    organisation = factory.SubFactory(OrganisationFactory)
    stages = ["PRIMARY", "JUNIOR"]


def school_of(organisation) -> School:
    """The organisation as a school, made if missing."""
    return School.objects.filter(pk=organisation.pk).first() or SchoolFactory(
        organisation=organisation
    )


class SchoolYearFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolYear

    name = "2025-2026"
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 8, 31)


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    year = factory.SubFactory(SchoolYearFactory)
    season = 2
    starts_on = date(2026, 3, 2)
    ends_on = date(2026, 7, 3)


class NormFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Norm

    key = "CONTACT_DAYS_HIGH"
    value = 5
    starts_on = date(2026, 1, 1)


class EnrolmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enrolment

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    stage = "PRIMARY"
    grade = 4
    starts_on = date(2025, 9, 1)


class PairingFactory(factory.django.DjangoModelFactory):
    """Without the access row that `schools.actions.pairing.pair` opens."""

    class Meta:
        model = Pairing

    child = factory.SubFactory(ChildFactory)
    helper = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    starts_on = date(2025, 9, 1)


class ContactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = GuardianContact

    child = factory.SubFactory(ChildFactory)
    helper = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    kind = "GUARDIAN"
    means = "PHONE"
    happened_on = date(2026, 3, 2)
    summary = "一切都好"


class SchoolBreakFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolBreak

    name = "寒假"
    starts_on = date(2026, 1, 24)
    ends_on = date(2026, 3, 1)


class AbsenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Absence

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    kind = "ILL"
    starts_on = date(2026, 3, 2)


class ExcuseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Excuse

    child = factory.SubFactory(ChildFactory)
    kind = "SUSPENDED"
    reason = "ILLNESS"
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 1, 22)
    office = "TOWNSHIP"
    approved_on = date(2025, 8, 28)
    document = "教缓〔2025〕1号"


class LedgerEntryFactory(factory.django.DjangoModelFactory):
    """As the rule would have written it."""

    class Meta:
        model = LedgerEntry

    child = factory.SubFactory(ChildFactory)
    ledger = "NO_ROLL"
    cause = "NEVER_ENROLLED"
    since = date(2025, 9, 1)
    opened_on = date(2025, 9, 15)
    due_on = date(2025, 9, 30)


class PersuasionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Persuasion

    entry = factory.SubFactory(LedgerEntryFactory)
    child = factory.SelfAttribute("entry.child")
    posting = factory.SubFactory(PostingFactory)
    happened_on = date(2025, 9, 20)
    means = "VISIT"
    cause = "UNWILLING"
    outcome = "UNDECIDED"
    summary = "再想想"


def year_of(name="2025-2026", **facts) -> SchoolYear:
    """The school year of that name, made if missing."""
    return SchoolYear.objects.filter(name=name).first() or SchoolYearFactory(name=name, **facts)


def term_of(season=2, **facts) -> Term:
    """The spring term (or the autumn term, 1) of that school year, made if missing."""
    year = year_of()
    known = Term.objects.filter(year=year, season=season).first()
    if known is None and season == 1:
        facts = {"starts_on": date(2025, 9, 1), "ends_on": date(2026, 1, 20), **facts}
    return known or TermFactory(year=year, season=season, **facts)


class WorkingGroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WorkingGroup

    school = factory.SubFactory(SchoolFactory)
    year = factory.LazyFunction(year_of)
    formed_on = date(2025, 9, 1)


class SeatFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Seat

    group = factory.SubFactory(WorkingGroupFactory)
    kind = "COUNSELLOR"
    opened_on = date(2025, 9, 1)


class SeatHolderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SeatHolder

    seat = factory.SubFactory(SeatFactory)
    holder = factory.SubFactory(PostingFactory, role=Role.COUNSELLOR)
    starts_on = date(2025, 9, 1)


class PlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HomeTeachingPlan

    child = factory.SubFactory(ChildFactory)
    school = factory.SubFactory(SchoolFactory)
    teacher = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    starts_on = date(2025, 9, 1)
    ends_on = date(2026, 7, 3)
    visits_per_week = 2
    lessons_per_visit = 3
    lessons_per_year = 216
    goals = "认识常用物品"


class HomeTeachingVisitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = HomeTeachingVisit

    plan = factory.SubFactory(PlanFactory)
    child = factory.SelfAttribute("plan.child")
    posting = factory.SelfAttribute("plan.teacher")
    happened_on = date(2025, 9, 3)
    lessons = 3
    content = "数数"


class MoveUpFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MoveUp

    school = factory.SubFactory(SchoolFactory)
    day = date(2025, 9, 1)
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)


class GoingOnFactory(factory.django.DjangoModelFactory):
    """Of a child in the sixth grade who waits for the next school."""

    class Meta:
        model = GoingOn

    child = factory.SubFactory(ChildFactory)
    enrolment = factory.SubFactory(
        EnrolmentFactory, child=factory.SelfAttribute("..child"), grade=6
    )
    from_school = factory.SelfAttribute("enrolment.school")
    to_school = factory.SubFactory(SchoolFactory)
    stage = "JUNIOR"
    day = date(2026, 9, 1)
    name = factory.SelfAttribute("child.name")
    sex = factory.SelfAttribute("child.sex")
    birth_date = factory.SelfAttribute("child.birth_date")
    stage_before = "PRIMARY"
    grade_before = 6
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)
