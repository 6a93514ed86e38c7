"""Where the floors above join a child's page: panels, due work, history.

The registry knows none of them; each hangs its part here from its `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.http import HttpRequest

from accounts.access import Grant, Permission
from accounts.prepared import prepared
from children.models import Child
from children.models.overview import Due


@dataclass(frozen=True)
class Panel:
    """A section for those with `permission`: its template finds `context(…)` as `panel`.

    `context` takes the child (permitted already), the grant and today, asks a constant number of
    queries, and answers None when there is nothing to show.
    """

    template: str
    permission: Permission
    context: Callable[[Child, Grant, date], Any]


# Shown on the child's page after the registry's own sections, in this order.
PANELS: list[Panel] = []
# Of what has a page of its own the gist, among the first sections: the school, the aid.
IN_SHORT: list[Panel] = []
# Each answers with what is due for the child, most urgent first.
DUE: list[Callable[[Child, Grant, date], Iterable[Due]]] = []
# What another place must know when the file is handed over, in words; due work comes by itself.
HANDED_OVER: list[Callable[[Child, Grant, date], Iterable[str]]] = []
# Before a file goes from one place to another, with the codes of both: what must not be reckoned
# meanwhile is made to wait. Called before any row is locked.
BEFORE_MOVE: list[Callable[[str, str], None]] = []
# Kind of row → the child's row of that number, when the field named may be revealed on it.
REVEALED: dict[str, Callable[[Child, int, str], Any]] = {}
# What a form about the child begins with, for who comes to it from elsewhere: the form by its name.
BEGUN: list[Callable[[HttpRequest, Grant, Child, str], dict[str, Any]]] = []
# What follows when such a form was saved: the form by its name, and the row where there is one.
FOLLOWED: list[Callable[[HttpRequest, Grant, Child, str, Any], None]] = []


Part = TypeVar("Part", bound=Callable[..., Any])


def only_with(*rows: type[models.Model]) -> Callable[[Part], Part]:
    """Says of a panel or a source of due work: without such a row of the child it tells nothing.

    One statement asks first which rows there are, so that a page about little asks little.
    """

    def mark(part: Part) -> Part:
        part.only_with = rows  # type: ignore[attr-defined]
        return part

    return mark


class Known:
    """Which of the tables that parts name hold a row of the child that may be seen; one query."""

    def __init__(self, child: Child, parts: Iterable[Callable]) -> None:
        named = {row for part in parts for row in getattr(part, "only_with", ())}
        tables = sorted(row._meta.db_table for row in named)
        self.found: set[str] = set()
        if tables:
            exist = (f"EXISTS (SELECT FROM {table} WHERE child_id = %s)" for table in tables)
            with prepared() as cursor:
                cursor.execute(f"SELECT {', '.join(exist)}", [child.pk] * len(tables))
                answers = cursor.fetchone()
            self.found = {t for t, there in zip(tables, answers, strict=True) if there}

    def tells(self, part: Callable) -> bool:
        rows = getattr(part, "only_with", ())
        return not rows or any(row._meta.db_table in self.found for row in rows)


def panels_for(
    panels: Iterable[Panel], child: Child, grant: Grant, today: date, known: Known | None = None
) -> list[tuple[str, Any]]:
    """(template, context) of the panels that this grant sees and that have something to show."""
    found = [
        (panel.template, panel.context(child, grant, today))
        for panel in panels
        if grant.allows(panel.permission) and (known is None or known.tells(panel.context))
    ]
    return [(template, context) for template, context in found if context is not None]


def due_for(child: Child, grant: Grant, today: date, known: Known | None = None) -> list[Due]:
    return [
        due
        for source in DUE
        if known is None or known.tells(source)
        for due in source(child, grant, today)
    ]


def begun(request: HttpRequest, grant: Grant, child: Child, form: str) -> dict[str, Any]:
    """Initial values, of an empty form alone."""
    if request.method != "GET":
        return {}
    return {
        field: value
        for source in BEGUN
        for field, value in source(request, grant, child, form).items()
    }


def followed(request: HttpRequest, grant: Grant, child: Child, form: str, row: Any = None) -> None:
    for source in FOLLOWED:
        source(request, grant, child, form, row)


def known_of(child: Child) -> Known:
    """For the page that shows all panels and all due work."""
    return Known(child, [*DUE, *(panel.context for panel in (*IN_SHORT, *PANELS))])
