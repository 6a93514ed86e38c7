"""A bank's answer through the pages: sent in, followed, read in the background, reported."""

import io

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from assistance import bank_files, jobs
from assistance.actions.answer_upload import send
from assistance.bank_words import of_trouble
from assistance.models import AnswerUpload, BankReturn, PaymentLine
from tests.asking import text_of
from tests.assistance.actions.test_bank import sent
from tests.assistance.runs import entitled
from tests.factories import AnswerUploadFactory, UserFactory
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db
HEAD = "参考号,金额,处理结果,失败原因\n"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")


@pytest.fixture
def county(client):
    posting = posted_as(Role.COUNTY_OFFICER)
    sign_in(client, posting)
    return posting


@pytest.fixture
def run():
    entitled()
    return sent()[0]


def upload(client, run, content, name="回盘.csv"):
    return client.post(
        reverse("assistance:run_answer", args=[run.pk]), {"file": SimpleUploadedFile(name, content)}
    )


def worked(client, run, content, **said):
    """Sent in, the work done, and the page that follows."""
    there = upload(client, run, content, **said)
    assert there.status_code == 302, text_of(there)
    row = AnswerUpload.objects.latest("pk")
    jobs.take_in_answer(upload_id=row.pk)
    return client.get(there.url, follow=True)


def paid(run):
    return f"{HEAD}{run.lines.get().pk},,成功,\n".encode("gb18030")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"\x81\xff\xfe" * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(9),
    ],
)  # fmt: skip
def test_what_is_seen_to_be_no_answer_is_refused_at_once(client, county, run, content):
    answered = upload(client, run, content)

    assert "file" in answered.context["form"].errors
    assert not AnswerUpload.objects.exists()


def test_a_file_that_is_too_large_is_refused_at_once(client, county, run, monkeypatch):
    monkeypatch.setattr(bank_files, "MOST_BYTES", 10)

    answered = upload(client, run, b"x" * 11)

    assert "80 MB" in str(answered.context["form"].errors["file"])


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        (b"a,b\n1,2\n", "NO_HEADINGS"),
        ("参考号\n77".encode(), "NO_HEADINGS"),
        (b"\xff\xfe" * 40, "NO_HEADINGS"),
        ("参考号,结果\n".encode(), "NO_ROWS"),
        ("参考号,结果\n77,成功\n".encode(), "OTHER_RUN"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "NO_SHEET"),
        ("参考号,结果\n".encode() + b"1,2\n" * 300_000 + b"\x00", "NO_SHEET"),
    ],
)
def test_what_is_seen_while_it_is_read_is_told_on_its_page(client, county, run, content, trouble):
    shown = worked(client, run, content)

    with override("zh-hans"):
        assert of_trouble(trouble) in text_of(shown)
    assert AnswerUpload.objects.get().trouble["code"] == trouble
    assert not BankReturn.objects.exists()
    assert run.lines.get().state == "PENDING"


def test_an_answer_for_another_run_leads_to_that_run(client, county, run):
    entitled(500)
    other = sent()[0]

    shown = worked(client, other, paid(run))

    assert shown.context["other_run"] == run
    assert reverse("assistance:run_answer", args=[run.pk]) in shown.content.decode()


def test_followed_until_it_is_in_then_the_report_comes_by_itself(client, county, run):
    there = upload(client, run, paid(run)).url

    waiting = client.get(there).content.decode()
    assert 'hx-trigger="load delay:400ms' in waiting
    assert 'http-equiv="refresh" content="1"' in waiting
    row = AnswerUpload.objects.get()
    jobs.take_in_answer(upload_id=row.pk)
    row.refresh_from_db()
    report = reverse("assistance:answer_detail", args=[run.pk, row.answer_id])
    assert client.get(there, headers={"HX-Request": "true"})["HX-Redirect"] == report
    assert client.get(there).url == report
    shown = client.get(report)

    assert "各行均已采纳" in text_of(shown)
    assert run.lines.get().state == "PAID"


def test_a_spreadsheet_is_read_too(client, county, run):
    book, out = openpyxl.Workbook(), io.BytesIO()
    today = timezone.now().date()
    for row in [["代发回盘"], ["参考号", "结果", "日期"], [run.lines.get().pk, "成功", today]]:
        book.active.append(row)
    book.save(out)

    worked(client, run, out.getvalue(), name="回盘.xlsx")

    line = run.lines.get()
    assert (line.state, line.paid_on) == ("PAID", today)


def book(**sheets):
    """Name → rows; a name that ends with an underscore is hidden."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.rstrip("_"))
        sheet.sheet_state = "hidden" if name.endswith("_") else "visible"
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


def test_the_sheet_with_the_rows_is_found_and_named(client, county, run):
    rows = [["参考号", "结果"], [run.lines.get().pk, "成功"]]

    shown = worked(client, run, book(封面=[["代发回盘"]], 明细=rows, 代码_=[["00", "成功"]]))

    assert run.lines.get().state == "PAID"
    assert "工作表“明细”" in text_of(shown)
    assert BankReturn.objects.get().sheet == "明细"


@pytest.mark.parametrize(
    ("names", "code"),
    [(["成功", "失败"], "SEVERAL_SHEETS"), (["成功", "失败_"], "SEVERAL_SHEETS"),
     (["明细_"], "HIDDEN_SHEET")],
)  # fmt: skip
def test_rows_in_two_sheets_or_in_a_hidden_one_are_refused_by_name(
    client, county, run, names, code
):
    rows = [["参考号", "结果"], [run.lines.get().pk, "成功"]]

    shown = worked(client, run, book(封面=[], **dict.fromkeys(names, rows)))

    trouble = AnswerUpload.objects.get().trouble
    assert trouble["code"] == code
    for name in names:
        assert f"“{name.rstrip('_')}”" in text_of(shown)
    assert run.lines.get().state == "PENDING"


def test_while_one_is_read_the_run_says_so_and_another_is_refused(client, county, run):
    there = upload(client, run, paid(run)).url
    sender = county.user.full_name

    shown = client.get(reverse("assistance:run_detail", args=[run.pk])).content.decode()
    form = client.get(reverse("assistance:run_answer", args=[run.pk])).content.decode()
    second = upload(client, run, paid(run) + b"\n")

    for page in (shown, form):
        assert sender in page
        assert there in page
    assert 'type="file"' not in form
    assert "正在读取" in text_of(second)
    assert 'role="alert"' in second.content.decode()
    assert AnswerUpload.objects.count() == 1
    jobs.take_in_answer(upload_id=AnswerUpload.objects.get().pk)
    assert client.get(reverse("assistance:run_detail", args=[run.pk])).context["reading"] is None
    assert upload(client, run, paid(run) + b"\n").status_code == 302


def test_a_text_as_spreadsheets_save_it_is_read_too(client, county, run):
    worked(client, run, f"参考号\t处理结果\r\n{run.lines.get().pk}\t成功\r\n".encode("utf-16"))

    assert run.lines.get().state == "PAID"


def test_the_report_tells_rows_columns_reasons_and_what_is_doubled(client, county):
    entitled()
    entitled(500)
    run = sent()[0]
    one, two = PaymentLine.objects.order_by("pk")
    rows = [
        (one.pk, "", "成功"),
        (two.pk, "1.00", "成功"),
        (one.pk, "", "失败"),
        (10**12, "", "成功"),
    ]
    text = HEAD + "".join(",".join(map(str, row)) + ",\n" for row in rows)

    shown = worked(client, run, text.encode())

    told = [(row.number, heading, row.reason) for row, heading in shown.context["rejects"]]
    assert told == [
        (2, "参考号", "DOUBLED"), (3, "金额", "AMOUNT"), (4, "参考号", "DOUBLED"),
        (5, "参考号", "UNKNOWN"),
    ]  # fmt: skip
    assert shown.context["doubled"] == [(one.pk, "2、4")]
    report = shown.redirect_chain[-1][0]
    only = client.get(report, {"reason": "AMOUNT"})
    assert [row.number for row, _heading in only.context["rejects"]] == [3]
    assert len(client.get(report, {"reason": "X", "page": "x"}).context["rejects"]) == 4


def test_the_file_lies_sealed_until_it_is_forgotten(client, county, run, tmp_path):
    account = str(run.lines.get().account.account_number).encode()
    worked(client, run, paid(run) + b"#" + account)
    row = AnswerUpload.objects.get()
    (stored,) = [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]
    assert account not in stored.read_bytes()

    jobs.forget_answer_files(timestamp=0)
    assert default_storage.exists(row.storage_name)
    AnswerUpload.objects.update(forget_at=timezone.now())
    jobs.forget_answer_files(timestamp=0)

    assert not default_storage.exists(row.storage_name)
    row.refresh_from_db()
    assert row.forgotten_at is not None


def test_the_same_file_sent_again_says_that_it_changed_nothing(client, county, run):
    content = paid(run)
    upload(client, run, content)
    again = upload(client, run, content)
    assert AnswerUpload.objects.count() == 1  # it waits already
    jobs.take_in_answer(upload_id=AnswerUpload.objects.get().pk)

    shown = worked(client, run, content)

    assert again.status_code == 302
    assert "未产生任何变动" in text_of(shown)
    assert (BankReturn.objects.count(), AnswerUpload.objects.count()) == (1, 2)


def test_cancelled_before_it_is_read_nothing_of_it_is_taken(client, county, run):
    there = upload(client, run, paid(run)).url
    row = AnswerUpload.objects.get()

    client.post(f"{there}cancel/")
    jobs.take_in_answer(upload_id=row.pk)

    assert run.lines.get().state == "PENDING"
    assert "未采纳任何一行" in text_of(client.get(there))
    assert "状态已变化" in text_of(client.post(f"{there}cancel/", follow=True))


def test_a_file_that_is_gone_is_told(client, county, run):
    there = upload(client, run, paid(run)).url
    row = AnswerUpload.objects.get()
    default_storage.delete(row.storage_name)

    jobs.take_in_answer(upload_id=row.pk)

    with override("zh-hans"):
        assert of_trouble("MISSING") in text_of(client.get(there))


def test_a_run_that_was_not_sent_takes_no_answer(client, county, run):
    run.state = "CLOSED"
    run.save()

    answered = upload(client, run, paid(run))

    assert answered.context["form"].non_field_errors()


def test_a_township_sends_no_answer_and_cancels_none(client, run):
    row = AnswerUploadFactory(run=run)
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    there = reverse("assistance:answer_sent", args=[run.pk, row.pk])

    assert upload(client, run, b"x").status_code == 403
    assert client.post(f"{there}cancel/").status_code == 403


def test_what_unpacks_to_too_much_ends_in_its_own_process(client, county, run):
    """One cell in the last corner: read in ours it would take all memory."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active["A1"], book.active["XFD1048576"] = "参考号", "成功"
    book.save(out)
    row = send(
        run=run, file=io.BytesIO(out.getvalue()), size=len(out.getvalue()), by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip

    jobs.take_in_answer(upload_id=row.pk)

    row.refresh_from_db()
    assert (row.state, row.trouble) == ("REFUSED", {"code": "BOMB"})
