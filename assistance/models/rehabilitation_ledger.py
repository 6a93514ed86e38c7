"""What plans come to: approved, attended, claimed, granted, paid; and what room is left in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.access import Grant
from accounts.models.area import upper_bound
from assistance.rules.rehabilitation import Attendance, Room, Worry, worries
from children.models import Child

from .payment_figure import payment_figures
from .rehabilitation_claim import RehabilitationClaim
from .rehabilitation_plan import RehabilitationPlan

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Ledger:
    """Of one plan: signed sessions; sessions and yuan asked for, granted and paid."""

    attended: int = 0
    last_on: date | None = None
    asked: int = 0
    asked_money: Decimal = NOTHING
    granted: int = 0
    granted_money: Decimal = NOTHING
    paid_money: Decimal = NOTHING


_LEDGER = """
SELECT p.id, s.attended, s.last_on, coalesce(l.asked, 0), coalesce(l.asked_money, 0),
       coalesce(l.granted, 0), coalesce(l.granted_money, 0), coalesce(l.paid_money, 0)
FROM unnest(%s::bigint[]) AS p (id)
CROSS JOIN LATERAL (
    SELECT count(*) AS attended, max(held_on) AS last_on
    FROM assistance_rehabilitationsession WHERE plan_id = p.id AND withdrawn_on IS NULL) AS s
CROSS JOIN LATERAL (
    SELECT sum(i.asked_sessions) AS asked, sum(i.asked_amount) AS asked_money,
           sum(i.granted_sessions) FILTER (WHERE c.state IN ('APPROVED', 'PAID')) AS granted,
           sum(i.granted_amount) FILTER (WHERE c.state IN ('APPROVED', 'PAID')) AS granted_money,
           sum(i.granted_amount) FILTER (WHERE c.state = 'PAID') AS paid_money
    FROM assistance_claimline i JOIN assistance_rehabilitationclaim c ON c.id = i.claim_id
    WHERE i.plan_id = p.id AND c.state <> 'CANCELLED') AS l
"""


def with_ledgers(plans: Iterable[RehabilitationPlan], today: date) -> list[RehabilitationPlan]:
    """Each with `ledger` and `worries`; two queries however many they are."""
    rows = list(plans)
    if not rows:
        return rows
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, [[row.pk for row in rows]])
        found = {pk: Ledger(*figures) for pk, *figures in cursor.fetchall()}
    days = payment_figures(today)
    for row in rows:
        row.ledger = found[row.pk]
        row.worries = worries_of(row, today, days) if row.is_approved else []
    return rows


def worries_of(plan: RehabilitationPlan, today: date, figures: dict[str, int]) -> list[Worry]:
    facts = Attendance(
        plan.starts_on, plan.ends_on, plan.sessions, plan.ledger.attended, plan.ledger.last_on
    )
    return worries(
        facts, today, gap_days=figures["REHAB_GAP_DAYS"], end_days=figures["REHAB_END_DAYS"]
    )


def plans_of_child(child: Child, grant: Grant, today: date) -> list[RehabilitationPlan]:
    """The newest first; three queries."""
    rows = RehabilitationPlan.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("institution").order_by("-starts_on", "-pk")
    return with_ledgers(rows, today)


# Running plans whose last session (or first day) lies too far back, or that end soon unused.
_WORRYING = """
SELECT p.id FROM assistance_rehabilitationplan p
CROSS JOIN LATERAL (
    SELECT count(*) AS attended, max(held_on) AS last_on
    FROM assistance_rehabilitationsession WHERE plan_id = p.id AND withdrawn_on IS NULL) AS s
WHERE p.state = 'APPROVED' AND p.starts_on <= %(today)s AND p.ends_on >= %(today)s
  AND s.attended < p.sessions
  AND (coalesce(s.last_on, p.starts_on) <= %(today)s - %(gap)s OR p.ends_on <= %(today)s + %(end)s)
  AND EXISTS (SELECT 1 FROM children_child c WHERE c.id = p.child_id
              AND c.managing_area_id >= %(lo)s AND c.managing_area_id < %(hi)s)
ORDER BY coalesce(s.last_on, p.starts_on), p.id LIMIT %(most)s
"""


def worrying_plans(grant: Grant, today: date, most: int) -> list[RehabilitationPlan]:
    """Plans of the grant's own area with a long gap or an unused rest, the longest gap first."""
    code = grant.area_code
    if code is None or not grant.sees_own_area:
        return []
    days = payment_figures(today)
    with connection.cursor() as cursor:
        cursor.execute(_WORRYING, {
            "today": today, "gap": days["REHAB_GAP_DAYS"], "end": days["REHAB_END_DAYS"],
            "lo": code, "hi": upper_bound(code), "most": most,
        })  # fmt: skip
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = RehabilitationPlan.objects.permitted(grant).filter(pk__in=ids)
    found = {row.pk: row for row in rows.select_related("child", "institution")}
    return with_ledgers([found[pk] for pk in ids if pk in found], today)


# Room -------------------------------------------------------------------------------------------

_ROOM = """
SELECT p.id, p.sessions - l.sessions, p.money - l.amount, p.month_money - l.amount_of_month,
       s.attended - l.sessions_of_month
FROM assistance_rehabilitationplan p
CROSS JOIN LATERAL (
    SELECT count(*) AS attended FROM assistance_rehabilitationsession
    WHERE plan_id = p.id AND withdrawn_on IS NULL
      AND held_on >= %(month)s AND held_on < %(month)s + interval '1 month') AS s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(i.granted_sessions), 0) AS sessions,
           coalesce(sum(i.granted_amount), 0) AS amount,
           coalesce(sum(i.granted_sessions) FILTER (WHERE c.month = %(month)s), 0)
               AS sessions_of_month,
           coalesce(sum(i.granted_amount) FILTER (WHERE c.month = %(month)s), 0) AS amount_of_month
    FROM assistance_claimline i JOIN assistance_rehabilitationclaim c ON c.id = i.claim_id
    WHERE i.plan_id = p.id AND c.state <> 'CANCELLED' AND c.id <> %(claim)s) AS l
WHERE p.id = ANY(%(plans)s)
"""


def rooms(plans: Sequence[int], claim: RehabilitationClaim) -> dict[int, Room]:
    """What each plan has room for in `claim`, all other claims counted; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOM, {"plans": list(plans), "month": claim.month, "claim": claim.pk})
        return {
            pk: Room(int(attended), int(sessions), money, month_money)
            for pk, sessions, money, month_money, attended in cursor.fetchall()
        }


def plans_to_claim(claim: RehabilitationClaim) -> list[RehabilitationPlan]:
    """Running in the month at the institution, of children whose files the place keeps; locked."""
    rows: Any = RehabilitationPlan.objects.approved().filter(
        institution=claim.institution_id,
        starts_on__lt=_after(claim.month), ends_on__gte=claim.month,
        child__managing_area__gte=claim.area_id,
        child__managing_area__lt=upper_bound(claim.area_id),
    )  # fmt: skip
    return list(rows.select_for_update(of=("self",), no_key=True).order_by("pk"))


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


# Ledger of institutions -------------------------------------------------------------------------

_INSTITUTIONS = """
SELECT p.institution_id, count(DISTINCT p.child_id)
FROM assistance_rehabilitationplan p
JOIN children_child c ON c.id = p.child_id
    AND c.managing_area_id >= %s AND c.managing_area_id < %s
WHERE p.state = 'APPROVED'
  AND p.starts_on >= make_date(%s, 1, 1) AND p.starts_on < make_date(%s, 1, 1)
GROUP BY p.institution_id
"""


def children_by_institution(grant: Grant, year: int) -> dict[int, int]:
    """Institution → children of the grant's own area with a plan there in `year`; one query."""
    code = grant.area_code
    if code is None or not grant.sees_own_area:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_INSTITUTIONS, [code, upper_bound(code), year, year + 1])
        return dict(cursor.fetchall())


def ledger_of(
    grant: Grant, institution_id: int, year: int, today: date, most: int
) -> list[RehabilitationPlan]:
    """Plans of a year at an institution with their ledgers; three queries."""
    rows = RehabilitationPlan.objects.permitted(grant).approved().of_year(year)
    rows = rows.filter(institution=institution_id).select_related("child")
    return with_ledgers(rows.order_by("child__case_number", "starts_on")[:most], today)


def total(plans: Iterable[RehabilitationPlan]) -> dict[str, Any]:
    """The sums below a ledger."""
    rows = list(plans)
    return {
        "sessions": sum(row.sessions for row in rows), "money": sum(row.money for row in rows),
        **{
            name: sum(getattr(row.ledger, name) for row in rows)
            for name in (
                "attended", "asked", "asked_money", "granted", "granted_money", "paid_money",
            )
        },
    }  # fmt: skip
