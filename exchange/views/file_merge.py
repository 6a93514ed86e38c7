"""Merging two files of one child, and parting them again; what a child's page tells of it."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Grant, Permission, requires
from accounts.http import Request
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import Child, StaleRecord
from children.models.compiled import compiled
from children.views.common import form_context, is_ours, typed_version
from exchange.actions.file_merge import StillRunning, merge_files, part_files
from exchange.forms.file_merge import MergeForm, PartForm
from exchange.models import FileMerge, MatchPair
from exchange.models.merge_hindrances import Hindrance, hindrances
from exchange.models.pair_sides import lines

from .match_pair import REMARK, chosen_pairs, next_pair, with_query


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_MERGE)
@once
def file_merge(request: Request, grant: Grant, file_pair_id: int) -> HttpResponse:
    rows = MatchPair.objects.permitted(grant).waiting().select_related("child", "other")
    pair = get_object_or_404(rows, pk=file_pair_id, other__isnull=False)
    files = [file for file in (pair.child, pair.other) if file is not None]
    if not all(is_ours(file, grant) for file in files):
        raise Http404
    running = [(file, hindrances(file, timezone.localdate())) for file in files]
    kept = _likely(pair, running)
    about, remark = request.session.get(REMARK, (None, ""))
    initial = {"kept": str(kept.pk), "reason": remark if about == pair.pk else ""}
    form = MergeForm(request.POST or None, files=files, initial=initial)
    if request.method == "POST" and form.is_valid():
        kept = next(file for file in files if str(file.pk) == form.cleaned_data["kept"])
        try:
            merge_files(
                pair=pair, version=typed_version(request), kept=kept,
                reason=form.cleaned_data["reason"], by=grant.user, now=timezone.now(),
            )  # fmt: skip
        except StillRunning as hindered:
            told = _("; ").join(f"{one.text}{_(': ')}{one.count}" for one in hindered.found)
            form.add_error("kept", _("On the other file something still runs: %s.") % told)
        except StaleRecord:
            form.add_error(None, _("Somebody else decided this pair. Look at it again."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            return _merged(request, grant, pair, kept)
    context = form_context(
        request, grant, "", form=form, pair=pair, version=pair.version, lines=lines(pair),
        running=running, query=chosen_pairs(request, grant)[2],
    )  # fmt: skip
    return TemplateResponse(request, "exchange/file_merge.html", context)


def _merged(request: Request, grant: Grant, pair: MatchPair, kept: Child) -> HttpResponse:
    """To the next pair of the same choice, as after any answer; after the last to the file."""
    address = reverse("children:child_detail", args=[kept.case_number])
    _form, rows, query = chosen_pairs(request, grant)
    following = next_pair(rows, pair) if grant.allows(Permission.PAIR_DECIDE) else None
    if following is None:
        messages.success(request, _("Merged: this file goes on."))
        return redirect(address)
    link = format_html('<a class="alert-link" href="{}">{}</a>', address, kept.case_number)
    messages.success(request, format_html(_("Merged: file {number} goes on."), number=link))
    return redirect(with_query(reverse("exchange:pair_detail", args=[following]), query))


def _likely(pair: MatchPair, running: list[tuple[Child, list[Hindrance]]]) -> Child:
    """To go on: the one on which something runs, where the other can be closed; else the older."""
    busy = [file for file, found in running if found]
    return busy[0] if len(busy) == 1 else pair.child


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_MERGE)
@once
def file_part(request: Request, grant: Grant, merge_id: int) -> HttpResponse:
    rows = FileMerge.objects.permitted(grant).standing().select_related("child", "merged", "by")
    merge = get_object_or_404(rows, pk=merge_id)
    if not is_ours(merge.child, grant):
        raise Http404
    form = PartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            part_files(
                merge=merge, version=typed_version(request), reason=form.cleaned_data["reason"],
                by=grant.user, now=timezone.now(),
            )  # fmt: skip
        except StaleRecord:
            form.add_error(None, _("Somebody else parted these files already."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            messages.success(request, _("Parted: each file is what it was."))
            return redirect("children:child_detail", merge.merged.case_number)
    context = form_context(request, grant, "", form=form, merge=merge, version=merge.version)
    return TemplateResponse(request, "exchange/file_part.html", context)


@compiled(by_key=True)
def _merged_into(grant: Grant, child: Any) -> Any:
    rows = FileMerge.objects.permitted(grant).standing().filter(child=child)
    return rows.select_related("merged", "by").order_by("merged_at")


def merges_panel(child: Child, grant: Grant, today: date) -> dict[str, Any] | None:
    """Files continued in this one, or the one that this is continued in; one query."""
    if child.merged_into_id is not None:
        seen = Child.objects.permitted(grant).filter(pk=child.merged_into_id).first()
        return {"goes_on": seen, "is_merged": True, "merges": []}
    merges = _merged_into(grant, child=child.pk)
    return {"merges": merges, "is_merged": False} if merges else None
