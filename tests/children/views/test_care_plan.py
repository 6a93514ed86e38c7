"""A care plan: goals, steps with who and by when, review, end."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from children.models import CareAction, CarePlan, DueWork
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CareActionFactory,
    CarePlanFactory,
    CaseAccessFactory,
    ChildFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LATER = TODAY + timedelta(days=90)


@pytest.fixture
def director(client):
    posting = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
    sign_in(client, posting)
    return posting


@pytest.fixture
def child():
    return ChildFactory()


def begin(client, child, **typed):
    return client.post(of(child, "plan_add"), {"goals": "回到学校", "review_on": LATER} | typed)


def review(client, plan, **typed):
    facts = {"goals": plan.goals, "review": "每天到校", "review_on": LATER, "result": "",
             "version": plan.version}  # fmt: skip
    return client.post(of(plan.child, "plan_review"), facts | typed)


def test_a_plan_is_begun_gets_steps_and_they_are_done(client, director, child):
    begin(client, child)
    typed = {"what": "办残疾人证", "who": "残联 陆干事", "due_on": TODAY}
    client.post(of(child, "step_add"), typed)
    step = CareAction.objects.get()
    done = {"done_on": TODAY, "outcome": "已领证", "version": step.version}
    client.post(of(child, "step_done", step_id=step.pk), done)

    plan = CarePlan.objects.get()
    step.refresh_from_db()
    assert (plan.author, plan.starts_on, step.plan) == (director, TODAY, plan)
    assert (step.done_on, step.outcome) == (TODAY, "已领证")
    assert shows(client.get(of(child, "plan_detail")), "已领证")


def test_one_plan_at_a_time(client, director, child):
    begin(client, child)

    text = in_chinese("This child has a plan: end it before a new one.")
    assert errors(begin(client, child))["__all__"] == [text]


def test_the_review_lies_ahead(client, director, child):
    assert list(errors(begin(client, child, review_on=TODAY))) == ["review_on"]


def test_a_review_is_kept_and_a_result_ends_the_plan(client, director, child):
    plan = CarePlanFactory(child=child)

    review(client, plan)
    plan.refresh_from_db()
    assert (plan.review, plan.reviewed_on, plan.ended_on) == ("每天到校", TODAY, None)
    review(client, plan, result="REACHED")

    plan.refresh_from_db()
    assert (plan.ended_on, plan.result) == (TODAY, "REACHED")
    assert begin(client, child).status_code == 302


def test_a_review_written_over_another_is_refused(client, director, child):
    plan = CarePlanFactory(child=child)

    answer = review(client, plan, version=plan.version + 1)

    assert "__all__" in errors(answer)
    plan.refresh_from_db()
    assert plan.review == ""


def test_the_childs_page_says_which_steps_are_overdue(client, director, child):
    step = CareActionFactory(plan=CarePlanFactory(child=child, review_on=LATER))
    CareActionFactory(plan=step.plan, what="做完的事", done_on=TODAY)

    due = client.get(of(child, "child_detail")).context["due_above"]

    told = [row for row in due if row.url == of(child, "plan_detail")]
    assert [(step.what in row.text, row.is_overdue) for row in told] == [(True, True)]


def lines(client):
    """What the due list says of the plans: (kind, day, days overdue)."""
    found = client.get(reverse("children:due_list")).context["lines"]
    items = [entry for line in found for entry in line.items]
    return [(str(item.kind), item.on, late) for item, late in items if item.is_of_plan]


def test_a_step_of_a_plan_that_runs_is_due_work_until_it_is_done(client, director, child):
    """Of one plan one line; the child's page, which names each step, says it once."""
    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=2)
    plan = CarePlanFactory(child=child, starts_on=late - timedelta(days=9), review_on=soon)
    first = CareActionFactory(plan=plan, due_on=late)
    CareActionFactory(plan=plan, due_on=TODAY + timedelta(days=60))

    assert lines(client) == [("STEP", late, 3)]
    assert shows(client.get(reverse("children:due_list")), of(child, "plan_detail"))
    due = client.get(of(child, "child_detail")).context["due_above"]
    assert len([row for row in due if row.url == of(child, "plan_detail")]) == 2
    client.post(of(child, "step_done", step_id=first.pk), {"done_on": TODAY, "version": 1})

    assert lines(client) == [("REVIEW", soon, -2)]
    review(client, plan, result="REACHED")

    assert lines(client) == []
    row = DueWork.objects.get(child=child)
    assert (row.plan_on, row.due_on) == (None, min(item.on for item in row.items))


def test_a_step_of_another_childs_plan_is_not_reached(client, director, child):
    CarePlanFactory(child=child)
    other = CareActionFactory(plan=CarePlanFactory())

    assert client.get(of(child, "step_done", step_id=other.pk)).status_code == 404


def test_a_file_that_is_only_shared_is_read_and_not_planned(client, director):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=child, user=director.user)

    assert client.get(of(child, "plan_detail")).status_code == 200
    assert begin(client, child).status_code == 404


def test_a_step_of_an_office_is_due_there_and_reported_as_done_from_there(client, director, child):
    principal = PostingFactory(role="PRINCIPAL")
    plan, school = CarePlanFactory(child=child), principal.organisation
    typed = {"what": "每周辅导数学", "who": "叶老师", "due_on": TODAY, "office": school.pk}
    assert "office" in errors(client.post(of(child, "step_add"), typed))  # it does not see the file
    CaseAccessFactory(child=child, organisation=school)
    assert client.post(of(child, "step_add"), typed).status_code == 302
    mine = plan.actions.get()
    other = CareActionFactory(plan=plan, due_on=TODAY, what="修屋顶")

    sign_in(client, principal)
    home = client.get(reverse("home"))
    assert (shows(home, "每周辅导数学"), shows(home, "修屋顶")) == (True, False)
    assert client.get(of(child, "step_of_office", step_id=other.pk)).status_code == 404
    done = {"done_on": TODAY, "outcome": "已开始", "version": 1}
    assert client.post(of(child, "step_of_office", step_id=mine.pk), done).status_code == 302
    mine.refresh_from_db()
    assert (mine.outcome, mine.history.latest().history_user) == ("已开始", principal.user)
    assert not shows(client.get(reverse("home")), "每周辅导数学")
    colleague = PostingFactory(role="CLASS_TEACHER", organisation=school)
    CaseAccessFactory(child=child, user=colleague.user)
    sign_in(client, colleague)
    assert client.get(of(child, "step_of_office", step_id=mine.pk)).status_code == 404
