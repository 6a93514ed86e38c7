"""Files that are no lists, through the pages: clear words in both languages, nothing lost."""

import io
import zipfile

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from children.models import Child
from exchange.actions.list_out import encrypted
from exchange.models import ListImport, ListUpload
from tests.exchange.reading import writing
from tests.exchange.sending import BAD, GOOD, HEAD, at, confirm, send, take_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("county_files")]
ROWS = [HEAD, GOOD, BAD]
PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 8
LAST = 1_048_576  # rows that a sheet can have


def _with_part(path, name, blocks):
    """A good workbook with one part more, or another one in place of its own."""
    whole = writing.xlsx(path.with_name("whole.xlsx"), ROWS)
    with (
        zipfile.ZipFile(whole) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, True, 1) as new,
    ):
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        with new.open(name, "w") as stream:
            for block in blocks:
                stream.write(block)
    return path


def bomb(folder):
    """48 MB of zeros in 50 kB."""
    return _with_part(folder / "a.xlsx", "xl/media/a.bin", [bytes(2**20)] * 48)


def macros(folder):
    return _with_part(folder / "a.xlsm", "xl/vbaProject.bin", [b"Sub Auto_Open()"])


def columns(folder):
    return writing.xlsx(folder / "a.xlsx", [[*HEAD, *(f"备注{n}" for n in range(291))], GOOD])


def empty(folder):
    openpyxl.Workbook().save(folder / "a.xlsx")
    return folder / "a.xlsx"


def titles(folder):
    return writing.xlsx(
        folder / "a.xlsx", [["东镇2026年困境儿童花名册"], [], ["填报单位：东镇人民政府"]]
    )


def headings(folder):
    return writing.xlsx(folder / "a.xlsx", [["东镇2026年困境儿童花名册"], HEAD])


def goods(folder):
    return writing.xlsx(folder / "a.xlsx", [["商品", "价格", "数量"], ["米", 3, 4]])


def protected(folder):
    path = writing.xlsx(folder / "a.xlsx", ROWS)
    with encrypted(io.BytesIO(path.read_bytes()), "yi-er-san-si-wu") as sealed:
        path.write_bytes(sealed.read())
    return path


def other_layout(folder):
    head = ["就读学校", "年级", "监护人姓名", "缺勤天数", "备注"]
    return writing.xlsx(folder / "a.xlsx", [head, ["镇小", "三年级", "李大娘", 3, ""]])


def picture(folder):
    path = folder / "a.xlsx"
    path.write_bytes(PICTURE)
    return path


def rows(folder):
    """As many rows as a sheet can have, 22 MB of them, and something in the last."""
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    parts = (
        "".join(f'<row r="{n}"/>' for n in range(first, first + 65_536)).encode()
        for first in range(1, LAST, 65_536)
    )
    last = f'<row r="{LAST}"><c r="A{LAST}"><v>1</v></c></row>'.encode()
    blocks = [head, *parts, last, b"</sheetData></worksheet>"]
    return _with_part(folder / "a.xlsx", "xl/worksheets/sheet1.xml", blocks)


def lines(folder):
    """The same as text."""
    head = ",".join(HEAD).encode("gb18030")
    (folder / "a.csv").write_bytes(head + b"\r\n" + b",,,,,,,,\r\n" * LAST)
    return folder / "a.csv"


WALLS = {
    bomb: ("UNPACKS_TOO_LARGE", "复制到新文件", "Copy the list into a new file"),
    macros: ("MACROS", "宏", "macros, which are never opened"),
    columns: ("TOO_MANY_COLUMNS", "300", "300 columns; a list has at most 256"),
    empty: ("BLANK", "空", "The sheet is empty"),
    titles: ("NO_TABLE", "标题", "no line has more than one cell filled"),
    headings: ("NO_ROWS", "没有数据行", "headings and no rows"),
    goods: ("NO_HEADER", "姓名", "No line with headings"),
    protected: ("PASSWORD", "密码", "protected by a password"),
    picture: ("NOT_A_SPREADSHEET", ".xlsx", "This is no spreadsheet"),
    rows: ("TOO_MANY_ROWS", "1048576", "1048576 rows; a list has at most 300000"),
    lines: ("TOO_MANY_ROWS", "300000", "a list has at most 300000"),
}  # fmt: skip


@pytest.mark.parametrize("make", WALLS, ids=lambda make: make.__name__)
def test_a_file_that_is_no_list_is_refused_in_words_and_nothing_is_lost(
    client, officer, tmp_path, make
):
    code, chinese, english = WALLS[make]
    good = send(client, writing.xlsx(tmp_path / "good.xlsx", ROWS))

    row = send(client, make(tmp_path))
    if row.state == "READ":  # headings are there; the end is seen when the rows are checked
        row = confirm(client, row)

    assert (row.state, row.problem["code"]) == ("UNREADABLE", code)
    told = [_told(client, row, language) for language in ("zh-hans", "en")]
    assert [chinese in told[0], english in told[1]] == [True, True], told
    assert "%(" not in told[0] + told[1]
    # Neither of it nor of what was there before is anything gone or half in.
    assert default_storage.exists(row.storage_name)
    assert not ListImport.objects.exists()
    assert client.get(reverse("exchange:import_list")).status_code == 200
    assert take_in(client, confirm(client, good)).counts["accepted"] == 1
    assert Child.objects.count() == 1


def test_a_list_of_another_layout_waits_for_a_person_to_say_which_columns_are_which(
    client, officer, tmp_path
):
    row = send(client, other_layout(tmp_path))

    row = confirm(client, row)

    assert row.state == "READ"
    for language, words in (
        ("zh-hans", "未识别到必需的列：姓名、身份证号"), ("en", "These columns must be there")
    ):  # fmt: skip
        page = client.get(at("upload_detail", row), headers={"accept-language": language})
        assert words in page.content.decode()
    assert not ListImport.objects.exists()


def _told(client, row, language):
    page = client.get(at("upload_detail", row), headers={"accept-language": language})
    assert page.status_code == 200
    return page.context["problem"]


def test_a_text_file_of_an_old_program_comes_in(client, officer, tmp_path):
    row = send(client, writing.csv_file(tmp_path / "a.csv", ROWS, encoding="gb18030"))

    take_in(client, confirm(client, row))

    assert (row.state, Child.objects.get().name) == ("TAKEN_IN", "张小三")


def test_a_file_larger_than_is_read_is_said_at_its_field(client, officer, tmp_path, monkeypatch):
    monkeypatch.setattr("exchange.actions.list_upload.MAX_BYTES", 100)
    path = writing.xlsx(tmp_path / "a.xlsx", ROWS)

    with path.open("rb") as file:
        page = client.post(reverse("exchange:upload_add"), {"kind": "register", "file": file})

    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert page.context["form"]["kind"].value() == "register"
    assert not ListUpload.objects.exists()
