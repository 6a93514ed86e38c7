"""The panels of a child's school page: what each shows, as its template's `panel`."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.compiled import compiled
from schools.models import (
    Absence,
    DueContact,
    Enrolment,
    EnrolmentStatus,
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
NEWEST = 6  # on the page of the child, above all the rest
FORMER = 10
EXCUSES = ABSENCES = 5


@compiled(by_key=True)
def _contacts(grant: Grant, child: Any, day: Any = None, contact: Any = None) -> Any:
    """The newest, or those before the `contact` of the `day`."""
    rows = GuardianContact.objects.permitted(grant).filter(child=child)
    if contact is not None:
        rows = rows.filter(Q(happened_on__lt=day) | Q(happened_on=day, pk__lt=contact))
    rows = rows.select_related("helper__user", "guardianship__guardian")
    return rows.order_by("-happened_on", "-pk")[: CONTACTS + 1]


@compiled(by_key=True)
def _due(grant: Grant, child: Any) -> Any:
    return DueContact.objects.permitted(grant).filter(child=child)


def contacts(
    child: Child, grant: Grant, today: date, before: int | None = None, most: int = NEWEST
) -> Any:
    """The newest contacts, or those older than the contact `before`."""
    last = None
    if before:
        rows = GuardianContact.objects.permitted(grant).filter(child=child)
        last = rows.filter(pk=before).first()
    goes_on = {"day": last.happened_on, "contact": last.pk} if last else {}
    found = _contacts(grant, child=child.pk, **goes_on)
    due = _due.first(grant, child=child.pk)
    due = due if due is not None and due.due_on is not None else None
    return {
        "child": child, "rows": found[:most], "has_more": len(found) > most, "due": due,
        "is_overdue": due is not None and due.is_overdue_on(today),
    }  # fmt: skip


def helpers(child: Child, grant: Grant, today: date) -> Any:
    given = {"child": child.pk, "today": today}
    return {"current": _current(grant, **given), "former": _former(grant, **given)}


def _pairings(grant: Grant, child: Any) -> Any:
    return Pairing.objects.permitted(grant).filter(child=child).select_related("helper__user")


@compiled(by_key=True)
def _current(grant: Grant, child: Any, today: Any) -> Any:
    return _pairings(grant, child).on(today).order_by("-is_main", "starts_on")


@compiled(by_key=True)
def _former(grant: Grant, child: Any, today: Any) -> Any:
    rows = _pairings(grant, child).filter(ends_on__lte=today)
    return rows.order_by("-ends_on", "-pk")[:FORMER]


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
    given = {"child": child.pk, "today": today}
    return {
        "child": child, "places": _places(grant, **given), "helpers": _helpers(grant, **given),
        "contact": _due.first(grant, child=child.pk),
    }  # fmt: skip


@compiled(by_key=True)
def _places(grant: Grant, child: Any, today: Any) -> Any:
    rows = Enrolment.objects.permitted(grant).on(today).filter(child=child)
    return rows.select_related("school__organisation")


@compiled(by_key=True)
def _helpers(grant: Grant, child: Any, today: Any) -> Any:
    rows = Pairing.objects.permitted(grant).on(today).filter(child=child)
    return rows.select_related("helper__user", "helper__organisation").order_by("-is_main")


@compiled(by_key=True)
def _roll(grant: Grant, child: Any) -> Any:
    rows = Enrolment.objects.permitted(grant).filter(child=child)
    return rows.select_related("school__organisation").order_by("-starts_on", "-pk")


@compiled(by_key=True)
def _lines(grant: Grant, child: Any) -> Any:
    rows = LedgerEntry.objects.permitted(grant).filter(child=child).not_closed()
    return rows.order_by("due_on", "pk")


@compiled(by_key=True)
def _excuses(grant: Grant, child: Any) -> Any:
    return Excuse.objects.permitted(grant).filter(child=child).order_by("-starts_on")[:EXCUSES]


@compiled(by_key=True)
def _absences(grant: Grant, child: Any) -> Any:
    return Absence.objects.permitted(grant).filter(child=child).order_by("-starts_on")[:ABSENCES]


def roll(child: Child, grant: Grant, today: date) -> Any:
    """The child's status, roll and excuses, and lines of the ledgers not yet closed."""
    rows, excuses = _roll(grant, child=child.pk), _excuses(grant, child=child.pk)
    lines = _lines(grant, child=child.pk) if grant.allows(Permission.LEDGER_VIEW) else []
    return {
        "child": child, "rows": rows, "excuses": excuses,
        "absences": _absences(grant, child=child.pk), "lines": lines, "today": today,
        "going_on": _going_on(grant, rows), "status": status_of(child, rows, excuses, lines, today),
        "is_to_return": _is_to_return(rows, excuses, today),
    }  # fmt: skip


def _is_to_return(roll: list[Enrolment], excuses: list[Excuse], today: date) -> bool:
    """Suspended on the roll, and no approval runs any more."""
    return any(
        row.ends_on is None and row.status == EnrolmentStatus.SUSPENDED for row in roll
    ) and (not any(row.starts_on <= today <= row.ends_on for row in excuses))


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
