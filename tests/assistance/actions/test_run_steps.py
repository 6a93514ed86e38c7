"""The steps of a run: checked, approved by another, taken back until it is sent, closed."""

from datetime import date

import pytest
from django.utils import timezone

from assistance.actions.bank import recover
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.payment_account import confirm_account
from assistance.actions.payment_run import (
    MovedOn,
    NotAsChecked,
    StillWaiting,
    approve_run,
    check_run,
    close_run,
    fill_run,
    return_run,
)
from assistance.models import PaymentRun
from assistance.rules.entitlement import Move
from children.actions.promises import PromiseBroken
from tests.assistance.runs import (
    MONTH,
    built,
    decided,
    end,
    entitled,
    finish,
    lines,
    move,
    rated,
    send,
)
from tests.factories import EntitlementFactory, PaymentAccountFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_run_is_not_closed_while_the_bank_owes_an_answer():
    entitled()
    entitled()
    run = finish(built())
    decided(run, "PAID", "PENDING")
    run.state = "PARTLY_PAID"
    run.save()

    with pytest.raises(StillWaiting):
        close_run(run=run, by=UserFactory(), now=timezone.now())

    decided(run, "PAID", "FAILED")
    assert close_run(run=run, by=UserFactory(), now=timezone.now()).state == "CLOSED"


def test_a_run_with_nothing_for_the_bank_is_closed_without_its_file():
    row = entitled()
    decided(finish(built()), "PAID")
    rated(row, 891)  # a thousand of March is asked back
    now = timezone.now()
    run = built()
    check_run(run=run, by=UserFactory(), now=now)
    run = approve_run(run=run, by=UserFactory(), now=now)

    assert run.has_nothing_for_the_bank
    assert close_run(run=run, by=UserFactory(), now=now).state == "CLOSED"
    assert run.lines.get().is_open_recovery


def test_a_run_that_pays_is_not_closed_before_the_bank_has_its_file():
    entitled()
    now = timezone.now()
    run = built()
    check_run(run=run, by=UserFactory(), now=now)
    run = approve_run(run=run, by=UserFactory(), now=now)

    assert "CLOSE" not in run.moves
    with pytest.raises(MovedOn):
        close_run(run=run, by=UserFactory(), now=now)


def test_an_amount_belongs_to_what_is_owed():
    row = EntitlementFactory(amount=1891)  # a proposal

    with pytest.raises(DoesNotFit):
        rated(row, 1)


def test_who_put_it_together_or_checked_it_cannot_approve_it():
    entitled()
    run, now = built(), timezone.now()
    run.refresh_from_db()
    checker = UserFactory()
    check_run(run=run, by=checker, now=now)

    for person in (run.built_by, checker):
        with pytest.raises(PromiseBroken):
            approve_run(run=run, by=person, now=now)
    assert approve_run(run=run, by=UserFactory(), now=now).state == "APPROVED"


def test_a_step_taken_twice_is_taken_once():
    entitled()
    run, now = built(), timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    before = PaymentRun.objects.values().get()

    for act in (check_run, approve_run):
        with pytest.raises(MovedOn):
            act(run=run, by=UserFactory(), now=now)
    assert fill_run(run=run, by=UserFactory(), now=now) == 0
    assert PaymentRun.objects.values().get() == before


def test_what_is_approved_is_what_was_checked():
    row = entitled()
    run, now = built(), timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    new = PaymentAccountFactory(child=row.child)
    confirm_account(account=new, by=UserFactory(), now=now)

    with pytest.raises(NotAsChecked):
        approve_run(run=run, by=UserFactory(), now=now)

    return_run(run=run, reason="账户已变更", by=UserFactory(), now=now)
    fill_run(run=run, by=None, now=now)
    assert [line.account for line in run.lines.exclude(state="CANCELLED")] == [new]
    check_run(run=run, by=UserFactory(), now=now)
    assert approve_run(run=run, by=UserFactory(), now=now).line_count == 1


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda row: move(row, Move.HOLD, reason="核实中"), [(3, "REGULAR", "HELD", 1891)]),
        (lambda row: end(row, date(2026, 2, 1)), []),
        (lambda row: rated(row, 1500), [(3, "REGULAR", "PENDING", 1500)]),
        (lambda row: rated(row, 0), []),
    ],
    ids=["held", "ended", "lowered", "to nothing"],
)
def test_nothing_is_approved_that_is_not_owed_any_more(change, left):
    row = entitled(from_month=date(2026, 1, 1))
    paid = built(date(2026, 2, 1))
    finish(paid)
    decided(paid, "PAID", "PAID")
    run, now = built(), timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    change(row)

    with pytest.raises(NotAsChecked):
        approve_run(run=run, by=UserFactory(), now=now)

    return_run(run=run, reason="已变化", by=UserFactory(), now=now)
    fill_run(run=run, by=None, now=now)
    assert [line[:4] for line in lines(run)] == left
    check_run(run=run, by=UserFactory(), now=now)
    assert approve_run(run=run, by=UserFactory(), now=now).approved_at


def test_what_was_raised_or_ends_later_is_approved_and_the_rest_comes_with_the_next_run():
    row = entitled()
    run, now = built(), timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    rated(row, 2000)
    end(row, MONTH)

    assert approve_run(run=run, by=UserFactory(), now=now).total == 1891


def test_what_was_approved_is_taken_back_and_put_together_anew_until_it_is_sent():
    row, now = entitled(), timezone.now()
    run = built()
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    move(row, Move.HOLD, reason="核实中")
    with pytest.raises(NotAsChecked):
        send(run)

    back = return_run(run=run, reason="儿童去世", by=UserFactory(), now=now)

    assert (back.state, back.approved_by, back.line_count) == ("DRAFT", None, None)
    fill_run(run=run, by=None, now=now)
    assert [line[:3] for line in lines(run)] == [(3, "REGULAR", "HELD")]
    move(row, Move.RESUME)
    fill_run(run=run, by=None, now=now)
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    send(run)
    with pytest.raises(MovedOn):
        return_run(run=run, reason="晚了", by=UserFactory(), now=now)


def test_the_file_of_a_run_that_was_sent_is_made_again_whatever_changed():
    row, now = entitled(), timezone.now()
    run = built()
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    send(run)
    move(row, Move.HOLD, reason="核实中")

    assert send(run).state == "SENT"


def test_an_approved_run_whose_recovery_was_settled_is_not_taken_back():
    row, now = entitled(from_month=date(2026, 1, 1)), timezone.now()
    paid = built(date(2026, 2, 1))
    finish(paid)
    decided(paid, "PAID", "PAID")
    end(row, date(2026, 1, 1))
    run = built()
    check_run(run=run, by=UserFactory(), now=now)
    approve_run(run=run, by=UserFactory(), now=now)
    line = run.lines.get(kind="RECOVERY")
    recover(line=line, recovered_on=MONTH, reason="", by=UserFactory(), now=now)

    with pytest.raises(MovedOn):
        return_run(run=run, reason="重做", by=UserFactory(), now=now)
