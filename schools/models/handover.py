"""A helper's children as they are handed on, and what a new helper has to read."""

from datetime import date

from django.db.models import Case, Value, When

from accounts.access import Grant
from accounts.models import Posting

from .pairing import Pairing

_URGENT = {"HIGH": 0, "MEDIUM": 1}


def children_of(helper: Posting, grant: Grant, today: date) -> list[Pairing]:
    """Every pairing of `helper`, those with the highest risk first; also when they are gone."""
    rows = Pairing.objects.permitted(grant).on(today).filter(helper=helper)
    rows = rows.select_related("child__residence_area", "helper__user")
    return sorted(
        rows, key=lambda row: (not row.is_main, _URGENT.get(row.child.risk_level, 2), row.child_id)
    )


def to_confirm(grant: Grant, today: date) -> list[Pairing]:
    """Children handed to the grant's posting who wait for their helper to read about them; those
    with the highest risk first."""
    rows = Pairing.objects.permitted(grant).on(today)
    rows = rows.filter(helper__in=grant.posting.desks, confirmed_at__isnull=True)
    risks = [When(child__risk_level=risk, then=Value(n)) for risk, n in _URGENT.items()]
    rows = rows.order_by(Case(*risks, default=Value(2)), "starts_on", "pk")
    return list(rows.select_related("child")[:50])
