"""A list sent, confirmed, checked, taken in and its pair decided without a mouse."""

from datetime import date

import pytest
from django.db import transaction

from accounts.scope import EVERYTHING, acting
from children.models import Child
from exchange import jobs
from exchange.models import MatchPair
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.reading import writing
from tests.factories import ChildFactory, area

from .sent_lists import county_officer, last
from .steps import enter_as

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HEAD = ["序号", "姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "不知何物"]
OLDER = date(2012, 9, 1)
PLACE = ["千岛湖镇", "大源村", ""]
ROWS = [
    ["困境儿童台账"],
    HEAD,
    [1, "张小三", "男", number(1, OLDER), OLDER, *PLACE],
    [2, "李小四", "女", number(4)[:17], BORN, *PLACE],
    [3, "赵一平", "男", None, "20150307", *PLACE],
]
SEEN = """element => {
    const style = getComputedStyle(element), box = element.getBoundingClientRect()
    const is_marked = style.outlineStyle != "none" && parseFloat(style.outlineWidth) > 0
        || style.boxShadow != "none"
    return is_marked && box.top >= 0 && box.bottom <= innerHeight + 1
}"""


@pytest.fixture
def officer(settings, tmp_path):
    """With a child on file who may be one of the list."""
    posting = county_officer(settings, tmp_path)
    with acting(EVERYTHING), transaction.atomic():
        ChildFactory(
            name="赵逸平", id_type="NONE", birth_date=BORN, sex="MALE", residence_area=area(EAST)
        )
    return posting


def tab_to(page, wanted):
    """Tab until it has the focus, which is seen and within the screen."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(SEEN), wanted
            return
    raise AssertionError(f"not reached by Tab: {wanted}")


def go(page, wanted, address):
    tab_to(page, wanted)
    page.keyboard.press("Enter")
    page.wait_for_url(address)


def work(page, job):
    """The page that is being worked on shows by itself when it is done."""
    page.get_by_role("status").filter(has_text="…").wait_for()
    job(upload_id=last().pk)
    page.get_by_role("status").filter(has_text="…").wait_for(state="detached")


def test_the_whole_task_without_a_mouse(page1280, officer, tmp_path):
    page = page1280
    page.on("filechooser", lambda chooser: None)  # listened for in time, before the key is pressed
    enter_as(page, officer)
    page.goto("/exchange/")

    go(page, page.get_by_role("link", name="导入的名单"), "**/exchange/in/")
    go(page, page.get_by_role("link", name="上传名单"), "**/exchange/in/send/")
    tab_to(page, page.locator("#id_kind"))
    page.keyboard.press("ArrowDown")
    assert page.locator("#id_kind").input_value() == "register"
    tab_to(page, page.locator("#id_file"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(str(writing.ods(tmp_path / "名单.ods", ROWS)))
    go(page, page.locator("main .actions-bottom button").first, "**/exchange/in/*/")
    work(page, jobs.read_list_upload)

    # What is left out leads to its own field.
    tab_to(page, page.get_by_role("link", name="不知何物"))
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    tab_to(page, page.get_by_role("button", name="核对"))
    page.keyboard.press("Enter")
    work(page, jobs.check_list_upload)
    with page.expect_download():
        tab_to(page, page.get_by_role("link", name="需改正的行"))
        page.keyboard.press("Enter")
    tab_to(page, page.locator("main a[href*='code=']").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**code=**")
    tab_to(page, page.get_by_role("button", name="导入"))
    page.keyboard.press("Enter")
    work(page, jobs.take_in_list_upload)

    go(page, page.get_by_role("link", name="去判定"), "**/exchange/pairs/**")
    go(page, page.get_by_role("link", name="从第一"), "**/exchange/pairs/*/**")
    go(page, page.get_by_role("button", name="关闭单键"), "**/exchange/pairs/*/**")
    page.get_by_role("button", name="开启单键").wait_for()
    page.keyboard.press("d")
    page.wait_for_timeout(500)
    with acting(EVERYTHING), transaction.atomic():
        assert MatchPair.objects.waiting().exists(), "turned off, a key answers nothing"
    go(page, page.get_by_role("button", name="开启单键"), "**/exchange/pairs/*/**")
    page.get_by_role("button", name="关闭单键").wait_for()
    page.keyboard.press("d")
    page.locator(".alert-success").first.wait_for()
    with acting(EVERYTHING), transaction.atomic():
        assert set(Child.objects.values_list("name", flat=True)) == {"赵逸平", "张小三", "赵一平"}
        assert not MatchPair.objects.waiting().exists()
