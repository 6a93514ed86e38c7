"""The list of children as a spreadsheet: what the screen shows, masked, with who and when."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from children.models import CategoryCode, Child
from children.models.listed import ORDERS
from children.models.listing import Filters, chosen
from children.rules import masking

from .spreadsheet import write_sheet

CHUNK = 2_000


def write_list(*, grant: Grant, filters: Filters, now: datetime) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of its rows."""
    return write_sheet(
        title=_("Children"), head=_headings(), rows=_rows(grant, filters, now), grant=grant, now=now
    )


def _headings() -> list[str]:
    return [
        _("Case number"), _("Name"), _("Sex"), _("Age"), _("ID number"), _("Township"),
        _("Village"), _("Categories"), _("Main carer"), _("Phone of the carer"), _("Risk"),
        _("Status"), _("Changed"),
    ]  # fmt: skip


def _rows(grant: Grant, filters: Filters, now: datetime) -> Iterator[list[Any]]:
    today = timezone.localdate(now)
    rows = chosen(grant, filters, now, today).order_by(*ORDERS[filters.sort])
    found = list(rows.for_list())
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        Child.describe_rows(part, grant)
        for child in part:
            yield _cells(child, today)


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
