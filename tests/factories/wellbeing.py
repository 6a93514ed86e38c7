"""Observations, consents, scores, referrals."""

from datetime import date

import factory
from django.utils import timezone

from accounts.roles import Role
from schools.models import (
    Checklist,
    ChecklistItem,
    Consent,
    CounsellingNote,
    CounsellingSession,
    Observation,
    Referral,
    ReferralStep,
    ScreeningBand,
    ScreeningResult,
    ScreeningTool,
    ScreeningWithdrawal,
)

from .accounts import OrganisationFactory, PostingFactory, UserFactory
from .children import ChildFactory, GuardianshipFactory


def first_checklist() -> Checklist:
    """The version that every installation begins with: nine questions."""
    return Checklist.objects.get(version=1)


class ChecklistFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Checklist

    version = factory.Sequence(lambda n: n + 2)
    starts_on = date(2020, 2, 1)


class ChecklistItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ChecklistItem

    checklist = factory.SubFactory(ChecklistFactory)
    position = factory.Sequence(lambda n: n + 1)
    code = factory.Sequence("sign{}".format)
    label_zh = "某表现"
    label_en = "a sign"


CALM = [0] * 9


class ObservationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Observation

    child = factory.SubFactory(ChildFactory)
    observer = factory.SubFactory(PostingFactory, role=Role.CLASS_TEACHER)
    observed_by = factory.SelfAttribute("observer.user")
    month = date(2026, 3, 1)
    checklist = factory.LazyFunction(first_checklist)
    levels = CALM
    sent_at = factory.LazyFunction(timezone.now)


class ConsentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Consent

    guardianship = factory.SubFactory(GuardianshipFactory)
    child = factory.SelfAttribute("guardianship.child")
    purpose = "SCREENING"
    text_version = "1"
    way = "PAPER"
    given_on = date(2026, 1, 1)


class ScreeningToolFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScreeningTool

    name = factory.Sequence("量表{}".format)
    licence_note = "纸质使用，作者许可"


class ScreeningBandFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScreeningBand

    tool = factory.SubFactory(ScreeningToolFactory)
    lowest = 0
    highest = 9
    label_zh = "无需关注"
    label_en = "no concern"


class ScreeningResultFactory(factory.django.DjangoModelFactory):
    """Of a child old enough to need no consent."""

    class Meta:
        model = ScreeningResult

    child = factory.SubFactory(ChildFactory, birth_date=date(2010, 1, 1))
    band = factory.SubFactory(ScreeningBandFactory)
    tool = factory.SelfAttribute("band.tool")
    taken_on = date(2026, 3, 2)
    score = 5
    entered_by = factory.SubFactory(PostingFactory, role=Role.COUNSELLOR)
    entered_at = factory.LazyFunction(timezone.now)


class ScreeningWithdrawalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ScreeningWithdrawal

    result = factory.SubFactory(ScreeningResultFactory)
    child = factory.SelfAttribute("result.child")
    reason = "录错了人"
    withdrawn_by = factory.SubFactory(UserFactory)
    withdrawn_at = factory.LazyFunction(timezone.now)


class ReferralFactory(factory.django.DjangoModelFactory):
    """Taken by a counsellor, with a named lead."""

    class Meta:
        model = Referral

    child = factory.SubFactory(ChildFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    opened_by = factory.SubFactory(UserFactory)
    opened_at = factory.LazyFunction(timezone.now)
    ground = "PERSON"
    state = "TAKEN"
    counsellor = factory.SubFactory(UserFactory)
    lead = factory.SubFactory(UserFactory)


class ReferralStepFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ReferralStep

    referral = factory.SubFactory(ReferralFactory)
    child = factory.SelfAttribute("referral.child")
    move = "TAKE"
    at = factory.LazyFunction(timezone.now)
    by = factory.SubFactory(UserFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CounsellingSession

    referral = factory.SubFactory(ReferralFactory)
    child = factory.SelfAttribute("referral.child")
    counsellor = factory.SelfAttribute("referral.counsellor")
    lead = factory.SelfAttribute("referral.lead")
    held_on = date(2026, 3, 2)
    minutes = 40
    kind = "CHILD"
    entered_at = factory.LazyFunction(timezone.now)


class NoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CounsellingNote

    referral = factory.SubFactory(ReferralFactory)
    child = factory.SelfAttribute("referral.child")
    counsellor = factory.SelfAttribute("referral.counsellor")
    lead = factory.SelfAttribute("referral.lead")
    written_by = factory.SelfAttribute("counsellor")
    written_at = factory.LazyFunction(timezone.now)
    kind = "SESSION"
    text = "孩子说想妈妈"
