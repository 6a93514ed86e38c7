"""Rehabilitation: institutions, applications, plans, sessions and claims."""

import uuid
from datetime import date

import factory
from django.utils import timezone

from assistance.models import (
    ClaimLine,
    RehabilitationApplication,
    RehabilitationClaim,
    RehabilitationInstitution,
    RehabilitationKind,
    RehabilitationPlan,
    RehabilitationSession,
)

from .accounts import COUNTY, TOWNSHIP, UserFactory, area
from .children import CertificateFactory, ChildFactory


class RehabilitationInstitutionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RehabilitationInstitution

    name = factory.Sequence("某某康复中心{}".format)
    area = factory.LazyFunction(lambda: area(COUNTY))
    kinds = RehabilitationKind.values
    starts_on = date(2025, 1, 1)


class RehabilitationApplicationFactory(factory.django.DjangoModelFactory):
    """Submitted; approved with `is_approved=True`. By the child's certificate."""

    class Meta:
        model = RehabilitationApplication

    class Params:
        is_approved = factory.Trait(
            state="APPROVED",
            decided_by=factory.SubFactory(UserFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory, birth_date=date(2021, 3, 1))
    kind = "AUTISM"
    certificate = factory.LazyAttribute(
        lambda row: row.child.certificates.first() or CertificateFactory(child=row.child)
    )
    applied_on = date(2026, 1, 5)
    applicant = "曾大山"
    entered_by = factory.SubFactory(UserFactory)
    entered_at = factory.LazyFunction(timezone.now)


class RehabilitationPlanFactory(factory.django.DjangoModelFactory):
    """A year of ten sessions for 1,000 yuan, approved."""

    class Meta:
        model = RehabilitationPlan

    uuid = factory.LazyFunction(uuid.uuid4)
    application = factory.SubFactory(RehabilitationApplicationFactory, is_approved=True)
    child = factory.SelfAttribute("application.child")
    kind = factory.SelfAttribute("application.kind")
    institution = factory.SubFactory(RehabilitationInstitutionFactory)
    starts_on = date(2026, 1, 10)
    ends_on = date(2026, 12, 31)
    sessions = 10
    money = 1000
    until_age = 7
    state = "APPROVED"
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)
    approved_by = factory.SubFactory(UserFactory)
    approved_at = factory.LazyFunction(timezone.now)


class RehabilitationSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RehabilitationSession

    uuid = factory.LazyFunction(uuid.uuid4)
    plan = factory.SubFactory(RehabilitationPlanFactory)
    child = factory.SelfAttribute("plan.child")
    institution = factory.SelfAttribute("plan.institution")
    held_on = date(2026, 3, 3)
    signed_by = "曾大山"
    entered_by = factory.SubFactory(UserFactory)
    entered_on = date(2026, 6, 1)


class RehabilitationClaimFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RehabilitationClaim

    uuid = factory.LazyFunction(uuid.uuid4)
    institution = factory.SubFactory(RehabilitationInstitutionFactory)
    month = date(2026, 3, 1)
    area = factory.LazyFunction(lambda: area(TOWNSHIP))
    made_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(timezone.now)


class ClaimLineFactory(factory.django.DjangoModelFactory):
    """One session of the plan, for 100 yuan; the session is made with it."""

    class Meta:
        model = ClaimLine

    uuid = factory.LazyFunction(uuid.uuid4)
    plan = factory.LazyAttribute(lambda line: RehabilitationSessionFactory().plan)
    claim = factory.LazyAttribute(
        lambda line: RehabilitationClaimFactory(institution=line.plan.institution)
    )
    child = factory.SelfAttribute("plan.child")
    area_code = factory.SelfAttribute("claim.area_id")
    asked_sessions = 1
    asked_amount = 100
    granted_sessions = factory.SelfAttribute("asked_sessions")
    granted_amount = factory.SelfAttribute("asked_amount")
