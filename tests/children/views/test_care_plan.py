"""A care plan: goals, steps with who and by when, review, end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from children.models import CareAction, CarePlan
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


def test_a_step_of_another_childs_plan_is_not_reached(client, director, child):
    CarePlanFactory(child=child)
    other = CareActionFactory(plan=CarePlanFactory())

    assert client.get(of(child, "step_done", step_id=other.pk)).status_code == 404


def test_a_file_that_is_only_shared_is_read_and_not_planned(client, director):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=child, user=director.user)

    assert client.get(of(child, "plan_detail")).status_code == 200
    assert begin(client, child).status_code == 404
