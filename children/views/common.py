"""What the views of a child share: the permitted child, drafts, stale forms."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.access import Grant
from accounts.once import new_key
from children.models import Child
from children.models.trail import KINDS, FieldChange, changed_names, difference


def permitted_child(grant: Grant, case_number: str) -> Child:
    """The child, or 404: one outside your rows does not exist for you."""
    rows = Child.objects.permitted(grant).select_related(
        "residence_area__parent", "hukou_area__parent", "managing_area__parent", "ethnicity"
    )
    return get_object_or_404(rows, case_number=case_number)


def form_context(request: HttpRequest, grant: Grant, draft_name: str, **more: Any) -> dict:
    """Context that `components/_form.html` needs."""
    return {
        "submission": request.POST.get("submission") or new_key(),
        "draft_name": draft_name,
        **more,
    }


def draft_initial(request: HttpRequest, grant: Grant, name: str) -> tuple[dict[str, Any], Any]:
    """Initial values from a living draft and when it was kept; ({}, None) without one."""
    if request.method != "GET":
        return {}, None
    kept = drafts.load(grant=grant, form=name, now=timezone.now())
    return kept if kept else ({}, None)


def typed_version(request: HttpRequest) -> int:
    """The version the form was opened with; 0, which no row has, when it is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def what_others_changed(kind: str, row: Any, version: int) -> tuple[list[FieldChange], set[str]]:
    """What changed since `version`: in words, and the names of the fields."""
    history = row.history.order_by("-history_date", "-history_id")
    base, newest = history.filter(version=version).first(), history.first()
    if base is None or newest is None:
        return [], set()
    return difference(kind, base, newest), set(changed_names(base, newest))


def stale_message() -> str:
    return _(
        "Somebody else changed this in the meantime. Their changes are listed above; "
        "fields you did not touch now show theirs. Check and save again."
    )


def merged(form: Any, row: Any, kind: str, version: int, posted: Any) -> Any:
    """The posted data with the other's values where this user left the field as it was."""
    history = row.history.filter(version=version).first()
    data = posted.copy()
    data["version"] = str(row.version)
    if history is None:
        return data
    model_fields = {field.name: field for field in KINDS[kind]._meta.concrete_fields}
    for name in form.fields:
        if name not in model_fields or name == "reason":
            continue
        attname = model_fields[name].attname
        base, now = getattr(history, attname, None), getattr(row, attname, None)
        if base == now:
            continue
        mine = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
        mine = getattr(mine, "pk", mine)
        if mine == base or (mine in ("", None) and base in ("", None)):
            if isinstance(now, bool):
                data.pop(name, None)
                if now:
                    data[name] = "on"
            else:
                data[name] = "" if now is None else str(now)
    return data
