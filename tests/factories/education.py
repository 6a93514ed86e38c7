"""Education aid: recognition of hardship, awards of a term, settlements with schools, freshmen."""

import uuid
from datetime import date

import factory
from django.utils import timezone

from assistance.models import (
    AwardLeftOut,
    EducationAward,
    EducationSettlement,
    EligibilityRule,
    FreshmanSubsidy,
    Programme,
    Recognition,
    RecognitionRule,
    RecognitionState,
    SchoolFee,
    Standard,
)
from schools.models import Enrolment

from .accounts import UserFactory
from .assistance import ProofFactory
from .children import ChildFactory
from .schools import EnrolmentFactory, SchoolFactory, term_of, year_of


class SchoolFeeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SchoolFee

    school = factory.SubFactory(SchoolFactory)
    stage = "VOCATIONAL"
    what = "tuition"
    amount = 1200
    from_month = date(2025, 1, 1)


class RecognitionRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RecognitionRule

    ground = "DISABLED"
    tier = "MEDIUM"
    conditions = factory.LazyFunction(lambda: {"disability": "ANY"})


class RecognitionFactory(factory.django.DjangoModelFactory):
    """Proposed; decided with `is_confirmed=True`."""

    class Meta:
        model = Recognition

    class Params:
        is_confirmed = factory.Trait(
            state=RecognitionState.CONFIRMED,
            decided_by=factory.SubFactory(UserFactory),
            decided_at=factory.LazyFunction(timezone.now),
        )

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    year = factory.LazyFunction(year_of)
    school = factory.SubFactory(SchoolFactory)
    tier = "MEDIUM"
    grounds = factory.LazyFunction(lambda: ["DISABLED"])
    facts_on = date(2025, 9, 10)
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)


class EducationSettlementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EducationSettlement

    uuid = factory.LazyFunction(uuid.uuid4)
    school = factory.SubFactory(SchoolFactory)
    term = factory.LazyFunction(term_of)
    award_count = 1
    total = 400
    settled_by = factory.SubFactory(UserFactory)
    settled_at = factory.LazyFunction(timezone.now)


class WaiverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("code",)

    code = "SE_FREE"
    name = "普通高中免学费"
    department = "EDUCATION"
    cadence = "TERM"
    paid_to = "SCHOOL"
    starts = "MONTH_MET"
    stops = "PERIOD_AFTER_EVENT"
    period_starts = [3, 9]


class EducationAwardFactory(factory.django.DjangoModelFactory):
    """A waiver of the school, proposed; confirmed with `is_confirmed=True`."""

    class Meta:
        model = EducationAward

    class Params:
        is_confirmed = factory.Trait(
            state="CONFIRMED",
            confirmed_by=factory.SubFactory(UserFactory),
            confirmed_at=factory.LazyFunction(timezone.now),
        )

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    term = factory.LazyFunction(term_of)
    programme = factory.SubFactory(WaiverFactory)
    enrolment = factory.LazyAttribute(
        lambda award: (
            Enrolment.objects.filter(child=award.child, ends_on=None).first()
            or EnrolmentFactory(child=award.child, stage="SENIOR", grade=1)
        )
    )
    school = factory.SelfAttribute("enrolment.school")
    stage = factory.SelfAttribute("enrolment.stage")
    is_boarding = factory.SelfAttribute("enrolment.is_boarding")
    amount = 400
    paid_to = factory.SelfAttribute("programme.paid_to")
    rule = factory.LazyAttribute(lambda award: _rule_of(EligibilityRule, award.programme))
    standard = factory.LazyAttribute(lambda award: _rule_of(Standard, award.programme))
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)


def _rule_of(model, programme):
    facts = (
        {"conditions": {"always": True}}
        if model is EligibilityRule
        else {"amount": 400, "per": "TERM"}
    )
    return model.objects.filter(programme=programme).first() or model.objects.create(
        programme=programme, **facts
    )


class AwardLeftOutFactory(factory.django.DjangoModelFactory):
    """Of a child on the roll."""

    class Meta:
        model = AwardLeftOut

    child = factory.SelfAttribute("award.child")
    term = factory.SelfAttribute("award.term")
    programme = factory.SubFactory(WaiverFactory, code="OTHER_WAIVER")
    school = factory.SelfAttribute("award.school")
    amount = 300
    beside = factory.SelfAttribute("award.programme")
    found_at = factory.LazyFunction(timezone.now)

    class Params:
        award = factory.SubFactory(EducationAwardFactory)


class FreshmanFactory(factory.django.DjangoModelFactory):
    """Applied for."""

    class Meta:
        model = FreshmanSubsidy

    uuid = factory.LazyFunction(uuid.uuid4)
    child = factory.SubFactory(ChildFactory)
    college = "某某学院"
    level = "IN_PROVINCE"
    admitted_on = date(2025, 8, 1)
    registers_on = date(2025, 9, 5)
    due_on = date(2025, 9, 12)
    notice = factory.SubFactory(ProofFactory, child=factory.SelfAttribute("..child"))
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)
