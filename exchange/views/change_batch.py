"""All changes of a filter decided at once: asked for, told, confirmed, followed."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.models.area import area_names
from accounts.once import new_key, once
from children.actions.promises import PromiseBroken, promise_in_words
from children.views.common import form_context
from exchange import jobs
from exchange.actions.change_batch import MovedOn, TooLate, ask, cancel, start
from exchange.models import (
    BatchMove,
    ChangeBatch,
    ChangeBatchLine,
    ChangeOutcome,
    FeedKind,
    ProposedChange,
    ProposedField,
)
from exchange.rules.change_batch import TO_LOOK_AT, Outcome

from .proposed_change import Chosen, waiting_changes

SHOWN = 50  # of those that stay
FIELDS, KINDS = dict(ProposedField.choices), dict(FeedKind.choices)
REASONS = dict(ChangeOutcome.choices)


def _batch(grant: Grant, batch_id: int) -> ChangeBatch:
    rows = ChangeBatch.objects.permitted(grant).select_related("by", "list_import")
    return get_object_or_404(rows, pk=batch_id)


@require_POST
@requires(Permission.CHANGE_DECIDE)
@once
def batch_ask(request: Request, grant: Grant) -> HttpResponse:
    """All that the filter holds now; nothing is decided yet."""
    chosen = Chosen.of(grant, request.POST)
    rows, move = chosen.of_rows(waiting_changes(grant)), request.POST.get("move", "")
    if move not in BatchMove.values or not chosen.is_understood or not rows.exists():
        messages.warning(request, _("No change fits this filter."))
        return redirect("exchange:change_list")
    named = {"field": chosen.field, "inside": chosen.inside, "list_import_id": chosen.list_import}
    batch = ask(rows=rows, move=BatchMove(move), chosen=named, grant=grant, now=timezone.now())
    return redirect("exchange:batch_detail", batch.pk)


@require_GET
@requires(Permission.CHANGE_DECIDE)
def batch_detail(request: Request, grant: Grant, batch_id: int) -> HttpResponse:
    return _page(request, grant, _batch(grant, batch_id))


def _page(
    request: Request, grant: Grant, batch: ChangeBatch, reason: str = "", mistake: str = ""
) -> HttpResponse:
    lines = ChangeBatchLine.objects.permitted(grant).filter(batch=batch)
    counts = list(lines.counted("field", "list_import_id", "list_import__kind", "list_import__at"))
    by_outcome = _summed(counts, "outcome")
    done, waiting = by_outcome.pop(Outcome.DONE, 0), by_outcome.pop(Outcome.WAITING, 0)
    context = form_context(
        request, grant, "", batch=batch, done=done, waiting=waiting, mistake=mistake,
        back=_filter_of(batch), reason=reason, total=done + waiting + sum(by_outcome.values()),
        place=area_names([batch.inside]).get(batch.inside, "") if batch.inside else "",
        is_own=batch.by_id == grant.user.pk, **_tables(counts, batch),
        stays=[
            {"why": REASONS[key], "count": count, "is_to_look_at": key in TO_LOOK_AT}
            for key, count in by_outcome.items()
        ],
        left=_left(lines, grant) if by_outcome and not batch.is_asked else [],
        keys={name: new_key() for name in ("cancel", "start")}, most=SHOWN,
    )  # fmt: skip
    return TemplateResponse(request, "exchange/change_batch.html", context)


def _filter_of(batch: ChangeBatch) -> str:
    """Address of the list, narrowed as it was."""
    asked = {"field": batch.field, "inside": batch.inside, "import": batch.list_import_id}
    query = urlencode({key: value for key, value in asked.items() if value})
    return reverse("exchange:change_list") + (f"?{query}" if query else "")


def _summed(counts: list[dict[str, Any]], *names: str) -> dict[Any, int]:
    """The most frequent first."""
    found: dict[Any, int] = defaultdict(int)
    for one in counts:
        found[one[names[0]] if len(names) == 1 else tuple(one[name] for name in names)] += one[
            "count"
        ]
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _tables(counts: list[dict[str, Any]], batch: ChangeBatch) -> dict[str, Any]:
    """By fact, and by list: how many will be decided or were, and how many stay."""
    goes = [one for one in counts if one["outcome"] in (Outcome.WAITING, Outcome.DONE)]
    stay = [one for one in counts if one["outcome"] not in (Outcome.WAITING, Outcome.DONE)]
    of_list = ("list_import_id", "list_import__kind", "list_import__at")
    facts, kept = _summed(goes, "field"), _summed(stay, "field")
    lists, left = _summed(goes, *of_list), _summed(stay, *of_list)
    return {
        "facts": [
            {"name": FIELDS[key], "count": facts.get(key, 0), "stays": kept.get(key, 0)}
            for key in dict.fromkeys([*facts, *kept])
        ],
        "lists": [
            {"name": KINDS[key[1]], "at": key[2], "pk": key[0], "count": lists.get(key, 0),
             "stays": left.get(key, 0)}
            for key in dict.fromkeys([*lists, *left])
        ],
    }  # fmt: skip


def _left(lines: Any, grant: Grant) -> list[dict[str, Any]]:
    """Some of those that wait for a look, with the reason; only of files that are seen."""
    shown = list(lines.filter(outcome__in=TO_LOOK_AT).order_by("outcome", "pk")[:SHOWN])
    rows = ProposedChange.objects.permitted(grant).waiting(grant).select_related("child")
    changes = rows.in_bulk([line.change_key for line in shown])
    return [
        {"change": changes[line.change_key], "why": REASONS[line.outcome],
         "promise": promise_in_words(line.promise) if line.promise else ""}
        for line in shown if line.change_key in changes
    ]  # fmt: skip


@require_POST
@requires(Permission.CHANGE_DECIDE)
@once
def batch_start(request: Request, grant: Grant, batch_id: int) -> HttpResponse:
    batch = _batch(grant, batch_id)
    reason = request.POST.get("reason", "").strip()[:200] if batch.is_refusal else ""
    if batch.by_id != grant.user.pk:
        messages.warning(request, _("Whoever asked for it confirms it."))
    elif batch.is_asked and batch.is_refusal and len(reason) < 2:
        return _page(request, grant, batch, reason, _("Say why the changes are refused."))
    else:
        _started(request, batch, reason, grant)
    return redirect("exchange:batch_detail", batch.pk)


def _started(request: Request, batch: ChangeBatch, reason: str, grant: Grant) -> None:
    try:
        start(batch=batch, reason=reason, by=grant.user, now=timezone.now())
    except MovedOn:
        messages.warning(request, _("It has moved on in the meantime. This is how it stands."))
    except TooLate:
        messages.warning(
            request, _("This was told a day ago or more. Go back to the list and ask anew.")
        )
    except PromiseBroken as broken:
        messages.error(request, broken.message)
    else:
        jobs.decide_changes.defer(batch_id=batch.pk)


@require_POST
@requires(Permission.CHANGE_DECIDE)
@once
def batch_cancel(request: Request, grant: Grant, batch_id: int) -> HttpResponse:
    """Also on the way: what was decided by then stays so."""
    batch = _batch(grant, batch_id)
    if batch.by_id != grant.user.pk:
        messages.warning(request, _("Whoever asked for it cancels it."))
        return redirect("exchange:batch_detail", batch.pk)
    try:
        cancel(batch=batch, by=grant.user, now=timezone.now())
    except MovedOn:
        messages.warning(request, _("It has moved on in the meantime. This is how it stands."))
    return redirect("exchange:change_list" if batch.is_asked else "exchange:batch_detail",
                    *([] if batch.is_asked else [batch.pk]))  # fmt: skip
