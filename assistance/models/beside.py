"""What an overlap rule keeps apart from something proposed: told long before the database refuses
its confirmation.

Rules with a `when` depend on facts: `excluded_by_rules` asks them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.access import Grant
from assistance.reasons import Reason, overlap_reason
from assistance.rules.assess import assess
from assistance.rules.entitlement import TAKING
from assistance.rules.facts import begun
from children.models import Child

from .child_facts import facts_of
from .education_award import EducationAward
from .entitlement import Entitlement
from .programme import Programme
from .rulebook import kept_rules

# The same as the trigger `entitlement_beside_what_excludes_it`, for what is not confirmed yet.
BESIDE = """
SELECT w.place, e.id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::date[])
     w(place, child_id, programme_id, starts, ends)
JOIN children_child c ON c.id = w.child_id
JOIN assistance_entitlement e ON e.child_id = c.id AND e.programme_id <> w.programme_id
 AND e.state = ANY(%s)
 AND daterange(e.from_month, e.to_month, '[]') && daterange(w.starts, w.ends, '[]')
WHERE registry_awards_exclude(
    e.programme_id, w.programme_id, greatest(e.from_month, w.starts),
    coalesce(c.hukou_area_id, c.residence_area_id))
ORDER BY w.place, e.id
"""


@dataclass(frozen=True)
class Wanted:
    """A programme for a child, from month to month; no last month: until it is ended."""

    child_id: int
    programme_id: int
    from_month: date
    to_month: date | None


def beside(wanted: Sequence[Wanted], grant: Grant) -> list[list[Entitlement]]:
    """For each, entitlements that stand or are proposed and exclude it; two queries, or none."""
    if not wanted:
        return []
    found: list[list[Entitlement]] = [[] for _one in wanted]
    columns: list[Any] = [
        list(range(len(wanted))), [one.child_id for one in wanted],
        [one.programme_id for one in wanted], [one.from_month for one in wanted],
        [one.to_month for one in wanted], [state.value for state in TAKING],
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BESIDE, columns)
        pairs = cursor.fetchall()
    if pairs:
        rows = Entitlement.objects.permitted(grant).select_related("programme")
        known = rows.in_bulk([pk for _place, pk in pairs])
        for place, pk in pairs:
            found[place] += [known[pk]] if pk in known else []
    return found


def with_beside(rows: Iterable[Entitlement], grant: Grant) -> None:
    """Each that is proposed gets `beside`."""
    waiting = [row for row in rows if row.is_proposed]
    wanted = [
        Wanted(row.child_id, row.programme_id, row.from_month, row.to_month) for row in waiting
    ]
    for row, others in zip(waiting, beside(wanted, grant), strict=True):
        row.beside = others


def kept_apart_of(grant: Grant, made: Collection[int]) -> int:
    """How many of these entitlements an overlap rule keeps apart from others."""
    rows = list(Entitlement.objects.permitted(grant).filter(pk__in=made)) if made else []
    with_beside(rows, grant)
    return sum(bool(row.beside) for row in rows)


def awards_with_beside(
    rows: Iterable[EducationAward], grant: Grant, months: dict[int, tuple[date, date]]
) -> None:
    """Each grant to a family that is proposed gets `beside`; `months` by programme."""
    waiting = [
        row for row in rows
        if row.is_proposed and row.paid_to == "FAMILY" and row.programme_id in months
    ]  # fmt: skip
    wanted = [Wanted(row.child_id, row.programme_id, *months[row.programme_id]) for row in waiting]
    for row, others in zip(waiting, beside(wanted, grant), strict=True):
        row.beside = others


def excluded_by_rules(child: Child, programme: Programme, month: date) -> list[Reason]:
    """Overlap rules that leave nothing of it in that month, as far as the reader sees the facts."""
    book = kept_rules().book()
    if programme.code not in book.by_code or programme.is_reference:
        return []
    facts = begun(facts_of([child.pk])[child.pk], programme.code, month)
    changes = assess(book, facts, month)[programme.code].changes
    return [overlap_reason(change, book) for change in changes if not change.amount]
