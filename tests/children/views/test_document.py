"""Evidence files: what is taken, what is refused, who gets them, and what is left in the log."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import AccessEvent, AccessKind
from accounts.roles import Role
from children.actions import document as actions
from children.models import Document
from tests.asking import errors, in_chinese, of
from tests.factories import (
    OTHER_VILLAGE,
    ApplicationFactory,
    CaseAccessFactory,
    ChildFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import document, picture

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def child():
    return ChildFactory()


def send(client, child, content, name="paper.bin", **typed):
    file = SimpleUploadedFile(name, content)
    typed = {"kind": "DIAGNOSIS", "remark": "", "file": file, **typed}
    return client.post(of(child, "document_add"), typed)


def archive(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return out.getvalue()


def served(client, row):
    answer = client.get(of(row.child, "document_show", key=row.uuid))
    return answer, b"".join(answer.streaming_content) if answer.status_code == 200 else b""


def test_a_photo_of_a_phone_that_holds_a_second_picture_is_a_jpeg_without_it(town, child):
    out = io.BytesIO()
    first, second = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (20, 15), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second])

    assert send(town, child, out.getvalue(), "photo.jpg").status_code == 302

    answer, content = served(town, Document.objects.get())
    assert answer["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(content)) as stored:
        assert (stored.format, stored.size) == ("JPEG", (40, 30))


def test_a_photo_loses_where_it_was_taken(town, child):
    exif = Image.Exif()
    exif[0x010F] = "Maker of phones"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (29.0, 36.0, 33.0)
    photo = picture("JPEG", exif=exif, comment=b"secret comment") + b"behind the end"

    assert send(town, child, photo, "photo.jpg").status_code == 302

    _answer, content = served(town, Document.objects.get())
    with Image.open(io.BytesIO(content)) as stored:
        assert not stored.getexif()
        assert not stored.getexif().get_ifd(0x8825)
        assert "comment" not in stored.info
    for trace in (b"Maker", b"secret comment", b"behind the end", b"GPS"):
        assert trace not in content


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (picture("PNG"), "image/png"),
        (archive({"xl/workbook.xml": "<x/>"}), "spreadsheetml.sheet"),
        (archive({"word/document.xml": "<x/>"}), "wordprocessingml.document"),
        (OLD + b"x" * 100, "ole-storage"),
    ],
    ids=["pdf", "png", "xlsx", "docx", "old office"],
)
def test_what_offices_send_is_taken_whatever_its_name(town, child, content, kind):
    assert send(town, child, content, "误导.exe").status_code == 302

    row = Document.objects.get()
    assert row.content_type.endswith(kind)
    assert row.size == len(served(town, row)[1]) > 0


MIMETYPE = archive({"mimetype": "ab" * 50})  # 38 bytes stand before what it packs
BOMB = archive({"xl/workbook.xml": "<x/>", "xl/big.xml": b"0" * 30_000_000})
REFUSED = {
    "a text": (b"hello", "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file."),
    "a program called .pdf": (
        b"MZ\x90\x00", "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "a page of the web": (
        b"<html><script>1</script>", "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "any archive": (
        archive({"x.txt": "x"}), "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "half an archive": (
        archive({"xl/workbook.xml": "x"})[:40],
        "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "macros": (
        archive({"xl/workbook.xml": "x", "xl/vbaProject.bin": "x"}),
        "The file contains macros. Save it without them.",
    ),
    "macros under another name": (
        archive({
            "word/document.xml": "x", "word/a.bin": "x",
            "[Content_Types].xml": "<Default ContentType='application/vnd.ms-office.vbaProject'/>",
        }),
        "The file contains macros. Save it without them.",
    ),
    "macros of an old file": (
        OLD + "_VBA_PROJECT".encode("utf-16-le"), "The file contains macros. Save it without them.",
    ),
    "an archive damaged in its list": (
        archive({"word/document.xml": "x", "说明": "x"}).replace("说".encode(), b"\xff\xff\xff"),
        "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "an archive damaged in a part": (
        MIMETYPE[:38] + b"\xff" * 4 + MIMETYPE[42:],
        "This is no JPEG, PNG, PDF, Word, Excel or OpenDocument file.",
    ),
    "a zip bomb": (BOMB, "The file unpacks to far more than it should. It was refused."),
    "thousands of entries": (
        archive({"xl/workbook.xml": "x"} | {f"{n}": "" for n in range(5_001)}),
        "The file unpacks to far more than it should. It was refused.",
    ),
    "a broken picture": (
        b"\xff\xd8\xff" + b"x" * 50, "The picture cannot be read. Photograph or scan it again.",
    ),
    "half a picture": (
        picture("PNG")[:50], "The picture cannot be read. Photograph or scan it again.",
    ),
    "over 10 MB": (PDF + b"0" * 10 * 1024 * 1024, "The file is larger than 10 MB."),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_what_it_says_is_refused_at_its_field_and_stored_nowhere(
    town, child, name, tmp_path
):
    content, message = REFUSED[name]

    answer = send(town, child, content, "paper.pdf", remark="由医院开具")

    assert errors(answer) == {"file": [in_chinese(message)]}
    assert answer.context["form"]["remark"].value() == "由医院开具"
    assert not Document.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_picture_that_unpacks_to_too_many_points_is_refused_before_it_is_drawn(
    town, child, monkeypatch
):
    monkeypatch.setattr(actions, "MOST_PIXELS", 63)

    answer = send(town, child, picture("PNG"))

    message = "The picture is too large. Make it smaller first."
    assert errors(answer) == {"file": [in_chinese(message)]}


def test_an_empty_file_is_refused_in_words(town, child):
    assert set(errors(send(town, child, b""))) == {"file"}


def test_a_document_is_served_shut_in_and_logged(town, child, supervisor):
    row = document(child, content=PDF)

    answer, content = served(town, row)

    assert content == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert child.name not in answer["Content-Disposition"]
    event = AccessEvent.objects.get()
    assert (event.kind, event.user, event.child_id) == (
        AccessKind.DOWNLOADED, supervisor.user, child.pk,
    )  # fmt: skip


def test_office_files_are_downloads_never_shown_in_the_page(town, child):
    row = document(child, content=archive({"word/document.xml": "<x/>"}))

    answer, _content = served(town, row)

    assert answer["Content-Disposition"].startswith("attachment")


def test_no_document_reaches_those_without_the_child_the_right_or_the_secret(town, county, child):
    secret = document(child, is_secret=True)
    elsewhere = document(ChildFactory(residence_area=area(OTHER_VILLAGE)))
    plain = document(child)
    liaison = PostingFactory(role=Role.LIAISON)
    CaseAccessFactory(child=child, organisation=liaison.organisation)

    assert served(town, secret)[0].status_code == 404
    assert served(county, secret)[0].status_code == 200
    assert served(town, elsewhere)[0].status_code == 404
    assert served(sign_in(Client(), liaison), plain)[0].status_code == 403
    assert served(Client(), plain)[0].status_code == 302
    # Nor under the address of a child that may be seen.
    url = of(child, "document_show", key=elsewhere.uuid)
    assert town.get(url).status_code == 404


def test_a_lost_file_is_not_found_rather_than_an_error(town, child):
    row = document(child)
    default_storage.delete(row.storage_name)

    assert served(town, row)[0].status_code == 404


def test_where_a_document_lies_tells_nothing(child):
    row = document(child)

    assert child.case_number not in row.storage_name
    assert row.storage_name.endswith(row.uuid.hex)


def test_a_document_is_withdrawn_with_its_reason_and_stays_for_the_trail(town, child):
    row = document(child)

    town.post(of(child, "document_withdraw", key=row.uuid), {"reason": "传错人"})

    row.refresh_from_db()
    assert (row.withdrawal_reason, bool(row.withdrawn_at)) == ("传错人", True)
    assert default_storage.exists(row.storage_name)
    assert row.history.first().history_change_reason == "传错人"


def test_papers_of_a_secret_application_are_secret_by_themselves():
    application = ApplicationFactory(category="HIV")
    user = PostingFactory().user
    facts = {"kind": "DIAGNOSIS", "remark": "", "application": application}

    row = actions.add_document(
        child=application.child, content=b"%PDF-1.7 x", facts=facts, by=user, now=timezone.now()
    )

    assert row.is_secret
