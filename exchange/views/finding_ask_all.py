"""A department asked of all findings of one check that fit a filter, at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from exchange.actions.finding_question import ask_department
from exchange.forms.finding_question import AskDepartmentForm
from exchange.models import Check, Finding
from exchange.models.check import checks_in_use
from exchange.models.finding_list import finding_rows
from exchange.models.finding_question import departments_for, never_asked

from .finding import filters_of

AT_ONCE = 200


@require_http_methods(["GET", "POST"])
@requires(Permission.FINDING_DECIDE)
@once
def finding_ask_all(request: Request, grant: Grant) -> HttpResponse:
    """`?check=` and the other filters of the list. Which findings it is about is fixed when the
    page is shown, and told there by number: what fits the filter later is not asked."""
    wanted = request.GET.get("check", "")
    check = next((one for one in checks_in_use() if one.code == wanted), None)
    county = (grant.area_code or "")[:6]
    departments = departments_for(county, [check] if check and len(county) == 6 else [])
    if check is None or not departments:
        return TemplateResponse(request, "exchange/finding_ask_all.html", {"check": check})
    form = AskDepartmentForm(
        request.POST if request.method == "POST" else None, prefix="ask",
        departments=departments, department=check.department, today=timezone.localdate(),
    )  # fmt: skip
    keys, has_more = _meant(request, grant, check)
    if form.is_bound and keys and form.is_valid():
        return _asked(request, grant, keys, form.cleaned_data)
    context = form_context(
        request, grant, "", check=check, form=form, keys=keys, count=len(keys), has_more=has_more,
        query=request.GET.urlencode(),
    )  # fmt: skip
    return TemplateResponse(request, "exchange/finding_ask_all.html", context)


def _meant(request: Request, grant: Grant, check: Check) -> tuple[list[int], bool]:
    """Keys of the findings, the first due first, and whether more fit: those of our own area that
    were never asked about. Once sent, those that the page told of."""
    if request.method == "POST":
        told = {key for text in request.POST.getlist("finding") if (key := whole_number(text))}
        rows: Any = Finding.objects.permitted(grant).filter(pk__in=list(told)[:AT_ONCE])
    else:
        rows = finding_rows(grant, filters_of(request, grant), timezone.localdate())
    rows = rows.open().inside(grant.area_code or "~").filter(found_by=check, is_for_few=False)
    keys = rows.filter(never_asked()).order_by("due_on", "pk").values_list("pk", flat=True)
    found = list(keys[: AT_ONCE + 1])
    return found[:AT_ONCE], len(found) > AT_ONCE


def _asked(
    request: Request, grant: Grant, keys: list[int], told: dict[str, Any]
) -> HttpResponse:  # fmt: skip
    try:
        asked = ask_department(
            findings=keys, area_code=grant.area_code or "", by=grant.user, now=timezone.now(),
            **told,
        )  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        words = ngettext("Asked about %d finding.", "Asked about %d findings.", asked)
        messages.success(request, words % asked)
    return redirect(f"{reverse('exchange:finding_list')}?{request.GET.urlencode()}")
