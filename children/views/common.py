"""What the views of a child share: the permitted child, drafts, stale forms."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import drafts
from accounts.access import Grant
from accounts.http import whole_number
from accounts.once import new_key
from children.models import Child
from children.models.compiled import compiled
from children.models.trail import KINDS, FieldChange, difference


def permitted_child(grant: Grant, case_number: str) -> Child:
    """The child, or 404: one outside your rows does not exist for you."""
    child: Child | None = _file.first(grant, case_number=case_number)
    if child is None:
        raise Http404
    return child


@compiled(by_key=True)
def _file(grant: Grant, case_number: Any) -> QuerySet[Child]:
    return Child.objects.permitted(grant).for_file().filter(case_number=case_number)[:1]


def is_ours(child: Child, grant: Grant) -> bool:
    """Whether our own area keeps the file, told without another query.

    One continued in another file is read, not worked on, by whoever kept it.
    """
    if child.merged_into_id is not None:
        return False
    return grant.sees_own_area and child.managing_area_id.startswith(grant.area_code or "")


def our_child(grant: Grant, case_number: str) -> Child:
    """The child whose file our area keeps; one only shared with us is read, not worked on: 404."""
    child = permitted_child(grant, case_number)
    if not is_ours(child, grant):
        raise Http404
    return child


def several(kept: dict[str, Any], name: str) -> dict[str, Any]:
    """A draft holds a single tick as text, several as a list."""
    ticked = kept.get(name, [])
    return kept | {name: [ticked] if isinstance(ticked, str) else ticked} if kept else kept


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
    return whole_number(request.POST.get("version", "")) or 0


def opened_version(kept: dict[str, Any], current: int) -> int:
    """For a form not yet sent: a restored draft goes on from the version it was begun with.

    With the newest one it would overwrite, unseen, what others saved since.
    """
    return whole_number(str(kept.get("version", ""))) or current


def _parts(kind: str, row: Any, version: int) -> Iterator[tuple[str, Any, Any]]:
    """Kind, row and the history row the form was opened with; a guardianship has its person too."""
    parts = [(kind, row, version)]
    if kind == "guardianship":
        of_care, of_person = row.split_version(version)
        parts = [(kind, row, of_care), ("guardian", row.guardian, of_person)]
    for name, part, read in parts:
        base = part.history.filter(version=read).order_by("-history_date", "-history_id").first()
        if base is not None:
            yield name, part, base


def what_others_changed(kind: str, row: Any, version: int) -> list[FieldChange]:
    """What changed since the form was opened, in words."""
    found: list[FieldChange] = []
    for name, part, base in _parts(kind, row, version):
        newest = part.history.order_by("-history_date", "-history_id").first()
        found += difference(name, base, newest)
    return found


def stale_message() -> str:
    return _(
        "Somebody else changed this in the meantime. Their changes are listed above; "
        "fields you did not touch now show theirs. Check and save again."
    )


def merged(form: Any, row: Any, kind: str, version: int, posted: Any) -> Any:
    """The posted data with the other's values where this user left the field as it was."""
    data = posted.copy()
    for name, part, base in _parts(kind, row, version):
        fields = {field.name: field for field in KINDS[name]._meta.concrete_fields}
        for field_name in set(form.fields) & set(fields) - {"reason"}:
            _take_theirs(data, form, field_name, base, part, fields[field_name].attname)
    return data


def _take_theirs(data: Any, form: Any, name: str, base: Any, row: Any, attname: str) -> None:
    """Into `data`, unless this user changed the field too."""
    was, now = getattr(base, attname, None), getattr(row, attname, None)
    mine = form.cleaned_data.get(name) if hasattr(form, "cleaned_data") else None
    mine = getattr(mine, "pk", mine)
    untouched = mine == was or (mine in ("", None) and was in ("", None))
    if was == now or not untouched:
        return
    if isinstance(now, bool):
        data.pop(name, None)
        if now:
            data[name] = "on"
    else:
        data[name] = "" if now is None else str(now)
