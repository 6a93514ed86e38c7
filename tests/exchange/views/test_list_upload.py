"""A list through the pages: sent, confirmed, checked, taken in, cancelled, forgotten."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.roles import Role
from children.models import Child
from exchange import jobs
from exchange.actions import list_upload
from exchange.models import (
    FeedKind,
    Layout,
    LayoutColumn,
    ListImport,
    ListRow,
    ListUpload,
    SharingRecord,
)
from tests.asking import text_of
from tests.exchange import lists
from tests.exchange.lists import BORN, number
from tests.exchange.reading import writing
from tests.factories import LayoutFactory, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["序号", "姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "监护人姓名", "备注说明"]
GOOD = [1, "张小三", "男", number(1), BORN, "千岛湖镇", "大源村", "李大娘", "=1+1"]
BAD = [2, "李小四", "女", number(4)[:17], BORN, "千岛湖镇", "大源村", "=李大", "=1+1"]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


@pytest.fixture
def officer(client):
    posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))
    sign_in(client, posting)
    return posting


def send(client, path, kind="register"):
    with path.open("rb") as file:
        answer = client.post(reverse("exchange:upload_add"), {"kind": kind, "file": file})
    assert answer.status_code == 302, text_of(answer)
    row = ListUpload.objects.latest("pk")
    jobs.read_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def at(name, row):
    return reverse(f"exchange:{name}", args=[row.pk])


def confirm(client, row, **said):
    fields = {
        f"c{n}_{one['column']}": one["key"]
        for n, sheet in enumerate(row.sheets)
        for one in sheet["columns"]
    }
    client.post(at("upload_check", row), fields | said)
    jobs.check_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def take_in(client, row):
    client.post(at("upload_take_in", row))
    jobs.take_in_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    return row


def sheet(tmp_path, *rows, name="list.xlsx", write=writing.xlsx):
    return write(tmp_path / name, [["困境儿童台账"], HEAD, *rows])


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


def test_a_column_is_given_its_meaning_by_hand_and_remembered(client, officer, tmp_path):
    head = ["娃娃大名", *HEAD[2:8]]
    row = send(client, writing.xlsx(tmp_path / "a.xlsx", [head, GOOD[1:8]]))
    assert (row.state, row.sheets[0]["missing"]) == ("READ", {"name": "姓名"})
    page = client.post(at("upload_check", row), {"c0_1": "id_number"})
    assert "请指明哪一列是：姓名。" in page.content.decode()
    assert confirm(client, row, c0_0="name").counts["accepted"] == 1
    head = ["娃娃大名", "姓名", *HEAD[2:7], "家长", "监护人姓名"]
    cells = ["张小三", "错", *GOOD[2:7], "李大娘", "王"]
    row = send(client, writing.xlsx(tmp_path / "a.xlsx", [head, cells]))

    confirm(client, row, c0_0="name", c0_1="", c0_7="guardian__name", c0_8="", remember="on")
    take_in(client, row)

    child = Child.objects.get()
    assert (child.name, child.guardianships.get().guardian.name) == ("张小三", "李大娘")
    column = LayoutColumn.objects.get(layout__feed__kind="register", key="name")
    assert "娃娃大名" in column.headings
    assert column.history.latest("history_id").history_user == officer.user


def test_back_at_the_columns_what_was_said_of_them_still_stands(client, officer, tmp_path):
    head = ["娃娃大名", *HEAD[2:8]]
    row = send(client, writing.xlsx(tmp_path / "a.xlsx", [head, GOOD[1:8]]))
    confirm(client, row, c0_0="name", c0_4="")

    client.post(at("upload_layout", row), {"layout": ""})
    jobs.read_list_upload(upload_id=row.pk)
    page = client.get(at("upload_detail", row))

    form = page.context["form"]
    assert [form[name].value() for name in ("c0_0", "c0_4")] == ["name", ""]
    assert form.missing_headings == ""
    assert confirm(client, row, c0_0="name").counts["accepted"] == 1


def test_a_heading_of_another_column_means_something_else_in_this_list_alone(
    client, officer, tmp_path
):
    head = ["称呼", *HEAD[2:7], "姓名"]
    row = send(client, writing.xlsx(tmp_path / "a.xlsx", [head, ["张小三", *GOOD[2:7], "李大娘"]]))

    confirm(client, row, c0_0="name", c0_6="guardian__name", remember="on")
    take_in(client, row)

    assert Child.objects.get().guardianships.get().guardian.name == "李大娘"
    columns = LayoutColumn.objects.filter(layout__feed__kind="register")
    assert "称呼" in columns.get(key="name").headings
    assert "姓名" not in columns.get(key="guardian__name").headings


def test_what_was_said_by_hand_of_a_text_file_counts_when_its_rows_are_checked(
    client, officer, tmp_path
):
    head = ["娃娃大名", *HEAD[2:8]]
    rows = [head, GOOD[1:8], ["", *BAD[2:8]]]
    row = send(client, writing.csv_file(tmp_path / "a.csv", rows))

    confirm(client, row, c0_0="name")

    assert (row.state, row.counts["accepted"], row.counts["rejected"]) == ("CHECKED", 1, 1)
    back = b"".join(client.get(at("upload_rejected", row)).streaming_content)
    assert openpyxl.load_workbook(io.BytesIO(back)).active["A1"].value == "姓名"


def test_bad_rows_come_back_of_a_file_with_another_sheet_before_the_list(client, officer, tmp_path):
    more = [("名单", "visible", [HEAD, GOOD, BAD])]
    path = writing.xlsx(tmp_path / "a.xlsx", [["填表说明"]], more_sheets=more)
    row = confirm(client, send(client, path))

    back = b"".join(client.get(at("upload_rejected", row)).streaming_content)

    book = openpyxl.load_workbook(io.BytesIO(back))
    assert (book.sheetnames, book.active.max_row) == (["名单"], 2)


def test_two_columns_cannot_hold_one_thing(client, officer, tmp_path):
    row = send(client, sheet(tmp_path, GOOD))

    confirm(client, row, c0_8="name")

    assert row.state == "READ"


def test_another_layout_can_be_chosen(client, officer, tmp_path):
    other = LayoutFactory(title="空的")
    row = send(client, sheet(tmp_path, GOOD))

    client.post(at("upload_layout", row), {"layout": other.pk})
    row.refresh_from_db()

    assert (row.state, row.layout) == ("SENT", other)
    jobs.read_list_upload(upload_id=row.pk)
    row.refresh_from_db()
    assert row.state == "UNREADABLE"


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


def test_of_several_layouts_none_loses_rows_to_the_others(client, officer, tmp_path):
    """However many layouts look for their headings, the rows below come whole to the one."""
    feed = Layout.objects.of("register").get().feed
    other = LayoutFactory(feed=feed, position=9)
    for position, (key, heading) in enumerate((("name", "孩子"), ("id_number", "证号"))):
        LayoutColumn.objects.create(
            layout=other, key=key, kind=key.upper(), headings=[heading], position=position
        )
    rows = [
        [n, f"张小{'一二三四五六七八九'[n % 9]}", "", number(n), "", "千岛湖镇", "大源村"]
        for n in range(1, 100)
    ]
    head = ["序号", "姓名", "性别", "身份证号", "出生日期", "乡镇", "村"]

    first = confirm(client, send(client, writing.xlsx(tmp_path / "a.xlsx", [head, *rows])))
    theirs = [["孩子", "证号"], *([row[1], row[3]] for row in rows)]
    second = send(client, writing.xlsx(tmp_path / "b.xlsx", theirs))

    assert first.counts["rows"] == 99
    assert second.sheets[0]["layout"] == other.title
    assert confirm(client, second).counts["rows"] == 99


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
