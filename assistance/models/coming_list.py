"""Coming changes as they are met: the dated list of a place, and on a child's page."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Grant, Permission
from accounts.models.area import upper_bound
from assistance.rules.coming_change import acted_by
from children.models.dated_cursor import beyond, cursor_of

from .coming_change import ComingChange, ComingChangeQuerySet

PAGE = 25


@dataclass(frozen=True)
class ComingFilters:
    """Empty values filter nothing."""

    area: str = ""
    programme: int | None = None
    cause: str = ""
    month: date | None = None
    who: str = ""


@dataclass
class ComingPage:
    rows: list[ComingChange]
    following: str = ""  # cursor of the next page, empty on the last


def coming_rows(grant: Grant, filters: ComingFilters) -> ComingChangeQuerySet:
    """Unordered."""
    rows: ComingChangeQuerySet = ComingChange.objects.permitted(grant)
    if filters.area:
        rows = rows.filter(
            child__managing_area__gte=filters.area,
            child__managing_area__lt=upper_bound(filters.area),
        )
    if filters.programme is not None:
        rows = rows.filter(programme=filters.programme)
    if filters.cause:
        rows = rows.filter(cause=filters.cause)
    if filters.month is not None:
        rows = rows.filter(month=filters.month)
    if filters.who:
        rows = rows.filter(cause__in=acted_by(filters.who))
    return rows


def coming_page(
    *, grant: Grant, filters: ComingFilters, after: str, size: int = PAGE
) -> ComingPage:
    """Soonest first; one query. Raises ValueError for a cursor that is none of ours."""
    rows = coming_rows(grant, filters)
    if after:
        rows = rows.filter(beyond("month", after))
    rows = rows.select_related("child__residence_area__parent", "programme")
    found = list(rows.order_by("month", "pk")[: size + 1])
    page = ComingPage(found[:size])
    acts = grant.allows(Permission.AID_PROPOSE) and grant.sees_own_area
    for row in page.rows:
        row.can_act = acts and row.child.managing_area_id.startswith(grant.area_code or "~")
    if len(found) > size:
        last = found[size - 1]
        page.following = cursor_of(last.month, last.pk)
    return page
