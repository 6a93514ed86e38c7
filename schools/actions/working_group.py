"""Forming a school's working group for a year, and who holds its seats."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Posting, User
from accounts.roles import Role
from children.actions.promises import broken_promise
from children.actions.record import sign
from schools.models import School, SchoolYear, Seat, SeatHolder, SeatKind, WorkingGroup
from schools.models.seating import classes_of, left_on
from schools.rules.working_group import SchoolClass


class SeatChanged(Exception):
    """The seat is not held as the form showed; `holder` is the row that holds it now, if any."""

    def __init__(self, holder: SeatHolder | None) -> None:
        super().__init__()
        self.holder = holder


@transaction.atomic
def form_group(
    *, school: School, year: SchoolYear, lead: Posting, by: User, now: datetime, today: date
) -> WorkingGroup:
    """With last year's seats and those of their holders who are still there.

    Without a group last year: the usual seats. Class teachers' seats follow the classes on the
    roll; a class keeps its teacher when it moves up. Raises PromiseBroken.
    """
    group = WorkingGroup(school=school, year=year, formed_on=today)
    try:
        with transaction.atomic():
            _save(group, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    held = _held_before(group, today)
    usual = [(SeatKind.LEAD, ""), (SeatKind.COUNSELLOR, ""), (SeatKind.LOGISTICS, "")]
    kept = [(row.seat.kind, row.seat.subject) for row in held if row.seat.grade is None]
    kept += [(seat.kind, seat.subject) for seat in _seats_before(group) if seat.grade is None]
    by_duty = {(row.seat.kind, row.seat.subject): row.holder for row in held}
    for kind, subject in dict.fromkeys([*usual, *kept]):
        holder = by_duty.get((kind, subject))
        if kind == SeatKind.LEAD and holder is None and lead.role == Role.PRINCIPAL:
            holder = lead
        _open(group, holder, by, now, today, kind=kind, subject=subject)
    by_class = {_class(row.seat): row.holder for row in held if row.seat.grade is not None}
    for each in classes_of(school, today):
        holder = by_class.get(each.a_year_before)
        _open(group, holder, by, now, today, kind=SeatKind.CLASS_TEACHER, stage=each.stage,
              grade=each.grade, class_name=each.name)  # fmt: skip
    return group


def _class(seat: Seat) -> SchoolClass:
    return SchoolClass(seat.stage, seat.grade or 0, seat.class_name)


def _save(row: Any, by: User, now: datetime, reason: str = "") -> None:
    sign(row, by, now, reason)
    row.save()


def _before(group: WorkingGroup) -> WorkingGroup | None:
    earlier = WorkingGroup.objects.filter(
        school=group.school_id, year__starts_on__lt=group.year.starts_on
    )
    return earlier.order_by("-year__starts_on").first()


def _seats_before(group: WorkingGroup) -> list[Seat]:
    return list(Seat.objects.needed().filter(group=_before(group)))


def _held_before(group: WorkingGroup, today: date) -> list[SeatHolder]:
    """Who held a seat of the year before and is still posted at the school."""
    rows = SeatHolder.objects.filter(seat__in=_seats_before(group), ends_on__isnull=True)
    rows = rows.filter(holder__in=Posting.objects.held_on(today))
    rows = rows.filter(holder__organisation=group.school_id)
    return list(rows.select_related("seat", "holder"))


def _open(
    group: WorkingGroup, holder: Posting | None, by: User, now: datetime, today: date, **facts: Any
) -> Seat:
    seat = Seat(group=group, opened_on=today, **facts)
    _save(seat, by, now)
    if holder is not None:
        _save(SeatHolder(seat=seat, holder=holder, starts_on=today), by, now)
    return seat


def add_seat(
    *, group: WorkingGroup, holder: Posting | None, by: User, now: datetime, today: date,
    **facts: Any,
) -> Seat:  # fmt: skip
    """Raises PromiseBroken, e.g. when the group has this seat."""
    try:
        with transaction.atomic():
            return _open(group, holder, by, now, today, **facts)
    except IntegrityError as error:
        raise broken_promise(error) from error


@transaction.atomic
def give_seat(
    *, seat: Seat, holder: Posting | None, shown: int | None, reason: str, by: User,
    now: datetime, today: date,
) -> None:  # fmt: skip
    """Give the seat to `holder` from today, or leave it empty (None).

    `shown` is the row of the holder that the form showed (None: nobody). Raises SeatChanged when
    somebody else was quicker.
    """
    current = _current(seat, today)
    if (current.pk if current else None) != shown:
        raise SeatChanged(current)
    if current is not None and current.holder == holder:
        return
    _end_last(seat, reason, by, now, today)
    if holder is not None:
        _save(SeatHolder(seat=seat, holder=holder, starts_on=today), by, now, reason)


@transaction.atomic
def close_seat(*, seat: Seat, reason: str, by: User, now: datetime, today: date) -> None:
    """The duty is no longer needed; a second time changes nothing."""
    fresh = Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)
    if fresh.closed_on is None:
        _end_last(fresh, reason, by, now, today)
        fresh.closed_on = today
        _save(fresh, by, now, reason)


def _current(seat: Seat, today: date) -> SeatHolder | None:
    """Who holds the seat today, with the seat locked."""
    Seat.objects.select_for_update(of=("self",), no_key=True).get(pk=seat.pk)
    row = SeatHolder.objects.filter(seat=seat, ends_on__isnull=True).select_related(
        "holder__user"
    ).first()  # fmt: skip
    if row is None or left_on(row, today) is not None or not row.holder.user.is_active:
        return None
    return row


def _end_last(seat: Seat, reason: str, by: User, now: datetime, today: date) -> None:
    """The last holder's row ends when its posting did, else today."""
    row = SeatHolder.objects.filter(seat=seat, ends_on__isnull=True).select_related("holder")
    for last in row:
        last.ends_on = max(last.starts_on, left_on(last, today) or today)
        _save(last, by, now, reason)
