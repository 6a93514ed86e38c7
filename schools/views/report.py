"""Pages that print: a school's month, and a county's quarter."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from schools.forms.enrolment import schools_of
from schools.forms.report import MonthForm, QuarterForm, span_of
from schools.models import Ledger, School, Stage
from schools.models.ledger_report import county_review, school_report
from schools.rules.report import Flow

LABELS = {**dict(Stage.choices), **dict(Ledger.choices)}


@require_GET
@requires(Permission.LEDGER_VIEW)
def month_report(request: Request, grant: Grant) -> HttpResponse:
    """`?month=2026-11`, an office says which `?school=` too; the running month by default."""
    today = timezone.localdate()
    schools = None if grant.posting.organisation_id else schools_of(grant)
    asked = request.GET.copy()
    asked.setdefault("month", f"{today:%Y-%m}")
    form = MonthForm(asked, schools=schools)
    form.is_valid()
    year, month = form.cleaned_data.get("month") or (today.year, today.month)
    span = span_of(year, month, 1, today)
    school: School | None = form.cleaned_data.get("school")
    if grant.posting.organisation_id is not None:
        school = get_object_or_404(schools_of(grant), pk=grant.posting.organisation_id)
    context: dict[str, Any] = {"form": form, "span": span, "school": school, "today": today}
    if school is not None:
        report = school_report(grant, school, span)
        _log(request, grant, "ledger_month", len(report.missing))
        context |= {
            "report": report, "roll": _named(report.roll), "ledgers": _named(report.ledgers),
        }  # fmt: skip
    context["period"] = f"{year}-{month:02}"
    return TemplateResponse(request, "schools/month_report.html", context)


@require_GET
@requires(Permission.LEDGER_VIEW)
def quarter_review(request: Request, grant: Grant) -> HttpResponse:
    """`?quarter=2026-4`; the running one by default. Of the grant's own area and children."""
    today = timezone.localdate()
    form = QuarterForm(request.GET)
    form.is_valid()
    year, quarter = form.cleaned_data.get("quarter") or (today.year, (today.month + 2) // 3)
    span = span_of(year, 3 * quarter - 2, 3, today)
    review = county_review(grant, span)
    _log(request, grant, "ledger_quarter", len(review.missing))
    context = {
        "form": form, "span": span, "review": review, "today": today, "place": grant.posting.place,
        "year": year, "quarter": quarter, "ledger_names": Ledger.labels,
        "ledgers": _named(review.ledgers),
    }  # fmt: skip
    return TemplateResponse(request, "schools/quarter_review.html", context)


def _named(rows: list[Flow]) -> list[tuple[Any, Flow]]:
    return [(LABELS[row.key], row) for row in rows]


def _log(request: Request, grant: Grant, subject: str, rows: int) -> None:
    record(grant=grant, kind=AccessKind.OPENED, request=request, subject=subject, row_count=rows)
