"""Numbers that a department is asked about, and its answers."""

import factory
from django.utils import timezone

from exchange.models import AskedNumber, NumberAnswer, NumberQuery

from .accounts import COUNTY, UserFactory
from .children import GuardianFactory
from .exchange import ListImportFactory


class NumberQueryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NumberQuery

    kind = "prison_results"
    area_code = COUNTY
    purpose = "核查父母情况"
    numbers = 1
    state = "ASKED"
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)


class AskedNumberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AskedNumber

    query = factory.SubFactory(NumberQueryFactory)
    guardian = factory.SubFactory(GuardianFactory)
    area_code = factory.SelfAttribute("query.area_code")


class NumberAnswerFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = NumberAnswer

    asked = factory.SubFactory(AskedNumberFactory)
    list_import = factory.SubFactory(ListImportFactory)
    area_code = factory.SelfAttribute("asked.area_code")
