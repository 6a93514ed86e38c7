"""The parts of pages that move: rows, filters, a masked number, what an ID number says."""

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import AccessEvent
from tests.browser.looking import assert_fits
from tests.children.typed import id_number
from tests.factories import ChildFactory, PostingFactory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LONG = "外" * 600


@pytest.fixture
def here(page, enter):
    """A page of a signed-in supervisor."""
    with transaction.atomic():
        posting = PostingFactory()
    enter(page, posting)
    return page


def test_the_list_goes_on_where_it_ended(here):
    with transaction.atomic():
        ChildFactory.create_batch(30)
    here.goto(reverse("children:child_list"))
    children = here.locator("#rows a[href^='/children/']")
    assert children.count() == 25

    here.locator("#more a").click()

    expect(children).to_have_count(30)
    expect(here.locator("#more")).to_have_count(0)
    assert_fits(here)


def test_a_filter_acts_at_once(here):
    with transaction.atomic():
        ChildFactory(status="LEAD")
        ChildFactory(status="ACTIVE", name="赵小红")
    here.goto(reverse("children:child_list"))

    here.locator("details.quiet > summary").click()
    here.locator("select[name=status]").select_option("ACTIVE")

    here.wait_for_url("**status=ACTIVE**")
    expect(here.locator("#rows a[href^='/children/']")).to_have_text(["赵小红"])
    assert_fits(here)


def test_a_masked_number_is_shown_for_a_reason_that_is_logged(here):
    number = id_number()
    with transaction.atomic():
        child = ChildFactory(id_number=number)
    here.goto(reverse("children:child_detail", args=[child.case_number]))
    assert number not in here.content()

    masked = here.locator("details", has=here.locator("[name=field][value=id_number]"))
    masked.locator("summary").click()
    masked.locator("[name=reason]").fill("核对残疾人证")
    masked.locator("button").click()

    expect(here.get_by_text(number)).to_be_visible()
    assert_fits(here)
    with transaction.atomic():
        assert AccessEvent.objects.filter(reason="核对残疾人证").exists()


def test_a_known_number_is_told_before_anything_is_saved(here):
    number = id_number()
    with transaction.atomic():
        child = ChildFactory(id_number=number)
    here.goto(reverse("children:child_create"))

    here.fill("#id_id_number", number)
    here.press("#id_id_number", "Tab")

    expect(here.locator(f"#check a[href*='{child.case_number}']")).to_be_visible()
    assert_fits(here)


def test_long_words_wrap(here):
    with transaction.atomic():
        child = ChildFactory(name="阿" * 40, notes=LONG, address="弄" * 200)

    for name in ("child_detail", "child_change", "child_history"):
        here.goto(reverse(f"children:{name}", args=[child.case_number]))
        assert_fits(here)
