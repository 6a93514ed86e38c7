"""A visit written down at the door with one thumb: few taps, without a network, sent once."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from children.models import HomeVisit
from tests.browser.looking import assert_fits
from tests.factories import (
    VILLAGE,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def child():
    with transaction.atomic():
        child = ChildFactory(opened_on=timezone.localdate())
        GuardianshipFactory(
            child=child, guardian=GuardianFactory(name="曾奶奶"), is_main_carer=True
        )
        return child


@pytest.fixture
def phone(page360, enter, child):
    with transaction.atomic():
        director = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
    enter(page360, director)
    page360.goto(f"/children/{child.case_number}/visits/add/")
    return page360


def stored():
    with transaction.atomic():
        return list(HomeVisit.objects.select_related("guardianship__guardian").order_by("pk"))


def tap(page, name, value):
    button = page.locator(f"[name={name}][value={value}]").get_attribute("id")
    page.locator(f"label[for={button}]").click()


def essentials(page):
    for name, value in (("child_seen", "ALONE"), ("injuries", "NONE"), ("health", "GOOD"),
                        ("mood", "FAIR")):  # fmt: skip
        tap(page, name, value)


def save(page):
    page.locator("main .actions-bottom button").first.click()


def arrived(page, child):
    page.wait_for_url(f"**/children/{child.case_number}/visits/")


def test_a_plain_visit_is_four_taps_and_save(phone, child):
    assert_fits(phone)
    essentials(phone)
    save(phone)
    arrived(phone, child)

    assert_fits(phone)
    (row,) = stored()
    assert (row.outcome, row.mode, row.mood) == ("MET", "HOME", "FAIR")
    assert row.guardianship.guardian.name == "曾奶奶"


def test_nobody_at_home_is_one_tap_and_save_and_asks_nothing_more(phone, child):
    tap(phone, "outcome", "NOT_AT_HOME")

    expect(phone.locator(".of-health")).to_be_hidden()
    expect(phone.locator(".of-child_seen")).to_be_hidden()
    save(phone)
    arrived(phone, child)
    (row,) = stored()
    assert row.next_on is not None
    assert row.health == ""


def test_by_telephone_the_page_asks_for_no_injuries(phone):
    expect(phone.locator(".of-injuries")).to_be_visible()

    tap(phone, "mode", "PHONE")

    expect(phone.locator(".of-injuries")).to_be_hidden()
    expect(phone.locator(".of-living_conditions")).to_be_hidden()
    expect(phone.locator(".of-health")).to_be_visible()


def test_without_a_network_it_is_sent_once_when_the_network_is_back(phone, child):
    essentials(phone)
    expect(phone.locator("[data-draft-state]")).to_have_text("草稿已保存")
    phone.context.set_offline(True)
    save(phone)
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))
    assert stored() == []

    phone.context.set_offline(False)

    arrived(phone, child)
    assert len(stored()) == 1
    assert phone.evaluate("registryDay.all('drafts')") == []


def test_what_is_missing_is_shown_in_place(phone, child):
    save(phone)

    expect(phone.locator("main [role=alert]").first).to_be_focused()
    assert_fits(phone)
    essentials(phone)
    save(phone)
    arrived(phone, child)
    assert len(stored()) == 1
