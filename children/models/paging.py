"""One page of the list: from where, in which order, and how many there are in all.

A constant few short queries; each way to the rows is exact.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from accounts.access import Grant
from accounts.models.area import upper_bound

from .child import Child, ChildQuerySet
from .compiled import Fragment, condition
from .listed import ORDERS, ListedChild, listed
from .listing import Filters, Selection, is_number, select, with_area

PAGE = 25
MOST_COUNTED = 1_001
# Rows that a walk along an order passes before another way is taken.
REACH = {"recent": 12_000, "name": 5_000, "age": 5_000}
Place = tuple[int, datetime | None]  # where the page before ended


@dataclass
class Page:
    rows: list[ListedChild]
    following: str = ""  # cursor of the next page, empty on the last
    count: int = 0  # up to MOST_COUNTED
    searched_number: bool = field(default=False)

    @property
    def count_is_capped(self) -> bool:
        return self.count >= MOST_COUNTED


def list_page(
    *, grant: Grant, filters: Filters, after: str, now: datetime, today: date, size: int = PAGE,
    is_counted: bool = True,
) -> Page:  # fmt: skip
    """One page from the cursor `after`. Raises ValueError for a cursor that is none of ours."""
    selection = select(grant, filters, now, today)
    sort = filters.sort if filters.sort in ORDERS else "recent"
    rows = selection.rows
    total = _total(grant, selection, rows) if is_counted else ("0", [])
    place = _place(after) if after else None
    ids = _many(grant, selection, sort, place, size + 1) if selection.is_many else None
    if ids is not None:
        rows = Child.objects.ours(grant).filter(pk__among=ids)
    elif place:
        rows = rows.filter(_beyond(ORDERS[sort], place))
    found, count = listed(rows, sort, today, size + 1, total)
    page = Page(found[:size], count=count, searched_number=is_number(filters.text))
    if len(found) > size:
        page.following = _cursor(found[size - 1], sort)
    return page


def _in_order(
    grant: Grant, selection: Selection, by_name: bool, after: int | None, most: int
) -> list[int]:
    born = selection.born or (date.min, date.max)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array(SELECT registry_search_in_order(%s::text[], %s, %s, %s, %s, %s))",
            [with_area(grant, selection.keys), by_name, after, *born, most],
        )
        return cursor.fetchone()[0]


def _walk(
    grant: Grant, selection: Selection, sort: str, place: Place | None,
    most: int,
) -> list[int]:  # fmt: skip
    """Ids along the order behind `place`, met within REACH rows; fewer than `most` say nothing."""
    pk, moment = place or (None, None)
    born = selection.born or (date.min, date.max)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT registry_walk_children("
            "%s::text[], %s, %s, %s, %s::timestamptz, %s, %s, %s, %s)",
            [list(selection.keys), sort, grant.area_code, pk, moment, *born, most, REACH[sort]],
        )
        return cursor.fetchone()[0]


def _total(grant: Grant, selection: Selection, rows: ChildQuerySet) -> Fragment:
    """SQL of how many rows the list has, up to MOST_COUNTED.

    Many candidates need no counting unless ages thin them out.
    """
    if selection.is_all_of_ours:
        code = grant.area_code or ""
        own = [code, upper_bound(code), MOST_COUNTED]
        return "registry_count_children(%s, %s, %s)", own
    if selection.count is not None:
        return "%s", [selection.count]
    if not selection.is_many:
        try:
            where, params = condition(rows)
        except EmptyResultSet:
            return "0", []
        counted = f"SELECT FROM children_child WHERE {where} LIMIT %s"
        return f"(SELECT count(*) FROM ({counted}) AS c)", [*params, MOST_COUNTED]
    if selection.born is None:
        return "%s", [MOST_COUNTED]
    return "%s", [len(_in_order(grant, selection, False, None, MOST_COUNTED))]


def _cursor(row: ListedChild, sort: str) -> str:
    """Id, with the time for the order by time; a name never stands in an address."""
    if sort == "recent":
        return f"{row.pk}-{row.changed_at}"
    return str(row.pk)


def _place(after: str) -> Place:
    """Id, and the moment for the order by time. Raises ValueError."""
    pk, _, moment = after.partition("-")
    since = timedelta(microseconds=int(moment)) if moment else None
    return int(pk), datetime.fromtimestamp(0, UTC) + since if since is not None else None


def _value_at(column: str, pk: int) -> Any:
    value = Child.objects.filter(pk=pk).values_list(column, flat=True).first()
    if value is None:
        raise ValueError("the cursor's row is gone")
    return value


def _beyond(order: tuple[str, ...], place: Place) -> Q:
    """Rows behind the cursor; as a range on the first column, so that the index can serve."""
    pk, moment = place
    column = order[0]
    if column.startswith("-"):
        if moment is None:
            raise ValueError("the cursor has no time")
        return Q(updated_at__lte=moment) & (Q(updated_at__lt=moment) | Q(pk__lt=pk))
    value = _value_at(column, pk)
    return Q(**{f"{column}__gte": value}) & (Q(**{f"{column}__gt": value}) | Q(pk__gt=pk))


def _many(
    grant: Grant, selection: Selection, sort: str, place: Place | None, most: int
) -> list[int] | None:
    """Ids of a page among many; None when walking by time has to go on without an end."""
    column = ORDERS[sort][0]
    if place and not column.startswith("-"):
        _value_at(column, place[0])
    elif place and place[1] is None:
        raise ValueError("the cursor has no time")
    # Keys of a name and the order of names agree: a walk along it would meet them late.
    if sort != "name" or all(key[0] in "#@" for key in selection.keys):
        ids = _walk(grant, selection, sort, place, most)
        if len(ids) == most:
            return ids
    if sort == "recent":
        return None
    return _in_order(grant, selection, sort == "name", place[0] if place else None, most)
