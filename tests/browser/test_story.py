"""The story of one child, from the village to the auditor, as its people live it in a browser."""

from datetime import date

import pytest
from django.db import transaction
from playwright.sync_api import expect

from accounts.roles import Role
from children.models import Child
from children.rules.identifiers import make_resident_id
from tests.browser.looking import assert_fits
from tests.browser.steps import give_totp, sign_in
from tests.factories import COUNTY, TOWNSHIP, VILLAGE, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ID_NUMBER = make_resident_id("990101", date(2016, 3, 1), 24)


def post(username, role, code):
    return PostingFactory(
        user__username=username, user__full_name=username, role=role, area=area(code)
    ).user


@pytest.mark.parametrize("width", [360, 1280])
def test_a_child_is_found_checked_confirmed_corrected_and_watched_over(new_page, width):
    with transaction.atomic():  # a row and its history row are one commit
        director = post("fang", Role.CHILD_DIRECTOR, VILLAGE)
        supervisor = post("zhou", Role.CHILD_SUPERVISOR, TOWNSHIP)
        county = post("shen", Role.COUNTY_OFFICER, COUNTY)
        auditor = post("shi", Role.AUDITOR, COUNTY)
    for user in (county, auditor):
        give_totp(user)

    # The director enters a lead; the ID number fills in birth date and sex.
    page = new_page(width)
    sign_in(page, director)
    assert_fits(page)
    page.get_by_role("link", name="登记儿童").click()
    page.fill("#id_id_number", ID_NUMBER)
    page.fill("#id_name", "曾小明")
    page.locator("#id_sex").select_option("FEMALE", timeout=5_000)
    expect(page.locator("#id_birth_date")).to_have_value("2016-03-01")
    assert page.input_value("#id_sex") == "FEMALE"
    page.select_option("#id_category", "NO_HUKOU")
    assert_fits(page)
    page.get_by_role("button", name="建立档案").click()
    page.get_by_role("heading", name="曾小明").wait_for()
    assert_fits(page)
    file_url = page.url
    page.get_by_role("link", name="无户籍儿童").first.click()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("办理步骤已记录").wait_for()
    assert_fits(page)

    # The supervisor finds it by initials, accepts, checks and passes it on.
    page = new_page(width)
    sign_in(page, supervisor)
    page.fill("[name=text]", "cxm")  # 曾 is also read Ceng
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="曾小明").click()
    page.get_by_role("link", name="无户籍儿童").first.click()
    for step in ("受理", "开始乡镇查验", "查验通过，报县级确认"):
        page.get_by_role("button", name=step).click()
        page.get_by_text("办理步骤已记录").wait_for()

    # The county confirms, with a second factor.
    page = new_page(width)
    sign_in(page, county, code=True)
    page.get_by_role("link", name="曾小明 · 无户籍儿童").click()
    page.get_by_role("button", name="确认通过").click()
    page.locator(".tag-APPROVED").first.wait_for()

    # The director corrects a fact.
    page = new_page(width)
    sign_in(page, director)
    page.goto(file_url)
    page.get_by_role("link", name="更正").first.click()
    page.fill("#id_notes", "户口已在补录")
    page.fill("#id_reason", "已核对户口簿")
    assert_fits(page)
    page.get_by_role("button", name="保存修改").click()
    page.get_by_text("修改已保存").wait_for()

    # The supervisor reads what it was before.
    page = new_page(width)
    sign_in(page, supervisor)
    page.goto(file_url)
    page.get_by_role("link", name="修改记录").first.click()
    page.get_by_text("已核对户口簿").wait_for()
    assert page.get_by_text("户口已在补录").count() == 1
    assert_fits(page)
    page.goto(file_url + "access/")
    assert page.get_by_text("fang").count() >= 1
    assert_fits(page)

    # The auditor reads who looked, and no file.
    page = new_page(width)
    sign_in(page, auditor, code=True)
    page.get_by_role("link", name="查阅日志").first.click()
    page.get_by_text("fang").first.wait_for()
    assert page.get_by_text("曾小明").count() == 0
    assert_fits(page)
    assert page.goto(file_url).status == 403

    with transaction.atomic():  # outside one the database shows no child to anybody
        child = Child.objects.get(name="曾小明")
    assert (child.status, child.version) == ("ACTIVE", 3)
