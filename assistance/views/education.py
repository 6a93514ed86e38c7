"""Where education aid is met: doors, a child's panel, what is due."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Grant, Permission
from assistance.models import Recognition
from children.models import Child
from children.models.overview import Due
from schools.models import hub as states
from schools.views import hub as school_hub

from . import hub

P = Permission


def panel(child: Child, grant: Grant, today: date) -> dict[str, Any] | None:
    """Recognitions, newest year first; None where there is nothing."""
    rows = Recognition.objects.permitted(grant).filter(child=child).select_related("year")
    found = list(rows.order_by("-year__starts_on"))
    return {"child": child, "recognitions": found} if found else None


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


def waiting_recognitions(grant: Grant, today: date) -> hub.Waiting:
    rows = Recognition.objects.permitted(grant).waiting().exclude(proposed_by=grant.user)
    return hub.counted(rows, _("%(count)s to be decided"))


def school_recognitions(grant: Grant, today: date) -> states.State:
    waiting = waiting_recognitions(grant, today)
    return states.State(waiting.text, waiting.tone) if waiting.text else states.QUIET


AID_DOORS = [
    hub.Door(gettext_lazy("Recognition of poor students"), P.EDUCATION_VIEW,
             "assistance:recognition_list", waiting_recognitions),
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
)  # fmt: skip
