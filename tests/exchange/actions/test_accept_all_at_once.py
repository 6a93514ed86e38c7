"""Changes decided at once: a worker killed with -9 midway, two people and two workers together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.access import Grant, Permission, scope_of
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from exchange import jobs
from exchange.actions import change_batch
from exchange.models import BatchMove, ChangeBatch, ProposedChange
from tests.factories import (
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    ListImportFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.killed import killed_in

pytestmark = pytest.mark.django_db(transaction=True)
FILES = 6


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    monkeypatch.setattr(change_batch, "AT_ONCE", 2)


@pytest.fixture
def postings():
    with acting(EVERYTHING), transaction.atomic():
        came = ListImportFactory(at=timezone.now() + timedelta(minutes=1))
        for _ in range(FILES):
            child = ChildFactory(residence_area=area(VILLAGE), address="1组1号")
            ProposedChangeFactory(child=child, list_import=came)
        return [PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP)) for _ in range(2)]


def begun(posting):
    """A batch that this person has confirmed."""
    now = timezone.now()
    grant = Grant(posting.user, posting, Permission.CHANGE_DECIDE)
    with acting(scope_of(posting)), transaction.atomic():
        rows = ProposedChange.objects.permitted(grant).waiting(grant)
        batch = change_batch.ask(rows=rows, move=BatchMove.ACCEPT, chosen={}, grant=grant, now=now)
        change_batch.start(batch=batch, reason="", by=posting.user, now=now)
    return batch


def lines_of_history():
    """Of each file: how often it was written, and of each change how often it was decided."""
    with acting(EVERYTHING), transaction.atomic():
        rows = ProposedChange.objects.select_related("child").order_by("pk")
        return [(row.child.history.count() - 1, row.history.count() - 1) for row in rows]


def outcomes(batch):
    with acting(EVERYTHING), transaction.atomic():
        row = ChangeBatch.objects.get(pk=batch.pk)
        return row.state, sorted(row.lines.values_list("outcome", flat=True))


def test_killed_midway_what_is_done_is_done_once_and_the_next_run_finishes(postings):
    batch = begun(postings[0])

    killed_in(lambda: jobs.decide_changes(batch_id=batch.pk), change_batch, "_note", at=2)

    assert outcomes(batch) == ("RUNNING", ["", "", "", "", "DONE", "DONE"])
    assert lines_of_history() == [(1, 1)] * 2 + [(0, 0)] * 4
    jobs.decide_changes(batch_id=batch.pk)
    jobs.decide_changes(batch_id=batch.pk)
    assert outcomes(batch) == ("DONE", ["DONE"] * FILES)
    assert lines_of_history() == [(1, 1)] * FILES


def test_two_people_and_two_workers_decide_each_change_once(postings):
    batches = [begun(posting) for posting in postings]

    def work(batch):
        try:
            jobs.decide_changes(batch_id=batch.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        for done in [workers.submit(work, batch) for batch in [*batches, *batches]]:
            done.result(timeout=60)

    assert lines_of_history() == [(1, 1)] * FILES
    told = [outcomes(batch) for batch in batches]
    assert {state for state, _ in told} == {"DONE"}
    assert sorted(told[0][1] + told[1][1]) == ["DECIDED"] * FILES + ["DONE"] * FILES


def test_what_goes_wrong_stops_it_by_whole_parts_and_it_may_be_taken_up_again(
    postings, monkeypatch
):
    batch, true = begun(postings[0]), change_batch._note
    monkeypatch.setattr(change_batch, "_note", lambda *said: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        jobs.decide_changes(batch_id=batch.pk)
    assert outcomes(batch) == ("FAILED", [""] * FILES)
    assert lines_of_history() == [(0, 0)] * FILES

    monkeypatch.setattr(change_batch, "_note", true)
    with acting(scope_of(postings[0])), transaction.atomic():
        stopped = ChangeBatch.objects.get(pk=batch.pk)
        change_batch.start(batch=stopped, reason="", by=postings[0].user, now=timezone.now())
    jobs.decide_changes(batch_id=batch.pk)
    assert lines_of_history() == [(1, 1)] * FILES
