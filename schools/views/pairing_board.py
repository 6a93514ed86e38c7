"""The lead pairs many children on one screen and is told the outcome child by child."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.views.common import form_context
from schools.actions.pairing import Outcome, pair_all
from schools.forms.pairing_board import BoardFilterForm, BoardForm, named_children
from schools.models.load import helpers_of
from schools.models.pairing_board import BoardRow, board_page, board_rows
from schools.models.seating import classes_of


@require_http_methods(["GET", "POST"])
@requires(Permission.GROUP_LEAD)
@once
def pairing_board(request: Request, grant: Grant) -> HttpResponse:
    now = timezone.now()
    today = timezone.localdate(now)
    helpers = list(helpers_of(grant, today))
    form, outcomes = BoardForm(rows={}, helpers=helpers), []
    if request.method == "POST":
        named = board_rows(grant, named_children(request.POST), today)
        form = BoardForm(request.POST, rows=named, helpers=helpers)
        if form.is_valid():
            outcomes = pair_all(
                wishes=form.wishes, reason=form.cleaned_data["reason"], by=grant.user, now=now,
                today=today,
            )  # fmt: skip
            saved = sum(outcome.is_saved for outcome in outcomes)
            if saved == len(outcomes):
                _tell(request, saved)
                return redirect(request.get_full_path())
    classes = classes_of(grant.posting.organisation_id or 0, today)
    filters = BoardFilterForm(request.GET, staff=helpers, classes=classes)
    rows, following = _rows(request, grant, form, outcomes, filters, today)
    query = request.GET.copy()
    query.pop("after", None)
    context = form_context(
        request, grant, "", form=form, filters=filters, rows=rows, following=following,
        helpers=list(helpers_of(grant, today)) if outcomes else helpers, query=query.urlencode(),
        refused=[outcome for outcome in outcomes if not outcome.is_saved],
        saved=[outcome for outcome in outcomes if outcome.is_saved],
    )  # fmt: skip
    return TemplateResponse(request, "schools/pairing_board.html", context)


def _cursor(request: Request) -> str:
    return request.GET.get("after", "").replace("\x00", "")[:200]


def _tell(request: Request, saved: int) -> None:
    text = ngettext("%(count)s child was paired.", "%(count)s children were paired.", saved)
    messages.success(request, text % {"count": saved})


def _rows(
    request: Request, grant: Grant, form: BoardForm, outcomes: list[Outcome],
    filters: BoardFilterForm, today: Any,
) -> tuple[list[BoardRow], str]:  # fmt: skip
    """The rows to show: those sent, when something stands against them; else the page asked for.

    What was chosen and not saved is shown as chosen, beside who holds the child now.
    """
    if not form.is_bound:
        return board_page(grant, filters.filters, _cursor(request), today)
    fresh = board_rows(grant, form.rows, today) if outcomes else form.rows
    told = {outcome.wish.child.pk: outcome for outcome in outcomes}
    if not outcomes:
        for wish in form.wishes:
            fresh[wish.child.pk].chosen = wish.helper
    for key, outcome in told.items():
        if key in fresh:
            fresh[key].outcome = outcome
    return list(fresh.values()), ""
