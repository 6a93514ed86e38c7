"""Brings the gaps in line with the rules. Called by `assistance.actions.gap` alone.

In a scope that sees every child concerned and what is secret of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from accounts.history_rows import write_history
from accounts.models.area import upper_bound
from assistance.rules.gap import LOOKED_BACK, since_when
from assistance.rules.months import shifted
from assistance.rules.rulebook import Rulebook

from ._facts_sql import literal
from ._gap_sql import compared
from .child_facts import facts_of
from .gap import Gap
from .payment_figure import payment_figures
from .prepared import in_parts
from .rulebook import Kept

CHUNK = 500


@dataclass(frozen=True)
class Found:
    """How many gaps opened, changed and went."""

    new: int = 0
    moved: int = 0
    gone: int = 0


def lock_gaps(area_code: str) -> None:
    """One at a time compares in a county, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('gaps'), %s)", [int(area_code[:6] or 0)]
        )


def inside(area_code: str) -> str:
    first, after = literal(area_code), literal(upper_bound(area_code))
    return f"c.managing_area_id >= {first} AND c.managing_area_id < {after}"


def among(children: Collection[int]) -> str:
    return f"c.id = ANY(ARRAY[{', '.join(map(str, children))}]::bigint[])"


def refresh(
    kept: Kept, month: date, where: str, *, now: datetime, by_id: int | None,
    keeps_plan: bool = False,
) -> Found:  # fmt: skip
    """Of the children `c` for whom `where` holds; again changes nothing.

    `keeps_plan`: other places follow, for which the statement is not planned anew. Whoever asks so
    ends the connection at last, see `let_go`.
    """
    book = kept.book()
    if not book.programmes:
        return Found()
    standards = {
        place: row.from_month for place, row in kept.rows.items() if ".standards[" in place
    }
    with connection.cursor() as cursor:
        if keeps_plan:
            sql = compared(book, month, "c.id = ANY($1)", standards, "$2")
            rows = in_parts(cursor, "gaps", "bigint[], timestamptz", sql, where, now)
        else:
            moment = f"{literal(now.isoformat())}::timestamptz"
            cursor.execute(compared(book, month, where, standards, moment))
            rows = cursor.fetchall()
    of = {what: [pk for kind, pk, _ in rows if kind == what] for what in WHATS}
    back = {lack.value for lack in LOOKED_BACK}
    looked = [pk for kind, pk, lack in rows if kind in ("NEW", "AGAIN") and lack in back]
    _look_back(book, month, looked)
    write_history(Gap, of["NEW"], "+", by_id=by_id, now=now)
    changed = of["AGAIN"] + of["MOVED"] + of["GONE"]
    write_history(Gap, changed, "~", by_id=by_id, now=now)
    return Found(len(of["NEW"]) + len(of["AGAIN"]), len(of["MOVED"]), len(of["GONE"]))


WHATS = ("NEW", "AGAIN", "MOVED", "GONE")


def _look_back(book: Rulebook, month: date, ids: list[int]) -> None:
    """Since when: of gaps just found only, no further than arrears are worked out."""
    if not ids:
        return
    earliest = shifted(month, 1 - payment_figures(month)["ARREARS_MONTHS"])
    for start in range(0, len(ids), CHUNK):
        gaps = list(
            Gap.objects.filter(pk__among=ids[start : start + CHUNK])
            .select_related("programme", "entitlement")
            .order_by("pk")
        )
        facts = facts_of({gap.child_id for gap in gaps})
        found = []
        for gap in gaps:
            begun = gap.entitlement.from_month if gap.entitlement else earliest
            since = since_when(
                book, gap.programme.code, facts[gap.child_id], month, gap.kind,
                max(begun, earliest),
            )  # fmt: skip
            if since != gap.since:
                found.append((gap.pk, since))
        _write_since(found)


def _write_since(found: list[tuple[int, date]]) -> None:
    if not found:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assistance_gap g SET since = v.since"
            " FROM unnest(%s::bigint[], %s::date[]) v(id, since) WHERE v.id = g.id",
            [[pk for pk, _ in found], [since for _, since in found]],
        )


def take_marked() -> list[int]:
    """Children marked by a change, taken off the list in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM assistance_take_gap_marks(%s)", [CHUNK])
        return sorted(row[0] for row in cursor.fetchall())
