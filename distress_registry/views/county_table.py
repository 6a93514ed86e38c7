"""Tables that the county reports: on the page, on paper, and out as a spreadsheet."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.models.area import area_names
from distress_registry.county_table_export import write_table
from distress_registry.forms.county_table import PeriodForm, in_words, period_of, periods
from distress_registry.models import CountyTable
from distress_registry.models.county_table_figures import Period
from distress_registry.models.county_table_page import TablePage, page_of
from exchange.actions.sharing import record_out

from .picture import address_of, path_to


@dataclass
class _Asked:
    table: CountyTable
    inside: str
    period: Period
    page: TablePage
    names: dict[str, str]


def _asked(request: Request, grant: Grant, table_key: str) -> _Asked:
    """`?inside=` a place of ours, `?month=2026-03`, any month of a quarter."""
    table = get_object_or_404(CountyTable.objects.permitted(grant), key=table_key)
    chosen, today = address_of(request, grant).chosen, timezone.localdate()
    period = period_of(table, chosen.month, today)
    page = page_of(table, grant, chosen.inside, period)
    names = area_names(path_to(chosen.inside, grant))
    return _Asked(table, chosen.inside, period, page, names)


@require_GET
@requires(Permission.PICTURE_VIEW)
def table_list(request: Request, grant: Grant) -> HttpResponse:
    tables = list(CountyTable.objects.permitted(grant))
    inside = address_of(request, grant).chosen.inside
    context = {"tables": tables, "inside": inside}
    return TemplateResponse(request, "picture/table_list.html", context)


@require_GET
@requires(Permission.PICTURE_VIEW)
def table_detail(request: Request, grant: Grant, table_key: str) -> HttpResponse:
    asked = _asked(request, grant, table_key)
    table, names = asked.table, asked.names
    firsts = periods(table, timezone.localdate())
    if asked.period.first not in firsts:
        firsts.append(asked.period.first)
    month = f"{asked.period.first:%Y-%m}"
    context: dict[str, Any] = {
        "table": table, "page": asked.page, "inside": asked.inside, "period": asked.period,
        "month": month, "moment": timezone.now(), "when": in_words(table, asked.period.first),
        "path": [(code, names.get(code, code)) for code in path_to(asked.inside, grant)],
        "place": names.get(asked.inside, asked.inside),
        "is_named": grant.sees_own_area, "may_fetch": grant.allows(Permission.LIST_OUT),
        "tables": list(CountyTable.objects.permitted(grant)),
        "leads_down": grant.sees_own_area and table.rows_are_places and len(asked.inside) < 12,
        "form": PeriodForm(
            table=table, firsts=firsts, initial={"inside": asked.inside, "month": month}
        ),
    }  # fmt: skip
    return TemplateResponse(request, "picture/table_detail.html", context)


@require_GET
@requires(Permission.LIST_OUT)
def table_sheet(request: Request, grant: Grant, table_key: str) -> FileResponse:
    """The same as a file; what left, for whom and on what ground is recorded."""
    asked, now = _asked(request, grant, table_key), timezone.now()
    table = asked.table
    when = in_words(table, asked.period.first)
    file, count = write_table(
        table=table, page=asked.page, place=asked.names.get(asked.inside, asked.inside),
        period=when, grant=grant, now=now,
    )  # fmt: skip
    digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    file.seek(0)
    with transaction.atomic():
        record_out(
            kind=table.key, department=table.department, purpose=table.title_zh,
            legal_ground=table.legal_ground, fields=table.plan.figures, rows=count,
            file_hash=digest, area_code=asked.inside, by=grant.user, now=now,
        )  # fmt: skip
        record(
            grant=grant, kind=AccessKind.EXPORTED, request=request, area_code=asked.inside,
            subject="county_table", reason=table.title_zh, row_count=count,
        )  # fmt: skip
    name = f"{table.key}-{asked.inside}-{asked.period.first:%Y%m}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name)
