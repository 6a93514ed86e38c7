"""A child's plans of home teaching with hours against plan, and what is due of them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from children.extensions import only_with
from children.models import Child
from children.models.overview import Due
from schools.rules.home_teaching import Hours, hours, next_visit_on

from .calendar import school_days
from .enrolment import Enrolment, Placement
from .home_teaching import HomeTeachingPlan


def with_hours(plans: Iterable[HomeTeachingPlan], today: date) -> list[HomeTeachingPlan]:
    """Sets `hours` on each; rows come from `PlanQuerySet.with_hours`. Two more queries."""
    found = list(plans)
    if not found:
        return []
    first = min(plan.starts_on for plan in found)
    days = school_days(first, today - timedelta(days=1))
    for plan in found:
        plan.hours = hours_of(plan, days)  # type: ignore[attr-defined]
    return found


def hours_of(plan: HomeTeachingPlan, days: list[date]) -> Hours:
    return hours(
        visits_per_week=plan.visits_per_week, lessons_per_visit=plan.lessons_per_visit,
        planned=plan.lessons_per_year, given=plan.lessons_given or 0,
        school_days=[day for day in days if plan.starts_on <= day <= plan.ends_on],
    )  # fmt: skip


@only_with(Enrolment)
def home_teaching_due(child: Child, grant: Grant, today: date) -> list[Due]:
    """For the child's page: a missing plan, or the next visit once it is late; two queries."""
    if not grant.allows(Permission.ROLL_VIEW):
        return []
    rows = Enrolment.objects.permitted(grant).on(today).filter(child=child)
    if not rows.filter(placement=Placement.HOME_TEACHING).exists():
        return []
    plans = HomeTeachingPlan.objects.permitted(grant).on(today).filter(child=child)
    plan = plans.with_hours().first()
    if plan is None:
        url = reverse("schools:plan_add", args=[child.case_number])
        text = _("The child is taught at home, and there is no plan.")
        return [Due(text, "", True, url if grant.allows(Permission.HOME_TEACHING) else "")]
    due_on = next_visit_on(plan.last_visit_on, plan.starts_on, plan.visits_per_week)
    if due_on >= today:
        return []
    url = reverse("schools:plan_detail", args=[child.case_number, plan.pk])
    return [Due(_("A visit of home teaching is late."), "", True, url)]
