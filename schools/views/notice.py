"""A teacher's notices: written for a child or for many, listed with what came back."""

from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.models import Child
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions.notice import AlreadyWithdrawn, NotTheirs, withdraw_notice, write_notices
from schools.forms.notice import NoticeForm, WithdrawNoticeForm
from schools.models import Notice, NoticeDelivery, NoticeKind, NoticeTemplate
from schools.models.notice_due import unread_by_school
from schools.models.notice_group import children_of, groups, receivers
from schools.notice_jobs import send_notices

PAGE = 30
MOST_NAMED = 20
FILTERS = ("todo", "unread", "all")


@require_GET
@requires(Permission.NOTICE_VIEW)
def notice_list(request: Request, grant: Grant) -> HttpResponse:
    """Newest first; `?show=` todo, unread or all, `?before=` goes on below one."""
    today = timezone.localdate()
    show = request.GET.get("show", "all")
    show = show if show in FILTERS else "all"
    rows = Notice.objects.permitted(grant).of_desk(grant, today)
    ways = NoticeDelivery.objects.permitted(grant).filter(notice=OuterRef("pk"))
    if show != "all":
        rows = rows.filter(Exists(ways.for_people() if show == "todo" else ways.unread()))
    before = whole_number(request.GET.get("before", ""))
    rows = rows.filter(pk__lt=before) if before else rows
    rows = rows.select_related("child", "writer__user", "writer__organisation")
    found = list(rows.prefetch_related(with_deliveries(grant)).order_by("-pk")[: PAGE + 1])
    oversees = grant.sees_own_area or grant.allows(Permission.GROUP_LEAD)
    context = {
        "rows": found[:PAGE], "older": found[PAGE - 1].pk if len(found) > PAGE else "",
        "show": show, "oversees": oversees,
        "schools": unread_by_school(NoticeDelivery.objects.permitted(grant))
        if grant.sees_own_area
        else [],
    }  # fmt: skip
    return TemplateResponse(request, "schools/notice_list.html", context)


def with_deliveries(grant: Grant) -> Prefetch:
    rows = NoticeDelivery.objects.permitted(grant).select_related("guardian", "guardianship")
    return Prefetch("deliveries", rows.order_by("pk"), to_attr="ways")


@require_http_methods(["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
@once
def notice_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    return _write(request, grant, [child], f"schools:notice_add:{child.pk}", child=child)


@require_http_methods(["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
@once
def notice_bulk(request: Request, grant: Grant) -> HttpResponse:
    """One text for the children of a group, chosen by `whom`."""
    today = timezone.localdate()
    offered = groups(grant, today)
    asked = request.POST if request.method == "POST" else request.GET
    whom = asked.get("whom", offered[0].key)
    whom = whom if whom in {group.key for group in offered} else ""
    children = children_of(grant, whom, today) if whom else []
    return _write(request, grant, children, "schools:notice_bulk", groups=offered, whom=whom)


def _write(
    request: Request, grant: Grant, children: list[Child], name: str, **more: Any
) -> HttpResponse:
    kept, kept_at = draft_initial(request, grant, name)
    texts = list(NoticeTemplate.objects.usable())
    chosen = whole_number(request.GET.get("template", ""))
    text = next((text for text in texts if text.pk == chosen), None)
    form = NoticeForm(request.POST or None, initial=_from(text) or kept)
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        reached = receivers(children, kind, timezone.localdate())
        if not children:
            form.add_error(None, _("There is no child to write for."))
        elif not any(cares for _child, cares in reached):
            form.add_error(None, _nobody_to_tell([child.name for child in children]))
        elif (answer := _written(request, grant, children, form, name, more)) is not None:
            if left_out := [child.name for child, cares in reached if not cares]:
                messages.warning(request, _nobody_to_tell(left_out))
            return answer
    kind = form["kind"].value()
    kind = kind if kind in NoticeKind.values else NoticeKind.OTHER
    told = receivers(children, kind, timezone.localdate())
    context = form_context(
        request, grant, name, form=form, texts=texts, text=text, told=told,
        kept_at=None if text else kept_at, total=sum(len(cares) for _child, cares in told), **more,
    )  # fmt: skip
    return TemplateResponse(request, "schools/notice_write.html", context)


def _nobody_to_tell(names: list[str]) -> str:
    shown = _(", ").join(names[:MOST_NAMED]) + ("…" if len(names) > MOST_NAMED else "")
    text = _("Nobody to tell is recorded: %(names)s. Ask the township who cares for the child now.")
    return text % {"names": shown}


def _from(text: NoticeTemplate | None) -> dict[str, Any]:
    fields = ("subject", "body", "kind", "language", "asks_answer")
    return {field: getattr(text, field) for field in fields} if text else {}


def _written(
    request: Request, grant: Grant, children: list[Child], form: NoticeForm, name: str, more: Any
) -> HttpResponse | None:
    try:
        rows = write_notices(
            children=children, facts=form.cleaned_data, by=grant.posting, now=timezone.now()
        )
    except PromiseBroken as broken:
        form.add_error(None, broken.message)
        return None
    send_notices.defer()
    drafts.discard(grant=grant, form=name)
    messages.success(
        request,
        ngettext(
            "The notice is written and goes out now.",
            "%(count)s notices are written and go out now.",
            len(rows),
        )
        % {"count": len(rows)},
    )
    if child := more.get("child"):
        return redirect("schools:notice_detail", child.case_number, rows[0].pk)
    return redirect("schools:notice_list")


@require_GET
@requires(Permission.NOTICE_VIEW)
def notice_detail(request: Request, grant: Grant, case_number: str, notice_id: int) -> HttpResponse:
    child = permitted_child(grant, case_number)
    rows = Notice.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("writer__user", "writer__organisation", "withdrawn_by")
    row: Any = get_object_or_404(rows.prefetch_related(with_deliveries(grant)), pk=notice_id)
    row.child = child
    context = {
        "child": child, "row": row, "seen": [way for way in row.ways if way.was_seen],
        "may_withdraw": not row.withdrawn_at and row.may_be_withdrawn_by(grant.posting),
    }  # fmt: skip
    return TemplateResponse(request, "schools/notice_detail.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
@once
def notice_withdraw(
    request: Request, grant: Grant, case_number: str, notice_id: int
) -> HttpResponse:
    """Afterwards the notice's page tells who had read it already."""
    child = permitted_child(grant, case_number)
    rows = Notice.objects.permitted(grant).filter(withdrawn_at__isnull=True)
    row = get_object_or_404(rows.select_related("writer__user"), pk=notice_id, child=child)
    others = rows.filter(batch=row.batch).exclude(pk=row.pk).count()
    form = WithdrawNoticeForm(request.POST or None, others=others)
    if request.method == "POST" and form.is_valid():
        try:
            gone = withdraw_notice(
                notice=row, with_batch=form.cleaned_data.get("with_batch", False),
                reason=form.cleaned_data["reason"], by=grant.posting, now=timezone.now(),
            )  # fmt: skip
        except NotTheirs:
            form.add_error(None, _("Only its writer and the lead of the school withdraw it."))
        except AlreadyWithdrawn:
            form.add_error(None, _("Somebody else has withdrawn it already."))
        else:
            messages.success(request, _withdrawn(len(gone)))
            return redirect("schools:notice_detail", child.case_number, row.pk)
    context = form_context(request, grant, "", form=form, child=child, row=row)
    return TemplateResponse(request, "schools/notice_withdraw.html", context)


def _withdrawn(count: int) -> str:
    text = ngettext("The notice is withdrawn.", "%(count)s notices are withdrawn.", count)
    return text % {"count": count}
