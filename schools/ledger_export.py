"""The ledger list as a spreadsheet: the lines that the screen shows, in their order."""

from datetime import date, datetime
from typing import IO, Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from children.spreadsheet import write_sheet
from schools.models import LedgerEntry
from schools.models.ledger_list import LedgerFilters, whole_list


def write_ledgers(*, grant: Grant, filters: LedgerFilters, now: datetime) -> tuple[IO[bytes], int]:
    """A temporary .xlsx, to be read from its start, and the number of its lines."""
    today = timezone.localdate(now)
    lines = whole_list(grant=grant, filters=filters, today=today)
    return write_sheet(
        title=_("Ledgers"), head=_headings(), rows=(_cells(line, today) for line in lines),
        grant=grant, now=now,
    )  # fmt: skip


def _headings() -> list[str]:
    return [
        _("Case number"), _("Name"), _("Age"), _("Township"), _("Village"), _("Ledger"), _("Why"),
        _("Out of class since"), _("In this ledger since"), _("School"), _("Who answers"),
        _("Deadline"), _("Status"),
    ]  # fmt: skip


def _cells(line: LedgerEntry, today: date) -> list[Any]:
    child = line.child
    return [
        child.case_number, child.name, line.age, child.residence_area.parent or "",
        child.residence_area, line.get_ledger_display(), line.get_cause_display(),
        _day(line.since), _day(line.opened_on), line.school.name if line.school else "",
        line.owner.user.full_name if line.owner else "", _day(line.due_on), _state(line, today),
    ]  # fmt: skip


def _day(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _state(line: LedgerEntry, today: date) -> str:
    words = {
        "CLOSED": _("struck off"), "PROPOSED": _("closing proposed"), "CLEARED": _("back to order"),
    }  # fmt: skip
    return words.get(line.state) or (_("overdue") if line.is_overdue(today) else "")
