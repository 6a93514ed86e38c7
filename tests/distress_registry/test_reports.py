"""Tables of figures: what may be asked, what they say, who sees and removes them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from distress_registry.models import SavedReport
from distress_registry.models.picture import refresh
from distress_registry.rules.report import Report, problems
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    CategorySpellFactory,
    GuardianshipFactory,
    PostingFactory,
    SavedReportFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
BUILD = "/picture/reports/"


@pytest.fixture
def officer(client):
    posting = posted_as(Role.COUNTY_OFFICER)
    sign_in(client, posting)
    return posting


def children(count):
    for number in range(count):
        spell = CategorySpellFactory(category="DE_FACTO" if number % 2 else "LEFT_BEHIND")
        if number % 3 == 0:
            GuardianshipFactory(child=spell.child, is_main_carer=True)
    refresh(None, TODAY)


def lines(answer):
    return dict(answer.context["table"].lines)


@pytest.mark.parametrize(
    ("report", "wrong"),
    [
        (Report("PLACE", "GUARANTEE", "SHARE"), {}),
        (Report("PLACE", "PLACE", "CHILDREN"), {"columns"}),
        (Report("PLACE", "MONTH", "SHARE"), {"guarantee"}),
        (Report("PLACE", "MONTH", "CHILDREN", months=12), {}),
        (Report("PLACE", "CATEGORY", "CHILDREN", months=12), {"months"}),
        (Report("PLACE", "GUARANTEE", "CHILDREN"), {"measure"}),
    ],
)
def test_what_makes_a_table(report, wrong):
    assert set(problems(report)) == set(wrong)


def test_a_table_says_what_the_picture_says(client, officer):
    children(6)
    query = "columns=GUARANTEE&guarantee=GUARDIANSHIP&months=1"

    answer = client.get(f"{BUILD}?rows=CATEGORY&measure=COVERED&{query}")
    assert sorted(value[0] for value in lines(answer).values()) == [1, 1]
    answer = client.get(f"{BUILD}?rows=PLACE&measure=MISSING&{query}")
    assert list(lines(answer).values()) == [[4]]
    assert answer.context["table"].total == [4]


@pytest.mark.parametrize("query", [
    "rows=children_child&columns=MONTH&measure=SHARE&months=1", "rows=PLACE",
    "rows=PLACE&columns=MONTH&measure=CHILDREN&months=999", "rows=%00&columns=1&measure=2&months=x",
    "rows=PLACE&columns=CATEGORY&measure=CHILDREN&months=1&category=NOBODY",
])  # fmt: skip
def test_what_is_not_on_the_list_makes_no_table(client, officer, query):
    answer = client.get(f"{BUILD}?{query}")

    assert answer.status_code == 200
    assert answer.context["table"] is None


def test_a_table_is_kept_shared_and_removed_by_its_maker_alone(client, officer):
    children(2)
    query = "?rows=MONTH&columns=CATEGORY&measure=CHILDREN&months=3"
    answer = client.post(BUILD + query, {"name": "季报", "is_shared": "on"})
    saved = SavedReport.objects.get()

    assert answer.url == f"{BUILD}{saved.pk}/"
    again = client.post(BUILD + query, {"name": "季报"})
    assert "name" in again.context["form"].errors
    colleague = PostingFactory(role=Role.COUNTY_OFFICER, area=officer.area)
    sign_in(client, colleague)
    assert len(lines(client.get(answer.url))) == 1
    assert client.post(answer.url, {"remove": "yes"}).status_code == 403
    sign_in(client, officer)
    assert client.post(answer.url, {"remove": "yes"}).url == BUILD
    assert client.get(answer.url).status_code == 404


def test_what_is_not_shared_or_of_another_county_does_not_exist(client, officer):
    mine_alone = SavedReportFactory(is_shared=False)
    elsewhere = SavedReportFactory(area=area(OTHER_COUNTY))
    assert mine_alone.area_id == COUNTY

    for row in (mine_alone, elsewhere):
        assert client.get(f"{BUILD}{row.pk}/").status_code == 404


def test_a_table_asks_as_many_queries_for_many_children(client, officer):
    page = f"{BUILD}?rows=PLACE&columns=CATEGORY&measure=CHILDREN&months=1"
    children(2)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    children(10)
    with CaptureQueriesContext(connection) as many:
        client.get(page)

    assert len(many) == len(few)
