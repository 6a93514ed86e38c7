"""The list is searched: found by everything, and nothing typed stands in an address."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import AccessEvent, AccessKind
from tests.children.typed import id_number
from tests.factories import (
    ChildFactory,
)

from .listing import SEARCH, found

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("曾小明", {"曾小明"}),
        ("小明", {"曾小明"}),
        ("明", {"曾小明"}),
        ("zengxiaoming", {"曾小明"}),
        ("Zeng Xiaoming", {"曾小明"}),
        ("zengxiao", {"曾小明"}),
        ("cengxiaoming", {"曾小明"}),
        ("zxm", {"曾小明"}),
        ("cxm", {"曾小明"}),
        ("shanyutong", {"单雨桐"}),
        ("danyutong", {"单雨桐"}),
        ("syt", {"单雨桐"}),
        ("ouyang", {"欧阳·阿依"}),
        ("欧阳阿依", {"欧阳·阿依"}),
        ("3301272001500001", {"曾小明"}),
        (id_number(), {"曾小明"}),
        (id_number().lower(), {"曾小明"}),
        (" " + id_number()[:6] + " " + id_number()[6:], {"曾小明"}),
        (id_number(9) + "52", {"单雨桐"}),
        ("1234", {"曾小明"}),
        ("9876", {"单雨桐"}),
        ("0000", set()),
        (id_number(11), set()),
        ("张三", set()),
        ("%", set()),
        ("'; DROP TABLE", set()),
        ("#s:ACTIVE", set()),
        ("@330182", set()),
        ("\u200b曾小明", {"曾小明"}),
        ("𠮷" * 50, set()),
    ],
)
def test_a_child_is_found_by(town, people, text, names):
    assert found(town, text) == names


def test_a_name_and_a_number_never_stand_in_an_address(town, people):
    answer = town.post(reverse(SEARCH), {"text": id_number()})

    assert id_number() not in answer.url
    assert "曾" not in town.post(reverse(SEARCH), {"text": "曾小明"}).url


def test_looking_up_a_number_is_logged_without_it(town, people):
    found(town, id_number())

    event = AccessEvent.objects.get()
    assert (event.kind, event.child_id, event.row_count) == (AccessKind.LOOKED_UP, people.pk, 1)
    assert id_number() not in event.subject


def test_searching_keeps_the_filters(town, people):
    ChildFactory(name="曾小明", birth_date=date(2013, 1, 1), risk_level="HIGH")

    answer = town.post(reverse(SEARCH) + "?risk=HIGH", {"text": "曾小明"}, follow=True)

    assert [row.risk_level for row in answer.context["page"].rows] == ["HIGH"]


def test_another_users_search_cannot_be_read_by_its_token(town, county, people):
    url = town.post(reverse(SEARCH), {"text": "曾小明"}).url

    assert county.get(url).context["filters"].text == ""
