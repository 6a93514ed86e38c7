"""Due contacts: the rule of `schools.rules.due` over the pairings a posting answers for."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.access import Grant, Permission
from children.models import Child, FileStatus
from schools.rules.due import Break, NextContact, next_contact

from .contact import ContactKind, GuardianContact
from .enrolment import Enrolment
from .norm import Norm
from .pairing import Pairing
from .school import SchoolBreak

WITH_FAMILY = Q(kind__in=[ContactKind.GUARDIAN, ContactKind.HOME_VISIT])
_NEVER = Value(date(1900, 1, 1))


@dataclass(frozen=True)
class DueContact:
    pairing: Pairing
    next: NextContact
    is_overdue: bool


def due_contacts(grant: Grant, today: date) -> list[DueContact]:
    """One line per main pairing, earliest first: a helper's own, for the lead the school's.

    Three queries, however many children.
    """
    rows = Pairing.objects.permitted(grant).on(today).filter(is_main=True)
    if grant.allows(Permission.GROUP_LEAD):
        rows = rows.filter(helper__organisation=grant.posting.organisation_id)
    else:
        rows = rows.filter(helper=grant.posting)
    rows = rows.exclude(child__status=FileStatus.CLOSED).select_related("helper__user")
    rows = rows.select_related("child__residence_area", "helper__user")
    breaks = [Break(*row) for row in SchoolBreak.objects.values_list("starts_on", "ends_on")]
    norms = Norm.objects.in_force(today)
    lines = []
    for row in _with_contacts(rows):
        following = next_contact(
            paired_on=row.starts_on, last_reached_on=row.last_reached_on,
            last_tried_on=row.last_tried_on, tries_in_vain=row.tries_in_vain,
            risk=row.child.risk_level, norms=norms, breaks=breaks,
        )  # fmt: skip
        lines.append(DueContact(row, following, following.is_overdue(today)))
    return sorted(lines, key=lambda line: (line.next.on, line.pairing.pk))


def _with_contacts(rows):  # type: ignore[no-untyped-def]
    contacts = GuardianContact.objects.filter(WITH_FAMILY, child=OuterRef("child")).order_by()
    reached = contacts.filter(is_reached=True).values("child")
    vain = contacts.filter(
        is_reached=False, happened_on__gt=Coalesce(OuterRef("last_reached_on"), _NEVER)
    ).values("child")
    rows = rows.annotate(
        last_reached_on=Subquery(reached.annotate(day=Max("happened_on")).values("day"))
    )
    return rows.annotate(
        last_tried_on=Subquery(vain.annotate(day=Max("happened_on")).values("day")),
        tries_in_vain=Coalesce(Subquery(vain.annotate(n=Count("pk")).values("n")), 0),
    )


def without_helper(grant: Grant, today: date, most: int) -> list[Child]:
    """Children on the lead's roll whom nobody is paired with; `most` of them."""
    enrolled = Enrolment.objects.on(today).filter(school=grant.posting.organisation_id)
    paired = Pairing.objects.on(today).filter(is_main=True)
    rows = Child.objects.permitted(grant).exclude(status=FileStatus.CLOSED)
    rows = rows.filter(pk__in=enrolled.values("child"))
    return list(rows.exclude(pk__in=paired.values("child")).for_list().order_by(F("pk"))[:most])
