"""On the home page of the county: what moves money and waits for a second person."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Grant
from assistance.models import (
    EducationSettlement,
    RecoveryWaiver,
    RehabilitationClaim,
    RehabilitationPlan,
)
from assistance.models.recognition_list import schools_of
from assistance.rules.money import grouped

SHOWN = 5


@dataclass(frozen=True)
class Waiting:
    url: str
    whose: str
    what: str


def home_second_person(grant: Grant, today: date) -> dict[str, Any] | None:
    """The oldest of each kind; one query for each."""
    found = [*_waivers(grant), *_plans(grant), *_claims(grant), *_settlements(grant)]
    return {"rows": found} if found else None


def _waivers(grant: Grant) -> list[Waiting]:
    rows = RecoveryWaiver.objects.of_own(grant).waiting().exclude(asked_by=grant.user)
    rows = rows.select_related("child", "line").order_by("asked_at", "pk")
    return [
        Waiting(
            reverse("assistance:line_recover", args=[row.child.case_number, row.line_id]),
            row.child.name,
            _("waive %(amount)s asked back") % {"amount": grouped(row.line.asked_back)},
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip


def _plans(grant: Grant) -> list[Waiting]:
    rows = RehabilitationPlan.objects.of_own(grant).waiting().exclude(proposed_by=grant.user)
    rows = rows.select_related("child").order_by("proposed_at", "pk")
    return [
        Waiting(
            reverse("assistance:rehab_plan", args=[row.child.case_number, row.pk]),
            row.child.name,
            _("rehabilitation plan of %(amount)s yuan") % {"amount": grouped(row.money)},
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip


def _claims(grant: Grant) -> list[Waiting]:
    """Approved by another, payment not recorded."""
    rows = RehabilitationClaim.objects.permitted(grant).filter(state="APPROVED")
    rows = rows.exclude(approved_by=grant.user).select_related("institution")
    return [
        Waiting(
            reverse("assistance:claim_detail", args=[row.pk]), row.institution.name,
            _("claim of %(month)s approved, payment not recorded yet")
            % {"month": f"{row.month:%Y-%m}"},
        )
        for row in rows.order_by("approved_at", "pk")[:SHOWN]
    ]  # fmt: skip


def _settlements(grant: Grant) -> list[Waiting]:
    """To be paid, settled by another; to be taken back, asked by another."""
    mine = Q(state="SETTLED", settled_by=grant.user) | Q(state="ASKED", back_asked_by=grant.user)
    rows = EducationSettlement.objects.permitted(grant).filter(
        Q(state="SETTLED", paid_on=None) | Q(state="ASKED"),
        school__in=schools_of(grant).order_by(),
    )
    rows = rows.exclude(mine).select_related("school__organisation")
    return [
        Waiting(
            reverse("assistance:settlement_detail", args=[row.pk]), row.school.name,
            (
                _("%(amount)s settled with the school, to be taken back") if row.is_asked_back
                else _("%(amount)s settled with the school, payment not recorded yet")
            ) % {"amount": grouped(row.total)},
        )
        for row in rows.order_by("settled_at", "pk")[:SHOWN]
    ]  # fmt: skip
