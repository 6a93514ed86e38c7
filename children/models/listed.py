"""The rows of one page of the list as they are shown, in one statement.

Values instead of model instances: a page of 25 children would else make a hundred objects and ask
four times. What hangs on the children is gathered by the database's own `registry_listed`.
"""

from datetime import date
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection

from .child import ChildQuerySet
from .compiled import Fragment, condition

ORDERS = {
    "recent": ("-updated_at", "-id"),
    "name": ("name_sort", "id"),
    "age": ("birth_date", "id"),
}


class ListedChild(NamedTuple):
    """What a row of the list shows; `categories` hold today, the carer is today's main one."""

    pk: int
    case_number: str
    name: str
    sex: str
    birth_date: date
    risk_level: str
    status: str
    changed_on: date  # in the time zone of the project
    changed_at: int  # microseconds since 1970
    place: str
    above: str | None  # what the place lies in
    categories: list[str] | None
    carer: str | None


def listed(
    rows: ChildQuerySet, sort: str, today: date, most: int, total: Fragment
) -> tuple[list[ListedChild], int]:
    """The first `most` of permitted `rows` by `sort`, and the number that `total` counts."""
    try:
        where, params = condition(rows)
    except EmptyResultSet:
        return [], 0
    count, counted = total
    with connection.cursor() as cursor:
        sql = _sql(sort).format(where=where, count=count)
        cursor.execute(sql, [*counted, *params, most, settings.TIME_ZONE, today])
        found = cursor.fetchall()
    # Even without rows one line tells the count.
    return [ListedChild(*row[:-1]) for row in found if row[0] is not None], found[0][-1]


@cache
def _sql(sort: str) -> str:
    columns = [(name.lstrip("-"), " DESC" * name.startswith("-")) for name in ORDERS[sort]]
    inner = ", ".join(f"children_child.{name}{down}" for name, down in columns)
    outer = ", ".join(f"page.{name}{down}" for name, down in columns)
    return f"""
        WITH total AS MATERIALIZED (SELECT {{count}} AS n), page AS MATERIALIZED (
            SELECT id, case_number, name, name_sort, sex, birth_date, risk_level, status,
                   updated_at
              FROM children_child WHERE {{where}} ORDER BY {inner} LIMIT %s)
        SELECT page.id, page.case_number, page.name, page.sex, page.birth_date, page.risk_level,
               page.status, (page.updated_at AT TIME ZONE %s)::date,
               (extract(epoch FROM page.updated_at) * 1000000)::bigint,
               l.place, l.above, l.categories, l.carer, total.n
          FROM total LEFT JOIN page ON true
          LEFT JOIN registry_listed(ARRAY(SELECT id FROM page), %s) l ON l.id = page.id
         ORDER BY {outer}"""
