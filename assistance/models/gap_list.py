"""Gaps as they are met: in the two lists, on a child's page, on the home page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.access import Grant, Permission
from accounts.models import Area
from accounts.models.area import AreaLevel, upper_bound
from assistance.rules.gap import PROPOSABLE, Kind, Lack, acted_by, named
from children.models import Child
from children.models.compiled import compiled
from children.models.dated_cursor import beyond, cursor_of
from schools.models import Enrolment

from .gap import Gap, GapCheck, GapQuerySet

PAGE = 25
CHUNK = 2_000
MOST = 99  # counted no further


@dataclass(frozen=True)
class GapFilters:
    """Empty values filter nothing; `aside` shows what was set aside instead of what is open."""

    kind: str = Kind.OWED.value
    area: str = ""
    programme: int | None = None
    school: int | None = None
    reason: str = ""
    who: str = ""
    aside: bool = False


@dataclass
class GapPage:
    rows: list[Gap]
    following: str = ""  # cursor of the next page, empty on the last


def gap_rows(grant: Grant, filters: GapFilters, today: date) -> GapQuerySet:
    """Unordered."""
    rows = Gap.objects.permitted(grant).of_kind(filters.kind)
    rows = rows.aside() if filters.aside else rows.open()
    if filters.area:
        rows = rows.filter(
            child__managing_area__gte=filters.area,
            child__managing_area__lt=upper_bound(filters.area),
        )
    if filters.programme is not None:
        rows = rows.filter(programme=filters.programme)
    if filters.reason:
        rows = rows.filter(reason=filters.reason)
    if filters.who:
        rows = rows.filter(reason__in=acted_by(filters.who))
    if filters.school is not None:
        there = Enrolment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=today), child=OuterRef("child"),
            school=filters.school, starts_on__lte=today,
        )  # fmt: skip
        rows = rows.filter(Exists(there))
    return rows


def for_list(rows: GapQuerySet) -> GapQuerySet:
    return rows.select_related(
        "child__residence_area__parent", "programme", "entitlement", "aside_by"
    )


def gap_page(
    *, grant: Grant, filters: GapFilters, after: str, today: date, size: int = PAGE
) -> GapPage:
    """Longest open first. Raises ValueError for a cursor that is none of ours."""
    rows = gap_rows(grant, filters, today)
    if after:
        rows = rows.filter(beyond("since", after))
    found = list(for_list(rows).order_by("since", "pk")[: size + 1])
    page = GapPage(with_doors(found[:size], grant))
    if len(found) > size:
        last = found[size - 1]
        page.following = cursor_of(last.since, last.pk)
    return page


def whole_list(*, grant: Grant, filters: GapFilters, today: date) -> Iterator[Gap]:
    """Every line in its order, fetched in parts."""
    rows = for_list(gap_rows(grant, filters, today)).order_by("since", "pk")
    return rows.iterator(chunk_size=CHUNK)


def with_doors(rows: Iterable[Gap], grant: Grant) -> list[Gap]:
    """Each with where its next step is taken, and what this person may do for many at once."""
    found = list(rows)
    ticks = grant.allows(Permission.AID_PROPOSE)
    for row in found:
        ours = grant.sees_own_area and row.child.managing_area_id.startswith(grant.area_code or "")
        row.can_act = ours and ticks
        row.can_propose = row.can_act and not row.is_aside and row.reason in named(PROPOSABLE)
        decides = ours and grant.allows(Permission.AID_CONFIRM) and not row.is_aside
        row.can_raise = decides and row.reason == Lack.AMOUNT
        row.can_lower = decides and row.reason == Lack.TOO_MUCH
        row.url = _door(row)
    return found


def _door(gap: Gap) -> str:
    case = gap.child.case_number
    if gap.reason == Lack.CERTIFICATE:
        return reverse("children:child_detail", args=[case]) + "#disability"
    if gap.reason == Lack.ACCOUNT:
        return reverse("assistance:account_add", args=[case])
    if gap.reason in (Lack.RUN, Lack.UNDER_WAY):
        return reverse("assistance:run_list")
    if gap.reason in (Lack.ACCOUNT_PROPOSED, Lack.FAILED):
        return reverse("assistance:child_aid", args=[case])
    if gap.entitlement_id:
        return reverse("assistance:entitlement_detail", args=[case, gap.entitlement_id])
    return reverse("assistance:gap_detail", args=[case, gap.pk])


def gaps_of(child: Child, grant: Grant) -> list[Gap]:
    """Those of a child's page, what was set aside last; one query."""
    rows = Gap.objects.permitted(grant).filter(child=child, closed_at=None)
    found = list(
        rows.select_related("programme", "entitlement", "aside_by").order_by("since", "pk")
    )
    for row in found:
        row.child = child
    return sorted(with_doors(found, grant), key=lambda row: row.is_aside)


def counted(grant: Grant) -> dict[str, int]:
    """By kind, up to `MOST` + 1; two queries."""
    return {kind.value: len(_found(grant, kind.value)) for kind in Kind}


@compiled()
def _found(grant: Grant, kind: str) -> Any:
    return Gap.objects.permitted(grant).open().of_kind(kind).values_list("pk")[: MOST + 1]


def newest_check(grant: Grant) -> GapCheck | None:
    """Of the grant's place, or of one above it that holds it."""
    code = grant.home_area_code
    codes = [code[:digits] for digits in (4, 6, 9, 12) if digits <= len(code)]
    rows = GapCheck.objects.filter(area__in=codes).select_related("area")
    return rows.order_by("-asked_at", "-pk").first()


def places_below(grant: Grant) -> list[tuple[str, str]]:
    """Code and name of the townships of a county or the villages of a township."""
    code = grant.area_code or ""
    level = {AreaLevel.COUNTY: AreaLevel.TOWNSHIP, AreaLevel.TOWNSHIP: AreaLevel.VILLAGE}.get(
        len(code)  # type: ignore[call-overload]
    )
    if level is None:
        return []
    rows = Area.objects.inside(code).current().filter(level=level).order_by("code")
    return list(rows.values_list("code", "name"))
