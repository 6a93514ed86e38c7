"""Evidence files: checked by content, stripped of metadata, stored under a random name."""

import hashlib
import io
import zipfile
from datetime import datetime
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image, ImageOps

from accounts.models import User
from children.models import Child, Document
from children.rules.categories import SECRET

from .record import sign

MOST_BYTES = 10 * 1024 * 1024  # as the national system takes them, domain 1.4
MOST_PIXELS = 50_000_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 5_000
OFFICE = {
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# In the list of parts: macros under whatever name, and those of sheets.
MACRO_PARTS = (b"vbaproject", b"macroenabled", b"macrosheet")
MOST_LISTED = 2**20
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"


class Refused(Exception):
    """`code` is TOO_LARGE, EMPTY, KIND, BROKEN_IMAGE, TOO_MANY_PIXELS, BOMB, MACRO or TOO_MANY."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inspect(content: bytes) -> tuple[bytes, str]:
    """What is to be stored and its type, told from the content alone. Raises Refused."""
    if not content:
        raise Refused("EMPTY")
    if len(content) > MOST_BYTES:
        raise Refused("TOO_LARGE")
    if content.startswith(b"%PDF-"):
        return content, "application/pdf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        return _clean_image(content)
    if content.startswith(b"PK\x03\x04"):
        return content, office_type(io.BytesIO(content), len(content))
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "_VBA_PROJECT".encode("utf-16-le") in content:
            raise Refused("MACRO")
        return content, "application/x-ole-storage"  # .doc, .xls
    raise Refused("KIND")


def _clean_image(content: bytes) -> tuple[bytes, str]:
    """The picture drawn anew: no GPS, no comments, nothing behind its end."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused("TOO_MANY_PIXELS")
            upright = ImageOps.exif_transpose(picture)
            # Many a phone puts a second picture behind its JPEG, which then has a name of its own.
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            upright = upright.convert("RGB" if kind == "JPEG" else "RGBA")
            upright.info.clear()
            out = io.BytesIO()
            upright.save(out, kind, quality=88)
    except Refused:
        raise
    except Exception as error:  # Pillow raises nearly anything for a broken file
        raise Refused("BROKEN_IMAGE") from error
    return out.getvalue(), f"image/{kind.lower()}"


def office_type(file: IO[bytes], size: int) -> str:
    """Told from its list of parts; the others are not unpacked.

    Raises Refused: KIND, BOMB or MACRO.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _type_of(archive, size)
    except Refused:
        raise
    except Exception as error:  # `zipfile` raises nearly anything for a broken file
        raise Refused("KIND") from error


def _type_of(archive: zipfile.ZipFile, size: int) -> str:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size:
        raise Refused("BOMB")
    names = {entry.filename for entry in entries}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("MACRO")
    kind = next((kind for marker, kind in OFFICE.items() if marker in names), None)
    if kind is not None:
        listed = _part(archive, "[Content_Types].xml").lower()
        if any(macros in listed for macros in MACRO_PARTS):
            raise Refused("MACRO")
        return kind
    if _part(archive, "mimetype") == OPEN_DOCUMENT.encode():
        return OPEN_DOCUMENT
    raise Refused("KIND")


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Its beginning; empty where there is none."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as part:
        return part.read(MOST_LISTED)


def add_document(
    *, child: Child, content: bytes, facts: dict[str, Any], by: User, now: datetime
) -> Document:
    """`facts`: kind, remark, application, visit, is_secret. Raises Refused, nothing is stored."""
    stored, content_type = inspect(content)
    application = facts.get("application")
    if application is not None and application.category in SECRET:
        facts = facts | {"is_secret": True}  # its papers would tell what it is for
    row = Document(
        child=child, **facts, content_type=content_type, size=len(stored),
        sha256=hashlib.sha256(stored).hexdigest(), uploaded_by=by, uploaded_at=now,
    )  # fmt: skip
    with transaction.atomic():
        sign(row, by, now, "")
        row.save(force_insert=True)
        default_storage.save(row.storage_name, ContentFile(stored))
    return row


def withdraw_document(*, document: Document, reason: str, by: User, now: datetime) -> None:
    """The file stays for the trail; nobody is offered it any more."""
    with transaction.atomic():
        row = Document.objects.select_for_update().get(pk=document.pk)
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawal_reason = now, reason
            sign(row, by, now, reason)
            row.save()
