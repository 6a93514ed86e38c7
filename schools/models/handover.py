"""A helper's children as they are handed on, and what a new helper has to read."""

from datetime import date

from accounts.access import Grant
from accounts.models import Posting

from .pairing import Pairing


def children_of(helper: Posting, grant: Grant, today: date) -> list[Pairing]:
    """Every pairing of `helper`, those with the highest risk first; also when they are gone."""
    rows = Pairing.objects.permitted(grant).on(today).filter(helper=helper)
    rows = rows.select_related("child__residence_area", "helper__user")
    order = {"HIGH": 0, "MEDIUM": 1}
    return sorted(
        rows, key=lambda row: (not row.is_main, order.get(row.child.risk_level, 2), row.child_id)
    )


def to_confirm(grant: Grant, today: date) -> list[Pairing]:
    """Children handed to the grant's posting who wait for their helper to read about them."""
    rows = Pairing.objects.permitted(grant).on(today)
    rows = rows.filter(helper=grant.posting, confirmed_at__isnull=True)
    return list(rows.select_related("child").order_by("starts_on", "pk")[:50])
