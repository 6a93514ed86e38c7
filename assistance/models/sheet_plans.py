"""Plans that the lists of institutions are compared with, and the locks under which they are."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection

from accounts.models.area import upper_bound

CHILD, INSTITUTION, PLAN = (
    "children_child", "assistance_rehabilitationinstitution", "assistance_rehabilitationplan",
)  # fmt: skip
_PLANS = f"""
SELECT {{columns}}
FROM {PLAN} p JOIN {INSTITUTION} i ON i.id = p.institution_id JOIN {CHILD} c ON c.id = p.child_id
WHERE p.child_id = ANY(%s) AND p.state = 'APPROVED' AND c.merged_into_id IS NULL
  AND c.managing_area_id >= %s AND c.managing_area_id < %s
ORDER BY p.id
"""


def plans_with(columns: str, children: Sequence[int], area_code: str) -> list[Any]:
    """Every approved plan `p` of those children `c` whose files the area keeps, with its
    institution `i`; one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _PLANS.format(columns=columns), [list(children), area_code, upper_bound(area_code)]
        )
        return cursor.fetchall()


def lock(table: str, ids: Collection[int]) -> None:
    """In order of key, as everybody locks them: children, then institutions, then plans."""
    _lock(table, "= ANY(%s)", [list(ids)])


def lock_found(table: str, those: str, params: Any) -> None:
    """`those`: SQL that finds their keys."""
    _lock(table, f"IN ({those})", params)


def _lock(table: str, whose: str, params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE id {whose} ORDER BY id FOR NO KEY UPDATE", params
        )
