"""Seats as they stand today: who holds each, and since when it is empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.models import Posting
from schools.rules.working_group import SchoolClass, Vacancy, vacancy

from .enrolment import Enrolment
from .norm import Norm
from .school import School, SchoolYear, Stage
from .working_group import Seat, SeatHolder, SeatKind, WorkingGroup

ORDER = {kind: place for place, kind in enumerate(SeatKind.values)}
STAGES = Stage.values


@dataclass(frozen=True)
class Seating:
    """`last` is the holder of today or the latest one; `vacancy` None while somebody holds it."""

    seat: Seat
    last: SeatHolder | None
    vacancy: Vacancy | None

    @property
    def holder(self) -> Posting | None:
        return self.last.holder if self.last and self.vacancy is None else None


def left_on(row: SeatHolder, today: date) -> date | None:
    """The first day on which `row` holds its seat no more; None while it does."""
    ends = [row.ends_on] if row.ends_on else []
    if row.holder.ends_on:
        ends.append(row.holder.ends_on + timedelta(days=1))
    end = min(ends, default=None)
    return end if end is not None and end <= today else None


def seating(groups: Iterable[WorkingGroup], today: date) -> list[Seating]:
    """Every seat needed in `groups`, empty ones first; three queries for all of them."""
    seats = Seat.objects.needed().filter(group__in=[group.pk for group in groups])
    rows = SeatHolder.objects.filter(seat__in=seats, starts_on__lte=today)
    rows = rows.select_related("holder__user").order_by("seat", "-starts_on", "-pk")
    last = {row.seat_id: row for row in rows.distinct("seat")}
    norms = Norm.objects.in_force(today)
    found = [_seated(seat, last.get(seat.pk), today, norms) for seat in seats]
    return sorted(found, key=lambda line: (line.vacancy is None, *_place(line.seat)))


def _seated(seat: Seat, last: SeatHolder | None, today: date, norms: dict[str, int]) -> Seating:
    left = left_on(last, today) if last else None
    unseen = last is not None and left is None and not last.holder.user.is_active
    if last is not None and left is None and not unseen:
        return Seating(seat, last, None)
    return Seating(
        seat, last,
        vacancy(opened_on=seat.opened_on, left_on=left, is_left_unseen=unseen, today=today,
                norms=norms),
    )  # fmt: skip


def _place(seat: Seat) -> tuple:
    stage = STAGES.index(seat.stage) if seat.stage else -1
    return (ORDER[seat.kind], stage, seat.grade or 0, seat.class_name, seat.subject, seat.pk)


def classes_of(school: School | int, today: date) -> list[SchoolClass]:
    """The classes in which children on the roll sit, as far as they may be seen."""
    rows = Enrolment.objects.on(today).filter(school=school).order_by()
    found = rows.values_list("stage", "grade", "class_name").distinct()
    return sorted(
        (SchoolClass(*row) for row in found),
        key=lambda each: (STAGES.index(each.stage), each.grade, each.name),
    )


def group_of(school: School | int, today: date) -> WorkingGroup | None:
    """The group of the school year that `today` lies in."""
    rows = WorkingGroup.objects.filter(school=school, year__in=SchoolYear.objects.on(today))
    return rows.select_related("year").first()
