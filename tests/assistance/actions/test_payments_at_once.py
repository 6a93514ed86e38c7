"""Two processes at once, and one killed in the middle: nobody is paid twice, nobody left out.

`ROUNDS` says how many rounds two processes go through together; the gate is content with fewer.
"""

import io
import multiprocessing
import os
import signal
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions import answer_upload
from assistance.actions.answer_upload import send
from assistance.actions.bank import read_answer, send_run
from assistance.actions.payment_run import (
    MovedOn,
    NotAsChecked,
    approve_run,
    check_run,
    fill_run,
    open_run,
)
from assistance.jobs import fill_payment_run, take_in_answer
from assistance.models import AnswerUpload, Entitlement, PaymentLine, PaymentRun
from assistance.models.return_rows import NoRows
from assistance.rules.answer_upload import AnswerState
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.factories import (
    COUNTY,
    TOWNSHIP,
    EntitlementFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    UserFactory,
    area,
)
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = date(2010, 1, 1)
CHILDREN, AMOUNT = 6, 100
ROUNDS = int(os.environ.get("ROUNDS", "40"))
KILLS = 20  # while a run is put together, and as many while an answer is taken in


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")


@pytest.fixture
def people():
    with transaction.atomic():
        for _n in range(CHILDREN):
            row = EntitlementFactory(is_running=True, amount=AMOUNT, from_month=FIRST)
            PaymentAccountFactory(child=row.child, is_in_use=True)
        area(TOWNSHIP)
        return [UserFactory() for _n in range(6)]


def opened(month, place, by):
    return open_run(month=month, area=area(place), by=by, now=timezone.now())


def answered(run):
    """What the bank sends back: everything was paid."""
    rows = [
        f"{line.pk},{line.account.account_number},{line.amount},成功,,{line.due_on}"
        for line in PaymentLine.objects.filter(run=run).was_sent()
        .select_related("account").order_by("pk")
    ]  # fmt: skip
    return "\n".join(["参考号,账号,金额,结果,原因,日期", *rows]).encode()


def figures(months):
    """Lines, different child-months among them, and their sum; of `months` from the first on."""
    with transaction.atomic():
        rows = PaymentLine.objects.standing().filter(month__lt=shifted(FIRST, months))
        found = list(rows.values_list("child", "month", "amount", "state"))
    return len(found), len({row[:2] for row in found}), sum(row[2] for row in found)


def all_of(months):
    return months * CHILDREN, months * CHILDREN, months * CHILDREN * AMOUNT


# Two at once -------------------------------------------------------------------------------------


def whole_run(month, place, people):
    """A run from its opening to the bank's answer; what the other did first is left to it."""
    now = timezone.now()
    with transaction.atomic():
        run = opened(month, place, people[0])
    steps = (
        lambda: fill_run(run=run, by=people[0], now=now),
        lambda: check_run(run=run, by=people[1], now=now),
        lambda: approve_run(run=run, by=people[2], now=now),
        lambda: send_run(run=run, layout=DEFAULTS["TABLE"], by=people[0], now=now)[0].close(),
        lambda: read_answer(run=run, content=answered(run), by=people[0], now=now),
    )
    for step in steps:
        try:
            with transaction.atomic():
                step()
        except (MovedOn, NotAsChecked, PromiseBroken, NoRows):
            pass  # NoRows: the other run had everything


def _through_the_rounds(together, told, places, people):
    try:
        with acting(EVERYTHING):
            for number in range(ROUNDS):
                together.wait(120)
                whole_run(shifted(FIRST, number), places[number % len(places)], people)
        told.put("")
    except BaseException:  # a deadlock is told, whatever it is called
        together.abort()
        told.put(traceback.format_exc())
    finally:
        told.close()
        told.join_thread()
        os._exit(0)


def test_two_processes_build_approve_and_read_answers_at_once_and_every_month_is_paid_once(people):
    connections.close_all()
    processes = multiprocessing.get_context("fork")
    together, told = processes.Barrier(2), processes.Queue()
    pairs = [
        processes.Process(target=_through_the_rounds, args=(together, told, places, acts))
        for places, acts in (
            ((TOWNSHIP,), people[:3]),
            ((TOWNSHIP, COUNTY, TOWNSHIP), people[3:]),
        )
    ]
    for process in pairs:
        process.start()
    answers = [told.get(timeout=600) for _process in pairs]
    for process in pairs:
        process.join()

    assert answers == ["", ""]
    assert figures(ROUNDS) == all_of(ROUNDS)
    with transaction.atomic():
        assert PaymentLine.objects.count() == ROUNDS * CHILDREN  # none was made and cancelled
        states = PaymentLine.objects.order_by().values_list("state", flat=True)
        assert set(states.distinct()) == {"PAID"}


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


def test_of_two_who_approve_at_once_one_is_told(people):
    now = timezone.now()
    run = opened(FIRST, TOWNSHIP, people[0])
    fill_run(run=run, by=people[0], now=now)
    check_run(run=run, by=people[1], now=now)

    answers = at_once(
        *(lambda u=u: approve_run(run=run, by=u, now=now).approved_by_id for u in people[2:4])
    )

    assert answers.count("told") == 1
    with transaction.atomic():
        assert PaymentRun.objects.get().approved_by_id in answers


# Killed in the middle ----------------------------------------------------------------------------


@contextmanager
def killed_at(hold, act):
    """`act` runs in a process of its own until it needs what `hold()` holds, and dies by kill -9.

    It stands still there with its work half done: one row of many is ours for so long.
    """
    connections.close_all()
    go, tell = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.read(go, 1)
        try:
            with acting(EVERYTHING):
                act()
        except BaseException:
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)
    try:
        with acting(EVERYTHING), transaction.atomic():
            hold()
            os.write(tell, b".")
            until_somebody_waits()
            os.kill(worker, signal.SIGKILL)
            os.waitpid(worker, 0)
            transaction.set_rollback(True)
        yield
    finally:
        os.close(go)
        os.close(tell)


def test_killed_while_a_run_is_put_together_the_next_start_finishes_it(people):
    for number in range(KILLS):
        month = shifted(FIRST, number)
        with transaction.atomic():
            run = opened(month, TOWNSHIP, people[0])
            entitlement = Entitlement.objects.order_by("pk")[number % CHILDREN]

        def hold(entitlement=entitlement, month=month):
            """One line of the same month: the process waits whether it is to stay."""
            PaymentLineFactory(
                entitlement=entitlement, month=month, rate=entitlement.rates.get(),
                run=PaymentRunFactory(month=month, state="CANCELLED", number=9),
            )  # fmt: skip

        with killed_at(hold, lambda run=run: fill_payment_run(run.pk, people[0].pk)):
            assert figures(number + 1) == all_of(number)
            fill_payment_run(run.pk, people[0].pk)

        assert figures(number + 1) == all_of(number + 1)
    with transaction.atomic():
        assert PaymentLine.history.count() == PaymentLine.objects.count() == KILLS * CHILDREN


def sent(month, people):
    """A run that the bank has, and what it answers."""
    now = timezone.now()
    with transaction.atomic():
        run = opened(month, TOWNSHIP, people[0])
        fill_run(run=run, by=people[0], now=now)
        check_run(run=run, by=people[1], now=now)
        approve_run(run=run, by=people[2], now=now)
        file, run = send_run(run=run, layout=DEFAULTS["TABLE"], by=people[0], now=now)
        file.close()
        return run, answered(run)


def uploaded(run, content, by):
    with transaction.atomic():
        return send(run=run, file=io.BytesIO(content), size=len(content), by=by, now=timezone.now())


def test_killed_while_a_bank_answer_is_taken_in_the_next_start_finishes_it(people):
    for number in range(KILLS):
        run, content = sent(shifted(FIRST, number), people)
        with transaction.atomic():
            line = PaymentLine.objects.filter(run=run).order_by("pk")[number % CHILDREN].pk
        upload = uploaded(run, content, people[0])

        def hold(line=line):
            assert PaymentLine.objects.select_for_update().get(pk=line)

        with killed_at(hold, lambda upload=upload: take_in_answer(upload_id=upload.pk)):
            with transaction.atomic():
                states = PaymentLine.objects.filter(run=run).values_list("state", flat=True)
                assert set(states) == {"PENDING"}
                assert not run.returns.exists()
                assert AnswerUpload.objects.get(pk=upload.pk).is_at_work
            for _n in range(2):  # twice is once
                take_in_answer(upload_id=upload.pk)

        with transaction.atomic():
            upload.refresh_from_db()
            run.refresh_from_db()
            taken = upload.answer
            paid = PaymentLine.objects.filter(run=run, state="PAID").count()
        assert (taken.paid_count, taken.paid_total) == (CHILDREN, CHILDREN * AMOUNT)
        assert (run.state, run.total, paid) == ("PAID", CHILDREN * AMOUNT, CHILDREN)
    assert figures(KILLS) == all_of(KILLS)
    with transaction.atomic():
        told = PaymentLine.history.filter(history_type="~").count()
        assert told == KILLS * CHILDREN  # each paid once, also in history


# An answer on its way ----------------------------------------------------------------------------


def test_the_same_file_sent_in_twice_at_once_is_taken_once(people):
    run, content = sent(FIRST, people)
    both = at_once(*(lambda: uploaded(run, content, people[0]).pk for _n in range(2)))

    at_once(*(lambda pk=pk: take_in_answer(upload_id=pk) for pk in both))

    with transaction.atomic():
        (answer,) = run.returns.all()
        assert len(set(both)) == 1
        assert {row.answer_id for row in AnswerUpload.objects.all()} == {answer.pk}
        assert (answer.paid_count, answer.known_count) == (CHILDREN, 0)
        assert PaymentLine.history.filter(history_type="~").count() == CHILDREN


def test_cancelled_while_payments_are_booked_all_of_it_is_taken_back(people, monkeypatch):
    run, content = sent(FIRST, people)
    upload = uploaded(run, content, people[0])
    take = answer_upload.take_answer

    def meanwhile(**said):
        answer = take(**said)
        at_once(lambda: answer_upload.move(
            upload_id=upload.pk, to=AnswerState.CANCELLED, by=people[0], now=timezone.now()
        ))  # fmt: skip
        return answer

    monkeypatch.setattr(answer_upload, "take_answer", meanwhile)
    take_in_answer(upload_id=upload.pk)

    with transaction.atomic():
        upload.refresh_from_db()
        assert (upload.state, upload.answer) == ("CANCELLED", None)
        assert set(run.lines.values_list("state", flat=True)) == {"PENDING"}
        assert not run.returns.exists()
