"""Money twice, not at all, or no longer owed: by changes between building and sending, by files."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.bank import put_right, recover
from assistance.actions.entitlement import move_entitlement, propose_entitlement
from assistance.actions.payment_run import (
    NotAsChecked,
    approve_run,
    check_run,
    fill_run,
    return_run,
)
from assistance.models import Entitlement, PaymentAccount, PaymentLine
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.assistance.runs import MONTH, built, decided, end, entitled, finish, lines, rated, send
from tests.children.actions.test_simultaneous import at_once
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    ChildFactory,
    EntitlementFactory,
    OverlapRuleFactory,
    PaymentAccountFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
APRIL = shifted(MONTH, 1)


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
    rated(row, 150)
    rated(row, 100, APRIL)
    run = checked(built(APRIL))
    assert of(run) == [(3, 50), (4, 100)]

    rated(row, 100)

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


def test_what_was_paid_once_and_cancelled_is_entitled_again_when_it_has_come_back():
    programme = ProgrammeFactory(code="ONCE_ONLY", cadence="ONCE")
    row = entitled(500, programme=programme)
    paid(built())
    move_entitlement(
        entitlement=row, move=Move.CANCEL, reason="发错人", by=UserFactory(), now=timezone.now()
    )

    def again():
        return propose_entitlement(
            child=row.child, programme=programme, from_month=APRIL, amount=Decimal(500),
            by=UserFactory(), now=timezone.now(),
        )  # fmt: skip

    with pytest.raises(PromiseBroken, match="entitlement_paid_once_for_all"):
        again()
    run = finish(built(APRIL))
    recover(line=run.lines.get(), recovered_on=APRIL, reason="已退回", by=UserFactory(),
            now=timezone.now())  # fmt: skip
    assert again().pk


# From one category to another --------------------------------------------------------------------


def proposed(child, code, amount=1891):
    return propose_entitlement(
        child=child, programme=ProgrammeFactory(code=code), from_month=MONTH,
        amount=Decimal(amount), by=UserFactory(), now=timezone.now(),
    )  # fmt: skip


def confirm(row, by=None):
    by = by or UserFactory()
    move_entitlement(entitlement=row, move=Move.CONFIRM, by=by, now=timezone.now())


RULES = pytest.mark.parametrize(
    "rule",
    [
        {"kind": "HIGHER_OF", "programmes": ["DE_FACTO_ALLOWANCE", "ORPHAN"], "others": []},
        {"kind": "EXCLUDES", "programmes": ["ORPHAN"], "others": ["DE_FACTO_ALLOWANCE"]},
    ],
    ids=["higher of", "excludes"],
)


@RULES
def test_a_month_in_which_the_category_changes_is_not_paid_under_both(rule):
    row = entitled(1000, from_month=shifted(MONTH, -1))
    paid(built())
    OverlapRuleFactory(**rule)
    orphan = proposed(row.child, "ORPHAN")

    with pytest.raises(PromiseBroken) as refused:
        confirm(orphan)
    assert refused.value.constraint == "entitlement_beside_what_excludes_it"
    end(row, shifted(MONTH, -1))
    confirm(orphan)

    run = built(APRIL)
    assert [(line[0], line[1], line[3]) for line in lines(run)] == [
        (3, "ARREARS", 1891), (3, "RECOVERY", -1000), (4, "REGULAR", 1891),
    ]  # fmt: skip


@RULES
@pytest.mark.parametrize("limit", [
    {"when": {"age": {"below": 7}}}, {"is_withdrawn": True}, {"to_month": shifted(MONTH, -1)},
    {"area": "44"},
])  # fmt: skip
def test_what_a_rule_does_not_keep_apart_here_and_now_runs_beside_it(rule, limit):
    row = entitled(1000)
    OverlapRuleFactory(**rule | limit)
    other = proposed(row.child, "ORPHAN")

    confirm(other)

    assert lines(built())[0][3] + lines()[1][3] == 2891


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_what_a_rule_keeps_apart_one_is_told():
    with acting(EVERYTHING), transaction.atomic():
        child = ChildFactory()
        OverlapRuleFactory(kind="HIGHER_OF", programmes=["A", "B"], others=[])
        rows = [proposed(child, code) for code in ("A", "B")]
        officer = UserFactory()

    results = at_once(*(lambda row=row: confirm(row, officer) for row in rows))

    assert [type(one) for one in results if one] == [PromiseBroken], results
    with acting(EVERYTHING), transaction.atomic():
        assert Entitlement.objects.filter(state="RUNNING").count() == 1
