"""Who is registered already: asked before anything is saved, by every way in."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.access import Grant
from children.rules import names

from .certificate import DisabilityCertificate
from .child import Child

MOST = 5
# Each answers with ids of the files that the facts may be: the matching of lists joins here, so
# that the form asks what a list would ask.
ASKED: list[Callable[[Mapping[str, Any]], Iterable[int]]] = []


def same_or_similar(grant: Grant, facts: Mapping[str, Any]) -> list[Child]:
    """Permitted children with the ID number, a certificate of it, or the name and birth date, and
    those that a list with these facts would be matched with or ask about.

    `facts`: `id_number`, `name`, `birth_date` (date or ISO text); what is missing is not asked.
    """
    number, name = facts.get("id_number"), names.clean(facts.get("name") or "")
    born = _day(facts.get("birth_date"))
    # One indexed question each: joined by OR none could use its index.
    ids: set[int] = set()
    rows = Child.objects.permitted(grant).filter(merged_into__isnull=True)
    if number:
        ids.update(_ids(rows.filter(id_number_hash=number)))
    if number and len(number) >= 20:
        held = DisabilityCertificate.objects.filter(number_hash=number)
        ids.update(_ids(rows.filter(pk__in=list(held.values_list("child_id", flat=True)))))
    if name and born:
        ids.update(_ids(rows.filter(name_sort=names.sort_key(name), birth_date=born)))
    for ask in ASKED:
        ids.update(ask(facts))
    if not ids:
        return []
    found: list[Any] = list(rows.filter(pk__in=ids).select_related("residence_area__parent")[:MOST])
    for child in found:
        child.age = child.age_on(timezone.localdate())
    return found


def _ids(rows: Any) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:MOST])


def _day(typed: Any) -> date | None:
    if not isinstance(typed, str):
        return typed
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
