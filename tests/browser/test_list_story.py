"""A department's dirty list on a telephone: sent, understood, taken in, decided, undone."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import transaction

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from children.models import Child
from exchange import jobs
from exchange.models import ListUpload, MatchPair
from tests.browser.looking import assert_fits
from tests.browser.steps import enter_as
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.reading import writing
from tests.factories import ChildFactory, PostingFactory, area

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
HEAD = ["序号", "姓 名", "性别", "身份证号码", "出生年月日", "乡镇", "村（社区）", "家庭住址"]
OLDER = date(2013, 5, 6)
PLACE = ["千岛湖镇", "大源村", "１组２号"]
ROWS = [
    ["淳安县困境儿童名单（２０２６年）"],
    HEAD,
    [1, "张　小 三", "男", f"'{number(1, date(2012, 9, 1))}", "2012.9.1", *PLACE],
    [2, "李小四", "女", number(4)[:17], "2015年3月7日", *PLACE],
    [3, "王小五", "男", number(5, OLDER).lower(), OLDER, *PLACE],
    [4, "赵一平", "男", None, "20150307", *PLACE],
    ["合计", "4人"],
    ["填表人：王某", None, "审核人："],
]


@pytest.fixture
def county(settings, tmp_path):
    """Two officers; a child of the list with another address, and one who may be another."""
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    with acting(EVERYTHING), transaction.atomic():
        lists.county()
        officers = [
            PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY), user__full_name=name)
            for name in ("程科长", "方股长")
        ]
        known = {"sex": "MALE", "residence_area": area(EAST)}
        ChildFactory(
            name="王小五", id_number=number(5, OLDER), birth_date=OLDER, address="9组", **known
        )
        ChildFactory(name="赵逸平", id_type="NONE", birth_date=BORN, **known)
    return officers


def upload():
    with acting(EVERYTHING), transaction.atomic():
        return ListUpload.objects.latest("pk")


def works_on(page, job, words):
    """The page tells that it is being worked on; when the work is done it tells that by itself."""
    page.get_by_role("status").filter(has_text=words).wait_for()
    assert_fits(page)
    job(upload_id=upload().pk)
    page.get_by_role("status").filter(has_text=words).wait_for(state="detached")


def names():
    with acting(EVERYTHING), transaction.atomic():
        return set(Child.objects.values_list("name", flat=True))


def test_from_the_departments_file_to_its_undoing(page360, county, tmp_path):
    page = page360
    enter_as(page, county[0])

    # Sent as it came, and understood: title, headings, totals, signatures.
    page.goto("/exchange/")
    page.get_by_role("link", name="导入的名单").click()
    page.get_by_role("link", name="上传名单").click()
    page.select_option("#id_kind", "register")
    page.set_input_files("#id_file", str(writing.ods(tmp_path / "名单.ods", ROWS)))
    page.locator("main .actions-bottom button").first.click()
    works_on(page, jobs.read_list_upload, "正在读取")
    assert page.get_by_label("家庭住址").input_value() == "address"
    assert_fits(page)
    page.get_by_role("button", name="核对").click()
    works_on(page, jobs.check_list_upload, "已核对")

    # The bad row with its reason, masked, and given back as a spreadsheet.
    told = page.locator("#rows").inner_text()
    assert "18" in told
    assert number(4)[:17] not in page.content()
    assert_fits(page)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="需改正的行").click()
    book = openpyxl.load_workbook(io.BytesIO(fetched.value.path().read_bytes()))
    (line,) = book.active.iter_rows(min_row=2, values_only=True)
    assert (line[1], "18" in line[-1]) == ("李小四", True)

    # The good rows come in: one file opened, one change proposed, one pair to decide.
    page.get_by_role("button", name="导入").click()
    works_on(page, jobs.take_in_list_upload, "已核对")
    assert names() == {"张小三", "王小五", "赵逸平"}
    assert_fits(page)

    page.get_by_role("link", name="去处理变更").click()
    page.get_by_role("row", name="王小五").get_by_role("checkbox").first.check()
    page.locator("button[value=ACCEPT]").click()
    page.locator(".alert-success").first.wait_for()
    with acting(EVERYTHING), transaction.atomic():
        assert Child.objects.get(name="王小五").address == "1组2号"

    page.goto("/exchange/pairs/")
    page.get_by_role("link", name="从第一").click()
    assert "赵一平" in page.locator("main").inner_text()
    page.keyboard.press("d")
    page.locator(".alert-success").first.wait_for()
    assert "赵一平" in names()
    with acting(EVERYTHING), transaction.atomic():
        assert not MatchPair.objects.waiting().exists()

    # A second person takes the list back; what was worked on stays.
    address = f"/exchange/in/{upload().pk}/"
    page.goto(address)
    assert page.get_by_role("link", name="撤销").count() == 0
    page.goto(f"{address}undo/")
    assert "其他工作人员" in page.get_by_role("alert").inner_text()
    assert_fits(page)
    enter_as(page, county[1])
    page.goto(address)
    page.get_by_role("link", name="撤销").click()
    page.fill("#id_reason", "名单发错了县")
    page.locator("main .actions-bottom button").first.click()
    works_on(page, jobs.undo_list_upload, "正在撤")
    assert "方股长" in page.locator("main").inner_text()
    assert names() == {"王小五", "赵逸平"}
    assert_fits(page)
