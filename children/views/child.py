"""A child's file: opened, registered, corrected, closed; masked fields revealed with a reason."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import drafts
from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record
from accounts.http import Request, whole_number
from accounts.models import AccessKind, Area
from accounts.once import once
from children.actions import child as actions
from children.actions.promises import PromiseBroken
from children.extensions import (
    IN_SHORT,
    PANELS,
    REVEALED,
    begun,
    due_for,
    followed,
    known_of,
    panels_for,
)
from children.forms.child import CloseForm, CorrectForm, ReasonForm, RegisterForm
from children.models import Child, FileExit, Sex, StaleRecord
from children.models.duplicates import same_or_similar
from children.models.overview import Due, Overview
from children.rules import identifiers
from children.rules.identifiers import IdentifierError

from .common import (
    draft_initial,
    form_context,
    is_ours,
    merged,
    opened_version,
    permitted_child,
    stale_message,
    typed_version,
    what_others_changed,
)


@require_GET
@requires(Permission.CHILD_VIEW)
def child_detail(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    printed = "print" in request.GET
    record(
        grant=grant, kind=AccessKind.PRINTED if printed else AccessKind.OPENED, request=request,
        child_id=child.pk, area_code=child.managing_area_id, subject="child",
    )  # fmt: skip
    today, known = timezone.localdate(), known_of(child)
    file = Overview(child, grant, today)
    context = {
        "child": child,
        "printed": printed,
        "moment": timezone.now(),
        "file": file,
        "missing": _where_entered(file.missing, child, grant),
        "is_ours": is_ours(child, grant),
        "due_above": due_for(child, grant, today, known),
        "in_short": panels_for(IN_SHORT, child, grant, today, known),
        "panels": panels_for(PANELS, child, grant, today, known),
    }
    return TemplateResponse(request, "children/child_detail.html", context)


WHERE_ENTERED = {  # section of the page -> who may, the form, its kind of record
    "facts": (Permission.CHILD_CHANGE, "children:child_change", []),
    "guardians": (Permission.CHILD_CHANGE, "children:record_add", ["guardianship"]),
    "parents": (Permission.CHILD_CHANGE, "children:record_add", ["parent"]),
    "categories": (Permission.APPLICATION_ENTER, "children:application_add", []),
}


def _where_entered(missing: list[Due], child: Child, grant: Grant) -> list[Due]:
    """Each leads to the form that takes it, for whom there is one."""
    if is_ours(child, grant) and not child.is_closed:
        for item in missing:
            permission, name, kind = WHERE_ENTERED[item.anchor]
            if grant.allows(permission):
                item.url = reverse(name, args=[child.case_number, *kind])
    return missing


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_ENTER)
@once
def child_create(request: Request, grant: Grant) -> HttpResponse:
    today, name = timezone.localdate(), "children:child_create"
    kept, kept_at = draft_initial(request, grant, name)
    form = RegisterForm(request.POST or None, grant=grant, today=today, initial=kept)
    similar: list[Any] = []
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        category, sure = facts.pop("category"), facts.pop("is_another_child")
        similar = [] if sure else same_or_similar(grant, facts)
        if not similar:
            try:
                child = actions.register_child(
                    facts=facts, category=category, by=grant.user, now=timezone.now()
                )
            except actions.AlreadyRegistered as known:
                tell_known(request, grant, form, known)
            except PromiseBroken as broken:
                form.add_error(None, broken.message)
            else:
                drafts.discard(grant=grant, form=name)
                messages.success(request, _("The file was opened. Next: who cares for the child?"))
                followed(request, grant, child, "register")
                return redirect("children:child_detail", child.case_number)
    context = form_context(
        request, grant, name, form=form, similar=similar, kept_at=kept_at,
        back=reverse("children:child_list"),
    )  # fmt: skip
    return TemplateResponse(request, "children/child_create.html", context)


def tell_known(request: Request, grant: Grant, form: Any, known: actions.AlreadyRegistered) -> None:
    """The number is taken: by a file we may see, or by another area's, of which only that."""
    ours = Child.objects.permitted(grant).filter(managing_area=known.area_code)
    if known.area_code and ours.exists():
        form.add_error("id_number", known.message)
        return
    record(
        grant=grant, kind=AccessKind.LOOKED_UP, request=request, area_code=known.area_code,
        subject="id_number_known_elsewhere",
    )  # fmt: skip
    form.add_error("id_number", _("This number is known to another area. Ask the county."))


@require_POST
@requires(Permission.CHILD_ENTER)
def child_check(request: Request, grant: Grant) -> HttpResponse:
    """While typing: what the ID number says, and who is registered already. Saves nothing."""
    context: dict[str, Any] = {}
    text = request.POST.get("id_number", "").replace("\x00", "")[:60]
    typed: dict[str, Any] = {
        "id_number": identifiers.normalise(text),
        "name": request.POST.get("name", "").replace("\x00", "")[:200],
        "birth_date": request.POST.get("birth_date", "")[:10],
        **_where_and_whose(request),
    }
    if text.strip() and request.POST.get("id_type") == "RESIDENT_ID":
        try:
            identity = identifiers.parse_resident_id(text, timezone.localdate())
        except IdentifierError as error:
            from children.forms.fields import PROBLEMS

            context["problem"] = PROBLEMS[error.problem]
        else:
            context["identity"] = identity
            typed["birth_date"] = identity.birth_date.isoformat()
            known = actions.area_of_id_number(identity.number)
            if known is not None:
                context["known_elsewhere"] = not (
                    Child.objects.permitted(grant).filter(managing_area=known).exists()
                )
                record(
                    grant=grant, kind=AccessKind.LOOKED_UP, request=request, area_code=known,
                    subject="id_number",
                )  # fmt: skip
    context["similar"] = same_or_similar(grant, typed)
    return TemplateResponse(request, "children/child_check.html", context)


def _where_and_whose(request: Request) -> dict[str, str]:
    """What else is typed already, as far as it can be compared."""
    place, sex = request.POST.get("residence_area", ""), request.POST.get("sex", "")
    is_code = place.isdecimal() and place.isascii() and len(place) <= 12
    return {
        "residence_area": place if is_code else "",
        "sex": sex if sex in Sex.values else "",
        "phone": request.POST.get("phone", "").replace("\x00", "")[:30],
    }


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_CHANGE)
@once
def child_change(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404  # shared with us: to be read, not to be changed
    today, name = timezone.localdate(), f"children:child_change:{child.pk}"
    kept, kept_at = draft_initial(request, grant, name)
    initial = {field: getattr(child, field) for field in actions.CHILD_FACTS} | kept
    form = CorrectForm(request.POST or None, grant=grant, today=today, initial=initial, child=child)
    others: list[Any] = []
    posted = request.method == "POST"
    version = typed_version(request) if posted else opened_version(kept, child.version)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        reason = facts.pop("reason")
        try:
            actions.change_child(
                child=child, version=version, facts=facts, by=grant.user, now=timezone.now(),
                reason=reason,
            )  # fmt: skip
        except StaleRecord:
            others = what_others_changed("child", child, version)
            data = merged(form, child, "child", version, request.POST)
            form = CorrectForm(data, grant=grant, today=today, initial=initial, child=child)
            form.add_error(None, stale_message())
            version = child.version
        except actions.AlreadyRegistered as known:
            tell_known(request, grant, form, known)
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            drafts.discard(grant=grant, form=name)
            messages.success(request, _("The change was saved."))
            return redirect("children:child_detail", child.case_number)
    context = form_context(
        request, grant, name, form=form, child=child, version=version, others=others,
        kept_at=kept_at,
    )  # fmt: skip
    return TemplateResponse(request, "children/child_change.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CHILD_CLOSE)
@once
def child_close(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """Close an open file; open a closed one again, with a reason."""
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    today = timezone.localdate()
    form: Any
    if child.is_closed:
        form = ReasonForm(request.POST or None)
    else:
        form = CloseForm(
            request.POST or None, opened_on=child.opened_on, today=today,
            initial=begun(request, grant, child, "close"),
        )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        common: dict[str, Any] = {
            "child": child,
            "version": typed_version(request),
            "by": grant.user,
        }
        act: Any = actions.reopen_child if child.is_closed else actions.close_child
        try:
            act(**common, **form.cleaned_data, now=timezone.now())
        except StaleRecord:
            form.add_error(None, _("Somebody else changed the file. Look at it again first."))
        except PromiseBroken as broken:
            form.add_error(None, broken.message)
        else:
            if not child.is_closed:
                followed(request, grant, child, "close")
            return redirect("children:child_detail", child.case_number)
    context = form_context(request, grant, "", form=form, child=child, version=child.version)
    return TemplateResponse(request, "children/child_close.html", context)


def exit_panel(child: Child, grant: Grant, today: date) -> Any:
    """Of a closed file; one query, none while it is open."""
    if not child.is_closed:
        return None
    rows = FileExit.objects.permitted(grant).standing().select_related("recorded_by")
    row = rows.filter(child=child).first()
    return {"row": row} if row else None


OWN_FIELDS = ("id_number", "phone", "address")


@require_POST
@requires(Permission.SENSITIVE_REVEAL)
def child_reveal(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """One masked field, opened for a reason that is logged before it is shown."""
    child = permitted_child(grant, case_number)
    target, field = _revealed(child, request.POST.get("field", ""))
    form = ReasonForm(request.POST)
    if form.is_valid():
        record(
            grant=grant, kind=AccessKind.REVEALED, request=request, child_id=child.pk,
            area_code=child.managing_area_id, subject=request.POST["field"],
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    context = {
        "form": form, "child": child, "field": request.POST["field"],
        "value": getattr(target, field) if form.is_valid() else None,
    }  # fmt: skip
    template = "children/child_reveal.html" + ("#answer" if request.htmx else "")
    return TemplateResponse(request, template, context)


def _revealed(child: Child, name: str) -> tuple[Any, str]:
    """`field`, `guardian.7.phone` or `certificate.7.number`. Raises Http404."""
    if name in OWN_FIELDS:
        return child, name
    kind, _, rest = name.partition(".")
    key, _, field = rest.partition(".")
    rows: Any = None
    if kind == "guardian" and field in ("id_number", "phone"):
        rows = child.guardianships.select_related("guardian")
    elif kind == "certificate" and field == "number":
        rows = child.certificates.all()
    row = rows.filter(pk=whole_number(key)).first() if rows is not None else None
    if kind in REVEALED:
        row = REVEALED[kind](child, whole_number(key) or 0, field)
    if row is None:
        raise Http404
    return (row.guardian if kind == "guardian" else row), field


@require_GET
@requires(Permission.WORK)
def area_find(request: Request, grant: Grant) -> HttpResponse:
    """Places for the picker: at most twenty, by characters or pinyin, inside `within`."""
    from accounts.models.area import find_areas

    text = request.GET.get("text", "").replace("\x00", "").strip()[:50]
    within = request.GET.get("within", "")
    level = request.GET.get("level", "")
    found: list[Area] = []
    if text:
        within = within[:12] if within.isdecimal() and within.isascii() else ""
        found = find_areas(text, within, whole_number(level))
    return TemplateResponse(request, "widgets/area_options.html", {"areas": found})
