"""Pages of a round: who opens, sees, answers, reminds, closes; how much they ask the database."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.once import new_key
from accounts.roles import Role
from children.actions.campaign import open_campaign
from children.actions.campaign_answer import Elsewhere, add_found, send_answer
from children.models import Campaign, CampaignAnswer, CampaignReminder, Child
from children.views.campaign import campaigns_block
from tests.children.typed import registration
from tests.factories import COUNTY, TOWNSHIP, VILLAGE, ChildFactory, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
NEXT_DOOR = f"{TOWNSHIP}202"


@pytest.fixture
def county():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


@pytest.fixture
def director():
    return PostingFactory(role=Role.CHILD_DIRECTOR, area=area(VILLAGE))


def active(place=VILLAGE, **more):
    born = TODAY - timedelta(days=3660)
    return ChildFactory(residence_area=area(place), status="ACTIVE", birth_date=born, **more)


def opened(by, **more):
    facts = {
        "title": "春季摸排", "facts": ["RESIDENCE"], "from_age": 0, "to_age": 17,
        "categories": [], "compared_with": "", "due_on": TODAY + timedelta(days=9), **more,
    }  # fmt: skip
    return open_campaign(facts=facts, by=by, now=NOW)


def page_of(campaign, place=VILLAGE):
    answer = CampaignAnswer.objects.get(campaign=campaign, place=place)
    return reverse("children:campaign_answer", args=[answer.pk]), answer


def test_the_county_opens_a_round_by_its_form(client, county):
    active()
    sign_in(client, county)
    typed = {
        "title": "暑假摸排", "facts": ["RESIDENCE", "CARER"], "from_age": "0", "to_age": "17",
        "due_on": (TODAY + timedelta(days=5)).isoformat(), "submission": new_key(),
    }  # fmt: skip

    first = client.post(reverse("children:campaign_open"), typed)
    client.post(reverse("children:campaign_open"), typed)  # sent twice

    campaign = Campaign.objects.get()
    assert first.url == reverse("children:campaign_detail", args=[campaign.pk])
    assert (campaign.lines.count(), campaign.area_id) == (1, COUNTY)


def test_a_round_without_facts_or_with_turned_ages_is_told_so_at_the_field(client, county):
    sign_in(client, county)

    answer = client.post(
        reverse("children:campaign_open"),
        {"title": "x", "from_age": "9", "to_age": "3", "due_on": TODAY.isoformat()},
    )

    assert set(answer.context["form"].errors) == {"facts", "to_age"}
    assert not Campaign.objects.exists()


def test_a_tap_says_unchanged_and_the_nil_return_is_taken_when_nobody_is_left(
    client, county, director
):
    active()
    campaign = opened(county)
    page, _answer = page_of(campaign)
    line = campaign.lines.get()
    sign_in(client, director)

    early = client.post(page, {"is_nil": "on"})
    client.post(reverse("children:campaign_child", args=[line.pk]), {"tapped": "UNCHANGED"})
    unsaid = client.post(page, {"remark": ""})
    client.post(page, {"is_nil": "on"})

    assert early.context["form"].non_field_errors()
    assert "is_nil" in unsaid.context["form"].errors
    answer = page_of(campaign)[1]
    assert (answer.is_nil, answer.unchanged, answer.answered_by) == (True, 1, director)


def test_who_is_newly_found_is_registered_as_a_lead_and_counts_in_the_answer(
    client, county, director
):
    campaign = opened(county) if area(VILLAGE) else None
    page, answer = page_of(campaign)
    sign_in(client, director)

    sent = client.post(reverse("children:campaign_found", args=[answer.pk]), registration())

    assert sent.url == page
    child = Child.objects.get()
    assert (child.status, child.campaign_lines.get().kind) == ("LEAD", "FOUND")
    assert page_of(campaign)[1].found == 1


def test_a_child_of_another_village_does_not_count_in_the_answer(client, county):
    """A township may answer for a village; the child is still that village's or not."""
    area(VILLAGE)
    next_door = area(NEXT_DOOR)
    answer = page_of(opened(county))[1]
    supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
    sign_in(client, supervisor)
    typed = registration() | {"residence_area": NEXT_DOOR}

    page = client.post(reverse("children:campaign_found", args=[answer.pk]), typed)

    assert "residence_area" in page.context["form"].errors
    child = ChildFactory(residence_area=next_door)
    with pytest.raises(Elsewhere):
        add_found(answer=answer, child=child, by=supervisor, now=NOW)
    assert not answer.lines.exists()


def test_a_child_found_after_the_answer_was_sent_is_not_registered_by_it(client, county, director):
    area(VILLAGE)
    campaign = opened(county)
    answer = page_of(campaign)[1]
    send_answer(answer=answer, is_nil=True, remark="", by=director, now=NOW)
    sign_in(client, director)

    page = client.post(reverse("children:campaign_found", args=[answer.pk]), registration())

    assert page.context["form"].non_field_errors()
    assert not Child.objects.exists()


def test_the_reminder_of_a_double_click_goes_out_once_and_stands_on_the_home_page(
    client, county, director
):
    active()
    campaign = opened(county)
    sign_in(client, county)
    address, key = reverse("children:campaign_remind", args=[campaign.pk]), new_key()

    for _click in range(2):
        client.post(address, {"inside": COUNTY, "submission": key})
    client.post(address, {"inside": COUNTY, "submission": new_key()})

    assert CampaignReminder.objects.count() == 1
    client.logout()
    sign_in(client, director)
    lines = dict(client.get("/").context["blocks"])["children/_home_campaigns.html"]["lines"]
    assert [(line["waiting"], line["reminded_on"]) for line in lines] == [(1, TODAY)]


def test_a_supervisor_reminds_only_the_own_township(client, county):
    area(VILLAGE), area("330127200201")
    campaign = opened(county)
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)))

    address = reverse("children:campaign_remind", args=[campaign.pk])
    client.post(address, {"inside": COUNTY, "submission": new_key()})

    assert CampaignReminder.objects.get().place_code == VILLAGE


def test_the_answered_round_leaves_the_village_s_home_page(client, county, director):
    area(VILLAGE)
    campaign = opened(county)
    send_answer(answer=page_of(campaign)[1], is_nil=True, remark="", by=director, now=NOW)
    sign_in(client, director)

    blocks = dict(client.get("/").context["blocks"])

    assert "children/_home_campaigns.html" not in blocks


def test_a_county_does_not_close_the_round_of_its_prefecture(client, county):
    above = PostingFactory(role=Role.COUNTY_OFFICER, area=area("3301"))
    area(VILLAGE)
    campaign = opened(above)
    sign_in(client, county)

    client.post(reverse("children:campaign_close", args=[campaign.pk]), {"is_signed": "on"})

    campaign.refresh_from_db()
    assert not campaign.is_closed


def test_a_signed_round_shows_who_signed_and_the_frozen_figures(client, county):
    active()
    campaign = opened(county)
    sign_in(client, county)

    client.post(
        reverse("children:campaign_close", args=[campaign.pk]),
        {"is_signed": "on", "summary": "已核实"},
    )
    page = client.get(reverse("children:campaign_detail", args=[campaign.pk])).content.decode()

    campaign.refresh_from_db()
    assert campaign.closed_by == county
    assert "已核实" in page
    assert county.user.full_name in page


def test_the_live_part_is_the_table_and_the_drawing_alone(client, county):
    active()
    campaign = opened(county)
    sign_in(client, county)

    part = client.get(
        reverse("children:campaign_detail", args=[campaign.pk]), HTTP_HX_REQUEST="true"
    ).content.decode()

    assert "<svg" in part
    assert "<html" not in part


def queries(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("name", ["county", "township", "village"])
def test_pages_ask_as_much_for_many_places_and_children_as_for_few(client, county, name):
    active()
    few = opened(county)
    for number in range(30):
        active(f"33012710{number % 3}2{number:02}")
        active()
    many = opened(county)
    role = Role.CHILD_DIRECTOR if name == "village" else Role.COUNTY_OFFICER
    sign_in(client, PostingFactory(role=role, area=area(VILLAGE if name == "village" else COUNTY)))
    client.get("/")

    def page(campaign):
        if name == "village":
            return page_of(campaign)[0]
        inside = f"?inside={TOWNSHIP}" if name == "township" else ""
        return reverse("children:campaign_detail", args=[campaign.pk]) + inside

    assert queries(client, page(many)) == queries(client, page(few))


def test_the_block_of_home_asks_once_for_all_rounds(county):
    active()
    grant = Grant(county.user, county, Permission.CAMPAIGN_VIEW)
    for _round in range(4):
        opened(county)

    with CaptureQueriesContext(connection) as asked:
        block = campaigns_block(grant, TODAY)

    assert (len(block["lines"]), len(asked)) == (4, 1)
