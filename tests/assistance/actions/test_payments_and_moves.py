"""A child moves to another county while that county and this one put their runs together."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.entitlement import move_entitlement
from assistance.actions.payment_run import fill_run, open_run
from assistance.models import Entitlement, PaymentLine
from assistance.rules.entitlement import Move
from children.actions.promises import PromiseBroken
from children.actions.transfer import acknowledge_file
from children.models import Child
from tests.assistance.runs import rated
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    EntitlementFactory,
    PaymentAccountFactory,
    PostingFactory,
    TransferFactory,
    UserFactory,
    area,
)
from tests.waiting import until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
MONTH = date(2026, 3, 1)


@pytest.fixture
def moving():
    """A handover that waits, of a child to whom three months are owed."""
    with transaction.atomic():
        row = EntitlementFactory(is_running=True, amount=100, from_month=date(2026, 1, 1))
        PaymentAccountFactory(child=row.child, is_in_use=True)
        return TransferFactory(child=row.child, sent_at=timezone.now())


def run_of(place, by):
    return open_run(month=MONTH, area=area(place), by=by, now=timezone.now())


def moves_and_is_reckoned_there(moving, receiver, run, by, done):
    with acting(EVERYTHING):
        acknowledge_file(
            row=moving, version=moving.version, village=area(OTHER_VILLAGE), address="",
            by=receiver, now=timezone.now(),
        )  # fmt: skip
        fill_run(run=run, by=by, now=timezone.now())
    connection.close()
    done.set()


def test_a_file_waits_for_the_run_that_is_being_put_together(moving):
    done = threading.Event()
    with acting(EVERYTHING):
        with transaction.atomic():
            by = UserFactory()
            receiver = PostingFactory(role="CHILD_SUPERVISOR", area=area(OTHER_VILLAGE[:9]))
            here, there = run_of(COUNTY, by), run_of(OTHER_COUNTY, by)
        with transaction.atomic():
            assert fill_run(run=here, by=by, now=timezone.now()) == 3
            mover = threading.Thread(
                target=moves_and_is_reckoned_there, args=(moving, receiver, there, by, done)
            )
            mover.start()
            assert not done.wait(1.5)  # the lines here are not to be seen there yet
        mover.join(60)
        with transaction.atomic():
            assert Child.objects.get(pk=moving.child_id).managing_area_id == OTHER_VILLAGE
            lines = PaymentLine.objects.standing().order_by("month")
            assert [(line.month.month, line.amount, line.run_id) for line in lines] == [
                (1, 100, here.pk), (2, 100, here.pk), (3, 100, here.pk),
            ]  # fmt: skip


def moves(moving, receiver):
    acknowledge_file(
        row=moving, version=moving.version, village=area(OTHER_VILLAGE), address="",
        by=receiver, now=timezone.now(),
    )  # fmt: skip


def test_a_change_that_waited_while_its_file_moved_to_another_county_is_refused_in_words(moving):
    """It read the old county, and holds the books of a county whose runs see the child no more."""
    told = []
    with acting(EVERYTHING), transaction.atomic():
        by = UserFactory()
        receiver = PostingFactory(role="CHILD_SUPERVISOR", area=area(OTHER_VILLAGE[:9]))
        row = Entitlement.objects.select_related("child").get(child=moving.child_id)

    def hold():
        try:
            with acting(EVERYTHING):
                move_entitlement(
                    entitlement=row, move=Move.HOLD, reason="核实中", by=by, now=timezone.now()
                )
        except PromiseBroken as broken:
            told.append((broken.constraint, broken.message))
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    with acting(EVERYTHING), transaction.atomic():
        moves(moving, receiver)
        holder.start()  # its books' lock is shared with ours: it waits for the child
        until_somebody_waits()
    holder.join(60)

    assert [constraint for constraint, _message in told] == ["file_moved_to_another_county"]
    assert told[0][1]
    with acting(EVERYTHING), transaction.atomic():
        row.refresh_from_db()
        assert row.state == "RUNNING"
        kept = Entitlement.objects.select_related("child").get(pk=row.pk)
        move_entitlement(
            entitlement=kept, move=Move.HOLD, reason="核实中", by=by, now=timezone.now()
        )  # read anew it is the new county's


def test_who_sees_the_file_no_longer_after_its_move_is_told_the_same(moving, monkeypatch):
    def gone(child_id):
        raise Child.DoesNotExist

    monkeypatch.setattr("assistance.actions.books.lock_child", gone)
    with acting(EVERYTHING), transaction.atomic():
        row = Entitlement.objects.select_related("child").get(child=moving.child_id)
        with pytest.raises(PromiseBroken, match="file_moved_to_another_county"):
            rated(row, 5)
