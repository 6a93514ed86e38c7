"""A child moves to another county while that county and this one put their runs together."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.payment_run import fill_run, open_run
from assistance.models import PaymentLine
from children.actions.transfer import acknowledge_file
from children.models import Child
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
