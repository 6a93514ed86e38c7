"""Whose turn it is: a helper's children with the next contact first, and what is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from children.extensions import only_with
from children.models import Child
from children.models.compiled import compiled
from children.models.overview import Due
from schools.models import DueContact
from schools.models.due import (
    DueContactQuerySet,
    number_overdue,
    overdue_for,
    paired_with,
    seen_by_others_from,
)
from schools.models.pairing_board import children_at

SHOWN = 50
UNPAIRED = 50
MOST = 100  # counted; more are «100+»
ON_HOME = 5


@dataclass(frozen=True)
class Line:
    row: DueContact
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.row.is_overdue_on(self.today)

    @property
    def is_today(self) -> bool:
        return self.row.due_on == self.today

    @property
    def days_overdue(self) -> int:
        return (self.today - self.row.due_on).days if self.row.due_on else 0


def _page(rows: DueContactQuerySet, request: Request, today: date) -> dict[str, Any]:
    """The rows below `?after=2026-03-02.17` (day and child), and whether more follow."""
    day, _dot, child = request.GET.get("after", "").partition(".")
    try:
        after = parse_date(day)
    except ValueError:
        after = None
    number = whole_number(child)
    if after is not None and number is not None:
        rows = rows.after(after, number)
    found = list(rows.for_list()[: SHOWN + 1])
    last = found[SHOWN - 1] if len(found) > SHOWN else None
    return {
        "lines": [Line(row, today) for row in found[:SHOWN]],
        "next": f"{last.due_on:%Y-%m-%d}.{last.pk}" if last and last.due_on else "",
        "today": today,
    }


@require_GET
@requires(Permission.CONTACT_LOG)
def paired_children(request: Request, grant: Grant) -> HttpResponse:
    """A helper's own children; for the lead those of the whole school."""
    today = timezone.localdate()
    leads = grant.allows(Permission.GROUP_LEAD)
    unpaired: Any = children_at(grant, today, without_helper=True)
    context = {
        **_page(paired_with(grant), request, today),
        "leads": leads,
        "unpaired": list(unpaired.for_list().order_by("pk")[:UNPAIRED]) if leads else [],
    }
    return TemplateResponse(request, "schools/paired_children.html", context)


@require_GET
@requires(Permission.DIGEST_VIEW)
def overdue_list(request: Request, grant: Grant) -> HttpResponse:
    """What the helpers were to do and did not, longest overdue first."""
    today = timezone.localdate()
    context = _page(overdue_for(grant, today), request, today)
    context["since"] = seen_by_others_from(grant, today)
    return TemplateResponse(request, "schools/overdue_list.html", context)


@compiled()
def _own(grant: Grant, today: Any) -> Any:
    rows = DueContact.objects.permitted(grant).of_helper(grant.posting)
    return rows.filter(due_on__lte=today).for_list()[: MOST + 1]


def own_due(grant: Grant, today: date) -> Any:
    """Home: the helper's contacts of today and overdue; None when there are none."""
    found = _own(grant, today=today)
    if not found:
        return None
    return {
        "lines": [Line(row, today) for row in found[:ON_HOME]],
        "count": min(len(found), MOST), "more": len(found) > MOST,
    }  # fmt: skip


def overdue_count(grant: Grant, today: date) -> Any:
    """Home: how many contacts are overdue in the grant's school or area, counted up to `MOST`."""
    found = number_overdue(grant, today, MOST + 1)
    return {"count": min(found, MOST), "more": found > MOST} if found else None


@only_with(DueContact)
def due_of_child(child: Child, grant: Grant, today: date) -> Iterable[Due]:
    """On the child's page: the helper's next contact when it is due."""
    from django.urls import reverse

    if not grant.allows(Permission.CONTACT_VIEW):
        return []
    row = DueContact.objects.permitted(grant).filter(child=child, due_on__lte=today).first()
    if row is None or row.due_on is None:
        return []
    day = date_format(row.due_on, "SHORT_DATE_FORMAT")
    text = _("Visit at home by the helper, by %(day)s") if row.is_visit else (
        _("Contact by the helper, by %(day)s")
    )  # fmt: skip
    url = reverse("schools:child_school", args=[child.case_number])
    return [Due(text % {"day": day}, "", is_overdue=row.is_overdue_on(today), url=url)]
