"""Where the floors above join a child's page: panels, due work, history.

The registry knows none of them; each hangs its part here from its `AppConfig.ready`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.access import Grant, Permission
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
# Each answers with what is due for the child, most urgent first.
DUE: list[Callable[[Child, Grant, date], Iterable[Due]]] = []
# Kind of row → the child's row of that number, when the field named may be revealed on it.
REVEALED: dict[str, Callable[[Child, int, str], Any]] = {}


def panels_for(
    panels: Iterable[Panel], child: Child, grant: Grant, today: date
) -> list[tuple[str, Any]]:
    """(template, context) of the panels that this grant sees and that have something to show."""
    found = [
        (panel.template, panel.context(child, grant, today))
        for panel in panels
        if grant.allows(panel.permission)
    ]
    return [(template, context) for template, context in found if context is not None]


def due_for(child: Child, grant: Grant, today: date) -> list[Due]:
    return [due for source in DUE for due in source(child, grant, today)]
