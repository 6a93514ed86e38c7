"""Who is registered already: asked before anything is saved, by every way in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.access import Grant
from accounts.crypto.cipher import blind_index
from children.rules import names

from .certificate import DisabilityCertificate
from .child import Child

MOST = 5


def same_or_similar(grant: Grant, facts: Mapping[str, Any]) -> list[Child]:
    """Permitted children with the ID number, a certificate of it, or the name and birth date.

    `facts`: `id_number`, `name`, `birth_date` (date or ISO text); what is missing is not asked.
    """
    condition = Q()
    number = facts.get("id_number")
    if number:
        condition |= Q(id_number_hash=blind_index(number, "id_number"))
        if len(number) >= 20:
            hashed = blind_index(number, "certificate_number")
            held = DisabilityCertificate.objects.filter(number_hash=hashed)
            condition |= Q(pk__in=held.values("child_id"))
    born = facts.get("birth_date")
    if isinstance(born, str):
        try:
            born = date.fromisoformat(born)
        except ValueError:
            born = None
    name = names.clean(facts.get("name") or "")
    if name and born:
        condition |= Q(name=name, birth_date=born)
    if not condition:
        return []
    rows = Child.objects.permitted(grant).filter(condition, merged_into__isnull=True)
    found = list(rows.select_related("residence_area__parent")[:MOST])
    for child in found:
        child.age = child.age_on(timezone.localdate())
    return found
