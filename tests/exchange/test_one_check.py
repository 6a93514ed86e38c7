"""One check guards every way in: the form suggests whom a list would match or ask about."""

import pytest
from django.test import Client
from django.urls import reverse

from exchange.models import ListRow
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, WEST, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import ChildFactory, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "病种"]
VILLAGES = {EAST: "大源村", WEST: "西坡村"}
FACTS = [
    {},
    {"name": "张晓明"},
    {"name": "张小鸣", "id_number": ""},
    {"id_number": ""},
    {"id_number": number(3)},
    {"name": "李四", "id_number": number(1)},
    {"id_number": "", "village": WEST},
    {"name": "王五", "id_number": "", "sex": "FEMALE", "village": WEST},
]


@pytest.mark.parametrize("said", FACTS, ids=str)
def test_the_form_and_the_list_find_the_same_child(said, tmp_path):
    lists.county()
    known = ChildFactory(
        name="张小明", sex="MALE", birth_date=BORN, id_number=number(1), residence_area=area(EAST)
    )
    facts = {"name": "张小明", "sex": "MALE", "id_number": number(1), "village": EAST} | said
    town = sign_in(Client(), PostingFactory(role="COUNTY_OFFICER", area=area(lists.COUNTY)))

    form = town.post(
        reverse("children:child_check"),
        {"id_type": "RESIDENT_ID", "birth_date": BORN.isoformat(),
         "residence_area": facts["village"], **facts},
    )  # fmt: skip
    row = [facts["name"], {"MALE": "男", "FEMALE": "女"}[facts["sex"]], facts["id_number"] or None,
           BORN, "千岛湖镇", VILLAGES[facts["village"]], "白血病"]  # fmt: skip
    run(tmp_path, [HEAD, row], "--commit", kind="severe_illness")

    by_list = set(ListRow.objects.exclude(child=None).values_list("child", flat=True))
    assert {child.pk for child in form.context["similar"]} == by_list
    assert by_list <= {known.pk}
