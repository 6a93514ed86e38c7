"""A list of gaps as a spreadsheet: the lines that the screen shows, in their order."""

from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from assistance.models import Gap
from assistance.models.gap_list import GapFilters, whole_list
from children.spreadsheet import write_sheet


def write_gaps(*, grant: Grant, filters: GapFilters, now: datetime) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of its lines."""
    lines = whole_list(grant=grant, filters=filters, today=timezone.localdate(now))
    return write_sheet(
        title=_("Gaps"), head=_headings(), rows=(_cells(line) for line in lines), grant=grant,
        now=now,
    )  # fmt: skip


def _headings() -> list[str]:
    return [
        _("Case number"), _("Name"), _("Township"), _("Village"), _("Programme"), _("Since"),
        _("Amount"), _("How often"), _("What is missing"), _("Who acts"),
        _("Does not apply because"),
    ]  # fmt: skip


def _cells(line: Gap) -> list[Any]:
    child = line.child
    return [
        child.case_number, child.name, child.residence_area.parent or "", child.residence_area,
        line.programme.label, f"{line.since:%Y-%m}", line.amount,
        line.programme.get_cadence_display(), line.get_reason_display(), line.who,
        line.aside_reason,
    ]  # fmt: skip
