"""Each kind of list in the browser: dirty, made by LibreOffice, as .xlsx and as .ods."""

import fcntl
import io
import os
from itertools import cycle

import openpyxl
import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from accounts.scope import EVERYTHING, acting
from children.xlsx import Sheet, Style, write_book
from exchange import jobs
from exchange.models import FeedKind, ListFault, ListRow
from exchange.taking_in.recognise import recognise
from tests.children.cells import HEAD, TEXTS

from .dirty import KINDS, UNKNOWN
from .office import HOW_TO_GET_IT, convert, find_office, flat
from .sent_lists import check, county_officer, send, work
from .steps import enter_as

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
ENDINGS = ("xlsx", "ods")
OWN = "written-here"
# Each kind goes all the way as the one, on a phone or at a desk, and comes again as the other.
FIRST = dict(zip(KINDS, cycle(ENDINGS), strict=False))
WIDTH = dict(zip(KINDS, cycle((360, 360, 1280)), strict=False))


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """(kind, ending) → file; LibreOffice is started twice for all of them and all workers."""
    if find_office() is None:
        pytest.skip(HOW_TO_GET_IT)
    shared = tmp_path_factory.getbasetemp()
    folder = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "dirty-lists"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := folder / "done").exists():
            made = [flat(folder / f"{kind}.fods", one.sheets) for kind, one in KINDS.items()]
            (own := folder / f"{OWN}.xlsx").write_bytes(written_here())
            for ending, paths in zip(ENDINGS, (made, [*made, own]), strict=True):
                convert(paths, ending, folder)
            done.touch()
    return {(kind, end): folder / f"{kind}.{end}" for kind in (*KINDS, OWN) for end in ENDINGS}


def written_here():
    file = io.BytesIO()
    write_book(file, [Sheet("名单", HEAD, [*TEXTS, ["=1", "2", "3"]], style=Style.TEXT)])
    return file.getvalue()


def test_what_is_written_here_opens_in_libreoffice_with_the_same_cells(files):
    with CalamineWorkbook.from_path(str(files[OWN, "ods"])) as book:
        found = book.get_sheet_by_name("名单").to_python()

    assert found == [HEAD, *TEXTS, ["'=1", "2", "3"]]


@pytest.fixture
def officer(settings, tmp_path):
    return county_officer(settings, tmp_path)


def faults(row):
    with acting(EVERYTHING), transaction.atomic():
        rows = ListFault.objects.filter(upload=row, attempt=row.attempt)
        return {(one.row, one.code) for one in rows}


def bad_rows(page, path):
    """The spreadsheet that comes back: headings and rows."""
    with page.expect_download() as fetched:
        page.get_by_role("link", name="需改正的行").click()
    fetched.value.save_as(path)
    head, *more = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    return head, more


def keys_of(sheet):
    return {one["key"] for one in sheet["columns"]}


def test_no_kind_is_forgotten():
    assert set(KINDS) == set(FeedKind.values)


@pytest.mark.parametrize("kind", KINDS)
def test_a_dirty_list_of_libreoffice(kind, new_page, officer, files, tmp_path):
    dirty, ending = KINDS[kind], FIRST[kind]
    other = next(one for one in ENDINGS if one != ending)
    page = new_page(WIDTH[kind])
    enter_as(page, officer)
    with acting(EVERYTHING), transaction.atomic():
        arranged = dirty.arrange()

    # Understood: the second sheet, its headings, and the column that nobody knows.
    row = send(page, kind, files[kind, ending])
    assert row.state == "READ", row.problem
    (sheet,) = row.sheets
    assert (sheet["sheet"], sheet["line"]) == ("名单", dirty.first - 1)
    left_out = [one["title"] for one in sheet["columns"] if not one["key"]]
    assert left_out == [UNKNOWN]
    for heading, key in dirty.means.items():
        assert page.get_by_label(heading).first.input_value() == key
    assert page.get_by_label(UNKNOWN).input_value() == ""

    # Checked: each wrong row with its reason, and no number in the clear.
    row = check(page)
    wrong = {(dirty.first + place, code) for place, code in dirty.wrong.items()}
    assert row.state == "CHECKED", row.problem
    assert faults(row) == wrong
    assert row.counts["accepted"] == len(dirty.rows) - len(dirty.wrong)
    told = page.locator("#rows tbody tr").all_inner_texts()
    assert len(told) == len(wrong)
    assert "9901" + "0120150307" not in page.content()
    head, back = bad_rows(page, tmp_path / "back.xlsx")
    assert len(back) == len(wrong)
    assert all(line[-1] for line in back)
    assert UNKNOWN in head
    (again,) = recognise(tmp_path / "back.xlsx", kind, None)  # put right, it can be sent again
    assert keys_of(again) == keys_of(sheet)
    with acting(EVERYTHING), transaction.atomic():
        assert not ListRow.objects.exists()

    # In, after the confirmation; whose the facts are, and what follows from them.
    page.get_by_role("button", name="导入").click()
    row = work(page, jobs.take_in_list_upload)
    assert row.state == "TAKEN_IN", row.problem
    page.locator(".alert-success").wait_for()
    with acting(EVERYTHING), transaction.atomic():
        assert ListRow.objects.count() == row.counts["accepted"]
        dirty.shows(arranged)

    # The same list as a file of the other kind says the same, and nothing new.
    send(page, kind, files[kind, other])
    row = check(page)
    assert faults(row) - {(at, "NEVER_ASKED") for at, _code in faults(row)} == {
        (at, code) for at, code in wrong if code != "NEVER_ASKED"
    }
    if kind != "prison_results":  # its batch is closed: nobody waits for an answer any more
        assert row.counts["unchanged"] == row.counts["accepted"] > 0
