"""The proof page: in full and on time, per township and month, as table and drawing."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models.area import upper_bound
from assistance.forms.payment_run import MonthForm
from assistance.models import Gap
from assistance.models.proof import by_month, proofs
from assistance.rules.months import month_of, shifted
from schools.charts import Series, line_chart

from .hub import counted

MONTHS = 24


@require_GET
@requires(Permission.RUN_VIEW)
def proof(request: Request, grant: Grant) -> HttpResponse:
    today = timezone.localdate()
    this_month = month_of(today)
    form = MonthForm(request.GET or None)
    chosen = form.cleaned_data["month"] if form.is_valid() else None
    lo = grant.area_code or "~"
    rows = proofs(
        lo=lo, hi=upper_bound(lo), since=shifted(this_month, -MONTHS), month=this_month,
        today=today,
    )  # fmt: skip
    months = by_month(rows)
    month = chosen or (months[0].month if months else this_month)
    context: dict[str, Any] = {
        "months": months, "month": month, "townships": [row for row in rows if row.month == month],
        "form": MonthForm(initial={"month": month}), "chart": _chart(months),
        "unpaid": counted(Gap.objects.permitted(grant).open().filter(reason="RUN"), "%(count)s"),
    }  # fmt: skip
    return TemplateResponse(request, "assistance/proof.html", context)


def _chart(months: list[Any]) -> Any:
    """None before anything was due."""
    points = [(row.month, row.percent) for row in months if row.percent is not None]
    if not points:
        return None
    return line_chart(
        [Series(_("in full and on time"), points)], title=_("In full and on time, per cent"),
        high=100,
    )  # fmt: skip
