"""Handing a file over: sent with what is open, answered by the other place; the printed sheet."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions import transfer as actions
from children.actions.promises import PromiseBroken
from children.extensions import HANDED_OVER, due_for, only_with
from children.forms.transfer import TransferAnswerForm, TransferForm
from children.models import Child, Concern, Transfer, TransferTerm
from children.models.compiled import compiled
from children.models.overview import Due, Overview

from .common import draft_initial, form_context, our_child, permitted_child, typed_version

SHOWN = 20
COUNTY, VILLAGE = 6, 12  # digits


def what_is_open(child: Child, grant: Grant, today: date) -> list[str]:
    """In words, for the other place: due work of every floor, reports, money, helper."""
    lines = [due.text for due in due_for(child, grant, today)]
    reports = Concern.objects.permitted(grant).filter(child=child).open().count()
    if reports and grant.allows(Permission.CONCERN_VIEW):
        text = ngettext("%(n)s open report of harm", "%(n)s open reports of harm", reports)
        lines.append(text % {"n": reports})
    for source in HANDED_OVER:
        lines += source(child, grant, today)
    return lines or [_("Nothing is open.")]


@require_http_methods(["GET", "POST"])
@requires(Permission.TRANSFER_SEND)
@once
def transfer_send(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = our_child(grant, case_number)
    now, name = timezone.now(), f"children:transfer_send:{child.pk}"
    today = timezone.localdate(now)
    kept, kept_at = draft_initial(request, grant, name)
    start: dict[str, Any] = {"moved_on": today}
    if request.method == "GET":
        start["summary"] = "\n".join(what_is_open(child, grant, today))
    form = TransferForm(request.POST or None, child=child, today=today, initial=start | kept)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.send_file(child=child, facts=form.cleaned_data, by=grant.posting, now=now)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Sent. Until it is acknowledged, the file stays with you."))
            return redirect("children:transfer_detail", child.case_number, row.pk)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "children/transfer_send.html", context)


@require_GET
@requires(Permission.TRANSFER_SEND)
def transfer_sheet(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """On paper, for a county that does not work with this registry."""
    child = our_child(grant, case_number)
    record(
        grant=grant, kind=AccessKind.PRINTED, request=request, child_id=child.pk,
        area_code=child.managing_area_id, subject="transfer",
    )  # fmt: skip
    today = timezone.localdate()
    context = {
        "child": child, "file": Overview(child, grant, today), "today": today,
        "lines": what_is_open(child, grant, today), "moment": timezone.now(),
    }  # fmt: skip
    return TemplateResponse(request, "children/transfer_sheet.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.TRANSFER_VIEW)
@once
def transfer_detail(
    request: Request, grant: Grant, case_number: str, transfer_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    rows = Transfer.objects.permitted(grant).filter(child=child).select_related(
        "from_area__parent", "to_area__parent", "sent_by__user", "answered_by__user"
    )  # fmt: skip
    row = get_object_or_404(rows, pk=transfer_id)
    village = row.to_area_id if row.to_area.level == VILLAGE else ""
    form = TransferAnswerForm(request.POST or None, row=row, initial={"village": village})
    if request.method == "POST" and form.is_valid():
        try:
            gone = _carry_out(row, form.cleaned_data, typed_version(request), grant)
        except actions.AnsweredAlready:
            form.add_error(None, _("Somebody else has answered meanwhile. Look at it again."))
            row = get_object_or_404(rows, pk=transfer_id)
        else:
            messages.success(request, _("Saved."))
            if gone:
                return redirect("home")
            return redirect("children:child_detail", child.case_number)
    context = form_context(
        request, grant, "", form=form, child=child, row=row, version=row.version,
        today=timezone.localdate(), may_answer=row.may_answer(grant),
        may_withdraw=row.may_withdraw(grant),
    )  # fmt: skip
    return TemplateResponse(request, "children/transfer_detail.html", context)


def _carry_out(row: Transfer, typed: dict[str, Any], version: int, grant: Grant) -> bool:
    """Whether the file is out of sight now: refused by who was only shown it."""
    common: dict[str, Any] = {
        "row": row, "version": version, "by": grant.posting, "now": timezone.now(),
    }  # fmt: skip
    step = typed["step"]
    if not (row.may_withdraw(grant) if step == "WITHDRAW" else row.may_answer(grant)):
        if row.waits:
            raise Http404
        raise actions.AnsweredAlready
    if step == "ACKNOWLEDGE":
        actions.acknowledge_file(village=typed["village"], address=typed["address"], **common)
    elif step == "REFUSE":
        actions.refuse_file(answer=typed["answer"], **common)
    else:
        actions.withdraw_file(**common)
    return step == "REFUSE" and not row.from_area_id.startswith(grant.area_code or "~")


# On the child's page and home --------------------------------------------------------------------


def _known(child: Child, grant: Grant) -> list[Transfer]:
    """The newest handovers; asked once for a page."""
    if "transfers_shown" not in child.__dict__:
        rows = Transfer.objects.permitted(grant).filter(child=child).order_by("-pk")
        child.__dict__["transfers_shown"] = list(
            rows.select_related("from_area", "to_area")[:SHOWN]
        )
    found: list[Transfer] = child.__dict__["transfers_shown"]
    return found


@only_with(Transfer)
def transfer_panel(child: Child, grant: Grant, today: date) -> Any:
    found = _known(child, grant)
    return {"child": child, "rows": found, "today": today} if found else None


@only_with(Transfer)
def due_of_transfer(child: Child, grant: Grant, today: date) -> list[Due]:
    if not grant.allows(Permission.TRANSFER_VIEW):
        return []
    row = next((row for row in _known(child, grant) if row.waits), None)
    if row is None:
        return []
    day = date_format(row.answer_by, "SHORT_DATE_FORMAT")
    text = _("Handover to %(place)s: answer due by %(day)s")
    url = reverse("children:transfer_detail", args=[child.case_number, row.pk])
    text = text % {"place": row.to_area.name, "day": day}
    return [Due(text, "", is_overdue=row.is_late(today), url=url)]


@compiled()
def _to_do(grant: Grant, since: Any, late: Any) -> Any:
    code = grant.area_code or ""
    rows = Transfer.objects.permitted(grant).to_do(code, since)
    if len(code) <= COUNTY:
        rows = rows.waiting().filter(answer_by__lt=late)
    rows = rows.select_related("child", "from_area", "to_area").order_by("answer_by", "pk")
    return rows[: SHOWN + 1]


def transfers_block(grant: Grant, today: date) -> Any:
    """Home: handovers to and from the own area, and those that came back; two queries.

    A county is told of those between its places only when they have waited too long.
    """
    code, term = grant.area_code or "", TransferTerm.in_force(today)
    readable, alarm = (term.readable_days, term.alarm_days) if term else (0, 0)
    since, late = today - timedelta(days=readable), today - timedelta(days=alarm)
    found: list[Any] = _to_do(grant, since=since, late=late)
    if not found:
        return None
    for row in found:
        row.late, row.is_ours_to_answer = row.is_late(today), row.may_answer(grant)
    return {
        "rows": found[:SHOWN], "has_more": len(found) > SHOWN, "is_alarm": len(code) <= COUNTY,
    }  # fmt: skip
