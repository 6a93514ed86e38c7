"""What an institution's sheet is compared with: plans of the children in it, days they attended."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from assistance.rules.session_sheet import PlanFacts

from .rehabilitation_institution import RehabilitationInstitution
from .sheet_plans import CHILD, lock, plans_with

_FACTS = """p.id, p.child_id, p.institution_id, i.name, p.kind, p.starts_on, p.ends_on, p.sessions,
    p.until_age, p.age_rule, c.birth_date, i.starts_on, i.ends_on,
    ARRAY(SELECT s.held_on FROM assistance_rehabilitationsession s
          WHERE s.plan_id = p.id AND s.withdrawn_on IS NULL)"""


def plans_of(children: Sequence[int], area_code: str) -> list[PlanFacts]:
    rows = plans_with(_FACTS, children, area_code)
    return [replace(PlanFacts(*row), attended=frozenset(row[-1])) for row in rows]


def institution_names() -> list[str]:
    return list(RehabilitationInstitution.objects.order_by("name").values_list("name", flat=True))


def lock_children(children: Collection[int]) -> None:
    """Whoever types a session waits."""
    lock(CHILD, children)
