"""Applications: opened, moved step by step, decided."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.models import AccessKind
from accounts.once import once
from children.actions import application as actions
from children.actions.promises import PromiseBroken
from children.extensions import begun, followed
from children.forms.application import ApplicationForm, MoveForm
from children.models import Application, Child, Document, DocumentKind, HomeVisit
from children.rules import application as rules
from children.rules import working_days

from .common import draft_initial, form_context, is_ours, permitted_child

MOST_VISITS = 20
MOVE_LABELS = {
    "SUBMIT": gettext_lazy("Submit"),
    "ACCEPT": gettext_lazy("Accept"),
    "START_CHECK": gettext_lazy("Begin the township check"),
    "PASS_CHECK": gettext_lazy("Pass on to the county"),
    "APPROVE": gettext_lazy("Approve"),
    "REJECT": gettext_lazy("Reject"),
    "RETURN": gettext_lazy("Return for papers"),
    "SEND_BACK": gettext_lazy("Send back for papers"),
    "RESUBMIT": gettext_lazy("Submit again"),
    "WITHDRAW": gettext_lazy("Withdraw"),
    "OPEN": gettext_lazy("Opened"),
}
# Whose step it is that leads on, by what it asks for.
WHO_ACTS = {
    rules.ENTER: pgettext_lazy("who acts", "village"),
    rules.CHECK: pgettext_lazy("who acts", "township"),
    rules.CONFIRM: pgettext_lazy("who acts", "county"),
}


@require_http_methods(["GET", "POST"])
@requires(Permission.APPLICATION_ENTER)
@once
def application_add(request: HttpRequest, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    name = f"children:application_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    start = {"category": request.GET.get("category", "")}
    start |= begun(request, grant, child, "application")
    form = ApplicationForm(request.POST or None, grant=grant, initial=start | kept)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.open_application(
                child=child, **form.cleaned_data, by=grant.user, now=timezone.now()
            )
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            followed(request, grant, child, "application", row)
            return redirect("children:application_detail", child.case_number, row.pk)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "children/application_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_VIEW)
@once
def application_detail(
    request: HttpRequest, grant: Grant, case_number: str, pk: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    row = get_object_or_404(Application.objects.permitted(grant), pk=pk, child=child)
    form = MoveForm(request.POST or None, application=row)
    if request.method == "POST" and form.is_valid():
        error = _move(row, form.typed, grant)
        if error is None:
            messages.success(request, _("The step was recorded."))
            return redirect("children:application_detail", child.case_number, row.pk)
        form.add_error(*error)
        row.refresh_from_db()
    else:
        record(
            grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject="application",
        )  # fmt: skip
    return TemplateResponse(
        request, "children/application_detail.html", _context(request, grant, child, row, form)
    )


def _move(row: Application, typed: dict[str, Any], grant: Grant) -> tuple[str | None, str] | None:
    """Carry the move out; field and message when it cannot be."""
    if typed["move"] not in rules.MOVES:
        raise Http404
    try:
        actions.move_application(application=row, **typed, grant=grant, now=timezone.now())
    except actions.NotNow:
        return None, _("Somebody else has taken a step in the meantime. Look at it again.")
    except actions.NotYours:
        return None, _("Your posting does not take this step.")
    except actions.ReasonMissing:
        return "reason", _("Write the reason for the family.")
    except actions.PapersMissing as missing:
        papers = _("; ").join(paper_words(paper) for paper in missing.papers)
        return None, _("Papers are missing: %(papers)s.") % {"papers": papers}
    return None


def paper_words(paper: rules.Paper) -> str:
    labels = [str(DocumentKind(kind).label) for kind in sorted(paper.kinds)]
    return _(" or ").join(labels)


def _context(
    request: HttpRequest, grant: Grant, child: Child, row: Application, form: MoveForm
) -> dict[str, Any]:
    steps: list[Any] = list(row.steps.select_related("by"))
    for step in steps:
        step.label = MOVE_LABELS.get(step.move, step.move)
    held = Document.objects.permitted(grant).filter(child=child, withdrawn_at__isnull=True)
    documents = list(held.order_by("uploaded_at"))
    papers = [
        {
            "words": paper_words(paper), "is_required": paper.is_required,
            "kind": min(paper.kinds) if len(paper.kinds) == 1 else "",
            "documents": [document for document in documents if document.kind in paper.kinds],
        }
        for paper in rules.checklist(row.category)
    ]  # fmt: skip
    ahead = rules.moves_from(row.state)
    moves = [
        {"name": move.name, "label": MOVE_LABELS[move.name], "needs_reason": move.needs_reason}
        for move in ahead
        if grant.allows(Permission(move.permission))
    ]
    goes_on = [move.permission for move in ahead if not move.needs_reason]
    is_others = not any(grant.allows(Permission(asked)) for asked in goes_on)
    who = next((WHO_ACTS[asked] for asked in goes_on), "") if is_others else ""
    return form_context(
        request, grant, "", form=form, child=child, application=row, steps=steps, papers=papers,
        moves=moves, who_acts=who, clock=_clock(steps), documents=documents,
        visits=_visits(grant, child, steps),
        visits_it=is_ours(child, grant) and grant.allows(Permission.VISIT_LOG) and not row.is_ended,
    )  # fmt: skip


def _visits(grant: Grant, child: Child, steps: list) -> list[HomeVisit] | None:
    """Those since the application began, the newest first; None for who sees no visits."""
    if not grant.allows(Permission.VISIT_VIEW):
        return None
    rows = HomeVisit.objects.permitted(grant).filter(child=child)
    if steps:
        rows = rows.filter(visited_on__gte=timezone.localdate(min(step.at for step in steps)))
    return list(rows.newest_first()[:MOST_VISITS])


def _clock(steps: list) -> working_days.Clock | None:
    """The clock of the present state, or the one that papers have stopped; None without one."""
    days = [(step.to_state, timezone.localdate(step.at)) for step in steps]
    found = rules.current_clock(days, timezone.localdate())
    return found[1] if found else None
