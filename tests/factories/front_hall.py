"""What the front hall keeps."""

import uuid

import factory

from accounts.roles import Role
from distress_registry.models import CountyTable, CountyTableColumn, SavedReport

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


class CountyTableFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CountyTable

    key = factory.Sequence("table-{}".format)
    title_zh = "季报表"
    title_en = "Quarterly table"
    department = "民政"
    legal_ground = "《统计法》第七条"
    counting = "CIVIL"


class CountyTableColumnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CountyTableColumn

    table = factory.SubFactory(CountyTableFactory)
    figure = "POOR"
    heading_zh = "贫困"
    heading_en = "poor"
