"""Money twice, not at all, or no longer owed: by changes between building and sending, by files."""

from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.actions.bank import put_right
from assistance.actions.entitlement import propose_entitlement, set_rate
from assistance.actions.payment_run import (
    NotAsChecked,
    approve_run,
    check_run,
    fill_run,
    return_run,
)
from assistance.models import PaymentAccount, PaymentLine
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.assistance.runs import MONTH, built, decided, end, entitled, finish, lines, send
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    ChildFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
APRIL = shifted(MONTH, 1)


def worth(row, amount, month=MONTH):
    set_rate(
        entitlement=row, from_month=month, amount=Decimal(amount), by=UserFactory(),
        reason="按文件", now=timezone.now(),
    )  # fmt: skip


def checked(run):
    return check_run(run=run, by=UserFactory(), now=timezone.now())


def approve(run):
    return approve_run(run=run, by=UserFactory(), now=timezone.now())


def refill(run):
    return fill_run(run=run, by=UserFactory(), now=timezone.now())


def paid(run):
    """Approved, sent, and all of it arrived."""
    row = send(finish(run)) if run.state == "DRAFT" else run
    for line in PaymentLine.objects.filter(run=run, state="PENDING").exclude(kind="RECOVERY"):
        line.state, line.paid_on = "PAID", line.due_on
        line.save()
    return row


def of(run):
    return [(line[0], line[3]) for line in lines(run)]


def standing():
    """Yuan by child and month, of what the bank was or will be told to pay."""
    found = {}
    rows = PaymentLine.objects.standing().exclude(kind="RECOVERY").order_by("month")
    for child, month, amount in rows.values_list("child", "month", "amount"):
        found[child, month] = found.get((child, month), 0) + amount
    return found


def test_arrears_of_an_amount_that_was_taken_down_again_are_not_approved():
    row = entitled(100, from_month=MONTH)
    paid(built())
    worth(row, 150)
    worth(row, 100, APRIL)
    run = checked(built(APRIL))
    assert of(run) == [(3, 50), (4, 100)]

    worth(row, 100)

    with pytest.raises(NotAsChecked):
        approve(run)
    run = return_run(run=run, reason="已更正", by=UserFactory(), now=timezone.now())
    refill(run)
    assert of(run) == [(4, 100)]
    approve(checked(run))


def moved(child, village=OTHER_VILLAGE):
    child.residence_area = child.managing_area = area(village)
    child.save()


def test_the_draft_of_a_place_lets_a_child_go_that_moved_away():
    row, stays = entitled(100), entitled(100)
    run = built()
    area(OTHER_TOWNSHIP)

    moved(row.child)
    refill(run)

    assert set(run.lines.standing().values_list("child", flat=True)) == {stays.child_id}
    there = built(place=OTHER_TOWNSHIP)
    assert [line[3] for line in lines(there)] == [100]
    approve(checked(run))
    assert set(standing().values()) == {Decimal(100)}


def test_a_child_that_moved_after_the_check_and_got_another_account_does_not_block_the_run():
    row = entitled(100)
    entitled(100)
    run = checked(built())
    area(OTHER_TOWNSHIP)
    moved(row.child)
    before = PaymentAccount.objects.get(child=row.child)
    before.state = "REPLACED"
    before.save()
    PaymentAccountFactory(child=row.child, is_in_use=True)

    with pytest.raises(NotAsChecked):
        approve(run)

    run = return_run(run=run, reason="已迁出", by=UserFactory(), now=timezone.now())
    refill(run)
    approve(checked(run))
    assert [line[3] for line in lines(built(place=OTHER_TOWNSHIP))] == [100]


def merged(old, kept):
    """`old` is continued in `kept`: nothing of it runs any more."""
    old.merged_into, old.status = kept, "CLOSED"
    old.closed_on, old.closing_reason = timezone.localdate(), "DUPLICATE"
    old.save()


@pytest.mark.parametrize("rate", [100, 150])
def test_months_paid_on_a_file_are_not_paid_again_on_the_one_it_is_continued_in(rate):
    old = entitled(100)
    paid(built())
    end(old, MONTH)
    kept = ChildFactory()
    PaymentAccountFactory(child=kept, is_in_use=True)
    merged(old.child, kept)
    EntitlementFactory(child=kept, is_running=True, amount=rate, from_month=MONTH)

    run = built(APRIL)

    more = [(3, rate - 100)] if rate > 100 else []
    assert of(run) == [*more, (4, rate)]
    assert refill(run) == 0
    approve(checked(run))


def test_what_waits_on_the_file_that_goes_on_is_not_paid_beside_what_the_other_had():
    old = entitled(100)
    paid(built())
    end(old, MONTH)
    kept = entitled(100, from_month=MONTH)
    run = checked(built(APRIL))
    assert len(lines(run)) == 2

    merged(old.child, kept.child)

    with pytest.raises(NotAsChecked):
        approve(run)
    run = return_run(run=run, reason="同一人", by=UserFactory(), now=timezone.now())
    refill(run)
    assert of(run) == [(4, 100)]
    approve(checked(run))


def test_what_failed_on_the_file_that_goes_on_is_not_paid_again_when_the_other_had_it():
    old, kept = entitled(100), entitled(100)
    run = finish(built())
    decided(run, "PAID", "FAILED")  # in the order of the children
    end(old, MONTH)
    failed = PaymentLine.objects.get(child=kept.child)
    put_right(line=failed, reason="已换卡", by=UserFactory(), now=timezone.now())
    merged(old.child, kept.child)

    april = built(APRIL)

    assert of(april) == [(4, 100)]
    failed.refresh_from_db()
    assert failed.state == "CANCELLED"
    approve(checked(april))


def test_months_that_both_files_had_before_are_left_to_a_person():
    old, kept = entitled(100), entitled(100)
    paid(built())
    end(old, MONTH)
    merged(old.child, kept.child)

    run = built(APRIL)

    assert [(line[0], line[1], line[3]) for line in lines(run)] == [(4, "REGULAR", 100)]


def test_once_parted_again_each_file_stands_for_itself():
    old = entitled(100)
    paid(built())
    end(old, MONTH)
    kept = ChildFactory()
    PaymentAccountFactory(child=kept, is_in_use=True)
    merged(old.child, kept)
    EntitlementFactory(child=kept, is_running=True, amount=100, from_month=MONTH)
    run = built(APRIL)
    old.child.merged_into = None
    old.child.save()

    refill(run)

    assert of(run) == [(3, 100), (4, 100)]


def test_what_is_paid_once_is_not_entitled_again_on_the_file_that_goes_on():
    programme = ProgrammeFactory(code="ONCE_ONLY", cadence="ONCE")
    old = entitled(500, programme=programme)
    paid(built())
    end(old, MONTH)
    kept = ChildFactory()
    merged(old.child, kept)

    with pytest.raises(PromiseBroken, match="entitlement_paid_once_for_all"):
        propose_entitlement(
            child=kept, programme=programme, from_month=APRIL, amount=Decimal(500),
            by=UserFactory(), now=timezone.now(),
        )  # fmt: skip
