"""The list of children as a spreadsheet: what the screen shows, masked, with who and when."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel

from accounts.access import Grant
from children.models import CategoryCode, Child
from children.models.listed import ORDERS
from children.models.listing import Filters, chosen
from children.rules import masking

CHUNK = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A cell that begins like a formula is shown, not run."""
    return "'" + text if text.startswith(_FORMULA) else text


def write_list(*, grant: Grant, filters: Filters, now: datetime) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of its rows."""
    file = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the answer closes it
    counted: list[int] = [0]
    head = _headings()
    rows = [dict(zip(head, row, strict=True)) for row in _rows(grant, filters, now, counted)]
    moment = formats.date_format(timezone.localtime(now), "SHORT_DATETIME_FORMAT")
    watermark = _("%(user)s, %(place)s, %(time)s, rows: %(rows)s") % {
        "user": grant.user.username, "place": grant.posting, "time": moment, "rows": counted[0],
    }  # fmt: skip
    rows.append(dict.fromkeys(head, "") | {head[0]: watermark})
    FastExcel(file.name).sheet(_("Children"), rows).save()
    return open(file.name, "rb"), counted[0]


def _headings() -> list[str]:
    return [
        _("Case number"), _("Name"), _("Sex"), _("Age"), _("ID number"), _("Township"),
        _("Village"), _("Categories"), _("Main carer"), _("Phone of the carer"), _("Risk"),
        _("Status"), _("Changed"),
    ]  # fmt: skip


def _rows(grant: Grant, filters: Filters, now: datetime, counted: list[int]) -> Iterator[list[Any]]:
    today = timezone.localdate(now)
    rows = chosen(grant, filters, now, today).order_by(*ORDERS[filters.sort])
    found = list(rows.for_list())
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        Child.describe_rows(part, grant)
        for child in part:
            counted[0] += 1
            yield [harmless(str(cell)) for cell in _cells(child, today)]


def _cells(child: Child, today: Any) -> list[Any]:
    return [
        child.case_number,
        child.name,
        child.get_sex_display(),
        child.age_on(today),
        masking.id_number(child.id_number),
        child.residence_area.parent or "",
        child.residence_area,
        "、".join(str(CategoryCode(code).label) for code in child.category_codes),
        child.carer_name,
        masking.phone(_phone(child)),
        child.get_risk_level_display(),
        child.get_status_display(),
        formats.date_format(timezone.localtime(child.updated_at), "SHORT_DATE_FORMAT"),
    ]


def _phone(child: Child) -> str:
    """The carer's phone, opened for masking alone."""
    if child.carer_phone is None:
        return ""
    sealed, key = child.carer_phone
    return sealed.open(key)
