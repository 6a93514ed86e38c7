"""A child taught at home: plan, visits, the guardian's sign, hours against the plan."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from schools.actions.enrolment import enrol
from schools.models import HomeTeachingPlan, HomeTeachingVisit
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    EnrolmentFactory,
    GuardianshipFactory,
    PairingFactory,
    PlanFactory,
    PostingFactory,
    school_of,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def today():
    return timezone.localdate()


@pytest.fixture
def teacher():
    return PostingFactory(role="CLASS_TEACHER")


@pytest.fixture
def child(teacher):
    child = ChildFactory()
    GuardianshipFactory(child=child, is_main_carer=True)
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    PairingFactory(child=child, helper=teacher)
    return child


def at_home(child, teacher):
    school = school_of(teacher.organisation)
    return EnrolmentFactory(child=child, school=school, placement="HOME_TEACHING")


def url(name, *args):
    return reverse(f"schools:{name}", args=args)


def test_a_plan_needs_the_roll_and_never_overlaps_another(client, teacher, child):
    sign_in(client, teacher)
    typed = {
        "teacher": teacher.pk, "starts_on": today(), "ends_on": today() + 100 * DAY,
        "visits_per_week": 2, "lessons_per_visit": 3, "lessons_per_year": 216, "goals": "数数",
    }  # fmt: skip
    add = url("plan_add", child.case_number)

    assert client.post(add, typed).context["form"].errors
    at_home(child, teacher)
    stranger = PostingFactory(role="CLASS_TEACHER", organisation=teacher.organisation)
    assert "teacher" in client.post(add, typed | {"teacher": stranger.pk}).context["form"].errors
    offered = client.get(add).context["form"]
    assert offered["lessons_per_year"].value() == 216
    assert client.post(add, typed | {"lessons_per_visit": 9}).context["form"].errors
    assert client.post(add, typed).status_code == 302
    assert "时段" in str(client.post(add, typed).context["form"].errors)
    assert HomeTeachingPlan.objects.get().school == school_of(teacher.organisation)


def test_with_the_school_the_plan_ends_and_the_next_school_makes_its_own(client, teacher, child):
    row = at_home(child, teacher)
    CaseAccessFactory(child=child, organisation=teacher.organisation)
    plan = PlanFactory(
        child=child, school=row.school, teacher=teacher, starts_on=today() - 30 * DAY,
        ends_on=today() + 100 * DAY,
    )  # fmt: skip
    facts = {
        name: getattr(row, name)
        for name in ("school", "stage", "grade", "class_name", "is_boarding", "placement",
                     "status", "roll_number")
    } | {"starts_on": today()}  # fmt: skip
    told = {"child": child, "reason": "搬家", "by": teacher.user, "now": timezone.now()}

    enrol(facts=facts | {"class_name": "2班"}, today=today(), **told)
    plan.refresh_from_db()
    assert plan.ends_on == today() + 100 * DAY  # another class of the same school

    new = PostingFactory(role="CLASS_TEACHER")
    enrol(facts=facts | {"school": school_of(new.organisation)}, today=today(), **told)
    plan.refresh_from_db()
    assert plan.ends_on == today() - DAY
    assert plan.history.first().history_change_reason == "搬家"

    PairingFactory(child=child, helper=new, starts_on=today())
    CaseAccessFactory(child=child, user=new.user, reason="PAIRING")
    sign_in(client, new)
    typed = {
        "teacher": new.pk, "starts_on": today(), "ends_on": today() + 100 * DAY,
        "visits_per_week": 2, "lessons_per_visit": 3, "lessons_per_year": 216, "goals": "数数",
    }  # fmt: skip
    assert client.post(url("plan_add", child.case_number), typed).status_code == 302


def test_a_visit_is_logged_once_and_signed_later_by_a_guardian_of_this_child(
    client, teacher, child
):
    at_home(child, teacher)
    plan = PlanFactory(child=child, teacher=teacher, starts_on=today() - 30 * DAY,
                       ends_on=today() + 30 * DAY)  # fmt: skip
    sign_in(client, teacher)
    add = url("home_visit_add", child.case_number, plan.pk)
    typed = {"happened_on": today(), "lessons": 3, "content": "认字"}

    assert client.post(add, typed | {"happened_on": today() - 31 * DAY}).context["form"].errors
    stranger = GuardianshipFactory()
    assert client.post(add, typed | {"signed_by": stranger.pk}).context["form"].errors
    assert client.post(add, typed).status_code == 302
    assert client.post(add, typed).context["form"].errors
    visit = HomeTeachingVisit.objects.get()
    assert visit.signed_by is None

    sign = url("home_visit_sign", child.case_number, plan.pk)
    assert client.post(sign, {"visit": visit.pk, "signed_by": stranger.pk}).status_code == 404
    care = child.guardianships.get()
    assert client.post(sign, {"visit": visit.pk, "signed_by": care.pk}).status_code == 302
    visit.refresh_from_db()
    assert visit.signed_by == care
    page = client.get(url("plan_detail", child.case_number, plan.pk))
    assert page.context["plan"].hours.given == 3
    assert page.context["plan"].hours.missing > 0


def test_a_child_taught_at_home_without_a_plan_is_due(client, teacher, child):
    at_home(child, teacher)
    sign_in(client, teacher)

    page = client.get(reverse("children:child_detail", args=[child.case_number]))
    assert url("plan_add", child.case_number) in page.content.decode()

    plan = PlanFactory(child=child, teacher=teacher, starts_on=today(), ends_on=today() + 9 * DAY)
    due = client.get(reverse("children:child_detail", args=[child.case_number])).context
    assert url("plan_detail", child.case_number, plan.pk) not in [d.url for d in due["due_above"]]
    panel = client.get(url("child_school", child.case_number)).content.decode()
    assert url("plan_detail", child.case_number, plan.pk) in panel
