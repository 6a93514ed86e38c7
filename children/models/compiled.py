"""A queryset compiled once: building and compiling it takes longer than the database needs.

Only the values differ from request to request. What builds the queryset is given stand-ins for
them, and what was compiled is sent with the values of the day. Rows come as the same instances as
from the queryset.
"""

from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import Expression
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.utils import timezone

from accounts.access import Grant
from accounts.models.area import AreaLevel
from accounts.prepared import prepared

Fragment = tuple[str, list[Any]]  # SQL with its parameters
MOST = 2_000  # compiled forms of one queryset, of conditions, in one process
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


class Given(Expression):
    """Stands for a value of the call. A period may be added or taken off; nothing else is known of
    it, so that whatever would shape the SQL by it fails instead of serving the next call."""

    def __init__(self, name: str, *changes: Callable[[Any], Any]) -> None:
        super().__init__(output_field=models.Field())
        self.name, self.changes = name, changes

    def through(self, change: Callable[[Any], Any]) -> "Given":
        return Given(self.name, *self.changes, change)

    def __add__(self, later: timedelta) -> "Given":  # type: ignore[override]
        return self.through(lambda value: value + later)

    def __sub__(self, sooner: timedelta) -> "Given":  # type: ignore[override]
        return self.through(lambda value: value - sooner)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # type: ignore[override]
        return "%s", [self]

    def of(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        for change in self.changes:
            value = change(value)
        return value


def compiled(
    *, by_key: bool = False
) -> Callable[[Callable[..., models.QuerySet]], "CompiledQuerySet"]:
    """Decorate `build(grant, …)`, a function of a module that answers with a queryset.

    It is called once for each posting, with a `Given` for every argument by name, and may use
    nothing else that differs from call to call. Calling what comes out, with the same arguments,
    gives the list of rows. Arguments by place, after the grant, are given to it as they are: they
    name which of a few querysets is meant.

    Planned once, too, where the plan is the same whoever asks (see `accounts.prepared`): `by_key`,
    and of postings no wider than a county, whose indexes find the rows of each alike.
    """

    def decorate(build: Callable[..., models.QuerySet]) -> CompiledQuerySet:
        if build.__closure__:
            raise TypeError(f"{build.__qualname__} knows more than it is given")
        return CompiledQuerySet(build, by_key)

    return decorate


def is_narrow(code: str | None) -> bool:
    return code is None or len(code) >= AreaLevel.COUNTY


class CompiledQuerySet:
    def __init__(self, build: Callable[..., models.QuerySet], by_key: bool) -> None:
        self.build, self.by_key = build, by_key
        self.known: dict[Hashable, tuple[_Form, Sequence[Any]] | None] = {}
        self.forms: dict[str, _Form] = {}

    def __call__(self, grant: Grant | None = None, /, *which: Hashable, **values: Any) -> list[Any]:
        key = (grant and grant.shape, which, *values)
        if key not in self.known:
            if len(self.known) >= MOST:
                self.known.clear()
            self.known[key] = self._compile(grant, which, values)
        known = self.known[key]
        if known is None:
            return []
        form, params = known
        now = timezone.now()
        sent = [
            value.of(values)
            if isinstance(value, Given)
            else now
            if isinstance(value, datetime)
            else value
            for value in params
        ]
        is_planned_once = self.by_key or (grant is not None and is_narrow(grant.area_code))
        return form.rows(prepared if is_planned_once else connection.cursor, sent)

    def first(self, grant: Grant | None = None, /, *which: Hashable, **values: Any) -> Any | None:
        return next(iter(self(grant, *which, **values)), None)

    def _compile(
        self, grant: Grant | None, which: tuple[Hashable, ...], values: dict[str, Any]
    ) -> "tuple[_Form, Sequence[Any]] | None":
        """None when there can be no rows. Postings of one role share a form."""
        stand_ins = {name: Given(name) for name in values}
        rows = self.build(*([] if grant is None else [grant]), *which, **stand_ins)
        compiler = rows.query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql()
        except EmptyResultSet:
            return None
        if any(type(value) is date for value in params):
            raise TypeError(f"{self.build.__qualname__} looks up a day: it would stay that day")
        form = self.forms.get(sql)
        if form is None:
            form = self.forms[sql] = _Form(rows, compiler, sql)
        return form, params


@dataclass(frozen=True)
class _Form:
    """SQL, and how its rows become what the queryset would give."""

    queryset: models.QuerySet
    compiler: Any
    sql: str

    def __post_init__(self) -> None:
        assert not self.queryset._prefetch_related_lookups  # type: ignore[attr-defined]
        self._read  # noqa: B018 - what cannot be read fails at once

    def rows(self, cursor: Callable[[], AbstractContextManager[Any]], params: list[Any]) -> list:
        with cursor() as sending:
            sending.execute(self.sql, params)
            found: Any = sending.fetchall()
        if self._converters:
            found = self.compiler.apply_converters(found, self._converters)
        return self._read(found)

    @cached_property
    def _converters(self) -> Any:
        return self.compiler.get_converters([column[0] for column in self.compiler.select])

    @cached_property
    def _read(self) -> Callable[[Any], list[Any]]:
        """What Django's own iterators prepare for each query."""
        kind = self.queryset._iterable_class  # type: ignore[attr-defined]
        if kind is ModelIterable:
            return self._instances
        if kind is FlatValuesListIterable:
            return lambda rows: [row[0] for row in rows]
        if kind is ValuesListIterable:
            return lambda rows: [tuple(row) for row in rows]
        if kind is ValuesIterable:
            names = self._names
            return lambda rows: [dict(zip(names, row, strict=True)) for row in rows]
        raise TypeError(f"{kind} cannot be compiled")

    @cached_property
    def _names(self) -> list[str]:
        query: Any = self.queryset.query
        if query.selected:
            return list(query.selected)
        return [*query.extra_select, *query.values_select, *query.annotation_select]

    @cached_property
    def _columns(self) -> Any:
        select, info = self.compiler.select, self.compiler.klass_info
        columns = info["select_fields"]
        names = [select[i][0].target.attname for i in columns]
        related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg]
        annotations = list((self.compiler.annotation_col_map or {}).items())
        return info["model"], columns[0], columns[-1] + 1, names, related, annotations

    def _instances(self, rows: Any) -> list[Any]:
        model, start, end, names, related, annotations = self._columns
        found = []
        for row in rows:
            instance = model.from_db(connection.alias, names, row[start:end])
            for populator in related:
                populator.populate(row, instance)
            for name, column in annotations:
                setattr(instance, name, row[column])
            found.append(instance)
        return found
