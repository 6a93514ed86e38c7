"""While somebody is away: naming who stands in, calling it off, and what home says of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.models import Posting
from accounts.once import once
from children.actions import deputy as actions
from children.actions.promises import PromiseBroken
from children.forms.deputy import DeputyForm
from children.models.compiled import compiled
from children.models.deputies import deputies_beside, deputies_known_to, stood_in_for

from .common import form_context


@require_http_methods(["GET", "POST"])
@requires(Permission.DEPUTY_NAME)
@once
def deputy_list(request: Request, grant: Grant) -> HttpResponse:
    """Who stands in for whom; a form for one posting: one's own, or `?for=` one that is led."""
    today = timezone.localdate()
    led = list(stood_in_for(grant, today))
    posting = _chosen(request, grant, led)
    form = None
    if posting is not None:
        initial = {"starts_on": today}
        form = DeputyForm(request.POST or None, posting=posting, today=today, initial=initial)
    if request.method == "POST" and form is None:
        raise Http404  # a deputy names none
    if request.method == "POST" and form is not None and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            actions.name_deputy(
                posting=form.posting, deputy=facts.pop("deputy").user, by=grant.user,
                now=timezone.now(), **facts,
            )  # fmt: skip
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("The deputy is named."))
            return redirect("children:deputy_list")
    rows = list(deputies_known_to(grant, today))
    context = {
        "rows": [(row, row.stands_in_for in led or _is_own(row, grant)) for row in rows],
        "led": led, "posting": posting, "today": today,
    }  # fmt: skip
    return TemplateResponse(
        request, "children/deputy_list.html",
        form_context(request, grant, "", form=form, **context),
    )  # fmt: skip


def _chosen(request: Request, grant: Grant, led: list[Posting]) -> Posting | None:
    """The posting asked for; the own one where none is; 404 for one of somebody else's place."""
    asked = request.GET.get("for")
    key = whole_number(asked) if asked else grant.posting.pk
    found = next((row for row in led if row.pk == key), None)
    if asked and found is None:
        raise Http404
    return found


def _is_own(row: Posting, grant: Grant) -> bool:
    """Who is away may come back earlier, in whatever posting they act."""
    return row.stands_in_for is not None and row.stands_in_for.user_id == grant.user.pk


@require_POST
@requires(Permission.DEPUTY_NAME)
@once
def deputy_call_off(request: Request, grant: Grant, deputy_id: int) -> HttpResponse:
    """By who is away, who leads them, or the deputy."""
    if request.POST.get("step") != "END":
        raise Http404  # a button sends it: nothing is ended by an address alone
    today = timezone.localdate()
    row = get_object_or_404(deputies_known_to(grant, today), pk=deputy_id)
    actions.call_off(deputy=row, by=grant.user, now=timezone.now())
    messages.success(request, _("The deputy stands in no longer than today."))
    return redirect("children:deputy_list")


@compiled()
def _beside(grant: Grant, today: Any) -> Any:
    return deputies_beside(grant, today)


def deputies_block(grant: Grant, today: date) -> Any:
    """Home: for whom the reader stands in today, and who stands in for the reader."""
    rows = _beside(grant, today=today)
    if not rows:
        return None
    own = [row for row in rows if row.user_id == grant.user.pk]
    return {"own": own, "away": [row for row in rows if row not in own], "acting": grant.posting}
