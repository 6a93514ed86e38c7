"""A contact on a phone: in three taps and one sentence, by keyboard, without a network, twice."""

import re

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from schools.models import GuardianContact
from tests.browser.looking import assert_fits
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PairingFactory,
    PostingFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LIST = "/schools/paired/"
SENTENCE = "奶奶说睡得好，作业按时完成"


@pytest.fixture
def teacher():
    with transaction.atomic():
        return PostingFactory(role="CLASS_TEACHER")


@pytest.fixture
def child(teacher):
    with transaction.atomic():
        child = ChildFactory()
        CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
        PairingFactory(child=child, helper=teacher, starts_on=timezone.localdate())
        grandmother = GuardianFactory(name="曾奶奶")
        GuardianshipFactory(child=child, guardian=grandmother, is_main_carer=True)
        return child


@pytest.fixture
def phone(page360, enter, teacher, child):
    enter(page360, teacher)
    page360.goto(LIST)
    page360.evaluate(
        "() => { window.name = '0'; }"
    )  # outlives the pages: how often the screen was tapped
    page360.add_init_script(
        "document.addEventListener('click', (event) => {"
        " if (event.detail) window.name = String(Number(window.name) + 1); }, true)"
    )
    page360.goto(LIST)
    return page360


def stored():
    with transaction.atomic():
        rows = GuardianContact.objects.select_related("guardianship__guardian")
        return list(rows.order_by("pk"))


def open_form(page):
    page.locator("main a.btn", has_text="记录").click()
    page.wait_for_url("**/contacts/add/")


def summary(page):
    return page.locator("#id_summary")


def save(page):
    return page.locator("main .actions-bottom button").first


def unreached(page):
    return page.locator("main button[name=unreached]")


def arrived(page, child):
    page.wait_for_url(f"**/schools/{child.case_number}/")


def kept_here(page):
    """Rows, with the key that seals them; nothing of it is ever in clear."""
    assert SENTENCE not in page.evaluate("JSON.stringify(localStorage)")
    return page.evaluate("registryDay.all('drafts')")


def closed_and_opened_again(page):
    """The same phone without its network, the page closed; then with it, in a new page.

    A page that is only left may live on and send what it kept when the network is back.
    """
    context = page.context
    page.close()
    context.set_offline(False)
    return context.new_page()


def test_a_plain_contact_takes_three_taps_and_one_sentence(phone, child):
    open_form(phone)
    assert_fits(phone)
    summary(phone).click()
    phone.keyboard.type(SENTENCE)
    save(phone).click()
    arrived(phone, child)

    assert phone.evaluate("window.name") == "3"
    assert_fits(phone)
    (row,) = stored()
    assert (row.summary, row.means, row.kind) == (SENTENCE, "PHONE", "GUARDIAN")
    assert row.guardianship.guardian.name == "曾奶奶"


def test_nobody_reached_takes_two_taps(phone, child):
    open_form(phone)
    unreached(phone).click()
    arrived(phone, child)

    assert phone.evaluate("window.name") == "2"
    assert [row.is_reached for row in stored()] == [False]


def test_a_contact_is_logged_by_keyboard_alone(page1280, enter, teacher, child):
    page = page1280
    enter(page, teacher)
    page.goto(f"/schools/{child.case_number}/contacts/add/")
    page.locator("input[name=kind]:checked").focus()

    page.keyboard.press("ArrowRight")  # a talk with the child
    expect(page.locator("input[name=kind][value=CHILD_TALK]")).to_be_checked()
    expect(page.locator(".of-guardianship")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(summary(page)).to_be_focused()
    page.keyboard.type("课间聊了几句")
    for _number in range(10):
        page.keyboard.press("Tab")
        if save(page).evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    arrived(page, child)

    (row,) = stored()
    assert (row.kind, row.guardianship) == ("CHILD_TALK", None)


def test_what_a_visit_saw_is_asked_of_visits_alone(phone):
    open_form(phone)
    expect(phone.locator(".of-visit")).to_be_hidden()

    phone.locator("label", has_text="家访").click()

    expect(phone.locator(".of-visit")).to_be_visible()
    expect(phone.locator(".of-means")).to_be_hidden()
    phone.locator("details.quiet summary").last.click()
    assert_fits(phone)


def test_without_a_network_it_waits_and_goes_out_when_the_network_is_back(phone, child):
    open_form(phone)
    summary(phone).fill(SENTENCE)
    phone.context.set_offline(True)

    save(phone).click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))
    assert len(kept_here(phone)) == 1
    expect(summary(phone)).to_have_value(SENTENCE)
    assert stored() == []

    phone.context.set_offline(False)
    arrived(phone, child)
    assert [row.summary for row in stored()] == [SENTENCE]
    assert kept_here(phone) == []


def test_what_was_typed_without_a_network_outlives_the_page(phone, child):
    open_form(phone)
    phone.context.set_offline(True)
    summary(phone).fill(SENTENCE)
    phone.locator("label", has_text="视频").click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))

    phone = closed_and_opened_again(phone)
    phone.goto(f"/schools/{child.case_number}/contacts/add/")

    expect(summary(phone)).to_have_value(SENTENCE)
    expect(phone.locator("input[name=means][value=VIDEO]")).to_be_checked()
    expect(phone.locator("[data-draft-state]")).to_have_text("草稿已保存")
    assert kept_here(phone) == []  # the server has it now


def test_an_answer_lost_on_the_way_makes_no_second_contact(phone, child):
    open_form(phone)
    summary(phone).fill(SENTENCE)
    lost = []

    def lose_the_first(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort("connectionreset")
        else:
            route.continue_()

    phone.route("**/contacts/add/", lose_the_first)
    save(phone).click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))
    assert lost == [302]
    assert len(stored()) == 1  # the server had it

    save(phone).click()
    arrived(phone, child)
    assert len(stored()) == 1


def test_signing_out_leaves_nothing_on_the_phone(phone):
    open_form(phone)
    phone.context.set_offline(True)
    summary(phone).fill(SENTENCE)
    phone.locator("label", has_text="视频").click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))
    assert len(kept_here(phone)) == 1
    phone = closed_and_opened_again(phone)

    phone.goto(LIST)
    assert len(kept_here(phone)) == 1
    phone.locator("details.menu summary").click()
    phone.locator("form[data-forget] button").click()
    phone.wait_for_url("**/login/**")

    assert kept_here(phone) == []


def test_another_user_of_the_phone_finds_nothing(phone, enter):
    open_form(phone)
    phone.context.set_offline(True)
    summary(phone).fill(SENTENCE)
    phone.locator("label", has_text="视频").click()
    expect(phone.locator("[data-draft-state]")).to_have_text(re.compile("离线"))
    phone = closed_and_opened_again(phone)
    with transaction.atomic():
        other = PostingFactory(role="CLASS_TEACHER")

    enter(phone, other)
    phone.goto("/")

    # The key goes first, and then what it sealed.
    for store in ("keys", "drafts"):
        phone.wait_for_function(f"async () => !(await registryDay.all('{store}')).length")
    assert kept_here(phone) == []


def test_an_error_is_shown_in_place_and_takes_the_focus(phone, child):
    open_form(phone)
    save(phone).click()

    expect(phone.locator("main [role=alert]").first).to_be_focused()
    assert_fits(phone)
    summary(phone).fill(SENTENCE)
    save(phone).click()
    arrived(phone, child)
    phone.get_by_text("已保存").first.wait_for()
    assert len(stored()) == 1


def test_back_leads_to_the_form_again_not_to_the_saved_page(phone, child):
    open_form(phone)
    summary(phone).fill(SENTENCE)
    save(phone).click()
    arrived(phone, child)

    phone.go_back()

    phone.wait_for_url("**/contacts/add/")
    expect(summary(phone)).to_have_value("")
