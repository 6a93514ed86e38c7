"""A list through the pages: sent, confirmed, checked, taken in, cancelled, forgotten."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from children.models import Child, Guardianship
from exchange import jobs
from exchange.actions import list_upload
from exchange.actions.run_checks import run_checks
from exchange.models import (
    FeedKind,
    Layout,
    ListImport,
    ListRow,
    SharingRecord,
)
from tests.asking import text_of
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.reading import writing
from tests.exchange.sending import BAD, GOOD, HEAD, at, confirm, send, sheet, take_in
from tests.factories import ChildFactory, FindingFactory, GuardianFactory, GuardianshipFactory, area

ANSWERS = "rehabilitation_results"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county_files")]


@pytest.mark.parametrize(
    ("name", "write"),
    [("a.xlsx", writing.xlsx), ("a.ods", writing.ods), ("a.csv", writing.csv_file)],
)
def test_a_list_goes_all_the_way(client, officer, tmp_path, name, write):
    row = send(client, sheet(tmp_path, GOOD, BAD, name=name, write=write))
    page = text_of(client.get(at("upload_detail", row)))
    assert row.state == "READ"
    assert (row.sheets[0]["line"], row.file_hash != b"") == (2, True)
    assert "备注说明" in page

    confirm(client, row)
    page = text_of(client.get(at("upload_detail", row)))
    assert (row.state, row.counts["accepted"], row.counts["rejected"]) == ("CHECKED", 1, 1)
    assert number(4)[:17] not in page
    assert not Child.objects.exists()

    take_in(client, row)
    child = Child.objects.get()
    assert (row.state, child.name, row.taken_in_by) == ("TAKEN_IN", "张小三", officer.user)
    assert child.history.get().history_user == officer.user
    told = SharingRecord.objects.get()
    assert (told.direction, told.kind, told.rows) == ("IN", "register", 2)
    assert (told.list_import, told.by) == (row.list_import, officer.user)
    assert bytes(told.file_hash) == bytes(row.file_hash)
    assert (told.area_code, "id_number" in told.fields) == (lists.COUNTY, True)


def test_a_list_that_another_kind_knows_better_is_said_to_look_like_it(client, officer, tmp_path):
    """Of a register each list has some columns, so that nothing would seem to be wrong."""
    layout = Layout.objects.of("two_subsidy_roll").get()
    head = [column.headings[0] for column in layout.values().columns]
    path = writing.xlsx(tmp_path / "a.xlsx", [head, ["张小三", *[None] * (len(head) - 1)]])
    kind = str(FeedKind.TWO_SUBSIDY_ROLL.label)

    as_register, as_it_is = send(client, path), send(client, path, "two_subsidy_roll")
    register = send(client, sheet(tmp_path, GOOD))

    assert kind in text_of(client.get(at("upload_detail", as_register)))
    assert [row.sheets[0]["kind"] for row in (as_register, as_it_is, register)] == [
        "two_subsidy_roll", "", "",
    ]  # fmt: skip


def test_the_file_lies_sealed_and_under_no_name(client, officer, tmp_path):
    path = sheet(tmp_path, GOOD, name="张小三.csv", write=writing.csv_file)

    row = send(client, path)

    with default_storage.open(row.storage_name) as kept:
        content = kept.read()
    assert "张小三".encode() not in content
    assert number(1).encode() not in content
    with list_upload.opened(row) as clear:
        assert clear.read_bytes() == path.read_bytes()


def test_a_file_is_forgotten_after_its_days_and_the_report_stays(client, officer, tmp_path):
    row = confirm(client, send(client, sheet(tmp_path, GOOD, BAD)))

    assert list_upload.forget_files(now=timezone.now()) == 0
    later = timezone.now() + timedelta(days=31)
    assert list_upload.forget_files(now=later) == 1
    assert list_upload.forget_files(now=later) == 0

    assert not default_storage.exists(row.storage_name)
    assert row.faults.exists()
    assert client.get(at("upload_rejected", row)).status_code == 200
    assert client.get(at("upload_detail", row)).status_code == 200


def test_bad_rows_come_back_below_their_own_headings_with_the_place_that_stood_above(
    client, officer, tmp_path
):
    """A village as a heading, and a second table with its columns in another order."""
    path = writing.xlsx(tmp_path / "list.xlsx", [
        ["姓名", "监护人", "身份证号", "性别"], ["一、大源村（1人）"],
        ["张小一", "张大", number(1)[:17], "男"], ["监护人", "姓名", "身份证号", "性别"],
        ["西坡村"], ["二、千岛湖镇西坡村"], ["李大", "李小二", number(3)[:17], "男"],
    ])  # fmt: skip
    row = confirm(client, send(client, path))

    answer = client.get(at("upload_rejected", row))

    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheets = [[list(line)[:-1] for line in one.iter_rows(values_only=True)] for one in book]
    assert sheets == [
        [["姓名", "监护人", "身份证号", "性别", "村"],
         ["张小一", "张大", number(1)[:17], "男", "大源村"]],
        [["监护人", "姓名", "身份证号", "性别", "村"],
         ["李大", "李小二", number(3)[:17], "男", "千岛湖镇西坡村"]],
    ]  # fmt: skip
    sheets[0][1][2], sheets[1][1][2] = number(1), number(3)
    again = writing.xlsx(
        tmp_path / "again.xlsx", sheets[0], more_sheets=[("2", "visible", sheets[1])]
    )
    assert confirm(client, send(client, again)).counts["accepted"] == 2


def test_bad_rows_of_a_place_above_and_of_merged_children_come_in_when_put_right(
    client, officer, tmp_path
):
    """The column of villages is there and empty; two guardians stand below one child's cells."""
    head = ["姓名", "身份证号", "村", "困境类型", "监护人姓名", "与儿童关系"]
    path = writing.ods(tmp_path / "list.ods", [
        head, ["一、大源村（2人）"],
        ["张小一", number(1), None, "孤儿", "爷爷奶奶", None, "近日走访过"],
        ["李小二", number(3), None, "孤儿（已退出）", "李大", "父亲"],
        [None, None, None, None, "李大娘", "奶奶"],
    ], {(3, column): (2, 1) for column in range(4)} | {(1, 0): (1, 6)})  # fmt: skip
    row = take_in(client, confirm(client, send(client, path)))
    back = b"".join(client.get(at("upload_rejected", row)).streaming_content)

    lines = [list(line) for line in openpyxl.load_workbook(io.BytesIO(back)).active.values]
    assert [line[2] for line in lines] == ["村", "大源村", "大源村", "大源村"]
    assert "爷爷奶奶" in lines[1][-1]
    assert (lines[0][6], lines[1][6]) == ("第 7 列", "近日走访过")  # below no heading
    lines[1][4], lines[2][3], lines[3][3] = "张老", "孤儿", "孤儿"
    again = writing.xlsx(tmp_path / "again.xlsx", lines)
    row = take_in(client, confirm(client, send(client, again)))

    assert (row.counts["rows"], row.counts["rejected"]) == (2, 0)
    cares = Guardianship.objects.values_list(
        "child__name", "guardian__name", "child__residence_area"
    )
    assert set(cares) == {
        ("张小一", "张老", EAST), ("李小二", "李大", EAST), ("李小二", "李大娘", EAST),
    }  # fmt: skip


def test_the_same_file_again_changes_nothing_and_says_so(client, officer, tmp_path):
    path = sheet(tmp_path, GOOD)
    take_in(client, confirm(client, send(client, path)))

    row = confirm(client, send(client, path))
    said = text_of(client.get(at("upload_detail", row)))
    take_in(client, row)

    assert row.counts["unchanged"] == 1
    assert "不会" in said
    assert (Child.objects.count(), ListRow.objects.count()) == (1, 1)
    assert "没有任何变动" in text_of(client.get(at("upload_detail", row)))


def test_bad_rows_come_back_in_the_same_layout_and_can_be_sent_again(client, officer, tmp_path):
    row = confirm(client, send(client, sheet(tmp_path, GOOD, BAD)))

    answer = client.get(at("upload_rejected", row))

    content = b"".join(answer.streaming_content)
    lines = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert lines[0][:9] == tuple(HEAD)
    assert len(lines) == 2
    assert lines[0][9] == "需改正的问题"
    told = openpyxl.load_workbook(io.BytesIO(content)).active
    assert {cell.number_format for cell in told[2]} == {"@"}
    assert lines[1][1:4] == ("李小四", "女", number(4)[:17])
    assert lines[1][7].startswith("'=")
    assert lines[1][8] == "'=1+1"
    assert "18" in lines[1][9]
    assert AccessEvent.objects.get(subject="rejected_rows").row_count == 1
    fixed = [list(line) for line in lines]
    fixed[1][3], fixed[1][7] = number(4), "李大"
    again = send(client, writing.xlsx(tmp_path / "again.xlsx", fixed))
    assert confirm(client, again).counts["accepted"] == 1


@pytest.mark.parametrize("title", ["需改正的问题", "What is to be put right"])
def test_the_column_that_came_back_with_the_rows_is_not_one_nobody_knows(
    client, officer, tmp_path, title
):
    rows = [[*HEAD, title], [*GOOD, "姓名：不能为空"]]

    row = send(client, writing.xlsx(tmp_path / "a.xlsx", rows))

    page = text_of(client.get(at("upload_detail", row)))
    assert "退回时附带的说明，不读取" in page
    assert page.count("未识别") == 1  # 备注说明


def test_bad_rows_come_back_of_a_file_with_another_sheet_before_the_list(client, officer, tmp_path):
    more = [("名单", "visible", [HEAD, GOOD, BAD])]
    path = writing.xlsx(tmp_path / "a.xlsx", [["填表说明"]], more_sheets=more)
    row = confirm(client, send(client, path))

    back = b"".join(client.get(at("upload_rejected", row)).streaming_content)

    book = openpyxl.load_workbook(io.BytesIO(back))
    assert (book.sheetnames, book.active.max_row) == (["名单"], 2)


@pytest.mark.parametrize("state", ["SENT", "READ", "CHECKING", "CHECKED", "TAKING_IN"])
def test_a_list_can_be_cancelled_until_it_is_in(client, officer, tmp_path, state):
    row = send(client, sheet(tmp_path, GOOD))
    if state != "READ":
        confirm(client, row)
    row.state, row.taken_in_by = state, officer.user
    row.save()

    client.post(at("upload_cancel", row))
    for job in (jobs.read_list_upload, jobs.check_list_upload, jobs.take_in_list_upload):
        job(upload_id=row.pk)

    row.refresh_from_db()
    assert row.state == "CANCELLED"
    assert not Child.objects.exists()
    assert not ListImport.objects.exists()


def test_jobs_run_twice_do_their_work_once(client, officer, tmp_path):
    row = take_in(client, confirm(client, send(client, sheet(tmp_path, GOOD, BAD))))
    before = (row.version, row.faults.count(), ListImport.objects.count())

    for job in (jobs.read_list_upload, jobs.check_list_upload, jobs.take_in_list_upload):
        job(upload_id=row.pk)

    row.refresh_from_db()
    assert (row.version, row.faults.count(), ListImport.objects.count()) == before


def test_lists_wait_while_a_hash_key_is_turned(client, officer, tmp_path, settings):
    row = send(client, sheet(tmp_path, GOOD))
    first = settings.FIELD_HASH_KEYS
    settings.FIELD_HASH_KEYS = first | {max(first) + 1: b"n" * 32}

    confirm(client, row)

    assert row.state == "READ"
    row.state = "CHECKING"
    row.save()
    jobs.check_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.problem) == ("UNREADABLE", {"code": "KEY_TURNED"})


def test_mistakes_are_grouped_and_paged_with_a_constant_number_of_queries(
    client, officer, tmp_path, django_assert_max_num_queries
):
    many = [[n, f"李小{c}", "女", "1234", BORN, "千岛湖镇", "大源村", "王", ""]
            for n, c in enumerate("甲乙丙丁戊己庚辛壬癸" * 6)]  # fmt: skip
    row = confirm(client, send(client, sheet(tmp_path, GOOD, *many)))

    with django_assert_max_num_queries(14):
        page = client.get(at("upload_detail", row), {"code": "ID_LENGTH", "page": 2})

    assert (row.counts["rejected"], page.context["page"].paginator.num_pages) == (60, 2)
    (kind,) = page.context["kinds"]
    assert kind["count"] == 60


REFUSED = {
    "empty": (b"", "EMPTY"), "pdf": (b"%PDF-1.4", "NOT_A_SPREADSHEET"),
    "web page": (b"<html><table>", "WEB_PAGE"), "broken": (b"PK\x03\x04", "DAMAGED"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said_in_words(client, officer, tmp_path, name):
    content, code = REFUSED[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    row = send(client, path)

    assert (row.state, row.problem["code"]) == ("UNREADABLE", code)
    assert "无法使用" in text_of(client.get(at("upload_detail", row)))


def test_where_nothing_is_new_taking_in_is_not_what_is_offered_first(client, officer, tmp_path):
    take_in(client, confirm(client, send(client, sheet(tmp_path, GOOD))))

    again = confirm(client, send(client, sheet(tmp_path, GOOD, BAD)))
    page = text_of(client.get(at("upload_detail", again), headers={"accept-language": "en"}))

    assert again.counts["unchanged"] == again.counts["accepted"] == 1
    assert "1 good row" not in page
    assert page.count("btn btn-primary") == 1
    assert page.index("btn btn-primary") < page.index("Only note that the list came")
    assert at("upload_rejected", again) in page


def test_a_list_of_which_no_row_is_good_does_not_wait_to_be_taken_in(client, officer, tmp_path):
    row = confirm(client, send(client, sheet(tmp_path, BAD)))

    for page in (at("upload_detail", row), reverse("exchange:import_list")):
        text = text_of(client.get(page, headers={"accept-language": "zh-hans"}))
        assert "已核对，没有可导入的行" in text
        assert "已核对，待导入" not in text


def test_an_answer_about_a_parent_asks_nobody_and_leads_to_what_it_found(client, officer, tmp_path):
    care = GuardianshipFactory(
        child=ChildFactory(name="张三", residence_area=area(EAST), status="ACTIVE"),
        guardian=GuardianFactory(id_number=lists.adult(1)), relation="FATHER", kind="PARENT",
    )  # fmt: skip
    FindingFactory(child=ChildFactory(name="王五", residence_area=area(EAST)))
    rows = [["姓名", "身份证号", "是否强戒"], ["张大", lists.adult(1), "是"]]

    row = take_in(
        client,
        confirm(client, send(client, writing.xlsx(tmp_path / "a.xlsx", rows), ANSWERS)),
    )
    page = client.get(at("upload_detail", row))
    address = f"{reverse('exchange:finding_list')}?import={row.list_import_id}"
    early = text_of(client.get(address))
    run_checks(now=timezone.now(), codes=["M08"])
    shown = text_of(client.get(address))

    assert (row.counts["matched"], row.counts["suggested"]) == (1, 0)
    assert address in page.content.decode()
    assert "请几分钟后再看" in early
    assert care.child.name in shown
    assert "王五" not in shown
