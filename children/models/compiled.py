"""A queryset compiled once: building and compiling it takes longer than the database needs.

Only the values differ from request to request. The builder is given stand-ins, and what was
compiled is sent with the values of the day. Rows come as the same instances as from the queryset.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection, models
from django.db.models.query import get_related_populators
from django.utils import timezone

Fragment = tuple[str, list[Any]]  # SQL with its parameters
MOST = 2_000  # compiled querysets of one process
_known: dict[Hashable, "_Compiled"] = {}
_conditions: dict[Hashable, Fragment] = {}


def condition(rows: models.QuerySet) -> Fragment:
    """What `rows` filter, as SQL. Raises EmptyResultSet when there can be none."""
    query = rows.query
    sql, params = query.get_compiler(connection=connection).compile(query.where)
    return sql, list(params)


def known_condition(key: Hashable, build: Callable[[], models.QuerySet]) -> Fragment:
    """`condition(build())`, compiled once for each `key`; moments are those of this call."""
    known = _conditions.get(key)
    if known is None:
        if len(_conditions) >= MOST:
            _conditions.clear()
        known = _conditions[key] = condition(build())
    now = timezone.now()
    return known[0], [now if isinstance(value, datetime) else value for value in known[1]]


def first(
    key: Hashable, build: Callable[[], models.QuerySet], stand_ins: dict[Any, Any]
) -> Any | None:
    """The first row of `build()`, whose `key` names all that shapes its SQL and is no stand-in.

    `stand_ins`: value that `build` uses → value of this call. Moments always become this one's.
    """
    compiled = _known.get(key)
    if compiled is None:
        if len(_known) >= MOST:
            _known.clear()
        compiled = _known[key] = _Compiled.of(build()[:1])
    return compiled.first(stand_ins)


@dataclass(frozen=True)
class _Compiled:
    compiler: Any
    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, rows: models.QuerySet) -> "_Compiled":
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        return cls(compiler, sql, tuple(params))

    @cached_property
    def _reading(self) -> Any:
        """What Django's own iterator of instances prepares for each query."""
        select, info = self.compiler.select, self.compiler.klass_info
        columns = info["select_fields"]
        names = [select[i][0].target.attname for i in columns]
        converters = self.compiler.get_converters([column[0] for column in select])
        related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
        return info["model"], columns[0], columns[-1] + 1, names, converters, related

    def first(self, stand_ins: dict[Any, Any]) -> Any | None:
        now = timezone.now()
        values = [
            now
            if isinstance(value, datetime)
            else stand_ins.get(value, value)
            if isinstance(value, str)
            else value
            for value in self.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            row = cursor.fetchone()
        if row is None:
            return None
        model, start, end, names, converters, related = self._reading
        if converters:
            row = list(next(self.compiler.apply_converters([row], converters)))
        instance = model.from_db(connection.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, instance)
        return instance
