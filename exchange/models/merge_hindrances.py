"""What still runs on a file and must be ended, or be in the file that goes on, before they merge.

Nothing is moved: months already paid stay with the file that paid them, and no month can be paid,
no seat at school be held, on both.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assistance.models import (
    ClaimLine,
    EducationAward,
    Entitlement,
    PaymentLine,
    RehabilitationApplication,
    RehabilitationClaim,
    RehabilitationPlan,
)
from assistance.models.programme import PaidTo
from assistance.rules.entitlement import OPEN
from assistance.rules.rehabilitation import OPEN_APPLICATION
from children.models import Application, Child
from schools.models import Enrolment, Pairing

UNFINISHED = ("PENDING", "HELD", "FAILED")


@dataclass(frozen=True)
class Hindrance:
    text: str
    count: int


def hindrances(child: Child, today: date) -> list[Hindrance]:
    """Empty when the file may be continued in another one."""
    still = Q(ends_on=None) | Q(ends_on__gt=today)
    unpaid = Q(state="PROPOSED") | Q(paid_to=PaidTo.SCHOOL, settlement__paid_on=None)
    asked: list[tuple[str, Any]] = [
        (_("entitlements proposed or running"),
         Entitlement.objects.filter(child=child, state__in=OPEN)),
        (_("payments on their way, held or failed"),
         PaymentLine.objects.filter(child=child, state__in=UNFINISHED)),
        (_("education awards proposed, or not yet paid to the school"),
         EducationAward.objects.counting().filter(unpaid, child=child)),
        (_("applications for rehabilitation under way"),
         RehabilitationApplication.objects.filter(child=child, state__in=OPEN_APPLICATION)),
        (_("rehabilitation plans that still run"),
         RehabilitationPlan.objects.filter(still, child=child).exclude(state="REFUSED")),
        (_("claims of institutions that are not paid"),
         ClaimLine.objects.filter(child=child, claim__in=RehabilitationClaim.objects.open())),
        (_("enrolments at a school"), Enrolment.objects.filter(still, child=child)),
        (_("pairings with a helper"), Pairing.objects.filter(still, child=child)),
        (_("applications under way"), Application.objects.unfinished().filter(child=child)),
        (_("other files continued in it"), Child.objects.filter(merged_into=child)),
    ]  # fmt: skip
    counted = [(text, rows.count()) for text, rows in asked]
    return [Hindrance(text, count) for text, count in counted if count]
