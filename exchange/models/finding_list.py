"""Findings as they are met: in the list, place by place, on a child's page, on the home page."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, Q
from django.db.models.fields import DurationField
from django.db.models.functions import Left, TruncDate

from accounts.access import ROLE_PERMISSIONS, Grant, Permission
from accounts.models import Posting
from accounts.models.area import area_names
from accounts.roles import Role
from children.models import Child
from children.models.compiled import compiled
from children.models.dated_cursor import beyond, cursor_of

from .finding import Finding, FindingQuerySet, FindingState
from .finding_question import answered_now, late_on
from .list_import import ListRow

PAGE = 25
SHOWN = 5
MOST = 100  # counted; more are «100+»
MEASURED = timedelta(days=365)


@dataclass(frozen=True)
class FindingFilters:
    """Empty values filter nothing. `state` is one, overdue, done, answered or late (by departments
    that are asked), or empty: open."""

    state: str = ""
    check: str = ""
    department: str = ""
    inside: str = ""
    child: str = ""  # case number
    mine: bool = False
    list_import: int | None = None


@dataclass
class FindingPage:
    rows: list[Finding]
    following: str = ""  # cursor of the next page, empty on the last


@dataclass(frozen=True)
class Person:
    """Whom a finding is about; `case_number` is empty where no file knows the person."""

    name: str
    birth_date: date | None
    case_number: str = ""


def finding_rows(grant: Grant, filters: FindingFilters, today: date) -> FindingQuerySet:
    rows: FindingQuerySet = Finding.objects.permitted(grant)
    if filters.state == "overdue":
        rows = rows.overdue_on(today)
    elif filters.state == "answered":
        rows = rows.open().filter(answered_now())
    elif filters.state == "late":
        rows = rows.open().filter(late_on(today))
    elif filters.state == "done":
        rows = rows.filter(state__in=[FindingState.DISMISSED, FindingState.CLOSED])
    elif filters.state:
        rows = rows.filter(state=filters.state)
    else:
        rows = rows.open()
    if filters.inside:
        rows = rows.inside(filters.inside)
    if filters.list_import is not None:
        rows = rows.filter(list_row__list_import=filters.list_import)
    if filters.mine:
        rows = rows.filter(owner__in=grant.posting.desks)
    asked = {"found_by__code": filters.check, "found_by__department": filters.department,
             "child__case_number": filters.child}  # fmt: skip
    return rows.filter(**{key: value for key, value in asked.items() if value})


def finding_page(
    *, grant: Grant, filters: FindingFilters, after: str, today: date, size: int = PAGE
) -> FindingPage:
    """Earliest deadline first. Raises ValueError for a cursor that is none of ours."""
    rows = finding_rows(grant, filters, today)
    if after:
        rows = rows.filter(beyond("due_on", after))
    found = list(for_reading(rows).order_by("due_on", "pk")[: size + 1])
    page = FindingPage(with_people(found[:size]))
    if len(found) > size:
        last = found[size - 1]
        page.following = cursor_of(last.due_on, last.pk)
    return page


def for_reading(rows: FindingQuerySet) -> FindingQuerySet:
    found = rows.select_related("found_by", "child", "owner__user", "owner__area")
    return found.annotate(is_answered=answered_now())


def with_people(rows: list[Finding]) -> list[Finding]:
    """Each with `person` and `place`; two queries for all of them."""
    unknown = [row.list_row_id or 0 for row in rows if row.child_id is None]
    told = {row.pk: row for row in ListRow.objects.filter(pk__in=unknown)} if unknown else {}
    names = area_names({code for row in rows for code in (row.area_code, row.area_code[:9])})
    for row in rows:
        row.person = _person(row, told.get(row.list_row_id or 0))
        above = names.get(row.area_code[:9], "") if len(row.area_code) > 9 else ""
        row.place = f"{above} {names.get(row.area_code, row.area_code)}".strip()
    return rows


def _person(row: Finding, list_row: ListRow | None) -> Person:
    if row.child is not None:
        return Person(row.child.name, row.child.birth_date, row.child.case_number)
    if list_row is None:
        return Person("", None)
    return Person(facts_of(list_row).get("name", ""), list_row.birth_date)


def facts_of(list_row: ListRow) -> dict[str, Any]:
    """What the list says of the person, unsealed."""
    return json.loads(list_row.facts) if list_row.facts else {}


def filed(row: Finding, grant: Grant) -> Child | None:
    """The file that was opened, since it was found, for whom no file knew."""
    number = row.list_row.id_number_hash if row.list_row is not None else None
    if row.child_id is not None or number is None:
        return None
    rows = Child.objects.permitted(grant).filter(merged_into__isnull=True)
    return rows.filter(id_number_hash=bytes(number)).first()


def owners_for(finding: Finding, grant: Grant, today: date) -> Any:
    """Postings of the place and of those above it, inside the grant's own area."""
    code, own = finding.area_code, grant.area_code or "~"
    places = [code[:digits] for digits in (12, 9, 6) if len(code) >= digits]
    places = [place for place in places if place.startswith(own)]
    roles = ["CHILD_DIRECTOR", "CHILD_SUPERVISOR", "COUNTY_OFFICER"]
    if finding.is_for_few:
        roles = [role for role in roles if Permission.CONCERN_VIEW in ROLE_PERMISSIONS[Role(role)]]
    rows = Posting.objects.held_on(today).regular().filter(area__in=places, role__in=roles)
    return rows.select_related("user", "area").order_by("-area", "user__full_name", "pk")


def open_of_child(child: Child, grant: Grant) -> list[Finding]:
    """The child's open findings, the most pressing first; one query."""
    rows = Finding.objects.permitted(grant).filter(child=child).open()
    return list(rows.select_related("found_by").order_by("due_on", "pk"))


def counts(grant: Grant, today: date) -> list[tuple[str, int, bool]]:
    """(overdue | week | mine | answered | late, how many up to `MOST`, whether more)."""
    found = []
    for part in ("overdue", "week", "mine", "answered", "late"):
        number = len(_part(grant, part, today=today))
        found.append((part, min(number, MOST), number > MOST))
    return found


@compiled()
def _part(grant: Grant, part: str, today: Any) -> Any:
    wanted = {
        "overdue": Q(due_on__lt=today),
        "week": Q(due_on__range=(today, today + timedelta(days=7))),
        "mine": Q(owner__in=grant.posting.desks),
        "answered": Q(answered_now()),
        "late": Q(late_on(today)),
    }
    rows = Finding.objects.permitted(grant).open().filter(wanted[part])
    return rows.order_by("due_on").values_list("pk")[: MOST + 1]


@compiled()
def _first(grant: Grant) -> Any:
    rows = for_reading(Finding.objects.permitted(grant).open())
    return rows.order_by("due_on", "pk")[:SHOWN]


def home_findings(grant: Grant, today: date) -> dict[str, Any] | None:
    first = _first(grant)
    if not first:
        return None
    return {"rows": with_people(first), "counts": counts(grant, today)}


@dataclass
class PlaceFigures:
    """Days are means of the last year's findings; None where nothing was measured."""

    code: str
    name: str
    open: int
    overdue: int
    done: int
    to_visit: float | None
    to_close: float | None


def place_figures(grant: Grant, inside: str, digits: int, today: date) -> list[PlaceFigures]:
    """Place by place: open, overdue, and how long it took; two queries."""
    since = today - MEASURED
    rows = Finding.objects.permitted(grant).inside(inside).filter(
        Q(done_at__isnull=True) | Q(found_on__gte=since)
    )  # fmt: skip
    to_visit = ExpressionWrapper(F("visited_on") - F("found_on"), output_field=DurationField())
    to_close = ExpressionWrapper(
        TruncDate("done_at") - F("found_on"), output_field=DurationField()
    )  # fmt: skip
    measured = rows.annotate(within=Left("area_code", digits)).values("within").order_by("within")
    figures = measured.annotate(
        open=Count("pk", filter=Q(done_at__isnull=True)),
        overdue=Count("pk", filter=Q(done_at__isnull=True, due_on__lt=today)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        to_visit=Avg(to_visit, filter=Q(visited_on__isnull=False)),
        to_close=Avg(to_close, filter=Q(state=FindingState.CLOSED)),
    )
    found = list(figures)
    names = area_names(row["within"] for row in found)
    return [
        PlaceFigures(
            row["within"], names.get(row["within"], row["within"]), row["open"], row["overdue"],
            row["done"], _days(row["to_visit"]), _days(row["to_close"]),
        )
        for row in found
    ]  # fmt: skip


def _days(time: timedelta | None) -> float | None:
    return None if time is None else round(time.total_seconds() / 86_400, 1)


def totals(rows: Iterable[PlaceFigures]) -> dict[str, int]:
    rows = list(rows)
    return {name: sum(getattr(row, name) for row in rows) for name in ("open", "overdue", "done")}
