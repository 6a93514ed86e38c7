"""The growth records of a term: what each still lacks; started and closed together."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.http import Request, whole_number
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.views.common import draft_initial, form_context, stale_message
from schools.actions.growth_mark import RecordsClosed, StaleMarks, give_marks
from schools.actions.growth_record import close_records, start_records
from schools.forms.growth_record import MarksForm, rebased
from schools.models import GrowthRecord, GrowthState, Subject, Term
from schools.models.growth_due import may_be_closed
from schools.models.growth_list import (
    class_choices,
    lines_of,
    of_class,
    terms_for_choice,
)
from schools.models.growth_marking import marker_of, rows_of_subject, subjects_to_mark

from .growth_record import other_mark

PAGE = 60
CLASS = 120  # children of a class on one screen; no class is greater


def _term(request: Request) -> tuple[Term | None, list[Term]]:
    """The chosen term, or the newest begun; and those to choose from."""
    terms = terms_for_choice(timezone.localdate())
    wanted = whole_number(request.GET.get("term", ""))
    chosen = next((term for term in terms if term.pk == wanted), terms[0] if terms else None)
    return chosen, terms


def _address(name: str, **query: Any) -> str:
    return f"{reverse(name)}?{urlencode({k: v for k, v in query.items() if v})}"


@require_GET
@requires(Permission.GROWTH_VIEW)
def growth_list(request: Request, grant: Grant) -> HttpResponse:
    term, terms = _term(request)
    chosen, state = request.GET.get("class", ""), request.GET.get("state", "")
    page = min(whole_number(request.GET.get("page", "")) or 1, 1_000)
    rows = GrowthRecord.objects.permitted(grant).filter(term=term).for_list()
    if chosen:
        rows = rows.filter(of_class(chosen))
    if state in GrowthState.values:
        rows = rows.filter(state=state)
    found = list(rows.by_class()[(page - 1) * PAGE : page * PAGE + 1])
    query = {"term": term.pk if term else "", "class": chosen, "state": state}
    context = {
        "term": term,
        "terms": terms,
        "classes": class_choices(grant, term) if term else [],
        "chosen": chosen,
        "state": state,
        "may_close": term is not None and may_be_closed(term, timezone.localdate()),
        "lines": lines_of(found[:PAGE]),
        "earlier": _address("schools:growth_list", **query, page=page - 1) if page > 1 else "",
        "later": _address("schools:growth_list", **query, page=page + 1)
        if len(found) > PAGE
        else "",
    }
    return TemplateResponse(request, "schools/growth_list.html", context)


def _posted_term(request: Request) -> Term:
    wanted = whole_number(request.POST.get("term", ""))
    for term in terms_for_choice(timezone.localdate()):
        if term.pk == wanted:
            return term
    raise Http404


@require_POST
@requires(Permission.GROWTH_CLOSE)
@once
def growth_start(request: Request, grant: Grant) -> HttpResponse:
    """Records for the paired children who have none of the term."""
    term = _posted_term(request)
    day = min(max(timezone.localdate(), term.starts_on), term.ends_on)
    count = start_records(term=term, day=day, by=grant.user, now=timezone.now())
    messages.success(
        request,
        ngettext("%(count)s record was started.", "%(count)s records were started.", count)
        % {"count": count},
    )
    return redirect(_address("schools:growth_list", term=term.pk))


@require_POST
@requires(Permission.GROWTH_CLOSE)
@once
def growth_close_whole(request: Request, grant: Grant) -> HttpResponse:
    """Close every record of the term in which nothing is missing; not long before its end."""
    term = _posted_term(request)
    if not may_be_closed(term, timezone.localdate()):
        day = formats.date_format(term.ends_on, "SHORT_DATE_FORMAT")
        text = _("This term ends on %(day)s: its records are closed in its last weeks.")
        messages.error(request, text % {"day": day})
        return redirect(_address("schools:growth_list", term=term.pk))
    rows = GrowthRecord.objects.permitted(grant).still_open().filter(term=term)
    ids = [line.record.pk for line in lines_of(list(rows.order_by("pk"))) if line.is_whole]
    count = close_records(term=term, ids=ids, by=grant.user, now=timezone.now())
    messages.success(
        request,
        ngettext("%(count)s record was closed.", "%(count)s records were closed.", count)
        % {"count": count},
    )
    return redirect(_address("schools:growth_list", term=term.pk))


@require_http_methods(["GET", "POST"])
@requires(Permission.GROWTH_FILL)
@once
def growth_marks(request: Request, grant: Grant) -> HttpResponse:
    """One subject's levels of all permitted children of a class, on one screen."""
    term, terms = _term(request)
    classes = class_choices(grant, term) if term else []
    keys = [key for key, _label in classes]
    chosen = request.GET.get("class", "")
    chosen = chosen if chosen in keys else (keys[0] if keys else "")
    marker = marker_of(grant.posting, timezone.localdate())
    open_rows = GrowthRecord.objects.permitted(grant).still_open().filter(term=term).for_list()
    records = list(open_rows.filter(of_class(chosen)).by_class()[:CLASS]) if chosen else []
    subjects = subjects_to_mark(records, marker)
    wanted = whole_number(request.GET.get("subject", ""))
    subject = next((s for s in subjects if s.pk == wanted), subjects[0] if subjects else None)
    context: dict[str, Any] = {
        "term": term, "terms": terms, "classes": classes, "chosen": chosen,
        "subjects": subjects, "subject": subject, "has_records": bool(records),
    }  # fmt: skip
    if subject is not None:
        answer = _mark_class(request, grant, subject, records, context)
        if answer is not None:
            return answer
    return TemplateResponse(request, "schools/growth_marks.html", context)


def _mark_class(
    request: Request,
    grant: Grant,
    subject: Subject,
    records: list[GrowthRecord],
    context: dict[str, Any],
) -> HttpResponse | None:
    """Adds the form to `context`; an answer when the marks were saved."""
    marker = marker_of(grant.posting, timezone.localdate())
    name = f"schools:growth_marks:{context['term'].pk}:{context['chosen']}:{subject.pk}"[:100]
    kept, kept_at = draft_initial(request, grant, name)
    rows, stored = rows_of_subject(subject, records, marker)
    form = MarksForm(request.POST or None, rows=rows, marks=stored, initial=kept)
    others: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            count = give_marks(entries=form.entries(), by=grant.posting, now=timezone.now())
        except StaleMarks as stale:
            labels = {row[2]: row[1] for row in rows}
            others = [other_mark(e, mark, labels[e.record_id]) for e, mark in stale.marks]
            rows, stored = rows_of_subject(subject, records, marker)
            form = MarksForm(rebased(request.POST, rows, stored), rows=rows, marks=stored)
            form.add_error(None, stale_message())
        except RecordsClosed:
            form.add_error(None, _("Some of these records were closed meanwhile. Open it anew."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(
                request,
                ngettext("%(count)s mark was saved.", "%(count)s marks were saved.", count)
                % {"count": count},
            )
            query = {"class": context["chosen"], "subject": subject.pk}
            return redirect(_address("schools:growth_marks", term=context["term"].pk, **query))
    context |= form_context(
        request, grant, name, form=form, others=others, kept_at=kept_at, version=0
    )
    return None
