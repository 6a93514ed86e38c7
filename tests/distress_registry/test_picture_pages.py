"""The pages of the picture: each number opens the children that it counts, and nobody else's."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.roles import Role
from children.models import DueWork
from distress_registry.models.picture import note_following, refresh
from distress_registry.rules import small_cells
from tests.asking import in_chinese
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CategorySpellFactory,
    ChildFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LINK = re.compile(r'href="(/picture/[^"]*children/\?[^"]*)">(\d+)')


def county_of(count):
    """Children with every second one cared for, and a secret one."""
    for number in range(count):
        child = ChildFactory(residence_area=area(VILLAGE if number % 3 else OTHER_VILLAGE))
        CategorySpellFactory(child=child, category="LEFT_BEHIND" if number % 2 else "DE_FACTO")
        if number % 2:
            GuardianshipFactory(child=child, is_main_carer=True)
        if number % 4 == 0:
            HomeVisitFactory(child=child, visited_on=child.opened_on)
    CategorySpellFactory(category="HIV")
    refresh(None, TODAY)
    note_following(TODAY)


def listed(client, address):
    """How many children a list shows over all its pages."""
    found, seen = 0, 0
    while address:
        page = client.get(address).content.decode()
        found += page.count("/children/33")
        more = re.search(r'href="(\?[^"]*after=\d+)"', page)
        address = address.split("?")[0] + more[1].replace("&amp;", "&") if more else ""
        seen += 1
        assert seen < 10
    return found


@pytest.mark.parametrize("page", ["/picture/", "/picture/following/"])
@pytest.mark.parametrize("role", [Role.COUNTY_OFFICER, Role.CHILD_SUPERVISOR])
def test_each_number_opens_as_many_children(client, role, page):
    county_of(8)
    sign_in(client, posted_as(role))
    links = LINK.findall(client.get(page).content.decode())

    assert len(links) > 5
    for address, number in dict(links).items():
        assert listed(client, address.replace("&amp;", "&")) == int(number), address


def test_who_hears_the_page_is_told_which_number_is_of_those_not_covered(client):
    county_of(8)
    sign_in(client, posted_as(Role.COUNTY_OFFICER))

    page = client.get("/picture/").content.decode()
    words = dict(
        re.findall(r'covered=(yes|no)">[^<]*<span class="visually-hidden"> ([^,]*),', page)
    )

    assert words == {"yes": in_chinese("covered"), "no": in_chinese("not covered")}


def test_a_list_of_many_children_goes_on(client):
    county_of(89)
    sign_in(client, posted_as(Role.COUNTY_OFFICER))

    assert listed(client, "/picture/children/?guarantee=GUARDIANSHIP") == 60


def test_who_may_not_know_of_secret_categories_finds_no_mark_of_them(client):
    CategorySpellFactory(category="HIV")
    refresh(None, TODAY)
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    page = client.get("/picture/").content.decode()
    assert "/picture/children/" not in page
    assert listed(client, "/picture/children/?category=HIV&guarantee=GUARDIANSHIP") == 0


def test_the_auditor_sees_figures_but_no_small_one_and_no_child(client):
    county_of(9)
    sign_in(client, posted_as(Role.AUDITOR))

    page = client.get("/picture/").content.decode()
    assert "/picture/children/" not in page
    assert "&lt; 5" in page
    assert client.get("/picture/children/?guarantee=LIVING").status_code == 403
    assert client.get("/picture/following/children/?what=visits").status_code == 403
    assert client.get("/picture/following/").status_code == 200


def test_small_figures_do_not_follow_from_their_sum():
    assert small_cells.hidden([9, 3, 7]) == [False, True, True]
    assert small_cells.hidden([9, 0, 7]) == [False, False, False]
    assert small_cells.hidden([9, 3, 4]) == [False, True, True]
    assert small_cells.split_is_hidden(10, 8)
    assert not small_cells.split_is_hidden(10, 5)


@pytest.mark.parametrize("page", ["/picture/", "/picture/following/",
                                  "/picture/children/?guarantee=GUARDIANSHIP"])  # fmt: skip
def test_more_children_ask_no_more_queries(client, page):
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    county_of(2)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    county_of(12)

    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)


@pytest.mark.parametrize("query", [
    "inside=440000", "inside=x", "month=2026-99", "month=1990-01", "category=NOBODY",
    "guarantee=NONE&covered=maybe", "after=-1", "after=99999999999999999999", "what=nothing",
    "inside=" + OTHER_VILLAGE[:4], "inside=%00", "month=%00",
])  # fmt: skip
def test_an_address_that_asks_for_nonsense_gets_a_page(client, query):
    county_of(2)
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))

    for page in ("", "children/", "following/", "following/children/"):
        assert client.get(f"/picture/{page}?{query}").status_code == 200


def test_places_lead_down_from_county_to_village(client):
    county_of(4)
    sign_in(client, posted_as(Role.COUNTY_OFFICER))

    for above, below in ((COUNTY, TOWNSHIP), (TOWNSHIP, VILLAGE)):
        page = client.get(f"/picture/?inside={above}").content.decode()
        assert f"?inside={below}&amp;" in page


def test_what_is_noted_at_night_is_what_the_lists_count(client):
    county_of(5)
    from distress_registry.models import FollowCount

    noted = FollowCount.objects.get(place=COUNTY, month=TODAY.replace(day=1))
    rows = DueWork.objects.answered_for(COUNTY)
    assert noted.files == rows.count() == 4
    assert noted.visits == rows.filter(visit_on__lt=TODAY).count() > 0
    assert noted.stale == rows.filter(verify_was_on__lt=TODAY).count()
    assert noted.month == date(TODAY.year, TODAY.month, 1)
