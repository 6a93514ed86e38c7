"""Findings between county and departments: asked and withdrawn by the county, answered by them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind, User
from accounts.models.area import area_names
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context, typed_version
from exchange.actions.finding_question import NotWaiting, answer_question, withdraw_question
from exchange.forms.finding_question import AnswerForm, AskDepartmentForm
from exchange.models import Finding, FindingQuestion
from exchange.models.finding_question import departments_for

WAITING_SHOWN, PAST_SHOWN = 200, 50
ON_THE_HOME_PAGE = 5


@dataclass(frozen=True)
class Said:
    """What county and department said, among the steps of a finding."""

    words: str
    text: str
    by: User
    at: datetime
    moved_on = False


def questions_of(row: Finding, grant: Grant) -> list[FindingQuestion]:
    rows = FindingQuestion.objects.permitted(grant).filter(finding=row).for_reading()
    return list(rows.order_by("pk"))


def said_of(questions: list[FindingQuestion]) -> list[Said]:
    """Each question, its answer, or by whom it was withdrawn."""
    said = []
    for row in questions:
        name = row.asked_of.name
        asked = _("Asked: %(department)s") % {"department": name}
        said.append(Said(asked, row.text, row.asked_by, row.asked_at))
        if row.answered_at is not None and row.answered_by is not None:
            words = _(": ").join([name, row.get_verdict_display()])
            said.append(Said(words, row.answer, row.answered_by, row.answered_at))
        if row.closed_at is not None and row.closed_by is not None:
            closed = _("Question withdrawn: %(department)s") % {"department": name}
            said.append(Said(closed, "", row.closed_by, row.closed_at))
    return said


def ask_form(
    row: Finding, grant: Grant, questions: list[FindingQuestion], data: Any = None
) -> AskDepartmentForm | None:
    """None where nobody can be asked: of a finding that rests on a report of harm least of all."""
    if not row.is_open or row.is_for_few or not row.is_ours(grant):
        return None
    if not grant.allows(Permission.FINDING_DECIDE) or not row.found_by.asks:
        return None
    asked = [one.asked_of_id for one in questions if one.waits]
    departments = departments_for(row.area_code[:6], [row.found_by]).exclude(pk__in=asked)
    if not departments:
        return None
    return AskDepartmentForm(
        data, prefix="ask", departments=departments, department=row.found_by.department,
        today=timezone.localdate(),
    )  # fmt: skip


@require_POST
@requires(Permission.FINDING_DECIDE)
@once
def question_withdraw(request: Request, grant: Grant, question_id: int) -> HttpResponse:
    if not grant.sees_own_area:
        raise Http404
    rows = FindingQuestion.objects.permitted(grant)
    row: FindingQuestion = get_object_or_404(rows, pk=question_id)
    version, now = typed_version(request), timezone.now()
    try:
        withdraw_question(question=row, version=version, by=grant.user, now=now)
    except NotWaiting:
        messages.warning(request, _too_late())
    else:
        messages.success(request, _("The question is withdrawn."))
    return redirect("exchange:finding_detail", row.finding_id)


def _too_late() -> str:
    return _("This question was answered or withdrawn in the meantime. Look at it again.")


@require_GET
@requires(Permission.FINDING_ASKED_VIEW)
def asked_list(request: Request, grant: Grant) -> HttpResponse:
    """What waits, the first due first; then what was answered and withdrawn, the newest first."""
    rows = FindingQuestion.objects.permitted(grant).for_reading()
    waiting = list(rows.waiting().order_by("due_on", "pk")[: WAITING_SHOWN + 1])
    answered = rows.filter(answered_at__isnull=False).order_by("-answered_at", "-pk")
    withdrawn = rows.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    parts = [
        (_("Waiting for our answer"), with_places(waiting[:WAITING_SHOWN])),
        (pgettext("questions", "Answered"), with_places(list(answered[:PAST_SHOWN]))),
        (_("Withdrawn"), with_places(list(withdrawn[:PAST_SHOWN]))),
    ]
    context = {
        "parts": [(title, found) for title, found in parts if found],
        "has_more": len(waiting) > WAITING_SHOWN,
    }  # fmt: skip
    return TemplateResponse(request, "exchange/asked_list.html", context)


def with_places(rows: list[FindingQuestion]) -> list[FindingQuestion]:
    """Each with `where`: the place that it was told of, in words; one query for all of them."""
    codes = [row.about["place"] for row in rows]
    names = area_names({part for code in codes for part in (code[:9], code)}) if codes else {}
    for row, code in zip(rows, codes, strict=True):
        parts = dict.fromkeys([code[:9], code] if code else [])
        row.where = " ".join(names.get(part, part) for part in parts)
    return rows


def _asked(grant: Grant, question_id: int) -> FindingQuestion:
    rows = FindingQuestion.objects.permitted(grant).for_reading()
    return with_places([get_object_or_404(rows, pk=question_id)])[0]


@require_GET
@requires(Permission.FINDING_ASKED_VIEW)
def asked_detail(request: Request, grant: Grant, question_id: int) -> HttpResponse:
    row = _asked(grant, question_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=row.child_id,
        area_code=row.area_code, subject="finding",
    )  # fmt: skip
    return _shown(request, grant, row, AnswerForm())


def _shown(request: Request, grant: Grant, row: FindingQuestion, form: AnswerForm) -> HttpResponse:
    context = form_context(request, grant, "", row=row, form=form)
    return TemplateResponse(request, "exchange/asked_detail.html", context)


@require_POST
@requires(Permission.FINDING_ANSWER)
@once
def asked_answer(request: Request, grant: Grant, question_id: int) -> HttpResponse:
    """Sent; then the next one that waits, so that a heap is worked off without going back."""
    row, form = _asked(grant, question_id), AnswerForm(request.POST)
    if not form.is_valid():
        return _shown(request, grant, row, form)
    try:
        answer_question(question=row, by=grant.user, now=timezone.now(), **form.cleaned_data)
    except NotWaiting:
        messages.warning(request, _too_late())
        return redirect("exchange:asked_detail", row.pk)
    except PromiseBroken as broken:
        messages.error(request, broken.message)
        return redirect("exchange:asked_detail", row.pk)
    messages.success(request, _("The answer is sent."))
    following = FindingQuestion.objects.permitted(grant).waiting().order_by("due_on", "pk").first()
    if following is None:
        return redirect("exchange:asked_list")
    return redirect("exchange:asked_detail", following.pk)


def asked_block(grant: Grant, today: date) -> Any:
    """What waits for the department's answer; three queries."""
    rows = FindingQuestion.objects.permitted(grant).waiting()
    days = list(rows.order_by("due_on").values_list("due_on", flat=True)[: WAITING_SHOWN + 1])
    if not days:
        return None
    first = list(rows.for_reading().order_by("due_on", "pk")[:ON_THE_HOME_PAGE])
    return {
        "rows": with_places(first), "waiting": min(len(days), WAITING_SHOWN),
        "overdue": sum(day < today for day in days), "has_more": len(days) > WAITING_SHOWN,
    }  # fmt: skip
