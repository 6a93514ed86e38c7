"""Proof that money came: per township and month, what was owed and what arrived, and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import Area

# Of each child, month and programme: owed, arrived at all, arrived by the day; and what may still
# arrive by its day, which is neither in time nor missing yet.
_SQL = """
SELECT area_code, month, count(*),
       count(*) FILTER (WHERE in_time >= owed),
       count(*) FILTER (WHERE arrived >= owed),
       count(*) FILTER (WHERE arrived < owed AND failed = 0 AND due_on >= %(today)s),
       sum(owed), sum(arrived), sum(failed), sum(held)
FROM (
    SELECT area_code, month, child_id, programme_id, sum(amount) AS owed,
           coalesce(sum(amount) FILTER (WHERE state = 'PAID'), 0) AS arrived,
           coalesce(sum(amount) FILTER (WHERE state = 'PAID' AND paid_on <= due_on), 0) AS in_time,
           coalesce(sum(amount) FILTER (WHERE state = 'FAILED'), 0) AS failed,
           max(due_on) AS due_on,
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
    not_due: int = 0
    owed: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)
    failed: Decimal = Decimal(0)
    held: Decimal = Decimal(0)

    @property
    def counted(self) -> int:
        """Without those whose day is still to come."""
        return self.payments - self.not_due

    @property
    def percent(self) -> int | None:
        """In full and on time, rounded down: a hundred is all of them; None before any is due."""
        return self.in_time * 100 // self.counted if self.counted else None

    @property
    def missing(self) -> Decimal:
        return self.owed - self.arrived

    @property
    def tone(self) -> str:
        """Green when all that was due came in time, amber when it came, red when it did not."""
        if not self.counted:
            return "UNKNOWN"
        if self.in_full < self.counted:
            return "overdue"
        return "LOW" if self.in_time == self.counted else "due"

    def add(self, other: "Proof") -> None:
        for name in (
            "payments",
            "in_time",
            "in_full",
            "not_due",
            "owed",
            "arrived",
            "failed",
            "held",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def proofs(*, lo: str, hi: str, since: date, month: date, today: date) -> list[Proof]:
    """One for each township and month, newest first; one query and one for the names."""
    asked: dict[str, Any] = {"lo": lo, "hi": hi, "since": since, "month": month, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, asked)
        rows = cursor.fetchall()
    names = dict(Area.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "name"))
    return [Proof(row[1], row[0], names.get(row[0], row[0]), *row[2:]) for row in rows]


def by_month(rows: Iterable[Proof]) -> list[Proof]:
    """All townships together, newest month first."""
    found: dict[date, Proof] = {}
    for row in rows:
        found.setdefault(row.month, Proof(row.month)).add(row)
    return sorted(found.values(), key=lambda row: row.month, reverse=True)
