"""Each kind of list, dirty, as .xlsx by the command and as .ods through the pages' own work."""

from datetime import date

import pytest
from django.utils import timezone

from exchange.actions import list_upload
from exchange.models import FeedKind, ListFault, ListRow, ListUpload
from exchange.rules.list_upload import UploadState as State
from tests.exchange import lists
from tests.exchange.lists import BORN, adult, number
from tests.exchange.reading import writing
from tests.factories import (
    ChildFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
    area,
)

from .test_import_list import run

pytestmark = pytest.mark.django_db
A, B = number(1), number(40)
# Kind → headings, a good row, a row with a mistake, the mistake.
KINDS = {
    "register": (
        ["姓名", "身份证号", "村", "监护人姓名"],
        ["张　三", f"'{A}", "大源村", "李大娘"], ["李四", B[:17], "大源村", "王"], "ID_LENGTH",
    ),
    "disability_certificates": (
        ["姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级"],
        ["张三", A, A + "52", "智力", "二级"], ["李四", B, B + "92", "", ""], "CERTIFICATE_KIND",
    ),
    "two_subsidy_roll": (
        ["姓名", "身份证号", "补贴类型", "补贴金额", "发放月份"],
        ["张三", A, "护理补贴", 120, "2026年1月"], ["李四", B, "煤火补贴", 120, "2026-01"],
        "UNKNOWN_CODE",
    ),
    "low_income": (
        ["户主姓名", "户主身份证号", "姓名", "身份证号", "与户主关系", "困难类型"],
        ["张大", adult(1), "张三", A, "长子", "低保"],
        ["张大", adult(1), "李四", 9.90101e17, "子", "低保"],
        "ID_LOST_DIGITS",
    ),
    "deaths": (
        ["姓名", "身份证号", "死亡日期"],
        ["张大", adult(1), "2026.1.5"], ["李四", adult(3), "2026-02-30"], "DATE_IMPOSSIBLE",
    ),
    "household_registration": (
        ["姓名", "性别", "身份证号", "出生日期", "变动类型"],
        ["张三", "男", A, BORN, "出生登记"], ["李四", "男", B, BORN, "出生登记"], "ID_SEX_DIFFERS",
    ),
    "school_roll": (
        ["姓名", "性别", "出生日期", "身份证件类型", "身份证号", "年级", "是否留守儿童"],
        ["张三", "1-男", "20150307", "居民身份证", A, "小学四年级", "否"],
        ["李四", "2-女", "20150308", "居民身份证", B, "小学四年级", "否"], "ID_BIRTH_DATE_DIFFERS",
    ),
    "attendance": (
        ["姓名", "身份证号", "缺勤开始日期", "缺勤结束日期"],
        ["张三", A, "2026-01-05", "2026-01-09"], ["李四", B, "2026-01-05", "2026-01-02"],
        "DATES_IN_WRONG_ORDER",
    ),
    "admissions": (
        ["姓名", "身份证号", "录取学校"], ["张三", A, "县一中"], ["李四", B, None], "REQUIRED",
    ),
    "severe_illness": (
        ["姓名", "身份证号", "病种", "确诊日期", "总费用"],
        ["张三", A, "白血病", "2026/1/5", 100.5], ["李四", B, "白血病", "2026/1/5", "很多"],
        "NUMBER",
    ),
    "prison_results": (
        ["姓名", "身份证号", "查询结果", "子女姓名", "子女身份证号"],
        ["张大", adult(1), "在押", "张三", A], ["李大", adult(3), "也许", "李四", B],
        "UNKNOWN_CODE",
    ),
    "rehabilitation_results": (
        ["姓名", "身份证号", "查询结果", "子女姓名", "子女身份证号"],
        ["张大", adult(1), "在戒", "张三", A], ["#N/A", adult(3), "否", "李四", B], "ERROR_VALUE",
    ),
    "rehabilitation_sessions": (
        ["康复机构", "姓名", "身份证号", "康复日期", "家长签字"],
        ["晨光康复中心", "张三", A, "2026年3月3日", "李大娘"],
        ["晨光康复中心", "张三", A, "2026年3月4日", ""], "REQUIRED",
    ),
    "rehabilitation_claims": (
        ["康复机构", "姓名", "身份证号", "结算月份", "训练次数", "结算金额"],
        ["晨光康复中心", "张　三", f"'{A}", "2026年2月", "２次", "1,20０.5元"],
        ["晨光康复中心", "张三", A, "2026年1月", 1, "很多"], "NUMBER",
    ),
}  # fmt: skip


def dirty(kind):
    """With a title above, a total and a signature below."""
    head, good, bad, _code = KINDS[kind]
    return [["淳安县名单（2026年）"], head, good, bad, ["合计", 2], ["填表人：王五"]]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


@pytest.fixture
def _plan():
    """What sessions are entered into, and two that are claimed."""
    child = ChildFactory(name="张三", id_number=A, birth_date=BORN, managing_area=area(lists.EAST))
    plan = RehabilitationPlanFactory(
        application__child=child, until_age=18, institution__name="晨光康复中心", money=2000
    )
    for day in (3, 10):
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, 2, day))


def test_no_kind_is_forgotten():
    assert set(KINDS) == set(FeedKind.values)


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize("kind", KINDS)
def test_by_the_command(tmp_path, kind):
    more = ["--commit", "--within", "330127", "--by", UserFactory().username]
    status, report = run(tmp_path, dirty(kind), *more, kind=kind)

    assert [(e["row"], e["code"]) for e in report["errors"]] == [(4, KINDS[kind][3])]
    assert (status, report["rows"], report["accepted"]) == (1, 2, 1)
    assert ListRow.objects.get().kind == kind
    again = run(tmp_path, dirty(kind), *more, kind=kind)[1]
    assert (again["unchanged"], ListRow.objects.count()) == (1, 1)


@pytest.mark.usefixtures("_plan")
@pytest.mark.parametrize("kind", KINDS)
def test_sent_as_ods(tmp_path, kind):
    path = writing.ods(tmp_path / "a.ods", dirty(kind))
    by, now = UserFactory(), timezone.now()

    with path.open("rb") as file:
        row = list_upload.send(
            kind=kind, area_code="330127", file=file, name="a.ods", by=by, now=now
        )
    list_upload.read_upload(upload_id=row.pk, now=now)
    list_upload.move(upload_id=row.pk, to=State.CHECKING, by=by, now=now)
    list_upload.check_upload(upload_id=row.pk, now=now)
    list_upload.move(upload_id=row.pk, to=State.TAKING_IN, by=by, now=now, taken_in_by=by)
    list_upload.take_in_upload(upload_id=row.pk, now=now)

    row = ListUpload.objects.get()
    fault = ListFault.objects.get()
    assert (row.state, row.counts["accepted"], row.counts["rejected"]) == ("TAKEN_IN", 1, 1)
    assert (fault.row, fault.code) == (4, KINDS[kind][3])
    assert {one["key"] for one in row.sheets[0]["columns"]} > {"name"}


@pytest.mark.parametrize("kind", ["two_subsidy_roll", "attendance", "severe_illness"])
def test_a_child_in_several_rows_is_the_same_child_in_each(tmp_path, kind):
    ChildFactory(name="张三", id_number=A, birth_date=BORN, managing_area=area(lists.EAST))
    head, first, _bad, _code = KINDS[kind]
    other = {"2026年1月": "2026年2月", "2026-01-05": "2026-01-06", "白血病": "血友病"}
    second = [other.get(cell, cell) for cell in first]

    _status, report = run(tmp_path, [head, first, second], "--commit", kind=kind)

    assert [one["decision"] for one in report["matches"]] == ["automatic"] * 2
