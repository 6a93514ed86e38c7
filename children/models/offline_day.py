"""What a visitor takes along for one day: the due visits of the own area, and nothing beside."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from accounts.access import Grant
from accounts.models import User
from children.rules.offline_day import FileState

from .care_plan import CareAction
from .child import Child
from .due import DueWork
from .guardianship import Guardianship
from .home_visit import HomeVisit

MOST = 60  # children: more nobody visits in a day


@dataclass(frozen=True)
class DayChild:
    """One child of the list; `steps`: what is still to be done by the care plan."""

    due: DueWork
    today: date
    carers: list[Guardianship]
    last: HomeVisit | None
    steps: list[CareAction]
    state: FileState

    @property
    def child(self) -> Child:
        return self.due.child

    @property
    def main_carer(self) -> Guardianship | None:
        return next((row for row in self.carers if row.is_main_carer), None)


def children_of_the_day(grant: Grant, today: date) -> list[DayChild]:
    """Whose visit, call or check is due by `today`, the most overdue first; six queries."""
    rows = DueWork.objects.permitted(grant).answered_for(grant.area_code or "")
    due = list(rows.filter(due_on__lte=today).for_list()[:MOST])
    ids = [row.pk for row in due]
    carers = Guardianship.objects.permitted(grant).filter(child__pk__among=ids).on(today)
    visits = HomeVisit.objects.permitted(grant).filter(child__pk__among=ids)
    last = visits.order_by("child", "-visited_on", "-pk").distinct("child")
    steps = CareAction.objects.permitted(grant).filter(child__pk__among=ids).open()
    care_of = _by_child(carers.select_related("guardian").order_by("-is_main_carer", "pk"))
    last_of = _by_child(last)
    steps_of = _by_child(steps.order_by("due_on", "pk"))
    states = states_of([row.child for row in due], grant.user)
    return [
        DayChild(
            row, today, care_of.get(row.pk, []), next(iter(last_of.get(row.pk, [])), None),
            steps_of.get(row.pk, []), states[row.pk],
        )
        for row in due
    ]  # fmt: skip


def _by_child(rows: Iterable) -> dict[int, list]:
    found: dict[int, list] = {}
    for row in rows:
        found.setdefault(row.child_id, []).append(row)
    return found


def states_of(children: Iterable[Child], visitor: User) -> Mapping[int, FileState]:
    """By child: what a visit is compared with when it comes in; two queries for all of them."""
    files = {child.pk: child for child in children}
    others = HomeVisit.objects.filter(child__pk__among=list(files)).exclude(visitor__user=visitor)
    newest = dict(others.values_list("child").annotate(Max("pk")).order_by("child"))
    changes = Child.history.filter(id__in=list(files)).exclude(history_user=visitor)
    versions = dict(changes.values_list("id").annotate(Max("version")).order_by("id"))
    return {
        pk: FileState(
            versions.get(pk, 0), child.managing_area_id, child.is_closed, newest.get(pk, 0)
        )
        for pk, child in files.items()
    }
