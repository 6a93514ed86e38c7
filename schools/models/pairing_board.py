"""A school's children with their helpers, class by class: what the lead pairs on one screen."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Concat, LPad

from accounts.access import Grant
from accounts.models import Posting
from children.models import Child, FileStatus
from schools.rules.working_group import SchoolClass

from .enrolment import Enrolment
from .pairing import Pairing
from .school import Stage
from .seating import group_of
from .working_group import SeatHolder, SeatKind

PAGE = 30


@dataclass
class BoardRow:
    """`main` is shown even when its helper is gone; then the child has nobody."""

    child: Child
    enrolment: Enrolment | None
    main: Pairing | None = None
    is_gone: bool = False
    assistants: list[Pairing] = field(default_factory=list)
    class_teacher: Posting | None = None
    chosen: Posting | None = None  # typed and not saved yet
    outcome: Any = None  # what became of it

    @property
    def shown(self) -> Posting | None:
        """Whose name the row's field shows."""
        return self.chosen or self.holder

    @property
    def holder(self) -> Posting | None:
        return self.main.helper if self.main and not self.is_gone else None


@dataclass(frozen=True)
class BoardFilters:
    """Empty values filter nothing."""

    without: bool = False
    helper: int | None = None
    school_class: SchoolClass | None = None


def children_at(grant: Grant, today: date, without_helper: bool = False) -> QuerySet[Child]:
    """Open files on the roll of the grant's school, or paired with its staff.

    `without_helper`: those alone for whom no main helper is there today.
    """
    school = grant.posting.organisation_id
    here = RawSQL("SELECT schools_children_at(%s, %s, %s)", [school, today, without_helper])
    return Child.objects.permitted(grant).exclude(status=FileStatus.CLOSED).filter(pk__in=here)


def board_page(
    grant: Grant, filters: BoardFilters, after: str, today: date
) -> tuple[list[BoardRow], str]:
    """The rows behind the cursor `after`, and the cursor of the next page ("" on the last)."""
    rows = children_at(grant, today, filters.without)
    if filters.helper:
        theirs = Pairing.objects.on(today).filter(helper=filters.helper, child=OuterRef("pk"))
        rows = rows.filter(Exists(theirs))
    if filters.school_class:
        place = filters.school_class
        sits = Enrolment.objects.on(today).filter(
            stage=place.stage, grade=place.grade, class_name=place.name, child=OuterRef("pk")
        )
        rows = rows.filter(Exists(sits))
    rows = rows.annotate(place=_place(today))
    if after:
        rows = rows.filter(place__gt=after)
    found: list[Any] = list(rows.order_by("place")[: PAGE + 1])
    following = found[PAGE - 1].place if len(found) > PAGE else ""
    return _with_helpers(found[:PAGE], grant, today), following


def board_rows(grant: Grant, children: Iterable[int], today: date) -> dict[int, BoardRow]:
    """The board's rows of these children, as far as they are the school's."""
    rows = children_at(grant, today).filter(pk__among=list(children))
    return {row.child.pk: row for row in _with_helpers(list(rows), grant, today)}


def _place(today: date) -> Any:
    """Sorts by class, then by child; an address may show it."""
    text = CharField()
    stages = [When(stage=stage, then=Value(str(n))) for n, stage in enumerate(Stage.values)]
    grade = LPad(Cast("grade", text), 2, Value("0"))
    sits = Enrolment.objects.on(today).filter(child=OuterRef("pk")).annotate(
        key=Concat(Case(*stages, output_field=text), grade, "class_name", output_field=text)
    )  # fmt: skip
    number = LPad(Cast("pk", text), 12, Value("0"))
    first = Coalesce(Subquery(sits.values("key")[:1]), Value("9"), output_field=text)
    return Concat(first, Value("-"), number, output_field=text)


def _with_helpers(children: list[Child], grant: Grant, today: date) -> list[BoardRow]:
    """Four queries, however many children."""
    keys = [child.pk for child in children]
    sits = Enrolment.objects.permitted(grant).on(today).filter(child__pk__among=keys)
    enrolments = {row.child_id: row for row in sits}
    found = {child.pk: BoardRow(child, enrolments.get(child.pk)) for child in children}
    pairings = Pairing.objects.permitted(grant).on(today).filter(child__pk__among=keys)
    for pairing in pairings.select_related("helper__user").order_by("starts_on", "pk"):
        row = found[pairing.child_id]
        if not pairing.is_main:
            row.assistants.append(pairing)
            continue
        row.main, row.is_gone = pairing, not _is_there(pairing.helper, today)
    teachers = _class_teachers(grant, today)
    for row in found.values():
        if row.enrolment:
            place = (row.enrolment.stage, row.enrolment.grade, row.enrolment.class_name)
            row.class_teacher = teachers.get(place)
    return list(found.values())


def _is_there(helper: Posting, today: date) -> bool:
    return helper.user.is_active and (helper.ends_on is None or helper.ends_on >= today)


def _class_teachers(grant: Grant, today: date) -> dict[tuple, Posting]:
    """(stage, grade, class) → who holds the class teacher's seat today."""
    group = group_of(grant.posting.organisation_id or 0, today)
    if group is None:
        return {}
    rows = SeatHolder.objects.permitted(grant).filter(
        seat__group=group, seat__kind=SeatKind.CLASS_TEACHER, seat__closed_on__isnull=True,
        ends_on__isnull=True,
    ).select_related("seat", "holder__user")  # fmt: skip
    return {
        (row.seat.stage, row.seat.grade, row.seat.class_name): row.holder
        for row in rows
        if _is_there(row.holder, today)
    }
