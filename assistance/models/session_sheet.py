"""What an institution's sheet is compared with: plans of the children in it, days they attended."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import connection

from accounts.models.area import upper_bound
from assistance.rules.session_sheet import PlanFacts

from .rehabilitation_institution import RehabilitationInstitution

_PLANS = """
SELECT p.id, p.child_id, p.institution_id, i.name, p.kind, p.starts_on, p.ends_on, p.sessions,
       p.until_age, p.age_rule, c.birth_date, i.starts_on, i.ends_on,
       ARRAY(SELECT s.held_on FROM assistance_rehabilitationsession s
             WHERE s.plan_id = p.id AND s.withdrawn_on IS NULL)
FROM assistance_rehabilitationplan p
JOIN assistance_rehabilitationinstitution i ON i.id = p.institution_id
JOIN children_child c ON c.id = p.child_id
WHERE p.child_id = ANY(%(children)s) AND c.merged_into_id IS NULL
  AND c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s
ORDER BY p.id
"""


def plans_of(children: Sequence[int], area_code: str) -> list[PlanFacts]:
    """Every plan of those children whose files the area keeps; one statement."""
    asked: dict[str, Any] = {
        "children": list(children),
        "lo": area_code,
        "hi": upper_bound(area_code),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLANS, asked)
        rows: list[Any] = cursor.fetchall()
    return [replace(PlanFacts(*row), attended=frozenset(row[-1])) for row in rows]


def institution_names() -> list[str]:
    return list(RehabilitationInstitution.objects.order_by("name").values_list("name", flat=True))


def lock_children(children: Sequence[int]) -> None:
    """In order of key, as everybody locks them; whoever types a session waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM children_child WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(children)],
        )
