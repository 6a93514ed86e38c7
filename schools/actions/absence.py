"""Noting for a class who is away on a day; consecutive days are one absence."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.models import Child
from schools.models import Absence, School

from .ledger import refresh

_DAY = timedelta(days=1)


def note_absences(
    *, school: School, kinds: Mapping[int, str], day: date, by: User, now: datetime, today: date
) -> int:
    """Child id → kind of absence on `day`, "" for present; the number of children changed.

    Today's absence lasts until somebody says that the child is back; an earlier day's is that
    day's alone. Raises PromiseBroken.
    """
    changed = []
    try:
        with transaction.atomic():
            locked = Child.objects.select_for_update(no_key=True, of=("self",))
            list(locked.filter(pk__among=list(kinds)).order_by("pk").values_list("pk"))
            rows = _around(list(kinds), day)
            for child_id, kind in sorted(kinds.items()):
                until = None if day == today else day + _DAY
                touched = _note(rows.get(child_id, []), child_id, school, kind, day, until)
                for row in touched:
                    sign(row, by, now, "")
                    row.save()
                changed += [child_id] if touched else []
            if changed:
                refresh(children=changed, by=by, now=now, today=today)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return len(changed)


def _around(children: list[int], day: date) -> dict[int, list[Absence]]:
    """Child id → its absences that cover `day` or ended on it, the covering one last."""
    found: dict[int, list[Absence]] = {}
    rows = Absence.objects.filter(child__pk__among=children, starts_on__lte=day)
    for row in rows.exclude(ends_on__lt=day).order_by("starts_on", "pk"):
        found.setdefault(row.child_id, []).append(row)
    return found


def _note(
    rows: list[Absence], child_id: int, school: School, kind: str, day: date, until: date | None
) -> list[Absence]:
    """The rows to be saved, in this order."""
    covering = next((row for row in rows if row.ends_on is None or row.ends_on > day), None)
    if covering is not None:
        if covering.kind == kind:
            return []
        if covering.starts_on == day and kind:
            covering.kind = kind
            return [covering]
        until, covering.ends_on = covering.ends_on, day
        if not kind:
            return [covering]
        return [covering, _new(child_id, school, kind, day, until)]
    if not kind:
        return []
    before = next((r for r in rows if r.ends_on == day and r.kind == kind), None)
    if before is not None and before.starts_on < day:
        before.ends_on = until
        return [before]
    return [_new(child_id, school, kind, day, until)]


def _new(child_id: int, school: School, kind: str, day: date, until: date | None) -> Absence:
    return Absence(child_id=child_id, school=school, kind=kind, starts_on=day, ends_on=until)
