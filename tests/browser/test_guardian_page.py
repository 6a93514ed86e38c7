"""The guardian's page in a real browser: a phone, Chinese, no script; and the teacher's pages."""

import pytest
from django.db import transaction

from accounts.roles import Role
from schools.models import NoticeDelivery
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.factories import CaseAccessFactory, PostingFactory
from tests.schools.notices import NUMBER, sent_delivery

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_a_grandmother_opens_reads_and_answers_without_any_script(new_page):
    with transaction.atomic():
        delivery, token = sent_delivery(asks_answer=True)
    page = new_page(360, java_script_enabled=False, locale="en-GB")

    page.goto(f"/n/{token}")
    page.get_by_label("老师告诉您的六位数字").fill("111111")
    page.get_by_role("button", name="打开").click()
    assert "打不开" in page.locator("[role=alert]").inner_text()
    page.get_by_label("老师告诉您的六位数字").fill(NUMBER)
    page.get_by_role("button", name="打开").click()
    assert page.locator("h1").inner_text() == delivery.notice.subject
    page.get_by_role("button", name="是", exact=True).click()

    assert "您的答复：是" in page.locator("[role=status]").inner_text()
    with transaction.atomic():
        assert NoticeDelivery.objects.get(pk=delivery.pk).answer == "YES"


def test_the_page_has_no_barrier_and_fits_a_small_phone(new_page):
    with transaction.atomic():
        _delivery, token = sent_delivery(asks_answer=True)
    page = new_page(320)

    page.goto(f"/n/{token}")
    assert_fits(page)
    page.fill("[name=number]", "0")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert_fits(page)
    page.fill("[name=number]", NUMBER)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator("button[value=YES]").wait_for()
    assert_fits(page)
    small = page.evaluate(
        "[...document.querySelectorAll('button,input:not([type=hidden]),a')]"
        ".filter(e => e.offsetHeight && e.offsetHeight < 32).map(e => e.outerHTML)"
    )
    assert not small


def test_the_teachers_pages_have_no_barrier(page):
    with transaction.atomic():
        delivery, _token = sent_delivery(asks_answer=True, step="PAPER")
        teacher = PostingFactory(role=Role.CLASS_TEACHER)
        CaseAccessFactory(child=delivery.child, user=teacher.user)
        delivery.notice.writer = teacher
        delivery.notice.save()
    enter_as(page, teacher)
    home = f"/schools/{delivery.child.case_number}"
    ways = f"{home}/deliveries/{delivery.pk}"

    for url in ("/schools/notices/", "/schools/notices/write/", f"{home}/notices/write/",
                f"{home}/notices/{delivery.notice_id}/", f"{ways}/tell/", f"{ways}/number/",
                f"/schools/notices/slips/?notice={delivery.notice_id}"):  # fmt: skip
        page.goto(url)
        assert_fits(page)
    page.goto(f"{ways}/number/")
    page.get_by_role("button", name="显示阅读码").click()
    page.get_by_text(NUMBER).wait_for()
    assert_fits(page)
