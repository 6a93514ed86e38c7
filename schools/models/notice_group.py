"""For whom one text may be written in one go: one's paired children, the school's, a class."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.models import Child, FileStatus

from .enrolment import Enrolment
from .notice_delivery import notifiable
from .pairing import Pairing
from .school import Stage
from .working_group import class_label

MOST = 500  # children of one go


@dataclass(frozen=True)
class Group:
    key: str
    label: str


def groups(grant: Grant, today: date) -> list[Group]:
    """The groups this posting may choose from; one query."""
    found = [Group("mine", _("the children paired with me"))]
    if grant.allows(Permission.GROUP_LEAD):
        found = [Group("school", _("all paired children of the school"))]
    places = _roll(grant, today).order_by().values_list("stage", "grade", "class_name").distinct()
    for stage, grade, class_name in sorted(places, key=_from_the_youngest):
        label = class_label(stage, grade, class_name)
        found.append(Group(f"{stage}.{grade}.{class_name}", label))
    return found


def _from_the_youngest(place: tuple[str, int, str]) -> tuple[int, int, str]:
    return Stage.values.index(place[0]), *place[1:]


def _roll(grant: Grant, today: date) -> Any:
    rows = Enrolment.objects.permitted(grant).on(today)
    return rows.filter(school=grant.posting.organisation_id)


def children_of(grant: Grant, key: str, today: date) -> list[Child]:
    """Open files of the group `key` that the grant may see; one query. None for an unknown key."""
    rows = Child.objects.permitted(grant).exclude(status=FileStatus.CLOSED)
    pairings = Pairing.objects.on(today)
    if key == "mine":
        rows = rows.filter(pk__in=pairings.filter(helper__in=grant.posting.desks).values("child"))
    elif key == "school":
        school = grant.posting.organisation_id
        rows = rows.filter(pk__in=pairings.filter(helper__organisation=school).values("child"))
    else:
        stage, _dot, rest = key.partition(".")
        grade, _dot, class_name = rest.partition(".")
        if stage not in Stage.values or not (grade.isascii() and grade.isdigit()):
            return []
        roll = _roll(grant, today).filter(
            stage=stage, grade=min(int(grade[:4]), 99), class_name=class_name[:40]
        )
        rows = rows.filter(pk__in=roll.values("child"))
    return list(rows.for_list().order_by("name_sort", "pk")[:MOST])


def receivers(children: list[Child], kind: str, today: date) -> list[tuple[Child, list[Any]]]:
    """Each child with the guardianships that would get a notice of `kind` today; one query.

    Of those left out nothing is said: the reason may be a report of harm.
    """
    rows = notifiable(today, kind).filter(child__in=children).select_related("guardian")
    by_child: dict[int, list[Any]] = {child.pk: [] for child in children}
    for care in rows.order_by("-is_main_carer", "pk"):
        by_child[care.child_id].append(care)
    return [(child, by_child[child.pk]) for child in children]
