"""What is typed is not lost: a session that ends, a form pressed twice, two at one file."""

import re

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from accounts import place_names
from accounts.models import Area, Draft
from accounts.roles import Role
from children.models import Child
from tests.browser.looking import assert_fits
from tests.browser.steps import sign_in
from tests.children.typed import id_number
from tests.factories import COUNTY, VILLAGE, ChildFactory, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
NEW = "/children/new/"


@pytest.fixture
def director():
    with transaction.atomic():
        return PostingFactory(role=Role.CHILD_DIRECTOR, area=area(VILLAGE)).user


@pytest.fixture
def supervisor():
    with transaction.atomic():
        return PostingFactory(role=Role.CHILD_SUPERVISOR).user


@pytest.fixture
def child():
    with transaction.atomic():
        return ChildFactory(id_number=id_number())


def begin(page, **typed):
    """A registration begun: the ID number has filled in birth date and sex."""
    page.goto(NEW)
    page.fill("#id_id_number", id_number())
    page.press("#id_id_number", "Tab")
    expect(page.locator("#id_birth_date")).to_have_value("2016-03-01")
    for name, text in {"name": "曾小明", **typed}.items():
        page.fill(f"#id_{name}", text)


def kept(page):
    expect(page.locator("[data-draft-state]")).to_have_text(re.compile(r"\S"))


def save(page):
    page.locator("main .actions-bottom button").click()


def test_a_session_that_ends_in_mid_form_loses_nothing(page, director):
    sign_in(page, director)
    begin(page, notes="父亲外出，母亲失联")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    save(page)  # signed out: the page stays, with a way to sign in beside it

    help_text = page.locator("[data-draft-help]")
    expect(help_text).to_be_visible()
    expect(help_text).to_be_focused()
    expect(page.locator("#id_notes")).to_have_value("父亲外出，母亲失联")
    assert_fits(page)

    with page.context.expect_page() as opened:
        help_text.get_by_role("link").click()
    second = opened.value
    sign_in(second, director)
    save(page)

    page.get_by_role("heading", name="曾小明").wait_for()
    with transaction.atomic():
        assert Draft.objects.count() == 0


def test_what_was_typed_before_the_session_ended_is_offered_again(page, director):
    sign_in(page, director)
    begin(page, notes="父亲外出")
    page.locator("#id_notes").blur()
    kept(page)
    page.context.clear_cookies()

    page.goto(NEW)
    sign_in(page, director)
    page.goto(NEW)

    expect(page.locator("#id_notes")).to_have_value("父亲外出")
    expect(page.locator("#id_name")).to_have_value("曾小明")
    assert_fits(page)
    page.locator("main form[action*=discard] button").click()
    expect(page.locator("#id_name")).to_have_value("")


def test_a_form_is_not_sent_under_the_name_of_who_signed_in_after_it(page, director, supervisor):
    sign_in(page, director)
    begin(page, notes="父亲外出")
    second = page.context.new_page()
    second.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(second, supervisor)

    save(page)

    expect(page.locator("[data-draft-another]")).to_be_focused()
    expect(page.locator("[data-draft-help]")).to_be_hidden()
    assert_fits(page)
    with transaction.atomic():
        assert not Child.objects.exists()
    second.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(second, director)
    save(page)
    page.get_by_role("heading", name="曾小明").wait_for()
    with transaction.atomic():
        assert Child.objects.get().history.get().history_user == director


def test_a_form_pressed_twice_is_sent_once(page, director):
    sign_in(page, director)
    begin(page)

    page.locator("main .actions-bottom button").dblclick()

    page.get_by_role("heading", name="曾小明").wait_for()
    page.goto("/children/")
    expect(page.locator("#rows a", has_text="曾小明")).to_have_count(1)


def test_an_error_takes_the_focus_and_keeps_what_was_typed(page, director):
    sign_in(page, director)
    begin(page, notes="夜间发热", name="")

    save(page)

    summary = page.locator("main [role=alert]").first
    expect(summary).to_be_focused()
    expect(page.locator("#id_notes")).to_have_value("夜间发热")
    assert_fits(page)
    summary.get_by_role("link").first.click()
    expect(page.locator("#id_name")).to_be_focused()


def test_of_two_who_edit_one_file_the_second_sees_what_the_first_changed(
    new_page, director, supervisor, child
):
    address = reverse("children:child_change", args=[child.case_number])
    first, second = new_page(1280), new_page(360)
    for page, user in ((first, director), (second, supervisor)):
        sign_in(page, user)
        page.goto(address)
    first.fill("#id_phone", "17000001234")
    first.fill("#id_reason", "家中新号码")
    save(first)
    first.wait_for_url(f"**/{child.case_number}/")

    second.fill("#id_notes", "周末住奶奶家")
    second.fill("#id_reason", "入户了解")
    save(second)

    expect(second.locator("main .alert-warning ins")).to_have_count(1)
    expect(second.locator("#id_phone")).to_have_value("17000001234")
    expect(second.locator("#id_notes")).to_have_value("周末住奶奶家")
    assert_fits(second)
    save(second)
    second.wait_for_url(f"**/{child.case_number}/")
    with transaction.atomic():
        stored = Child.objects.get(pk=child.pk)
    assert (stored.phone, stored.notes) == ("17000001234", "周末住奶奶家")


def test_a_draft_older_than_anothers_change_does_not_overwrite_it(
    new_page, director, supervisor, child
):
    address = reverse("children:child_change", args=[child.case_number])
    slow, quick = new_page(360), new_page(1280)
    sign_in(slow, director)
    slow.goto(address)
    slow.fill("#id_notes", "周末住奶奶家")
    slow.locator("#id_notes").blur()
    kept(slow)
    sign_in(quick, supervisor)
    quick.goto(address)
    quick.fill("#id_phone", "17000001234")
    quick.fill("#id_reason", "家中新号码")
    save(quick)
    quick.wait_for_url(f"**/{child.case_number}/")

    slow.goto(address)  # the next day: the draft is offered
    slow.fill("#id_reason", "入户了解")
    save(slow)

    expect(slow.locator("main .alert-warning ins")).to_have_count(1)
    expect(slow.locator("#id_phone")).to_have_value("17000001234")


def test_a_place_is_found_and_chosen_by_keyboard_alone(page, director):
    with transaction.atomic():
        Area.objects.create(
            code="330127101", name="千岛湖镇", level=9, parent=area(COUNTY),
            search_keys=place_names.keys("千岛湖镇"),
        )  # fmt: skip
    sign_in(page, director)
    page.goto(NEW)
    picker = page.locator("[role=combobox]").first

    picker.focus()
    page.keyboard.type("千岛湖")
    places = page.get_by_role("listbox")
    expect(places.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("input[type=hidden][name=hukou_area]")).to_have_value("330127101")
    expect(places).to_be_hidden()
    expect(picker).to_be_focused()
