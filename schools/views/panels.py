"""The panels of a child's school page: what each shows, as its template's `panel`."""

from datetime import date
from typing import Any

from accounts.access import Grant, Permission
from children.models import Child
from schools.models import (
    Absence,
    DueContact,
    Enrolment,
    Excuse,
    GuardianContact,
    HomeTeachingPlan,
    LedgerEntry,
    Pairing,
    Placement,
)
from schools.models.home_teaching_hours import with_hours

CONTACTS = 20
FORMER = 10


def contacts(child: Child, grant: Grant, today: date, before: int | None = None) -> Any:
    """The newest contacts, or those older than the contact `before`."""
    rows = GuardianContact.objects.permitted(grant).filter(child=child)
    if before:
        last = rows.filter(pk=before).first()
        if last is not None:
            same_day = rows.filter(happened_on=last.happened_on, pk__lt=last.pk)
            rows = rows.filter(happened_on__lt=last.happened_on) | same_day
    rows = rows.select_related("helper__user", "guardianship__guardian")
    found = list(rows.order_by("-happened_on", "-pk")[: CONTACTS + 1])
    due = DueContact.objects.permitted(grant).filter(child=child, due_on__isnull=False).first()
    return {
        "child": child, "rows": found[:CONTACTS], "has_more": len(found) > CONTACTS, "due": due,
        "is_overdue": due is not None and due.is_overdue_on(today),
    }  # fmt: skip


def helpers(child: Child, grant: Grant, today: date) -> Any:
    rows = Pairing.objects.permitted(grant).filter(child=child).select_related("helper__user")
    return {
        "current": rows.on(today).order_by("-is_main", "starts_on"),
        "former": rows.filter(ends_on__lte=today).order_by("-ends_on", "-pk")[:FORMER],
    }


def roll(child: Child, grant: Grant, today: date) -> Any:
    """The roll, what excuses the child today, and lines of the ledgers not yet closed."""
    rows = Enrolment.objects.permitted(grant).filter(child=child)
    lines = LedgerEntry.objects.permitted(grant).filter(child=child).not_closed()
    shows_lines = grant.allows(Permission.LEDGER_VIEW)
    return {
        "child": child,
        "rows": list(rows.select_related("school__organisation").order_by("-starts_on", "-pk")),
        "excuses": Excuse.objects.permitted(grant).filter(child=child).order_by("-starts_on")[:5],
        "absences": Absence.objects.permitted(grant).filter(child=child).order_by("-starts_on")[:5],
        "lines": lines.order_by("due_on", "pk") if shows_lines else [],
        "today": today,
    }


def home_teaching(child: Child, grant: Grant, today: date) -> Any:
    """Plans with hours; None for a child that is not and was not taught at home."""
    rows = HomeTeachingPlan.objects.permitted(grant).filter(child=child).with_hours()
    rows = rows.select_related("teacher__user").order_by("-starts_on")
    at_home = Enrolment.objects.permitted(grant).on(today).filter(
        child=child, placement=Placement.HOME_TEACHING
    )  # fmt: skip
    plans, is_at_home = with_hours(rows, today), at_home.exists()
    if not plans and not is_at_home:
        return None
    return {"child": child, "plans": plans, "is_at_home": is_at_home, "today": today}
