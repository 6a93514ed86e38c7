"""Two answers to one question, an answer beside the closing of its finding, asked twice at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import scope_of
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from exchange.actions.finding import move_finding
from exchange.actions.finding_question import NotWaiting, answer_question, ask_department
from exchange.models import Finding, FindingQuestion, SharingRecord
from tests.factories import (
    COUNTY,
    DepartmentFactory,
    FindingFactory,
    FindingQuestionFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked():
    with acting(EVERYTHING), transaction.atomic():
        return FindingQuestionFactory(asked_of=DepartmentFactory())


@pytest.fixture
def officer():
    with acting(EVERYTHING), transaction.atomic():
        return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


def liaison(question):
    with acting(EVERYTHING), transaction.atomic():
        return PostingFactory(role=Role.LIAISON, organisation=question.asked_of)


def together(*works):
    def done(work):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(done, works))


def answering(question, posting, verdict):
    def work():
        with acting(scope_of(posting)):
            try:
                answer_question(
                    question=question, verdict=verdict, answer="查过", by=posting.user,
                    now=timezone.now(),
                )  # fmt: skip
            except NotWaiting:
                return "late"
        return verdict

    return work


def now_of(question):
    with acting(EVERYTHING), transaction.atomic():
        row = FindingQuestion.objects.select_related("finding").get(pk=question.pk)
        return row, row.history.count()


def test_of_two_answers_at_once_one_is_taken(asked):
    two = [liaison(asked) for _ in range(2)]

    said = together(*(
        answering(asked, posting, verdict)
        for posting, verdict in zip(two, ("AS_FOUND", "REGISTRY"), strict=True)
    ))  # fmt: skip

    row, lines = now_of(asked)
    assert sorted(said) == sorted(["late", row.verdict])
    assert lines == 2


def test_an_answer_and_the_end_of_its_finding_do_not_stop_each_other(asked, officer):
    def closing():
        with acting(scope_of(officer)):
            move_finding(
                finding=asked.finding, move="DISMISS", by=officer.user, now=timezone.now(),
                text="另行核实",
            )  # fmt: skip
        return "closed"

    said = together(answering(asked, liaison(asked), "AS_FOUND"), closing)

    row, lines = now_of(asked)
    assert row.finding.state == "DISMISSED"
    assert said == ["AS_FOUND" if row.is_answered else "late", "closed"]
    assert not row.waits
    assert lines == 2


def test_asked_twice_at_once_it_is_asked_and_shared_once(officer):
    with acting(EVERYTHING), transaction.atomic():
        finding, department = FindingFactory(), DepartmentFactory()

    def asking():
        now = timezone.now()
        with acting(scope_of(officer)):
            return ask_department(
                findings=[finding.pk], asked_of=department, text="请核实",
                due_on=timezone.localdate(now) + timedelta(days=5), area_code=COUNTY,
                by=officer.user, now=now,
            )  # fmt: skip

    assert sorted(together(asking, asking)) == [0, 1]
    with acting(EVERYTHING), transaction.atomic():
        assert FindingQuestion.objects.count() == SharingRecord.objects.count() == 1
        assert Finding.objects.get().state == "NEW"
