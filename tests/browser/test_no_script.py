"""The main paths on a phone whose browser runs no script, in Chinese."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.roles import Role
from children.models import Child
from children.rules.identifiers import make_resident_id
from schools.models import GuardianContact
from tests.browser.looking import assert_no_sideways_scroll
from tests.browser.steps import enter_as, sign_in
from tests.children.typed import BORN
from tests.factories import (
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PairingFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def page(new_page):
    return new_page(360, java_script_enabled=False)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def heading(page, text):
    expect(page.locator("h1").first).to_contain_text(text)
    assert_no_sideways_scroll(page)


def test_a_child_is_registered_found_changed_and_looked_back_on(page):
    with transaction.atomic():
        supervisor = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
        other = area("330127100299")
        home = area(VILLAGE)
        home.name, other.name = "青溪村", "白马村"
        home.save()
        other.save()
        ChildFactory(name="曾小明", birth_date="2016-03-01", id_type="NONE", residence_area=home)

    # Signs in and registers; the namesake of the same day is shown first.
    sign_in(page, supervisor.user)
    page.get_by_role("link", name="登记儿童").first.click()
    page.fill("#id_name", "曾小明")
    press(page, "建立档案")
    page.locator(".is-invalid").first.wait_for()
    assert page.input_value("#id_name") == "曾小明"
    page.fill("#id_id_number", make_resident_id("990101", BORN, 24))
    page.select_option("#id_residence_area", label="青溪村")
    press(page, "建立档案")
    page.get_by_text("是以下儿童吗").wait_for()
    press(page, "不是，这是另一名儿童，继续建档")
    heading(page, "曾小明")
    url = page.url

    # A carer, whose phone is then shown for a reason.
    page.get_by_role("link", name="添加监护人").click()
    page.fill("#id_name", "曾奶奶")
    page.select_option("#id_relation", "GRANDMOTHER_PATERNAL")
    page.select_option("#id_kind", "ENTRUSTED")
    page.fill("#id_phone", "17000001234")
    page.fill("#id_starts_on", "2020-01-01")
    page.check("#id_is_main_carer")
    press(page, "保存")
    page.get_by_text("170****1234").first.wait_for()
    details = page.locator("details:has([value$='.phone'])").first
    details.locator("summary").click()
    details.locator("[name=reason]").fill("约家访时间")
    details.locator("button").click()
    page.get_by_text("17000001234").wait_for()

    # Found by initials, and through the filters.
    page.goto("/children/")
    page.fill("[name=text]", "cxm")
    press(page, "查找")
    assert page.locator("main a", has_text="曾小明").count() == 2
    page.locator("summary", has_text="筛选与排序").click()
    page.locator("details a", has_text="筛选与排序").click()
    page.select_option("#id_missing", "id")
    press(page, "筛选")
    assert page.locator("main a", has_text="曾小明").count() == 1

    # Moved to another village, with a reason; the difference is read, and taken back.
    page.goto(url)
    page.get_by_role("link", name="更正").first.click()
    page.select_option("#id_residence_area", label="白马村")
    page.fill("#id_reason", "随奶奶搬家")
    press(page, "保存修改")
    page.get_by_text("修改已保存").wait_for()
    page.get_by_role("link", name="修改记录").first.click()
    page.get_by_text("随奶奶搬家").wait_for()
    assert page.get_by_text("白马村").count() >= 1
    page.get_by_role("link", name="撤销此项修改").first.click()
    page.fill("#id_reason", "搬家未成")
    page.locator("main form button").last.click()
    page.get_by_text("搬家未成").wait_for()
    with transaction.atomic():
        child = Child.objects.get(id_number_hash=make_resident_id("990101", BORN, 24))
        assert child.residence_area_id == VILLAGE


def test_the_posting_is_switched_and_the_language_and_signed_out(page):
    with transaction.atomic():
        first = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))
        second = PostingFactory(
            user=first.user, role=Role.CHILD_SUPERVISOR, area=area(OTHER_TOWNSHIP)
        )
    enter_as(page, first)

    page.goto("/")
    page.locator("details.menu summary").click()
    page.locator(f"button[name=posting][value='{second.pk}']").click()
    page.locator("details.menu summary").click()
    assert page.locator(f"button[name=posting][value='{first.pk}']").count() == 1
    page.locator("[name=language][value=en]").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.locator("[name=login]").wait_for()


def test_a_teacher_logs_a_contact(page):
    with transaction.atomic():
        teacher = PostingFactory(role=Role.CLASS_TEACHER)
        child = ChildFactory()
        CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
        PairingFactory(child=child, helper=teacher)
        grandmother = GuardianFactory(name="曾奶奶")
        GuardianshipFactory(child=child, guardian=grandmother, is_main_carer=True)
    enter_as(page, teacher)

    page.goto("/schools/paired/")
    page.locator("main a.btn", has_text="记录").first.click()
    press(page, "保存")
    page.locator("[role=alert]").first.wait_for()
    page.fill("#id_summary", "奶奶说睡得好")
    page.locator("main details summary").click()
    press(page, "保存")
    page.wait_for_url(f"**/schools/{child.case_number}/")

    page.get_by_text("奶奶说睡得好").first.wait_for()
    assert_no_sideways_scroll(page)
    with transaction.atomic():
        assert GuardianContact.objects.get().guardianship.guardian == grandmother
