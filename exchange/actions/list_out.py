"""Lists going out: asked for, approved by a second person when they are long, made and fetched."""

import hashlib
from datetime import date, datetime, timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import Grant
from accounts.models import User
from children.actions.record import sign
from children.encrypted_book import encrypted
from children.spreadsheet import write_sheet
from exchange.models import ListOut, ListOutState, OutLayout, SharingFigure
from exchange.models.out_rows import chosen, rows

from .second_person import locked
from .sharing import record_out


class NotReady(Exception):
    """Not approved, refused, or approved too long ago."""


class Grown(Exception):
    """Longer than what was asked for or approved: it waits for a second person now."""


def fetchable_since(today: date) -> date:
    """Day of approval before which a list can be fetched no more."""
    return today - timedelta(days=SharingFigure.objects.in_force(today)["DAYS_READY"])


def ask_list(*, layout: OutLayout, grant: Grant, purpose: str, now: datetime) -> ListOut:
    """Ready at once when it is short; a long one waits for a second person."""
    today = timezone.localdate(now)
    count = chosen(layout, grant, today).count()
    is_long = count >= SharingFigure.objects.in_force(today)["APPROVED_FROM"]
    state = ListOutState.ASKED if is_long else ListOutState.READY
    row = ListOut(
        layout=layout, area_code=grant.area_code or "", purpose=purpose, rows=count,
        needs_approval=is_long, state=state, asked_by=grant.user, asked_at=now,
    )  # fmt: skip
    sign(row, grant.user, now, "")
    row.save()
    return row


def make_list(*, row: ListOut, grant: Grant, password: str, now: datetime) -> tuple[IO[bytes], int]:
    """The spreadsheet as of now and the number of its rows; recorded as shared.

    By whoever asked for it, in the same area. With sensitive columns it is encrypted with the
    password, which is kept nowhere. Raises NotReady; Grown when it has become long since, or
    longer than what was approved.
    """
    with transaction.atomic():
        made = _make(row, grant, password, now)
    if made is None:
        raise Grown
    return made


def _make(row: ListOut, grant: Grant, password: str, now: datetime) -> tuple[IO[bytes], int] | None:
    """None when it was put back to be approved."""
    fresh, today = locked(row), timezone.localdate(now)
    figures = SharingFigure.objects.in_force(today)
    since = fresh.decided_at or fresh.asked_at
    is_late = now - since > timedelta(days=figures["DAYS_READY"])
    is_own = fresh.asked_by_id == grant.user.pk and fresh.area_code == (grant.area_code or "")
    if not fresh.is_ready or is_late or not is_own:
        raise NotReady
    columns = list(fresh.layout.columns.all())
    file, count = write_sheet(
        title=fresh.layout.title_zh[:31], head=[column.heading for column in columns],
        rows=rows(fresh.layout, grant, today), grant=grant, now=now, as_text=True,
        reference=_("List No. %(code)s") % {"code": fresh.code},
    )  # fmt: skip
    if _has_grown(fresh, count, figures):
        file.close()
        _ask_again(fresh, count, grant.user, now)
        return None
    if any(column.is_sensitive for column in columns):
        file = encrypted(file, password)
    digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    file.seek(0)
    layout = fresh.layout
    record_out(
        kind=layout.key, department=layout.department, purpose=fresh.purpose,
        legal_ground=layout.legal_ground, fields=[column.fact for column in columns], rows=count,
        file_hash=digest, area_code=fresh.area_code, by=grant.user, now=now,
    )  # fmt: skip
    fresh.fetched_at = now
    sign(fresh, grant.user, now, "")
    fresh.save()
    return file, count


def _has_grown(row: ListOut, count: int, figures: dict[str, int]) -> bool:
    if not row.needs_approval:
        return count >= figures["APPROVED_FROM"]
    return count > row.rows * (100 + figures["GROWN_PER_CENT"]) // 100


def _ask_again(row: ListOut, count: int, by: User, now: datetime) -> None:
    row.rows, row.needs_approval, row.state = count, True, ListOutState.ASKED
    row.decided_by = row.decided_at = row.fetched_at = None
    sign(row, by, now, "")
    row.save()
