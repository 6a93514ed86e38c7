"""A child at school, as its people live it on their phones: group, pairing, contact, a falling
mood, counselling, a notice to the grandmother, a handover."""

import json
import re
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from schools.models import CounsellingNote, GuardianContact, NoticeDelivery, Pairing, Referral
from schools.notice_jobs import send_waiting
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.factories import (
    CALM,
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    ObservationFactory,
    OrganisationFactory,
    PostingFactory,
    SchoolYearFactory,
    school_of,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
SENTENCE = "奶奶说孩子按时睡觉，最近话少"
NOTE = "孩子说夜里想妈妈"
STAFF = {
    "lead": (Role.PRINCIPAL, "周校长"),
    "helper": (Role.CLASS_TEACHER, "叶老师"),
    "successor": (Role.CLASS_TEACHER, "何老师"),
    "subject": (Role.SUBJECT_TEACHER, "吴老师"),
    "counsellor": (Role.COUNSELLOR, "苏老师"),
}


@pytest.fixture
def school():
    """Its staff, a child on the roll with a grandmother, the month before observed as calm."""
    today = timezone.localdate()
    with transaction.atomic():
        place = OrganisationFactory(name="中心小学")
        SchoolYearFactory(
            name="本学年",
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=180),
        )
        people = {
            key: PostingFactory(role=role, organisation=place, user__full_name=name)
            for key, (role, name) in STAFF.items()
        }
        child = ChildFactory(name="丁小四", birth_date=date(2015, 5, 1))
        CaseAccessFactory(child=child, organisation=place)
        EnrolmentFactory(child=child, school=school_of(place))
        grandmother = GuardianFactory(name="曾奶奶", phone="17000001234")
        GuardianshipFactory(child=child, guardian=grandmother, is_main_carer=True)
        month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        ObservationFactory(child=child, observer=people["subject"], month=month, levels=CALM)
    return people | {"child": child}


@pytest.fixture
def messages(settings, tmp_path):
    """What left for the phones of guardians: links, oldest first."""
    settings.NOTICE_CHANNEL, settings.NOTICE_FILE = "file", str(tmp_path / "messages.jsonl")

    def links() -> list[str]:
        send_waiting()
        lines = (tmp_path / "messages.jsonl").read_text().splitlines()
        return [re.search(r"/n/[^\s\uff0c\u3002]+", json.loads(line)["text"])[0] for line in lines]

    return links


def saved(page):
    page.locator(".alert-success").first.wait_for()
    assert_fits(page)


def send(page):
    page.locator("main .actions-bottom button").first.click()


def test_from_the_group_to_the_handover(new_page, school, messages):
    child, page = school["child"], new_page(360)
    home = f"/schools/{child.case_number}/"

    # The lead forms the group, fills a seat and pairs the child.
    enter_as(page, school["lead"])
    page.goto("/schools/group/")
    page.get_by_role("button", name="按常设岗位成立工作组").click()
    saved(page)
    seat = page.locator("#seats li", has_text="心理")
    seat.get_by_role("link", name="补人").click()
    page.locator("select[name=holder]").select_option(label="苏老师 · 心理老师")
    send(page)
    saved(page)
    page.get_by_role("link", name="去安排结对").click()
    page.locator(f"#helper_{child.pk}").select_option(str(school["helper"].pk))
    page.get_by_role("button", name="保存全部更改").click()
    saved(page)

    # The helper reads the handover page, confirms and logs a contact.
    enter_as(page, school["helper"])
    page.goto(home)
    page.get_by_role("link", name="阅读交接单").click()
    assert_fits(page)
    page.get_by_role("button", name="已阅读，确认接手").click()
    saved(page)
    page.goto("/schools/paired/")
    page.locator("main a.btn", has_text="记录").click()
    page.fill("#id_summary", SENTENCE)
    send(page)
    saved(page)

    # The mood falls, and the helper refers the child.
    page.goto(f"{home}observe/")
    for question in page.locator("main fieldset").all():
        question.locator("label", has_text="有一点").click()
    assert_fits(page)
    send(page)
    saved(page)
    page.goto(f"{home}wellbeing/")
    assert_fits(page)
    assert page.locator("figure.chart svg").count() >= 1
    page.get_by_role("link", name="转介").first.click()
    page.fill("#id_remark", "一个月来情绪明显低落")
    send(page)
    saved(page)

    # The counsellor takes it and writes down a session.
    enter_as(page, school["counsellor"])
    page.goto("/")
    page.locator("main a", has_text="丁小四").first.click()
    page.get_by_role("button", name="接手").click()
    saved(page)
    page.get_by_role("link", name="登记辅导").click()
    page.fill("#id_note", NOTE)
    send(page)
    saved(page)
    assert NOTE in page.content()

    # Neither the helper nor a colleague reads the note.
    with transaction.atomic():
        referral = Referral.objects.get()
        assert CounsellingNote.objects.get().text == NOTE
    for other in ("helper", "subject", "lead"):
        enter_as(page, school[other])
        for url in (home, f"{home}wellbeing/", f"{home}referral/{referral.pk}/"):
            page.goto(url)
            named = other == "lead" and "/referral/" in url
            assert (NOTE in page.content()) == named, (other, url)

    # The helper sends a notice; the grandmother's old phone opens it and answers.
    enter_as(page, school["helper"])
    page.goto(f"{home}notices/write/")
    page.fill("#id_subject", "周五家长会")
    page.fill("#id_body", "丁小四的家长：周五下午三点请来学校。")
    page.check("#id_asks_answer")
    assert_fits(page)
    send(page)
    saved(page)
    (link,) = messages()
    with transaction.atomic():
        delivery = NoticeDelivery.objects.get()
    page.goto(f"{home}deliveries/{delivery.pk}/number/")
    page.get_by_role("button", name="显示阅读码").click()
    number = page.locator(".display-5.number").inner_text().strip()
    phone = new_page(360, java_script_enabled=False)
    phone.goto(link)
    phone.get_by_label("老师告诉您的六位数字").fill(number)
    phone.get_by_role("button", name="打开").click()
    expect(phone.locator("h1")).to_have_text("周五家长会")
    phone.get_by_role("button", name="是", exact=True).click()
    expect(phone.locator("[role=status]")).to_contain_text("您的答复：是")
    assert "情绪" not in phone.content()
    assert NOTE not in phone.content()

    # The answer is in the teacher's list.
    page.goto("/schools/notices/")
    expect(page.locator("main")).to_contain_text("曾奶奶")
    expect(page.locator("main strong", has_text="是")).to_be_visible()
    assert_fits(page)

    # The helper leaves: all children go over, the new one confirms, the old one is refused.
    enter_as(page, school["lead"])
    page.goto(f"/schools/group/helpers/{school['helper'].pk}/")
    page.locator("select[name=everyone]").select_option(str(school["successor"].pk))
    page.fill("#id_reason", "调往他校")
    send(page)
    page.get_by_role("button", name="确认移交").click()
    saved(page)
    enter_as(page, school["helper"])
    assert page.goto(home).status == 404
    assert page.goto(f"{home}contacts/").status == 404
    enter_as(page, school["successor"])
    page.goto(f"{home}handover/")
    expect(page.locator("main")).to_contain_text(SENTENCE)
    assert NOTE not in page.content()
    page.get_by_role("button", name="已阅读，确认接手").click()
    saved(page)

    with transaction.atomic():
        assert GuardianContact.objects.get().summary == SENTENCE
        now = Pairing.objects.on(timezone.localdate()).get(child=child, is_main=True)
        assert (now.helper, bool(now.confirmed_at)) == (school["successor"], True)
