"""Rules of assistance."""

from decimal import Decimal

import factory

from assistance.models import EligibilityRule, OverlapRule, Programme, Standard


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    code = factory.Sequence(lambda n: f"PROGRAMME_{n}")
    name = "生活补贴"


class StandardFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Standard

    programme = factory.SubFactory(ProgrammeFactory)
    amount = Decimal("100.00")
    per = "MONTH"


class EligibilityRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = EligibilityRule

    programme = factory.SubFactory(ProgrammeFactory)
    conditions = factory.LazyFunction(lambda: {"always": True})


class OverlapRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = OverlapRule

    kind = "EXCLUDES"
    programmes = factory.LazyFunction(lambda: ["A"])
    others = factory.LazyFunction(lambda: ["B"])
