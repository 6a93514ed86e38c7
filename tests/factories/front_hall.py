"""What the front hall keeps."""

import uuid

import factory

from accounts.roles import Role
from distress_registry.models import SavedReport

from .accounts import COUNTY, PostingFactory, area


class SavedReportFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SavedReport

    uuid = factory.LazyFunction(uuid.uuid4)
    area = factory.LazyFunction(lambda: area(COUNTY))
    made_by = factory.SubFactory(
        PostingFactory, role=Role.COUNTY_OFFICER, area=factory.SelfAttribute("..area")
    )
    name = factory.Sequence("季报{}".format)
    rows = "PLACE"
    columns = "GUARANTEE"
    measure = "SHARE"
