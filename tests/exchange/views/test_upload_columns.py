"""What the columns of a list mean: by its layout, by another one, said by hand."""

import io

import openpyxl
import pytest

from children.models import Child
from exchange import jobs
from exchange.models import (
    Layout,
    LayoutColumn,
)
from tests.asking import text_of
from tests.exchange.lists import number
from tests.exchange.reading import writing
from tests.exchange.sending import BAD, GOOD, HEAD, at, confirm, send, sheet, take_in
from tests.factories import LayoutFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county_files")]


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


def test_the_place_that_the_title_names_is_told_before_the_rows_are_checked(
    client, officer, tmp_path
):
    rows = [["2026年大源村困境儿童台账"], ["姓名", "身份证号"], ["张小一", number(1)]]

    row = send(client, writing.xlsx(tmp_path / "a.xlsx", rows))

    assert row.sheets[0]["told"] == [{"title": "村", "cell": "大源村"}]
    assert "大源村" in text_of(client.get(at("upload_detail", row)))
    assert confirm(client, row).counts["accepted"] == 1
