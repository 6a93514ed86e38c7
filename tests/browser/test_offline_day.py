"""A child director's day in villages without a network: taken along, written, sent exactly once."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from children.models import Child, Document, HomeVisit
from tests.browser.looking import assert_fits
from tests.factories import (
    VILLAGE,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
LEFT = """async () => {
  const left = {};
  for (const name of ["keys", "lists", "drafts", "queue", "photos"]) {
    left[name] = (await registryDay.all(name)).length;
  }
  return left;
}"""
NOTHING = dict.fromkeys(("keys", "lists", "drafts", "queue", "photos"), 0)


@pytest.fixture
def phone(page360, enter):
    with transaction.atomic():
        director = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
        opened_on = timezone.localdate() - timedelta(days=60)
        for name in ("曾小明", "单雨桐", "解思源"):
            child = ChildFactory(name=name, opened_on=opened_on)
            carer = GuardianFactory(name=name[0] + "奶奶", phone="17000001234")
            GuardianshipFactory(
                child=child, guardian=carer, is_main_carer=True, relation="GRANDMOTHER_PATERNAL"
            )
    enter(page360, director)
    return page360


def tap(page, name, value):
    button = page.locator(f"[name={name}][value={value}]").get_attribute("id")
    page.locator(f"label[for={button}]").click()


def write(page, name, **more):
    page.get_by_role("link", name=f"记录走访 {name}").click()
    taps = {"child_seen": "ALONE", "injuries": "NONE", "health": "GOOD", "mood": "FAIR"} | more
    for field, value in taps.items():
        tap(page, field, value)


def keep(page):
    page.get_by_role("button", name="保存并发送").click()


def picture():
    out = io.BytesIO()
    Image.new("RGB", (2000, 1500), "olive").save(out, "PNG")
    return out.getvalue()


def sign_out(page):
    page.locator("details.menu summary").click()
    page.locator("form[data-forget] > button").click()


def stored():
    with transaction.atomic():
        rows = HomeVisit.objects.select_related("child", "guardianship__guardian").order_by("pk")
        return list(rows)


def test_a_day_without_a_network_is_sent_once_and_leaves_nothing_behind(phone):
    phone.goto("/children/due/")
    phone.get_by_role("button", name="带上今天的名单").click()
    expect(phone.get_by_role("heading", name="曾小明")).to_be_visible()
    assert_fits(phone)

    phone.context.set_offline(True)
    phone.reload()  # by the phone alone
    expect(phone.locator("[data-day] [data-list] > li")).to_have_count(3)
    expect(phone.get_by_text("曾奶奶（祖母） · 170****1234")).to_be_visible()
    write(phone, "曾小明")
    phone.set_input_files("#photo", {"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(phone.locator("[data-photos] canvas")).to_be_visible()
    phone.reload()  # what is half typed stays, photo and all
    expect(phone.locator("[name=mood][value=FAIR]")).to_be_checked()
    expect(phone.locator("[data-photos] canvas")).to_be_visible()
    keep(phone)
    expect(phone.locator("[data-day-text]")).to_have_text("等待发送的走访：1 · 没有网络")
    phone.get_by_role("link", name="记录走访 单雨桐").click()
    keep(phone)  # nothing was tapped
    expect(phone.locator("[data-error=mood]")).to_have_text("请点选一项。")
    assert_fits(phone)
    phone.get_by_role("link", name="取消").click()
    write(phone, "单雨桐", mood="WORRYING")
    keep(phone)
    write(phone, "解思源")
    keep(phone)
    expect(phone.locator("[data-day-text]")).to_have_text("等待发送的走访：3 · 没有网络")
    assert stored() == []
    with transaction.atomic():
        HomeVisitFactory(child=Child.objects.get(name="解思源"), visited_on=timezone.localdate())

    phone.context.set_offline(False)
    expect(phone.locator("[data-day-text]")).to_have_text("待您决定的走访：1", timeout=30_000)
    sent = [(row.child.name, row.mood) for row in stored()]
    assert sent == [("解思源", "GOOD"), ("曾小明", "FAIR"), ("单雨桐", "WORRYING")]
    expect(phone.get_by_text("这期间有人登记了走访。")).to_be_visible()
    assert_fits(phone)
    assert phone.evaluate(LEFT) == NOTHING | {"keys": 1, "lists": 1, "queue": 1}

    phone.goto("/")
    sign_out(phone)
    expect(phone.get_by_text("还有 1 次走访等待发送。")).to_be_visible()
    assert_fits(phone)
    phone.get_by_role("link", name="先去发送").click()
    phone.get_by_role("button", name="仍然发送").click()
    expect(phone.locator("[data-day-text]")).to_have_text("没有等待发送的内容。")
    assert len(stored()) == 4
    with transaction.atomic():
        (photo,) = Document.objects.filter(visit__child__name="曾小明")
    with default_storage.open(photo.storage_name) as file, Image.open(file) as image:
        assert (image.format, image.size) == ("JPEG", (1600, 1200))

    phone.goto("/")
    sign_out(phone)
    phone.wait_for_url("**/accounts/login/**")
    assert phone.evaluate(LEFT) == NOTHING


def end_the_day(page):
    """As when midnight comes while the page stands open."""
    page.evaluate(
        """async () => {
            for (const key of await registryDay.all("keys")) {
                await registryDay.put("keys", { ...key, until: Date.now() - 1 });
            }
            window.dispatchEvent(new Event("focus"));
        }"""
    )


def test_what_is_half_typed_at_midnight_is_sealed_and_gone_on_with(phone):
    phone.goto("/children/due/")
    phone.get_by_role("button", name="带上今天的名单").click()
    expect(phone.get_by_role("heading", name="曾小明")).to_be_visible()
    write(phone, "曾小明")
    phone.locator("[name=summary]").fill("奶奶住院了")
    end_the_day(phone)
    expect(phone.locator("section[data-visit]")).to_be_hidden()
    assert "奶奶住院了" not in phone.locator("[name=summary]").input_value()
    assert phone.evaluate("registryDay.all('drafts').then((rows) => rows.length)") == 0
    phone.get_by_role("link", name="继续填写").click()  # still signed in: the key is given anew
    expect(phone.locator("[name=summary]")).to_have_value("奶奶住院了")
    keep(phone)
    expect(phone.locator("[data-day-text]")).to_have_text("没有等待发送的内容。")
    assert [row.summary for row in stored()] == ["奶奶住院了"]


def test_signing_out_in_another_window_closes_the_form_for_good(phone):
    phone.goto("/children/due/")
    phone.get_by_role("button", name="带上今天的名单").click()
    expect(phone.get_by_role("heading", name="曾小明")).to_be_visible()
    write(phone, "曾小明")
    phone.locator("[name=summary]").fill("奶奶住院了")
    other = phone.context.new_page()
    other.goto("/children/due/")
    sign_out(other)
    expect(other.locator("[name=password]")).to_be_visible()
    phone.bring_to_front()
    phone.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(phone.locator("section[data-visit]")).to_be_hidden()
    assert phone.locator("[name=summary]").input_value() == ""
    for store in ("keys", "lists", "drafts", "queue", "photos"):
        assert phone.evaluate(f"registryDay.all('{store}').then((rows) => rows.length)") == 0
