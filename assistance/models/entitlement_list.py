"""Entitlements as they are met: on a child's page and in the list of a place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.access import Grant
from assistance.rules.entitlement import OWING
from assistance.rules.months import paying_months, shifted
from children.models import Child

from .beside import with_beside
from .entitlement import Entitlement, EntitlementQuerySet
from .entitlement_rate import EntitlementRate
from .payment_line import PaymentLine
from .programme import PaidTo

PAGE = 25


@dataclass(frozen=True)
class EntitlementFilters:
    """Empty values filter nothing."""

    state: str = ""
    programme: int | None = None


@dataclass
class EntitlementPage:
    rows: list[Entitlement]
    following: str = ""  # cursor of the next page, empty on the last


def with_rates(rows: Sequence[Entitlement], grant: Grant, month: date) -> list[Entitlement]:
    """Each with `rate_now`: what holds in `month`, or the first to come; one query."""
    found: dict[int, EntitlementRate] = {}
    rates = EntitlementRate.objects.permitted(grant)
    rates = rates.filter(entitlement__in=[row.pk for row in rows]).newest_first()
    for rate in rates:
        known = found.get(rate.entitlement_id)
        if known is None or (known.from_month > month and rate.from_month < known.from_month):
            found[rate.entitlement_id] = rate
    for row in rows:
        row.rate_now = found.get(row.pk)
    return list(rows)


def of_child(child: Child, grant: Grant, month: date) -> list[Entitlement]:
    """Those of today first, then those before; two queries, and two for what is proposed."""
    rows = Entitlement.objects.permitted(grant).filter(child=child).select_related("programme")
    found = list(rows.order_by("-from_month", "-pk"))
    with_beside(found, grant)
    return with_rates(found, grant, month)


def months_in_no_run(
    rows: Iterable[Entitlement], lines: Iterable[PaymentLine], month: date
) -> set[date]:
    """Months before `month` that a family is owed and no run has reckoned yet.

    `rows` with their rates; `lines` are all that stand of the months asked about.
    """
    reckoned = {(line.entitlement_id, line.month) for line in lines}
    return {
        owed
        for row in rows
        if row.state in OWING and row.programme.paid_to == PaidTo.FAMILY
        and row.rate_now is not None and row.rate_now.amount
        for owed in paying_months(
            row.programme, row.from_month, row.to_month, shifted(month, -1)
        )
        if (row.pk, owed) not in reckoned
    }  # fmt: skip


def entitlement_page(
    *, grant: Grant, filters: EntitlementFilters, after: int | None, month: date, size: int = PAGE
) -> EntitlementPage:
    """Newest first, behind the entitlement `after`."""
    rows: EntitlementQuerySet = Entitlement.objects.permitted(grant)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.programme is not None:
        rows = rows.filter(programme=filters.programme)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    rows = rows.select_related("programme", "child__residence_area__parent", "proposed_by")
    found = list(rows.order_by("-pk")[: size + 1])
    page = EntitlementPage(with_rates(found[:size], grant, month))
    with_beside(page.rows, grant)
    if len(found) > size:
        page.following = str(found[size - 1].pk)
    return page
