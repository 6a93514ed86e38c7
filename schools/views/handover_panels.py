"""What a new helper reads about a child, panel by panel; see `schools.panels.HANDOVER`."""

from datetime import date, timedelta
from typing import Any

from accounts.access import Grant
from children.models import CategorySpell, Child, DisabilityCertificate, Guardianship
from schools.models import CounsellingSession, Enrolment, GuardianContact, Referral
from schools.models.wellbeing import Course

CONTACTS = 5
FOLLOW_UPS_SINCE = timedelta(days=90)


def child(child: Child, grant: Grant, today: date) -> Any:
    """Risk, categories, disability, class; secret categories for those entitled alone."""
    categories = CategorySpell.objects.permitted(grant).filter(child=child).on(today)
    certificates = DisabilityCertificate.objects.permitted(grant).filter(child=child)
    places = Enrolment.objects.permitted(grant).filter(child=child).on(today)
    return {
        "child": child,
        "age": child.age_on(today),
        "categories": list(categories.order_by("starts_on", "pk")),
        "certificates": list(certificates.order_by("-issued_on", "-pk")[:2]),
        "enrolment": places.select_related("school__organisation").first(),
    }


def carers(child: Child, grant: Grant, today: date) -> Any:
    rows = Guardianship.objects.permitted(grant).filter(child=child).on(today)
    rows = rows.select_related("guardian").with_situation(today)
    rows = rows.order_by("-is_main_carer", "starts_on", "pk")
    return {"child": child, "rows": list(rows)}


def wellbeing(child: Child, grant: Grant, today: date) -> Any:
    """The last observations with the line over months, and counselling.

    It prints: notes and secret sessions never stand here, whoever reads it.
    """
    course = Course(child, grant)
    newest = course.rows[0].month if course.rows else None
    sessions = CounsellingSession.objects.permitted(grant).filter(child=child, is_secret=False)
    referrals = Referral.objects.permitted(grant).open().filter(child=child)
    return {
        "child": child, "course": course,
        "newest": [row for row in course.rows if row.month == newest],
        "referrals": list(referrals.select_related("counsellor").most_pressing_first()),
        "sessions": list(sessions.select_related("counsellor").order_by("-held_on", "-pk")[:3]),
    }  # fmt: skip


def contacts(child: Child, grant: Grant, today: date) -> Any:
    """The last contacts, and what was agreed of late with a day to follow up."""
    rows = GuardianContact.objects.permitted(grant).filter(child=child)
    rows = rows.select_related("helper__user", "guardianship__guardian")
    agreed = rows.filter(follow_up_on__gte=today - FOLLOW_UPS_SINCE).exclude(agreed="")
    return {
        "child": child,
        "rows": list(rows.order_by("-happened_on", "-pk")[:CONTACTS]),
        "agreed": list(agreed.order_by("follow_up_on", "pk")[:CONTACTS]),
        "today": today,
    }
