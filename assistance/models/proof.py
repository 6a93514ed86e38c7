"""Proof that money came: per township and month, what was owed and what arrived, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from accounts.models import Area

# Of each child, month and programme: owed, arrived at all, arrived by the day.
_SQL = """
SELECT area_code, month, count(*),
       count(*) FILTER (WHERE in_time >= owed),
       count(*) FILTER (WHERE arrived >= owed),
       sum(owed), sum(arrived), sum(failed), sum(held)
FROM (
    SELECT area_code, month, child_id, programme_id, sum(amount) AS owed,
           coalesce(sum(amount) FILTER (WHERE state = 'PAID'), 0) AS arrived,
           coalesce(sum(amount) FILTER (WHERE state = 'PAID' AND paid_on <= due_on), 0) AS in_time,
           coalesce(sum(amount) FILTER (WHERE state = 'FAILED'), 0) AS failed,
           coalesce(sum(amount) FILTER (WHERE state = 'HELD'), 0) AS held
    FROM assistance_paymentline
    WHERE area_code >= %(lo)s AND area_code < %(hi)s AND month BETWEEN %(since)s AND %(month)s
      AND state NOT IN ('REISSUED', 'CANCELLED') AND kind <> 'RECOVERY'
    GROUP BY area_code, month, child_id, programme_id) each_one
GROUP BY area_code, month ORDER BY month DESC, area_code
"""


@dataclass
class Proof:
    """Payments are of one child, month and programme. Amounts in yuan."""

    month: date
    area: str = ""
    name: str = ""
    payments: int = 0
    in_time: int = 0
    in_full: int = 0
    owed: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    failed: Decimal = Decimal(0)
    held: Decimal = Decimal(0)

    @property
    def percent(self) -> int:
        """In full and on time, rounded down: a hundred is all of them."""
        return self.in_time * 100 // self.payments if self.payments else 100

    @property
    def missing(self) -> Decimal:
        return self.owed - self.arrived

    @property
    def tone(self) -> str:
        """Green when all came in time, amber when all came, red when something is missing."""
        if self.in_full < self.payments:
            return "overdue"
        return "LOW" if self.in_time == self.payments else "due"

    def add(self, other: "Proof") -> None:
        for name in ("payments", "in_time", "in_full", "owed", "arrived", "failed", "held"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def proofs(*, lo: str, hi: str, since: date, month: date) -> list[Proof]:
    """One for each township and month, newest first; one query and one for the names."""
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"lo": lo, "hi": hi, "since": since, "month": month})
        rows = cursor.fetchall()
    names = dict(Area.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "name"))
    return [Proof(row[1], row[0], names.get(row[0], row[0]), *row[2:]) for row in rows]


def by_month(rows: Iterable[Proof]) -> list[Proof]:
    """All townships together, newest month first."""
    found: dict[date, Proof] = {}
    for row in rows:
        found.setdefault(row.month, Proof(row.month)).add(row)
    return sorted(found.values(), key=lambda row: row.month, reverse=True)
