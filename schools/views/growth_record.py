"""A child's growth record of a term: read, filled by several, closed, corrected."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record as log
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.actions.promises import PromiseBroken
from children.forms.child import ReasonForm
from children.models import Child, StaleRecord
from children.models.trail import FieldChange
from children.views.common import (
    draft_initial,
    form_context,
    merged,
    opened_version,
    permitted_child,
    stale_message,
    typed_version,
    what_others_changed,
)
from schools.actions.growth_mark import StaleMarks
from schools.actions.growth_record import (
    RecordIsClosed,
    close_records,
    correct_record,
    fill_record,
)
from schools.forms.growth_record import GrowthForm, MarksForm, rebased
from schools.models import GrowthCorrection, GrowthMark, GrowthRecord, MarkLevel
from schools.models.growth_due import may_be_closed
from schools.models.growth_figures import add_figures
from schools.models.growth_list import lines_of
from schools.models.growth_marking import marker_of, rows_of_record, sections_of
from schools.rules.growth_mark import MarkEntry


def _record(grant: Grant, case_number: str, pk: int) -> GrowthRecord:
    child = permitted_child(grant, case_number)
    rows = GrowthRecord.objects.permitted(grant).select_related(
        "term__year", "school__organisation", "closed_by"
    )
    row = get_object_or_404(rows, pk=pk, child=child)
    row.child = child
    return row


@require_GET
@requires(Permission.GROWTH_VIEW)
def growth_record(request: Request, grant: Grant, case_number: str, growth_id: int) -> HttpResponse:
    row = _record(grant, case_number, growth_id)
    log(
        grant=grant, kind=AccessKind.OPENED, request=request, child_id=row.child_id,
        area_code=row.child.managing_area_id, subject="growth",
    )  # fmt: skip
    add_figures([row])
    marks = GrowthMark.objects.permitted(grant).filter(record=row)
    context = {
        "child": row.child,
        "record": row,
        "line": lines_of([row])[0],
        "marks": marks.select_related("subject", "given_by__user").order_by("subject__position"),
        "corrections": GrowthCorrection.objects.permitted(grant)
        .filter(record=row)
        .select_related("by"),
    }
    return TemplateResponse(request, "schools/growth_record.html", context)


def panel(child: Child, grant: Grant, today: date) -> Any:
    """The records of a child, newest first, for its school page."""
    rows = GrowthRecord.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("term__year").order_by("-term__starts_on")
    return {"child": child, "lines": lines_of(list(rows)), "grant": grant}


@require_http_methods(["GET", "POST"])
@requires(Permission.GROWTH_FILL)
@once
def growth_fill(request: Request, grant: Grant, case_number: str, growth_id: int) -> HttpResponse:
    row = _record(grant, case_number, growth_id)
    if not row.is_open:
        messages.error(request, _closed_message())
        return redirect("schools:growth_record", row.child.case_number, row.pk)
    return _edit(request, grant, row, corrects=False)


@require_http_methods(["GET", "POST"])
@requires(Permission.GROWTH_CLOSE)
@once
def growth_correct(
    request: Request, grant: Grant, case_number: str, closed_growth_id: int
) -> HttpResponse:
    row = _record(grant, case_number, closed_growth_id)
    if row.is_open:
        return redirect("schools:growth_fill", row.child.case_number, row.pk)
    return _edit(request, grant, row, corrects=True)


def _closed_message() -> str:
    return _("This record is closed. The lead can still correct it, with a reason.")


@dataclass
class _Desk:
    """One sitting over one record: the forms, what was typed, what others changed meanwhile."""

    request: Request
    grant: Grant
    row: GrowthRecord
    corrects: bool

    def __post_init__(self) -> None:
        today = timezone.localdate()
        self.name = f"schools:growth_{'correct' if self.corrects else 'fill'}:{self.row.pk}"
        self.kept, self.kept_at = draft_initial(self.request, self.grant, self.name)
        self.sections = sections_of(self.grant, self.row, today)
        self.marker = marker_of(self.grant.posting, today)
        self.others: list[Any] = []
        posted = self.request.method == "POST"
        self.version = (
            typed_version(self.request) if posted else opened_version(self.kept, self.row.version)
        )
        self.show(self.request.POST if posted else None, self.row)

    def show(self, data: Any, instance: GrowthRecord) -> None:
        rows, stored = rows_of_record(self.row, self.marker)
        if data is not None and self.others:
            data = rebased(data, rows, stored)
        self.form = GrowthForm(
            data, instance=instance, sections=self.sections, corrects=self.corrects,
            initial=self.kept,
        )  # fmt: skip
        self.marks = MarksForm(data, rows=rows, marks=stored, initial=self.kept)

    def save(self) -> bool:
        """Whether it was saved; else the forms say why. Raises RecordIsClosed."""
        if not all([self.form.is_valid(), self.marks.is_valid()]):
            return False
        rows = GrowthRecord.objects.permitted(self.grant).select_related("term")
        stored = rows.get(pk=self.row.pk)
        common: dict[str, Any] = {
            "record": stored, "version": self.version, "facts": self.form.facts,
            "marks": self.marks.entries(), "by": self.grant.posting, "now": timezone.now(),
        }  # fmt: skip
        try:
            if self.corrects:
                correct_record(reason=self.form.cleaned_data["reason"], **common)
            else:
                fill_record(**common)
        except (StaleRecord, StaleMarks) as stale:
            self._go_on_from(stored, stale)
            return False
        except PromiseBroken as broken:
            self.form.add_error(None, broken.message)
            return False
        drafts.discard(grant=self.grant, form=self.name)
        return True

    def _go_on_from(self, stored: GrowthRecord, stale: StaleRecord | StaleMarks) -> None:
        """Show what the others did and keep what this user typed."""
        self.others = list(what_others_changed("growth", stored, self.version))
        if isinstance(stale, StaleMarks):
            labels = {row[3]: row[1] for row in self.marks.rows}
            self.others += [other_mark(e, mark, labels[e.subject_id]) for e, mark in stale.marks]
        data = merged(self.form, stored, "growth", self.version, self.request.POST)
        self.show(data, stored)
        self.form.add_error(None, stale_message())
        self.version = stored.version


def other_mark(entry: MarkEntry, mark: GrowthMark | None, label: str) -> FieldChange:
    """A mark that somebody else gave meanwhile, in words."""
    words = dict(MarkLevel.choices)
    now = mark.level if mark else ""
    return FieldChange(label, str(words.get(entry.was_level, "")), str(words.get(now, "")))


def _edit(request: Request, grant: Grant, row: GrowthRecord, corrects: bool) -> HttpResponse:
    desk = _Desk(request, grant, row, corrects)
    back = redirect("schools:growth_record", row.child.case_number, row.pk)
    if request.method == "POST":
        try:
            if desk.save():
                messages.success(request, _("Saved."))
                return back
        except RecordIsClosed:
            messages.error(request, _closed_message())
            return back
    context = form_context(
        request, grant, desk.name, form=desk.form, marks=desk.marks, child=row.child, record=row,
        version=desk.version, others=desk.others, kept_at=desk.kept_at, corrects=corrects,
    )  # fmt: skip
    return TemplateResponse(request, "schools/growth_fill.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.GROWTH_CLOSE)
@once
def growth_close(request: Request, grant: Grant, case_number: str, growth_id: int) -> HttpResponse:
    """A whole record is closed as it is near the term's end; another one, or one closed earlier,
    with the reason why."""
    row = _record(grant, case_number, growth_id)
    line = lines_of([row])[0]
    form = ReasonForm(request.POST or None)
    if not row.is_open:
        return redirect("schools:growth_record", row.child.case_number, row.pk)
    is_early = not may_be_closed(row.term, timezone.localdate())
    is_plain = line.is_whole and not is_early
    confirmed = "confirm" in request.POST and is_plain
    if request.method == "POST" and (confirmed or (not is_plain and form.is_valid())):
        reason = "" if is_plain else form.cleaned_data["reason"]
        close_records(term=row.term, ids=[row.pk], by=grant.user, now=timezone.now(), reason=reason)
        messages.success(request, _("The record is closed."))
        return redirect("schools:growth_record", row.child.case_number, row.pk)
    context = form_context(
        request, grant, "", form=form, child=row.child, record=row, line=line, is_early=is_early,
        is_plain=is_plain,
    )  # fmt: skip
    return TemplateResponse(request, "schools/growth_close.html", context)
