"""Findings: the list, place by place, one of them with its steps and the forms it leads to."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.models.area import area_names
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import form_context
from exchange.actions.finding import DoesNotFit, move_finding
from exchange.actions.finding_question import ask_department
from exchange.forms.finding import FindingFilterForm, FindingStepForm
from exchange.forms.finding_question import AskDepartmentForm
from exchange.models import Finding, FindingQuestion, FindingStep, ListImport, ListUpload
from exchange.models.check import checks_in_use
from exchange.models.finding_list import (
    FindingFilters,
    FindingPage,
    facts_of,
    filed,
    finding_page,
    for_reading,
    owners_for,
    place_figures,
    totals,
    with_people,
)
from exchange.rules.finding import MOVES

from .finding_begun import DONE
from .finding_opens import opens_for
from .finding_question import ask_form, questions_of, said_of

REGISTRATION = "children:child_create"  # the draft's name, and the form's address
FILLED_IN = ("name", "sex", "birth_date", "id_number", "address", "phone")


@require_GET
@requires(Permission.FINDING_VIEW)
def finding_list(request: Request, grant: Grant) -> HttpResponse:
    """`?inside=` a place of ours, `?child=` a case number, `?import=` a list, beside what the form
    filters."""
    checks = checks_in_use()
    form = FindingFilterForm(request.GET, checks=checks)
    filters = filters_of(request, grant, form)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "form": form, "page": _page(request, grant, filters), "filters": filters,
        "one_list": _list(grant, filters),
        "query": query.urlencode(), "is_filtered": filters != FindingFilters(),
        "place": area_names([filters.inside]).get(filters.inside, "") if filters.inside else "",
        "asks": grant.allows(Permission.FINDING_DECIDE)
        and any(check.asks for check in checks if check.code == filters.check),
    }  # fmt: skip
    template = "exchange/finding_list.html" + ("#rows" if request.htmx else "")
    return TemplateResponse(request, template, context)


def filters_of(
    request: Request, grant: Grant, form: FindingFilterForm | None = None
) -> FindingFilters:
    """What an address asks for; an error filters nothing."""
    form = form or FindingFilterForm(request.GET, checks=checks_in_use())
    form.is_valid()
    told, inside = form.cleaned_data, _inside(request, grant)
    return FindingFilters(
        told.get("state") or "", told.get("check") or "", told.get("department") or "",
        "" if inside == grant.area_code else inside,
        request.GET.get("child", "").replace("\x00", "")[:16],
        bool(told.get("mine")), whole_number(request.GET.get("import", "")),
    )  # fmt: skip


def _list(grant: Grant, filters: FindingFilters) -> ListImport | None:
    """The list whose findings are asked for, of those that the reader may see."""
    if filters.list_import is None:
        return None
    sent = ListUpload.objects.permitted(grant).filter(list_import=filters.list_import)
    upload = sent.select_related("list_import").first()
    return upload.list_import if upload else None


def _page(request: Request, grant: Grant, filters: FindingFilters) -> FindingPage:
    after, today = request.GET.get("after", ""), timezone.localdate()
    try:
        return finding_page(grant=grant, filters=filters, after=after, today=today)
    except ValueError:
        return finding_page(grant=grant, filters=filters, after="", today=today)


def _inside(request: Request, grant: Grant) -> str:
    """`?inside=` a place of ours, else our own area; "" for who has none."""
    own, asked = grant.area_code or "", request.GET.get("inside", "")
    is_ours = own and asked.isascii() and asked.isdigit() and asked.startswith(own)
    return asked[:12] if is_ours else own


@require_GET
@requires(Permission.FINDING_VIEW)
def finding_places(request: Request, grant: Grant) -> HttpResponse:
    """Township by township, or village by village: how many, and how long they took."""
    today, inside = timezone.localdate(), _inside(request, grant)
    digits = {4: 6, 6: 9}.get(len(inside), 12)
    rows = place_figures(grant, inside, digits, today)
    names = area_names([inside])
    context = {
        "rows": rows, "total": totals(rows), "place": names.get(inside, ""), "inside": inside,
        "is_township": digits == 9, "above": inside != grant.area_code,
    }  # fmt: skip
    return TemplateResponse(request, "exchange/finding_places.html", context)


def _finding(grant: Grant, finding_id: int) -> Finding:
    rows = for_reading(Finding.objects.permitted(grant))
    row = get_object_or_404(rows.select_related("list_row__list_import"), pk=finding_id)
    return with_people([row])[0]


def _our_finding(grant: Grant, finding_id: int) -> Finding:
    """One that our own area answers for; others are read at the most: 404."""
    row = _finding(grant, finding_id)
    if not row.is_ours(grant):
        raise Http404
    return row


@require_GET
@requires(Permission.FINDING_VIEW)
def finding_detail(request: Request, grant: Grant, finding_id: int) -> HttpResponse:
    row = _finding(grant, finding_id)
    record(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=row.child_id,
        area_code=row.area_code, subject="finding",
    )  # fmt: skip
    return _answer(request, grant, row)


def _answer(
    request: Request,
    grant: Grant,
    row: Finding,
    form: FindingStepForm | None = None,
    asking: AskDepartmentForm | None = None,
) -> HttpResponse:
    ours, today = row.is_ours(grant), timezone.localdate()
    known = filed(row, grant)
    moves = [m.name for m in row.moves if ours and grant.allows(Permission(m.permission))]
    form = form or FindingStepForm(
        finding=row, move="", owners=owners_for(row, grant, today), today=today,
        initial={"visited_on": today, "owner": row.owner_id},
    )  # fmt: skip
    questions = questions_of(row, grant)
    context = form_context(
        request, grant, "", row=row, moves=moves, form=form, questions=questions,
        asking=asking or ask_form(row, grant, questions),
        asks=ours and grant.allows(Permission.FINDING_DECIDE),
        decides=[m for m in ("CONFIRM", "DISMISS", "ACT", "CLOSE", "SETTLE") if m in moves],
        steps=_steps(row, grant, questions), filed=known,
        opens=opens_for(row, row.child or known, grant) if ours else [],
        waits_for_visit=row.found_by.needs_visit and row.state in ("NEW", "ASSIGNED"),
    )  # fmt: skip
    return TemplateResponse(request, "exchange/finding_detail.html", context)


def _steps(row: Finding, grant: Grant, questions: list[FindingQuestion]) -> list[Any]:
    """With what was done in words, and whether it moved the finding on: by some only something was
    done meanwhile. What departments were asked and answered stands among them."""
    rows = FindingStep.objects.permitted(grant).filter(finding=row).select_related("by")
    steps: list[Any] = list(rows)
    for before, step in zip(["NEW", *(one.state for one in steps)], steps, strict=False):
        step.moved_on = not step.done or step.state != before
        step.words = DONE.get(step.done, "")
    return sorted([*steps, *said_of(questions)], key=lambda step: step.at)


@require_POST
@requires(Permission.FINDING_DECIDE)
@once
def finding_ask(request: Request, grant: Grant, finding_id: int) -> HttpResponse:
    """A department of the county is asked what its own books say."""
    row = _our_finding(grant, finding_id)
    asking = ask_form(row, grant, questions_of(row, grant), request.POST)
    if asking is None:
        return redirect("exchange:finding_detail", row.pk)
    if not asking.is_valid():
        return _answer(request, grant, row, asking=asking)
    try:
        asked = ask_department(
            findings=[row.pk], area_code=row.area_code, by=grant.user, now=timezone.now(),
            **asking.cleaned_data,
        )  # fmt: skip
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        if asked:
            messages.success(request, _("The department is asked."))
        else:
            messages.warning(
                request, _("The finding has changed in the meantime. Look at it again.")
            )
    return redirect("exchange:finding_detail", row.pk)


@require_POST
@requires(Permission.FINDING_WORK)
@once
def finding_move(request: Request, grant: Grant, finding_id: int) -> HttpResponse:
    row = _our_finding(grant, finding_id)
    move = request.POST.get("move", "")
    if move not in MOVES:
        return _answer(request, grant, row)
    if not grant.allows(Permission(MOVES[move].permission)):
        raise PermissionDenied(MOVES[move].permission)
    today = timezone.localdate()
    form = FindingStepForm(
        request.POST, finding=row, move=move, owners=owners_for(row, grant, today), today=today
    )
    if not form.is_valid():
        return _answer(request, grant, row, form)
    try:
        move_finding(finding=row, move=move, by=grant.user, now=timezone.now(), **form.cleaned_data)
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    except DoesNotFit:
        messages.warning(request, _("The finding has changed in the meantime. Look at it again."))
    else:
        messages.success(request, _("Saved."))
    return redirect("exchange:finding_detail", row.pk)


@require_POST
@requires(Permission.CHILD_ENTER)
@once
def finding_register(request: Request, grant: Grant, finding_id: int) -> HttpResponse:
    """The registration form with what the list says; kept as a draft, nothing is registered."""
    row = _our_finding(grant, finding_id)
    if row.child_id is not None or row.list_row is None:
        return redirect("exchange:finding_detail", row.pk)
    now = timezone.now()
    if drafts.load(grant=grant, form=REGISTRATION, now=now) is not None:
        messages.warning(
            request,
            _("You have begun to register another child. Finish or discard that form first."),
        )
        return redirect(REGISTRATION)
    drafts.save(grant=grant, form=REGISTRATION, posted=_filled_in(row), now=now)
    record(
        grant=grant, kind=AccessKind.REVEALED, request=request, area_code=row.area_code,
        subject="list_row", reason=_("to open a file"),
    )  # fmt: skip
    return redirect(f"{reverse(REGISTRATION)}?{urlencode({'finding': row.pk})}")


def _filled_in(row: Finding) -> QueryDict:
    """As the registration form would post it."""
    assert row.list_row is not None
    facts: dict[str, Any] = facts_of(row.list_row)
    posted = QueryDict(mutable=True)
    posted.update({name: str(facts[name]) for name in FILLED_IN if facts.get(name)})
    posted["id_type"] = "RESIDENT_ID" if facts.get("id_number") else "NONE"
    if len(row.area_code) == 12:
        posted["residence_area"] = row.area_code
    return posted
