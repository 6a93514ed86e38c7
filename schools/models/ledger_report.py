"""Monthly report of a school and quarterly review of a county: figures that agree, and names.

What stood on a day is read from history, so that last month's report stays what it was. Each
asks a constant number of queries.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from accounts.access import Grant
from accounts.models import Area
from children.models import CategorySpell, Child
from schools.rules.report import Flow, flow, flows, total

from .attendance import attendance_of
from .enrolment import Enrolment
from .home_teaching import HomeTeachingVisit
from .ledger import DropoutCause, Ledger, LedgerEntry, Outcome, Persuasion
from .school import School, Stage

MOST_NAMED = 200


@dataclass(frozen=True)
class Span:
    """First and last day, both included; `until` is the last of them not after today."""

    first: date
    last: date
    until: date

    @property
    def is_running(self) -> bool:
        return self.until < self.last


@dataclass
class Standing:
    """Lines not struck off at the end of a day: (ledger, child's area, its line) and more."""

    lines: list[dict[str, Any]]

    def by(self, key: str) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for line in self.lines:
            found[line[key]].add(line["id"])
        return found


def standing(grant: Grant, day: date, **which: Any) -> Standing:
    """At the end of `day`; one query over the history of the lines."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    history: Any = LedgerEntry.history  # type: ignore[attr-defined]
    rows = history.filter(child__in=Child.objects.permitted(grant), history_date__lt=end)
    newest = (
        rows.order_by("id", "-history_date", "-history_id")
        .distinct("id")
        .values(
            "id", "child_id", "ledger", "school_id", "closed_at", "cleared_on", "due_on",
            "history_type", "child__managing_area_id",
        )
    )  # fmt: skip
    lines = [row for row in newest if row["closed_at"] is None and row["history_type"] != "-"]
    for row in lines:
        row["township"] = row["child__managing_area_id"][:9]
    return Standing([row for row in lines if all(row[k] == v for k, v in which.items())])


@dataclass
class SchoolReport:
    roll: list[Flow]
    roll_total: Flow
    reasons: list[tuple[str, int]]
    ledgers: list[Flow]
    ledgers_total: Flow
    school_days: int
    missed: dict[str, int]
    presence: float | None  # per cent
    outcomes: list[tuple[str, int]]
    lessons_at_home: int
    missing: list[LedgerEntry]


def school_report(grant: Grant, school: School, span: Span) -> SchoolReport:
    before = span.first - timedelta(days=1)
    roll, reasons, present = _roll(grant, school, span)
    ledgers = flows(
        Ledger.values,
        standing(grant, before, school_id=school.pk).by("ledger"),
        standing(grant, span.until, school_id=school.pk).by("ledger"),
    )
    attended = attendance_of(present, span.first, span.last, span.until)
    missed = {
        kind: sum(getattr(row, kind) for row in attended.values())
        for kind in ("ill", "leave", "unexcused")
    }
    days = sum(row.school_days for row in attended.values())
    said = Persuasion.objects.permitted(grant).filter(entry__school=school)
    lessons = HomeTeachingVisit.objects.permitted(grant).filter(
        plan__school=school, happened_on__range=(span.first, span.until)
    )
    return SchoolReport(
        roll=roll, roll_total=total(roll), reasons=reasons, ledgers=ledgers,
        ledgers_total=total(ledgers), missed=missed,
        school_days=max((row.school_days for row in attended.values()), default=0),
        presence=100 * (days - sum(missed.values())) / days if days else None,
        outcomes=_outcomes(said, span),
        lessons_at_home=lessons.aggregate(n=Sum("lessons"))["n"] or 0,
        missing=_named(LedgerEntry.objects.permitted(grant).filter(school=school)),
    )  # fmt: skip


def _roll(
    grant: Grant, school: School, span: Span
) -> tuple[list[Flow], list[tuple[str, int]], set[int]]:
    """Flows by stage, reasons of leaving, and who is on the roll at the end."""
    rows = Enrolment.objects.permitted(grant).filter(school=school)
    begin: dict[str, set[int]] = defaultdict(set)
    end: dict[str, set[int]] = defaultdict(set)
    for stage, child_id in rows.on(span.first - timedelta(days=1)).values_list("stage", "child"):
        begin[stage].add(child_id)
    for stage, child_id in rows.on(span.until).values_list("stage", "child"):
        end[stage].add(child_id)
    present = {child_id for ids in end.values() for child_id in ids}
    left = rows.filter(ends_on__range=(span.first, span.until)).exclude(child__in=present)
    reasons = Counter(row.get_end_reason_display() for row in left)
    stages = [stage for stage in Stage.values if stage in school.stages or begin[stage]]
    return flows(stages, begin, end), sorted(reasons.items()), present


def _outcomes(rows: Any, span: Span) -> list[tuple[str, int]]:
    found = rows.filter(happened_on__range=(span.first, span.until))
    counted = Counter(found.values_list("outcome", flat=True))
    return [(str(label), counted[code]) for code, label in Outcome.choices if counted[code]]


def _named(rows: Any) -> list[LedgerEntry]:
    """Who is missing now: lines not struck off, the earliest deadline first."""
    related = ("child__residence_area__parent", "owner__user", "school__organisation")
    found = rows.not_closed().select_related(*related).order_by("due_on", "pk")
    return list(found[:MOST_NAMED])


@dataclass
class CountyReview:
    townships: list[tuple[str, Flow, dict[str, int]]]  # name, flow, standing at the end by ledger
    total: Flow
    ledgers: list[Flow]
    overdue: int
    causes: list[tuple[str, int]]
    outcomes: list[tuple[str, int]]
    key_groups: list[tuple[str, int]]
    missing: list[LedgerEntry]


def county_review(grant: Grant, span: Span) -> CountyReview:
    begin = standing(grant, span.first - timedelta(days=1))
    end = standing(grant, span.until)
    towns = _townships(begin, end)
    ledgers = flows(Ledger.values, begin.by("ledger"), end.by("ledger"))
    said = Persuasion.objects.permitted(grant)
    return CountyReview(
        townships=towns, total=total(row for _name, row, _by in towns), ledgers=ledgers,
        overdue=sum(r["cleared_on"] is None and r["due_on"] < span.until for r in end.lines),
        causes=_causes(said, end), outcomes=_outcomes(said, span),
        key_groups=_key_groups(grant, end, span.until),
        missing=_named(LedgerEntry.objects.permitted(grant)),
    )  # fmt: skip


def _townships(begin: Standing, end: Standing) -> list[tuple[str, Flow, dict[str, int]]]:
    first, last = begin.by("township"), end.by("township")
    codes = sorted({*first, *last})
    names = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))
    found = []
    for code in codes:
        by = Counter(line["ledger"] for line in end.lines if line["township"] == code)
        counts = {ledger: by[ledger] for ledger in Ledger.values}
        found.append((names.get(code, code), flow(code, first[code], last[code]), counts))
    return found


def _causes(rows: Any, end: Standing) -> list[tuple[str, int]]:
    """Of each line the newest named cause."""
    ids = [line["id"] for line in end.lines]
    newest = rows.filter(entry__in=ids).order_by("entry", "-happened_on", "-pk").distinct("entry")
    counted = Counter(newest.values_list("cause", flat=True))
    return [(str(label), counted[code]) for code, label in DropoutCause.choices if counted[code]]


def _key_groups(grant: Grant, end: Standing, day: date) -> list[tuple[str, int]]:
    """Children in the ledgers by category; one child may count in several."""
    children = {line["child_id"] for line in end.lines}
    spells = CategorySpell.objects.visible_to(grant).on(day)
    spells = spells.filter(child__pk__among=list(children))
    counted = Counter(row.get_category_display() for row in spells.distinct("child", "category"))
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
