"""Two people at once, and a process killed on the way: nobody is paid twice, nobody left out."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.payment_run import MovedOn, approve_run, check_run, fill_run, open_run
from assistance.models import PaymentLine, PaymentRun
from tests.factories import (
    COUNTY,
    TOWNSHIP,
    EntitlementFactory,
    PaymentAccountFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = date(2026, 3, 1)
CHILDREN = 30


@pytest.fixture
def people():
    with transaction.atomic():
        for _n in range(CHILDREN):
            row = EntitlementFactory(is_running=True, amount=100, from_month=date(2026, 2, 1))
            PaymentAccountFactory(child=row.child, is_in_use=True)
        area(TOWNSHIP)
        return [UserFactory() for _n in range(4)]


def at_once(*acts):
    """Answers of functions run at the same time, each with a connection of its own."""

    def run(act):
        try:
            with acting(EVERYTHING):
                return act()
        except MovedOn:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def build(place, by):
    now = timezone.now()
    run = open_run(month=MONTH, area=area(place), by=by, now=now)
    fill_run(run=run, by=by, now=now)
    return run.pk


def once_each():
    """Each child has its two months, once."""
    with transaction.atomic():
        found = PaymentLine.objects.values_list("child", "month")
        return len(found) == len(set(found)) == 2 * CHILDREN


@pytest.mark.parametrize("places", [(TOWNSHIP, TOWNSHIP), (TOWNSHIP, COUNTY)])
def test_two_officers_who_build_at_once_pay_everybody_once(people, places):
    runs = at_once(*(lambda p=p, u=u: build(p, u) for p, u in zip(places, people, strict=False)))

    assert once_each()
    assert len(set(runs)) == len(set(places))


def test_of_two_who_approve_at_once_one_is_told(people):
    run = PaymentRun(pk=build(TOWNSHIP, people[0]), area_id=TOWNSHIP)
    check_run(run=run, by=people[1], now=timezone.now())

    answers = at_once(
        *(
            lambda u=u: approve_run(run=run, by=u, now=timezone.now()).approved_by_id
            for u in people[2:]
        )
    )

    assert answers.count("told") == 1
    with transaction.atomic():
        assert PaymentRun.objects.get().approved_by_id in answers


@pytest.mark.parametrize("after", [0.0, 0.03])
def test_a_process_killed_while_it_builds_leaves_nothing_and_the_next_finishes(people, after):
    now = timezone.now()
    run = open_run(month=MONTH, area=area(TOWNSHIP), by=people[0], now=now)
    _killed_within(lambda: fill_run(run=run, by=people[0], now=now), after)

    fill_run(run=run, by=people[1], now=now)

    assert once_each()
    with transaction.atomic():
        assert PaymentLine.history.count() == 2 * CHILDREN


def _killed_within(act, after):
    """Do it in a process of its own, in a transaction that never ends, and kill -9 it."""
    connections.close_all()
    ready, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with acting(EVERYTHING), transaction.atomic():
            act()
            os.write(tell, b".")
            time.sleep(60)
        os._exit(1)
    os.read(ready, 1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(ready)
    os.close(tell)
