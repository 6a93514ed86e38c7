"""Where education aid is met: doors, a child's panel, what is due."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Grant, Permission
from assistance.models import EducationAward, FreshmanSubsidy, Recognition
from assistance.rules.freshman import may_be_freshman
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from children.views.common import is_ours
from schools.models import hub as states
from schools.views import hub as school_hub

from . import hub

P = Permission
SHOWN = 20


def panel(child: Child, grant: Grant, today: date) -> dict[str, Any] | None:
    """Recognitions and awards, newest first; None where there is nothing."""
    rows = Recognition.objects.permitted(grant).filter(child=child).select_related("year")
    found = list(rows.order_by("-year__starts_on"))
    awards = EducationAward.objects.permitted(grant).filter(child=child).with_paid_on()
    given = list(
        awards.select_related("programme", "term__year").order_by("-term__starts_on", "-pk")[:SHOWN]
    )
    freshmen = list(FreshmanSubsidy.objects.permitted(grant).filter(child=child).order_by("-pk"))
    shown = {"recognitions": found, "awards": given, "freshmen": freshmen}
    may_apply = grant.allows(P.AID_PROPOSE) and is_ours(child, grant)
    may_apply = may_apply and may_be_freshman(child.age_on(today))
    if not any(shown.values()) and not may_apply:
        return None
    has_one = any(row.is_standing for row in freshmen)
    return {"child": child, **shown, "may_apply": may_apply and not has_one}


@only_with(Recognition)
def recognitions_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """A recognition waits for its second person; one query."""
    if not grant.allows(P.EDUCATION_DECIDE):
        return []
    rows = Recognition.objects.permitted(grant).filter(child=child).waiting()
    return [
        Due(
            _("A recognition as a poor student waits for a decision."), "",
            url=reverse("assistance:recognition_detail", args=[child.case_number, row.pk]),
        )
        for row in rows.exclude(proposed_by=grant.user)
    ]  # fmt: skip


@only_with(FreshmanSubsidy)
def freshmen_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """The proof of an arrival, or what is to be given back when its days are over; one query."""
    if not grant.allows(P.AID_PROPOSE):
        return []
    rows = FreshmanSubsidy.objects.permitted(grant).filter(child=child)
    rows = rows.waiting().exclude(proposed_by=grant.user) | rows.under_way()
    return [_freshman_due(child, row, today) for row in rows]


def _freshman_due(child: Child, row: FreshmanSubsidy, today: date) -> Due:
    url = reverse("assistance:freshman_detail", args=[child.case_number, row.pk])
    if row.is_applied:
        return Due(_("A freshman subsidy waits for a decision."), "", url=url)
    words = _("Proof that the freshman has arrived is due by %(day)s; else the money goes back.")
    day = formats.date_format(row.due_on, "SHORT_DATE_FORMAT")
    return Due(words % {"day": day}, "", row.due_on < today, url)


def waiting_freshmen(grant: Grant, today: date) -> hub.Waiting:
    rows = FreshmanSubsidy.objects.permitted(grant)
    overdue = rows.under_way().filter(due_on__lt=today)
    if overdue.exists():
        told = hub.counted(overdue, _("%(count)s without proof of arrival"))
        return hub.Waiting(told.text, "overdue")
    return hub.counted(rows.waiting().exclude(proposed_by=grant.user), _("%(count)s to be decided"))


def waiting_recognitions(grant: Grant, today: date) -> hub.Waiting:
    rows = Recognition.objects.permitted(grant).waiting().exclude(proposed_by=grant.user)
    return hub.counted(rows, _("%(count)s to be decided"))


def school_recognitions(grant: Grant, today: date) -> states.State:
    waiting = waiting_recognitions(grant, today)
    return states.State(waiting.text, waiting.tone) if waiting.text else states.QUIET


def waiting_awards(grant: Grant, today: date) -> hub.Waiting:
    rows = EducationAward.objects.permitted(grant).waiting().exclude(proposed_by=grant.user)
    return hub.counted(rows, _("%(count)s to be confirmed"))


AID_DOORS = [
    hub.Door(gettext_lazy("Recognition of poor students"), P.EDUCATION_VIEW,
             "assistance:recognition_list", waiting_recognitions),
    hub.Door(gettext_lazy("Education awards of a term"), P.EDUCATION_VIEW, "assistance:award_list",
             waiting_awards),
    hub.Door(gettext_lazy("Freshman subsidy"), P.AID_VIEW, "assistance:freshman_list",
             waiting_freshmen),
]  # fmt: skip
SCHOOL_DOORS = (
    school_hub.Door(
        gettext_lazy("Recognition of poor students"), P.EDUCATION_VIEW,
        "assistance:recognition_list", school_recognitions,
        (
            school_hub.Step(
                gettext_lazy("Names to be posted"), P.EDUCATION_VIEW,
                "assistance:recognition_posted",
            ),
        ),
    ),
    school_hub.Door(
        gettext_lazy("Education awards of a term"), P.EDUCATION_VIEW, "assistance:award_list"
    ),
)  # fmt: skip
