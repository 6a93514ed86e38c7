"""A school's staff with the children each helps."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.access import Grant
from accounts.models import Posting
from accounts.roles import Role
from children.models import FileStatus, RiskLevel

HELPERS = (Role.CLASS_TEACHER, Role.SUBJECT_TEACHER, Role.COUNSELLOR, Role.PRINCIPAL)


def staff_of(grant: Grant) -> QuerySet[Posting]:
    """Everybody ever posted to the grant's own school; nobody for a posting in an area."""
    rows = Posting.objects.filter(organisation=grant.posting.organisation_id)
    rows = rows.filter(organisation__isnull=False, role__in=HELPERS)
    return rows.select_related("user")


def helpers_of(grant: Grant, today: date) -> Any:
    """Who may help today, with `load`, `assisting`, `at_high_risk` and `unconfirmed` children.

    Least burdened first.
    """
    running = Q(pairings__starts_on__lte=today) & (
        Q(pairings__ends_on__isnull=True) | Q(pairings__ends_on__gt=today)
    )
    running &= ~Q(pairings__child__status=FileStatus.CLOSED)
    main = running & Q(pairings__is_main=True)
    return (
        staff_of(grant)
        .filter(pk__in=Posting.objects.held_on(today).values("pk"))
        .annotate(
            load=Count("pairings", filter=main),
            assisting=Count("pairings", filter=running & Q(pairings__is_main=False)),
            at_high_risk=Count(
                "pairings", filter=main & Q(pairings__child__risk_level=RiskLevel.HIGH)
            ),
            unconfirmed=Count("pairings", filter=main & Q(pairings__confirmed_at__isnull=True)),
        )
        .order_by("load", "user__full_name", "pk")
    )
