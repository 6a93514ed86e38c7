"""Temporary guardianship: a child placed, assessed and returned; who learns of it and is told."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from children.models import Guardianship, Placement
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    ChildFactory,
    ConcernFactory,
    GuardianshipFactory,
    PlacementFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def county(client):
    posting = PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))
    sign_in(client, posting)
    return posting


@pytest.fixture
def child():
    child = ChildFactory()
    GuardianshipFactory(child=child, relation="FATHER", starts_on=child.birth_date)
    return child


def typed(**more):
    return {
        "ground": "HARMED", "legal_basis": "第九十二条第六项", "decided_by": "县民政局2026年第9号",
        "setting": "FOSTER", "place": "章家", "starts_on": TODAY - 5 * DAY,
        "until": TODAY + 90 * DAY, "review_on": TODAY + 10 * DAY, "purpose": "父亲完成家庭教育指导",
        "carer_name": "章秀英", "carer_relation": "FOSTER", "carer_phone": "17000001234",
    } | more  # fmt: skip


def place(client, child, query="", **more):
    return client.post(of(child, "placement_add") + query, typed(**more))


def notified(child, day=TODAY):
    rows = Guardianship.objects.filter(child=child).notifiable().on(day)
    return set(rows.values_list("relation", flat=True))


def test_a_child_is_placed_after_a_report_assessed_and_returned(client, county, child):
    father = child.guardianships.get()
    concern = ConcernFactory(child=child, guardianship=father)
    query = f"?concern={concern.pk}"
    form = client.get(of(child, "placement_add") + query).context["form"]
    assert (form.initial["ground"], form.initial["withheld"]) == ("HARMED", [father.pk])

    assert place(client, child, query, withheld=[father.pk]).status_code == 302

    row = Placement.objects.get()
    page = client.get(of(child, "child_detail"))
    assert (row.concern, row.carer.name) == (concern, "章秀英")
    assert shows(page, reverse("children:concern_detail", args=[child.case_number, concern.pk]))
    assert notified(child) == {"FOSTER"}
    assert notified(child, TODAY + 91 * DAY) == set()  # the care runs out with the term
    _assess(client, row)
    _return(client, row)
    assert notified(child, TODAY + DAY) == set()  # the father stays withheld


def _assess(client, row):
    facts = {"review": "父亲已参加三次指导", "review_on": TODAY + 100 * DAY,
             "until": TODAY + 120 * DAY, "version": row.version}  # fmt: skip
    url = of(row.child, "placement_review", placement_id=row.pk)
    assert client.post(url, facts).status_code == 302
    row.refresh_from_db()
    assert (row.reviewed_on, row.until) == (TODAY, TODAY + 120 * DAY)
    assert Guardianship.objects.get(guardian=row.carer).ends_on == row.until
    assert "__all__" in errors(client.post(url, facts))  # somebody has assessed it since


def _return(client, row):
    facts = {"outcome": "RETURNED", "ends_on": TODAY, "finding": "评估合格", "version": row.version}
    url = of(row.child, "placement_end", placement_id=row.pk)
    assert client.post(url, facts).status_code == 302
    row.refresh_from_db()
    assert (row.ends_on, row.outcome) == (TODAY, "RETURNED")
    assert Guardianship.objects.get(guardian=row.carer).ends_on == TODAY
    assert client.post(url, facts).status_code == 404


def test_what_cannot_be_is_said_at_its_field_and_a_second_placement_is_refused(
    client, county, child
):
    for wrong, field in [
        ({"starts_on": TODAY + DAY}, "starts_on"),
        ({"starts_on": child.birth_date - DAY}, "starts_on"),
        ({"until": TODAY - 6 * DAY}, "until"),
        ({"until": TODAY + 400 * DAY}, "until"),  # beyond the longest term
        ({"review_on": TODAY + 91 * DAY}, "review_on"),
        ({"carer_relation": ""}, "carer_relation"),
        ({"carer_name": ""}, "carer_name"),
        ({"withheld": [GuardianshipFactory().pk]}, "withheld"),
    ]:
        assert field in errors(place(client, child, **wrong)), wrong
    assert not Placement.objects.exists()
    PlacementFactory(child=child, starts_on=TODAY - 9 * DAY, until=TODAY + 9 * DAY,
                     review_on=TODAY)  # fmt: skip

    answer = place(client, child)

    text = "The child is placed somewhere in that period already: end that first."
    assert errors(answer)["__all__"] == [in_chinese(text)]
    assert child.guardianships.count() == 1


def test_a_secret_ground_exists_for_the_county_alone_and_home_tells_it_in_time(client, child):
    PlacementFactory(child=child, ground="HARMED", place="阳光家庭", starts_on=TODAY - DAY,
                     review_on=TODAY + 3 * DAY, until=TODAY + 90 * DAY)  # fmt: skip
    open_one = ChildFactory()
    PlacementFactory(child=open_one, place="县福利院", starts_on=TODAY - 90 * DAY,
                     review_on=TODAY - DAY, until=TODAY + 90 * DAY)  # fmt: skip
    seen = {}
    for role, place_of in [("COUNTY_OFFICER", COUNTY), ("CHILD_SUPERVISOR", None)]:
        where = {"area": area(place_of)} if place_of else {}
        sign_in(client, PostingFactory(role=role, **where))
        pages = [of(child, "child_detail"), of(open_one, "child_detail"), reverse("home")]
        seen[role] = [shows(client.get(url), text) for url, text in
                      zip(pages, ("阳光家庭", "县福利院", "阳光家庭"), strict=True)]  # fmt: skip
    assert seen == {"COUNTY_OFFICER": [True] * 3, "CHILD_SUPERVISOR": [False, True, False]}
    sign_in(client, PostingFactory(role="CHILD_SUPERVISOR", area=area(OTHER_TOWNSHIP)))
    assert client.get(of(open_one, "child_detail")).status_code == 404
