"""The panels of a child's school page: what each shows, as its template's `panel`."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from schools.models import (
    Absence,
    DueContact,
    Enrolment,
    Excuse,
    GoingOn,
    GuardianContact,
    HomeTeachingPlan,
    LedgerEntry,
    Pairing,
    Placement,
)
from schools.models.home_teaching_hours import with_hours
from schools.models.roll_status import status_of

CONTACTS = 20
FORMER = 10
EXCUSES = ABSENCES = 5


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


def handed_over(child: Child, grant: Grant, today: date) -> list[str]:
    """Who of a school cares: the new place of the file asks them."""
    rows = Pairing.objects.permitted(grant).on(today).filter(child=child)
    rows = rows.select_related("helper__user", "helper__organisation").order_by("-is_main", "pk")
    return [
        _("Helper at school: %(name)s, %(school)s")
        % {"name": row.helper.user.full_name, "school": row.helper.organisation}
        for row in rows[:FORMER]
    ]


@only_with(Enrolment, Pairing)
def in_short(child: Child, grant: Grant, today: date) -> Any:
    """On the child's page: where it learns, who of the school cares, and when they last spoke."""
    places = Enrolment.objects.permitted(grant).on(today).filter(child=child)
    pairings = Pairing.objects.permitted(grant).on(today).filter(child=child)
    return {
        "child": child,
        "places": list(places.select_related("school__organisation")),
        "helpers": list(
            pairings.select_related("helper__user", "helper__organisation").order_by("-is_main")
        ),
        "contact": DueContact.objects.permitted(grant).filter(child=child).first(),
    }


def roll(child: Child, grant: Grant, today: date) -> Any:
    """The child's status, roll and excuses, and lines of the ledgers not yet closed."""
    found_rows = Enrolment.objects.permitted(grant).filter(child=child)
    rows = list(found_rows.select_related("school__organisation").order_by("-starts_on", "-pk"))
    lines = []
    if grant.allows(Permission.LEDGER_VIEW):
        found = LedgerEntry.objects.permitted(grant).filter(child=child).not_closed()
        lines = list(found.order_by("due_on", "pk"))
    excuses = list(
        Excuse.objects.permitted(grant).filter(child=child).order_by("-starts_on")[:EXCUSES]
    )
    absences = Absence.objects.permitted(grant).filter(child=child).order_by("-starts_on")
    return {
        "child": child, "rows": rows, "excuses": excuses, "absences": absences[:ABSENCES],
        "lines": lines, "today": today, "going_on": _going_on(grant, rows),
        "status": status_of(child, rows, excuses, lines, today),
    }  # fmt: skip


def _going_on(grant: Grant, roll: list[Enrolment]) -> GoingOn | None:
    """What was last said of where the child goes on, as long as no school has taken it in."""
    here = [row.pk for row in roll if row.ends_on is None]
    rows = GoingOn.objects.permitted(grant).filter(enrolment__in=here)
    return rows.select_related("to_school__organisation").order_by("-pk").first() if here else None


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
