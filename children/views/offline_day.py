"""The day offline: the list and its key are given, what was written without a network comes in.

Answers are JSON with a `state` that static/js/day.js knows; status 404 says that the file is not
ours, or no more.
"""

import base64
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts.access import Grant, Permission, requires
from accounts.actions.access_log import record_each
from accounts.crypto.cipher import UnknownKey
from accounts.crypto.day_keys import DayKey
from accounts.http import Request, whole_number
from accounts.models import AccessKind
from accounts.once import as_key, keep_answer, kept_answer, key_of, set_free, take
from children.actions.document import MOST_BYTES, Refused
from children.actions.offline_day import FileChanged, receive_photo, receive_visit
from children.actions.promises import PromiseBroken
from children.forms.home_visit import VisitForm, offered
from children.models import Child, HomeVisit, Injuries
from children.models.due import Item
from children.models.offline_day import DayChild, children_of_the_day
from children.rules.offline_day import Changed, FileState

from .common import our_child
from .document import REFUSALS

KEPT_FOR = timedelta(days=30)  # what a phone still holds after that is given no key any more
REASONS = {
    Changed.CLOSED: gettext_lazy("The file was closed meanwhile."),
    Changed.MOVED: gettext_lazy("Another place keeps the file by now."),
    Changed.VISITED: gettext_lazy("Somebody else wrote down a visit meanwhile."),
    Changed.FILE: gettext_lazy("Somebody else changed the child's facts meanwhile."),
}


def _answer(state: str, **more: Any) -> HttpResponse:
    response = JsonResponse({"state": state, **more})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(Permission.DAY_TAKE)
def day_take(request: Request, grant: Grant) -> HttpResponse:
    """The visits due today in the own area, with the key that seals them on the phone."""
    today = timezone.localdate()
    rows = children_of_the_day(grant, today)
    record_each(
        grant=grant, kind=AccessKind.EXPORTED, request=request, subject="day",
        children={row.child.pk: row.child.managing_area_id for row in rows},
    )  # fmt: skip
    midnight = datetime.combine(today + timedelta(days=1), datetime.min.time())
    until = timezone.make_aware(midnight)
    return _answer(
        "TAKEN", **_key(DayKey.of_today(grant.user.pk, grant.posting.pk, today)),
        day=formats.date_format(today), until=int(until.timestamp() * 1000),
        children=[_told(row) for row in rows],
    )  # fmt: skip


@sensitive_variables()
def _key(key: DayKey) -> dict[str, str]:
    raw = base64.b64encode(key.derive()).decode()
    return {"name": key.name, "owner": key.owner, "key": raw}


@require_POST
@requires(Permission.DAY_TAKE)
def day_key(request: Request, grant: Grant) -> HttpResponse:
    """The key `name` once more, so that the same person can send what it seals."""
    key, today = DayKey.named(request.POST.get("name", "")), timezone.localdate()
    if key is None or key.owner != _owner(grant):
        return _answer("OTHER")
    if not today - KEPT_FOR <= key.day <= today:
        return _answer("TOO_OLD")
    try:
        return _answer("KEY", **_key(key))
    except UnknownKey:
        return _answer("TOO_OLD")


def _owner(grant: Grant) -> str:
    return f"{grant.user.pk}.{grant.posting.pk}"


@require_POST
@requires(Permission.DAY_TAKE)
def day_visit(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """One visit: ACCEPTED, ALREADY, REFUSED with `errors`, CONFLICT with `reasons` and `seen`.

    OTHER: written by another user, or acting in another posting.
    """
    key = key_of(request)
    before = kept_answer(key, grant.user.pk) if key else ""
    if before:
        return _answer("ALREADY", url=before)
    child = our_child(grant, case_number)
    if request.POST.get("owner") != _owner(grant):
        return _answer("OTHER")
    seen = _seen(request)
    if key is None or seen is None:
        return _refused({"": [_("The phone sent something that cannot be read.")]})
    form = VisitForm(request.POST, child=child, today=timezone.localdate())
    if not form.is_valid():
        return _refused(form.errors)
    return _received(key, child, seen, form.cleaned_data, grant)


def _received(
    key: str, child: Child, seen: FileState, facts: dict[str, Any], grant: Grant
) -> HttpResponse:
    already = take(key, grant.user.pk)
    if already is not None:
        return _answer("ALREADY", url=already) if already else _answer("OTHER")
    try:
        row = receive_visit(
            child_id=child.pk, seen=seen, facts=facts, by=grant.posting, now=timezone.now()
        )
    except FileChanged as changed:
        set_free(key)
        reasons = [str(REASONS[reason]) for reason in changed.reasons]
        return _answer("CONFLICT", reasons=reasons, seen=_as_told(changed.state))
    except PromiseBroken as broken:
        set_free(key)
        return _refused({"": [broken.message]})
    url = reverse("children:visit_list", args=[child.case_number])
    keep_answer(key, f"{url}#visit-{row.pk}")
    harm = reverse("children:concern_add", args=[child.case_number])
    return _answer("ACCEPTED", url=url, harm=harm if row.injuries == Injuries.SEEN else "")


@require_POST
@requires(Permission.DAY_TAKE)
def day_photo(request: Request, grant: Grant, case_number: str) -> HttpResponse:
    """A photo of the visit that came with the key `visit`; WAIT when that has not come yet."""
    key = key_of(request)
    before = kept_answer(key, grant.user.pk) if key else ""
    if before:
        return _answer("ALREADY", url=before)
    child = our_child(grant, case_number)
    if request.POST.get("owner") != _owner(grant):
        return _answer("OTHER")
    upload = request.FILES.get("photo")
    if key is None or upload is None:
        return _refused({"": [_("The phone sent something that cannot be read.")]})
    if (upload.size or 0) > MOST_BYTES:
        return _refused({"": [str(REFUSALS["TOO_LARGE"])]})
    visit = _sent_visit(request, grant, child)
    if visit is None:
        return _answer("WAIT")
    return _photo_received(key, visit, upload.read(), grant)


def _sent_visit(request: Request, grant: Grant, child: Child) -> HomeVisit | None:
    key = as_key(request.POST.get("visit", ""))
    answer = kept_answer(key, grant.user.pk) if key else ""
    own = HomeVisit.objects.permitted(grant).filter(child=child, visitor__user=grant.user)
    return own.filter(pk=whole_number(answer.rpartition("#visit-")[2]) or 0).first()


def _photo_received(key: str, visit: HomeVisit, content: bytes, grant: Grant) -> HttpResponse:
    already = take(key, grant.user.pk)
    if already is not None:
        return _answer("ALREADY", url=already) if already else _answer("OTHER")
    try:
        row = receive_photo(visit=visit, content=content, by=grant.posting, now=timezone.now())
    except Refused as refused:
        set_free(key)
        return _refused({"": [str(REFUSALS[refused.code])]})
    url = reverse("children:document_show", args=[visit.child.case_number, row.uuid])
    keep_answer(key, url)
    return _answer("ACCEPTED", url=url)


def _refused(errors: Any) -> HttpResponse:
    """`errors`: field ("" for the whole) → messages."""
    told = {name.replace("__all__", ""): list(map(str, errors[name])) for name in errors}
    return _answer("REFUSED", errors=told)


def _seen(request: Request) -> FileState | None:
    """The state of the file that the phone took along; None for what is none."""
    numbers = [whole_number(request.POST.get(f"seen_{name}", "")) for name in ("version", "visit")]
    version, visit = numbers
    area, closed = request.POST.get("seen_area", ""), request.POST.get("seen_closed", "")
    if version is None or visit is None or not area or closed not in ("0", "1"):
        return None
    return FileState(version, area, closed == "1", visit)


def _as_told(state: FileState) -> dict[str, str]:
    return {
        "seen_version": str(state.version), "seen_area": state.area,
        "seen_closed": str(int(state.is_closed)), "seen_visit": str(state.visit),
    }  # fmt: skip


def _told(row: DayChild) -> dict[str, Any]:
    """What the doorstep needs of one child, in words; numbers masked as on the screen."""
    child, carer = row.child, row.main_carer
    initial = offered(row.last, row.carers, row.today)
    return {
        "name": child.name,
        "about": _("{age} years, {place}").format(
            age=child.age_on(row.today), place=child.residence_area.name
        ),
        "due": [_due(item, row.today) for item in row.due.items if item.on <= row.today],
        "carer": carer.named if carer else "",
        "phone": carer.masked_phone if carer else "",
        "last": _last(row),
        "issues": _issues(row),
        "carers": [{"value": str(care.pk), "label": care.named} for care in row.carers],
        "initial": {name: "" if value is None else str(value) for name, value in initial.items()},
        "seen": _as_told(row.state),
        "visit_url": reverse("offline:day_visit", args=[child.case_number]),
        "photo_url": reverse("offline:day_photo", args=[child.case_number]),
    }


def _day(day: date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _due(item: Item, today: date) -> str:
    kind, days = str(item.kind.label), (today - item.on).days
    late = ngettext("%(days)s day overdue", "%(days)s days overdue", days) % {"days": days}
    return f"{kind[:1].upper()}{kind[1:]} · {late if days else pgettext('due', 'Today')}"


def _last(row: DayChild) -> str:
    if row.last is None:
        return _("No visit was logged yet.")
    last = _("Last time %(day)s: %(outcome)s.") % {
        "day": _day(row.last.visited_on), "outcome": row.last.get_outcome_display(),
    }  # fmt: skip
    return f"{last} {row.last.summary}"[:200].strip()


def _issues(row: DayChild) -> list[str]:
    """Needs and promises of the last visit, steps of the care plan that are still to be done."""
    told = []
    if row.last and row.last.needs:
        told.append(f"{_('Needs')}: {row.last.needs}"[:200])
    if row.last and row.last.promises:
        told.append(f"{pgettext('visit', 'Promised')}: {row.last.promises}"[:200])
    for step in row.steps:
        told.append(f"{step.what} ({step.who}), {_day(step.due_on)}")
    return told
