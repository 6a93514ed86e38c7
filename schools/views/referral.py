"""Referrals, sessions and notes: who may see which row, the rows say."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request
from accounts.models import AccessKind
from accounts.once import once
from children.models import Child
from children.views.common import draft_initial, form_context, permitted_child
from schools.actions import referral as actions
from schools.actions.counselling import add_note, hold_session
from schools.forms.referral import NoteForm, ReferForm, ReferralMoveForm, SessionForm
from schools.models import (
    CounsellingNote,
    CounsellingSession,
    Referral,
    ReferralGround,
    ReferralMove,
)
from schools.rules.referral import Refusal

NOTES = 100


@require_http_methods(["GET", "POST"])
@requires(Permission.OBSERVE)
@once
def referral_add(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    name = f"schools:referral_add:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = ReferForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        actions.refer(
            child=child, ground=ReferralGround.PERSON, remark=form.cleaned_data["remark"],
            by=grant.posting, now=timezone.now(), today=timezone.localdate(),
        )  # fmt: skip
        drafts.discard(grant=grant, form=name)
        messages.success(request, _("The counsellor and the lead of the school have been told."))
        return redirect("schools:wellbeing", child.case_number)
    context = form_context(request, grant, name, form=form, child=child, kept_at=kept_at)
    return TemplateResponse(request, "schools/referral_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.WELLBEING_VIEW)
@once
def referral_detail(
    request: Request, grant: Grant, case_number: str, referral_id: int
) -> HttpResponse:
    child = permitted_child(grant, case_number)
    row = _permitted(grant, child, referral_id)
    form = _move_form(request, row)
    if request.method == "POST" and form.is_valid():
        error = _move(row, form.cleaned_data, grant)
        if error is None:
            messages.success(request, _("The step was recorded."))
            if Child.objects.permitted(grant).filter(pk=child.pk).exists():
                return redirect("schools:referral_detail", child.case_number, row.pk)
            return redirect("home")  # who ended it sees the file no more
        form.add_error(None, error)
        row = _permitted(grant, child, referral_id)
    elif request.method == "GET":
        record(
            grant=grant, kind=AccessKind.OPENED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject="wellbeing",
        )  # fmt: skip
    context = form_context(
        request, grant, "", form=form, child=child, referral=row, **_told(row, grant)
    )
    return TemplateResponse(request, "schools/referral_detail.html", context)


def _move_form(request: Request, row: Referral) -> ReferralMoveForm:
    today = timezone.localdate()
    leads = actions.leads_of(row.organisation, today)
    counsellors = actions.counsellors_of(row.organisation, today).exclude(user=row.counsellor_id)
    first = leads.first()
    only = counsellors[0] if len(counsellors) == 1 else None
    initial = {"lead": first.pk if first else None, "counsellor": only.pk if only else None}
    return ReferralMoveForm(
        request.POST or None, leads=leads, counsellors=counsellors, initial=initial
    )


def _permitted(grant: Grant, child: Child, referral_id: int) -> Referral:
    rows = Referral.objects.permitted(grant)
    rows = rows.select_related("organisation", "opened_by", "counsellor", "lead")
    return get_object_or_404(rows, pk=referral_id, child=child)


def _told(row: Referral, grant: Grant) -> dict[str, Any]:
    """Steps for all who see the referral; sessions and notes as their own rows allow."""
    sessions = CounsellingSession.objects.permitted(grant).filter(referral=row)
    notes = CounsellingNote.objects.permitted(grant).filter(referral=row)
    steps = list(row.steps.select_related("by", "counsellor"))
    return {
        "is_mine": grant.user.pk in (row.counsellor_id, row.lead_id),
        "steps": steps,
        "unsigned": any(step.move == ReferralMove.UNSIGN for step in steps),
        "sessions": sessions.select_related("counsellor"),
        "notes": notes.select_related("written_by", "session")[:NOTES],
        "moves": row.moves_of(grant.posting),
    }


def _move(row: Referral, typed: dict[str, Any], grant: Grant) -> str | None:
    """Carry the move out; the message when it cannot be."""
    common: dict[str, Any] = {"referral": row, "by": grant.posting, "now": timezone.now()}
    move, text = typed["move"], typed["text"]
    try:
        if move == "TAKE":
            actions.take(lead=typed["lead"].user, **common)
        elif move == "ASSIGN":
            actions.assign(counsellor=typed["counsellor"], **common)
        elif move == "PLAN":
            actions.plan(text=text, **common)
        elif move == "CLOSE":
            actions.close(outcome=typed["outcome"], text=text, **common)
        else:
            actions.reopen(reason=text, **common)
    except actions.NotNow:
        return _("Somebody else has taken a step in the meantime. Look at it again.")
    except actions.NoCounsellor:
        return _("This person is no counsellor of the school any more. Choose another.")
    except actions.NotTheirs as refused:
        if refused.why == Refusal.OTHER_SCHOOL:
            return _("Another school looks after this referral.")
        if move == "ASSIGN":
            return _("Only the lead of the school gives a referral to a counsellor.")
        return _("Only its counsellor and the named lead take this step.")
    return None


def _of_the_two(grant: Grant, case_number: str, referral_id: int) -> tuple[Child, Referral]:
    """A referral under way whose counsellor or named lead asks; else 404."""
    child = permitted_child(grant, case_number)
    row = _permitted(grant, child, referral_id)
    rows = Referral.objects.permitted(grant).open()
    named = rows.filter(counsellor=grant.user) | rows.filter(lead=grant.user)
    return child, get_object_or_404(named, pk=row.pk)


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def session_add(request: Request, grant: Grant, case_number: str, referral_id: int) -> HttpResponse:
    child, row = _of_the_two(grant, case_number, referral_id)
    today, name = timezone.localdate(), f"schools:session_add:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = SessionForm(request.POST or None, today=today, initial={"held_on": today} | kept)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        note = facts.pop("note")
        try:
            hold_session(referral=row, facts=facts, note=note, by=grant.user, now=timezone.now())
        except (actions.NotNow, actions.NotOfTheTwo):
            form.add_error(None, _("The referral was ended meanwhile."))
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:referral_detail", child.case_number, row.pk)
    context = form_context(
        request, grant, name, form=form, child=child, referral=row, kept_at=kept_at
    )
    return TemplateResponse(request, "schools/session_add.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.COUNSEL)
@once
def note_add(request: Request, grant: Grant, case_number: str, referral_id: int) -> HttpResponse:
    child, row = _of_the_two(grant, case_number, referral_id)
    name = f"schools:note_add:{row.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    form = NoteForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            add_note(
                referral=row, text=form.cleaned_data["text"], by=grant.user, now=timezone.now()
            )
        except (actions.NotNow, actions.NotOfTheTwo):
            form.add_error(None, _("The referral was ended meanwhile."))
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("Saved."))
            return redirect("schools:referral_detail", child.case_number, row.pk)
    context = form_context(
        request, grant, name, form=form, child=child, referral=row, kept_at=kept_at
    )
    return TemplateResponse(request, "schools/session_add.html", context)
