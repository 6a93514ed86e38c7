"""The school's page: every door of the school's half that stands open to its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from schools.models import hub as states
from schools.models.due import paired_with

from .due import Line
from .wellbeing import referrals_block

P = Permission
NEXT = 4  # children whose contact is due first


@dataclass(frozen=True)
class Step:
    """A smaller link beside a door: `address` is a page without arguments."""

    title: Any  # lazy
    permission: Permission
    address: str


@dataclass(frozen=True)
class Door:
    """`state(grant, today)` says in a few words what waits behind it."""

    title: Any  # lazy
    permission: Permission
    address: str
    state: Callable[[Grant, date], states.State] | None = None
    steps: tuple[Step, ...] = ()


# A new page of the schools joins here, as a door or as a step beside one.
DOORS: tuple[tuple[Any, tuple[Door, ...]], ...] = (
    (
        _("Children and families"),
        (
            Door(_("Paired children"), P.CONTACT_LOG, "schools:paired_children", states.contacts),
            Door(_("Overdue contacts"), P.DIGEST_VIEW, "schools:overdue_list", states.overdue),
            Door(
                _("Observations"), P.OBSERVE, "schools:paired_children", states.observations
            ),
            Door(
                _("Notices to guardians"), P.NOTICE_VIEW, "schools:notice_list", states.notices,
                (
                    Step(_("Write to several"), P.NOTICE_WRITE, "schools:notice_bulk"),
                    Step(_("Paper slips"), P.NOTICE_VIEW, "schools:notice_slips"),
                ),
            ),
            Door(
                _("Growth records"), P.GROWTH_VIEW, "schools:growth_list", states.growth,
                (Step(_("Marks of a class"), P.GROWTH_FILL, "schools:growth_marks"),),
            ),
        ),
    ),
    (
        _("Classes and helpers"),
        (
            Door(_("Attendance"), P.ROLL_ABSENCE, "schools:absence_list", states.absences),
            Door(
                _("Working group and pairing"), P.GROUP_VIEW, "schools:group", states.group,
                (Step(_("Pair children"), P.GROUP_LEAD, "schools:pairing_board"),),
            ),
            Door(
                _("Move to the next year"), P.ROLL_KEEP, "schools:move_up_add", states.move_up
            ),
            Door(
                _("Going on to another school"), P.ROLL_KEEP, "schools:going_on", states.going_on,
                (
                    Step(_("Say where they go on"), P.ROLL_HAND_ON, "schools:going_on_name"),
                    Step(
                        pgettext_lazy("pupils", "Take in"), P.ROLL_HAND_ON,
                        "schools:going_on_answer",
                    ),
                ),
            ),
        ),
    ),
    (
        _("Kept in view"),
        (
            Door(
                _("Ledgers of dropout control"), P.LEDGER_VIEW, "schools:ledger_list",
                states.ledgers,
            ),
            Door(_("Digest of the week"), P.DIGEST_VIEW, "schools:digest", states.digest),
            Door(
                pgettext_lazy("hub", "Reports"), P.LEDGER_VIEW, "schools:month_report", None,
                (
                    Step(_("Monthly school report"), P.LEDGER_VIEW, "schools:month_report"),
                    Step(_("Quarterly review"), P.LEDGER_VIEW, "schools:quarter_review"),
                ),
            ),
        ),
    ),
)  # fmt: skip


# The floors above join here, with a heading of their own.
JOINED: list[tuple[Any, tuple[Door, ...]]] = []


@require_GET
@requires(Permission.ROLL_VIEW)
def hub(request: Request, grant: Grant) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "groups": _open_to(grant, today),
        "lines": _next_children(grant, today),
        "handovers": _state(states.handovers, grant, today, P.CONTACT_LOG),
        "referrals": _referrals(grant, today),
    }
    return TemplateResponse(request, "schools/hub.html", context)


def _open_to(grant: Grant, today: date) -> list[tuple[Any, list[dict[str, Any]]]]:
    """(heading, doors) with what `grant` may open; headings without a door are left out."""
    found = [
        (heading, [_shown(door, grant, today) for door in doors if grant.allows(door.permission)])
        for heading, doors in (*DOORS, *JOINED)
    ]
    return [(heading, doors) for heading, doors in found if doors]


def _shown(door: Door, grant: Grant, today: date) -> dict[str, Any]:
    steps = [step for step in door.steps if grant.allows(step.permission)]
    return {
        "door": door, "steps": steps,
        "state": door.state(grant, today) if door.state else states.QUIET,
    }  # fmt: skip


def _state(function: Any, grant: Grant, today: date, permission: Permission) -> states.State:
    return function(grant, today) if grant.allows(permission) else states.QUIET


def _next_children(grant: Grant, today: date) -> list[Line]:
    if not grant.allows(Permission.CONTACT_LOG):
        return []
    return [Line(row, today) for row in paired_with(grant).for_list()[:NEXT]]


def _referrals(grant: Grant, today: date) -> Any:
    """The open ones, for who looks after wellbeing; each leads to its page."""
    if not grant.allows(Permission.WELLBEING_VIEW):
        return None
    block = referrals_block(grant, today)
    rows = block["rows"] if block else []
    return {"state": states.referrals(rows, bool(block and block["has_more"])), "block": block}
