"""Pairs to decide: the list, and one pair side by side, answered by keys or buttons."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.models.area import parts_of
from accounts.once import once
from children.forms.child import ReasonForm
from children.models import StaleRecord
from children.views.common import form_context, is_ours, typed_version
from exchange.actions.match_pair import Answered, answer_pair, put_off
from exchange.forms.match_pair import FILES, AnswerForm, PairFilterForm
from exchange.matching import is_as_then
from exchange.models import MatchPair
from exchange.models.pair_sides import REVEALED, lines, values_of_child, values_of_row

PAGE = 25
REMARK = "pair_remark"  # typed beside the answer, on its way to the form that merges


def chosen_pairs(request: Request, grant: Grant) -> tuple[Any, Any, str]:
    """Form, pairs waiting that it lets through, and the query that keeps the choice."""
    form = PairFilterForm(request.GET, places=parts_of(grant.area_code or ""))
    form.is_valid()
    kind, inside = form.cleaned_data.get("kind"), form.cleaned_data.get("inside")
    rows = MatchPair.objects.permitted(grant).ours(grant).waiting()
    if kind == FILES:
        rows = rows.filter(other__isnull=False)
    elif kind:
        rows = rows.filter(list_row__kind=kind)
    if inside:
        rows = rows.inside(inside)
    list_import = whole_number(request.GET.get("import", ""))
    if list_import is not None:
        rows = rows.filter(list_row__list_import=list_import)
    query = request.GET.copy()
    query.pop("page", None)
    return form, rows, query.urlencode()


@require_GET
@requires(Permission.PAIR_DECIDE)
def pair_list(request: Request, grant: Grant) -> HttpResponse:
    form, rows, query = chosen_pairs(request, grant)
    page = min(whole_number(request.GET.get("page", "")) or 1, 1_000)
    start = (page - 1) * PAGE
    found = list(
        rows.in_order().select_related("child__residence_area__parent", "other", "list_row")[
            start : start + PAGE + 1
        ]
    )
    context = form_context(
        request, grant, "", form=form, pairs=found[:PAGE], query=query,
        is_filtered=any(form.cleaned_data.values()) or "import" in request.GET,
        following=page + 1 if len(found) > PAGE else None,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/pair_list.html", context)


def _pair(grant: Grant, pair_id: int) -> MatchPair:
    """To be decided by whoever keeps the file; of two files either."""
    rows = MatchPair.objects.permitted(grant).select_related(
        "child__residence_area", "other", "list_row", "decided_by"
    )
    pair = get_object_or_404(rows, pk=pair_id)
    if not is_ours(pair.child, grant) and not (pair.other and is_ours(pair.other, grant)):
        raise Http404
    return pair


@require_GET
@requires(Permission.PAIR_DECIDE)
def pair_detail(request: Request, grant: Grant, pair_id: int) -> HttpResponse:
    pair = _pair(grant, pair_id)
    for child in filter(None, (pair.child, pair.other)):
        record(
            grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject="pair",
        )  # fmt: skip
    _form, rows, query = chosen_pairs(request, grant)
    context = form_context(
        request, grant, "", form=AnswerForm(), pair=pair, version=pair.version, query=query,
        lines=lines(pair), following=next_pair(rows, pair),
        is_changed=not is_as_then(pair.child, bytes(pair.child_key)),
    )  # fmt: skip
    return TemplateResponse(request, "exchange/pair_detail.html", context)


def next_pair(rows: Any, pair: MatchPair) -> int | None:
    """The one behind it, so that who leaves pairs open comes to all of them; after the last the
    first."""
    others = rows.exclude(pk=pair.pk).in_order()
    found: MatchPair | None = others.after(pair).only("pk").first() or others.only("pk").first()
    return found.pk if found else None


@require_POST
@requires(Permission.PAIR_DECIDE)
@once
def pair_answer(request: Request, grant: Grant, pair_id: int) -> HttpResponse:
    """`answer`: same, distinct or later; then the next pair of the same choice."""
    pair, answer = _pair(grant, pair_id), request.POST.get("answer")
    _form, rows, query = chosen_pairs(request, grant)
    if answer == "same" and pair.other is not None:
        request.session[REMARK] = [pair.pk, request.POST.get("reason", "")[:200]]
        return redirect(with_query(reverse("exchange:file_merge", args=[pair.pk]), query))
    try:
        _take(request, grant, pair, answer)
    except StaleRecord:
        _tell_others(request, pair)
    following = next_pair(rows, pair)  # asked after the answer, which may settle others
    address = (
        reverse("exchange:pair_detail", args=[following])
        if following
        else reverse("exchange:pair_list")
    )
    return redirect(with_query(address, query))


def with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def _take(request: Request, grant: Grant, pair: MatchPair, answer: str | None) -> None:
    common: dict[str, Any] = {
        "pair": pair, "version": typed_version(request), "by": grant.user, "now": timezone.now(),
    }  # fmt: skip
    if answer == "later":
        put_off(**common)
    elif answer in ("same", "distinct"):
        form = AnswerForm(request.POST)
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        done = answer_pair(**common, is_same=answer == "same", reason=reason)
        messages.success(request, _in_words(done, answer == "same"))
    else:
        raise Http404


def _in_words(done: Answered, is_same: bool) -> str:
    if done.opened:
        return _("Another child: file %(number)s was opened.") % {"number": done.opened}
    if done.proposals:
        return _("The same child. Proposed changes: %(count)s.") % {"count": done.proposals}
    return _("The same child: kept.") if is_same else _("Another child: kept.")


def _tell_others(request: Request, pair: MatchPair) -> None:
    """Two people at one pair: the second is told what the first said; nothing is written over."""
    pair.refresh_from_db()
    if pair.is_waiting:
        messages.warning(request, _("Somebody put this pair off while you looked at it."))
        return
    messages.warning(
        request,
        _("%(user)s answered this pair before you: %(answer)s. Your answer was not kept.")
        % {"user": pair.decided_by.full_name if pair.decided_by else "",
           "answer": pair.get_state_display()},
    )  # fmt: skip


@require_POST
@requires(Permission.SENSITIVE_REVEAL)
def pair_reveal(request: Request, grant: Grant, pair_id: int) -> HttpResponse:
    """One masked value of one side, for a reason that is logged before it is shown."""
    pair = _pair(grant, pair_id)
    side, _dot, field = request.POST.get("field", "").partition(".")
    if field not in REVEALED or side not in ("left", "right"):
        raise Http404
    of_row = side == "left" and pair.list_row is not None
    child = pair.other if side == "left" and pair.other is not None else pair.child
    form = ReasonForm(request.POST)
    value = None
    if form.is_valid():
        record(
            grant=grant, kind=AccessKind.REVEALED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, reason=form.cleaned_data["reason"],
            subject=f"pair.row.{field}" if of_row else field,
        )  # fmt: skip
        values = values_of_row(pair.list_row) if of_row else values_of_child(child)  # type: ignore[arg-type]
        value = values[field]
    context = {"form": form, "pair": pair, "field": request.POST["field"], "value": value}
    template = "exchange/pair_reveal.html" + ("#answer" if request.htmx else "")
    return TemplateResponse(request, template, context)
