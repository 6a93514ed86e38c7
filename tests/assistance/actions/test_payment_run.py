"""What a run holds: everything owed and not reckoned yet, once, whoever builds it and how often."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.guard.install import tracked_columns
from assistance.actions.bank import put_right, recover, send_run
from assistance.actions.entitlement import DoesNotFit, move_entitlement, set_rate
from assistance.actions.payment_account import confirm_account
from assistance.actions.payment_run import (
    MovedOn,
    NotAsChecked,
    StillWaiting,
    approve_run,
    cancel_run,
    check_run,
    close_run,
    fill_run,
    open_run,
    return_run,
)
from assistance.models import PaymentLine, PaymentRun
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
MONTH = date(2026, 3, 1)


def entitled(amount=1891, *, with_account=True, place=VILLAGE, from_month=MONTH, **facts):
    child = ChildFactory(residence_area=area(place))
    if with_account:
        PaymentAccountFactory(child=child, is_in_use=True)
    return EntitlementFactory(
        child=child, is_running=True, amount=amount, from_month=from_month, **facts
    )


def built(month=MONTH, place=TOWNSHIP):
    now = timezone.now()
    run = open_run(month=month, area=area(place), by=UserFactory(), now=now)
    fill_run(run=run, by=UserFactory(), now=now)
    return run


def lines(run=None):
    """(month, kind, state, amount, reason) in a fixed order, cancelled ones left out."""
    rows = PaymentLine.objects.exclude(state="CANCELLED")
    if run is not None:
        rows = rows.filter(run=run)
    fields = ("month", "kind", "state", "amount", "reason")
    return [
        (m.month, k, s, int(a), r)
        for m, k, s, a, r in rows.order_by("month", "kind", "pk").values_list(*fields)
    ]


def decided(run, *states):
    """As if the bank had answered: the run's lines become `states`, in their order."""
    for line, state in zip(run.lines.order_by("month", "pk"), states, strict=True):
        line.state = state
        if state == "PAID":
            line.paid_on = line.due_on
        if state == "FAILED":
            line.failed_on, line.reason = line.due_on, "CLOSED"
        line.save()


def finish(run):
    """Approved and done with, so that the next run of the month can be opened."""
    now = timezone.now()
    check_run(run=run, by=UserFactory(), now=now)
    row = approve_run(run=run, by=UserFactory(), now=now)
    row.state, row.sent_at = "PAID", now
    row.save()
    return row


class TestWhatARunHolds:
    def test_the_month_of_everyone_who_is_entitled(self):
        entitled()

        run = built()

        assert lines(run) == [(3, "REGULAR", "PENDING", 1891, "")]
        line = run.lines.get()
        assert (line.rate.amount, line.due_on) == (Decimal(1891), date(2026, 3, 10))
        assert (line.area_code, line.account.is_in_use) == (TOWNSHIP, True)

    @pytest.mark.parametrize(
        "facts",
        [
            {"from_month": date(2026, 4, 1)},
            {"from_month": date(2025, 1, 1), "to_month": date(2026, 2, 1), "state": "ENDED",
             "end_reason": "AGE_18"},
            {"state": "CANCELLED"},
            {"place": OTHER_VILLAGE},
        ],
        ids=["not yet", "no longer", "by mistake", "elsewhere"],
    )  # fmt: skip
    def test_nothing_for_whom_nothing_is_owed(self, facts):
        entitled(**facts)
        run = open_run(month=MONTH, area=area(TOWNSHIP), by=None, now=timezone.now())
        run.arrears_from = MONTH
        run.save()

        fill_run(run=run, by=None, now=timezone.now())

        assert lines(run) == []

    def test_a_proposal_pays_nothing(self):
        child = ChildFactory()
        EntitlementFactory(child=child, amount=1891)

        assert lines(built()) == []

    def test_without_an_account_or_while_held_the_money_waits_and_is_counted(self):
        entitled(with_account=False)
        entitled(state="HELD")

        assert lines(built()) == [
            (3, "REGULAR", "HELD", 1891, "NO_ACCOUNT"),
            (3, "REGULAR", "HELD", 1891, "SUSPENDED"),
        ]

    def test_months_left_out_come_as_arrears_with_the_amounts_of_their_time(self):
        row = entitled(1800, from_month=date(2026, 1, 1))
        set_rate(
            entitlement=row, from_month=date(2026, 2, 1), amount=Decimal(1891), by=None,
            now=timezone.now(),
        )  # fmt: skip

        assert lines(built()) == [
            (1, "ARREARS", "PENDING", 1800, ""),
            (2, "ARREARS", "PENDING", 1891, ""),
            (3, "REGULAR", "PENDING", 1891, ""),
        ]

    @pytest.mark.parametrize(
        ("facts", "months"),
        [
            ({"cadence": "MONTH", "pay_months": [1, 3]}, [1, 3]),
            ({"cadence": "ONCE"}, [1]),
            ({"cadence": "TERM", "period_starts": [3, 9]}, [3]),
            ({"cadence": "TERM", "period_starts": [2]}, [2]),
            ({"cadence": "YEAR", "period_starts": [1]}, [1]),
            ({"paid_to": "SCHOOL"}, []),
        ],
    )
    def test_a_programme_says_in_which_months_it_pays(self, facts, months):
        entitled(from_month=date(2026, 1, 1), programme=ProgrammeFactory(code="P", **facts))

        assert [line[0] for line in lines(built())] == months

    @pytest.mark.parametrize(("day", "due"), [(None, 28), (31, 28), (10, 10), (1, 1)])
    def test_the_day_on_which_money_should_arrive_exists(self, day, due):
        entitled(from_month=date(2026, 2, 1), programme=ProgrammeFactory(code="P", pay_day=day))

        assert built(date(2026, 2, 1)).lines.get().due_on == date(2026, 2, due)


class TestAgain:
    def test_building_again_changes_nothing(self):
        entitled()
        entitled(with_account=False)
        run = built()
        before = list(PaymentLine.objects.order_by("pk").values())

        assert fill_run(run=run, by=UserFactory(), now=timezone.now()) == 0
        again = built()

        assert again == run
        assert list(PaymentLine.objects.order_by("pk").values()) == before

    def test_a_run_of_the_county_pays_nobody_that_the_townships_run_pays(self):
        entitled()
        first = built()

        county = built(place=TOWNSHIP[:6])

        assert (len(lines(first)), len(lines(county))) == (1, 0)

    def test_each_line_has_its_history(self):
        entitled()
        run = built()
        fill_run(run=run, by=None, now=timezone.now())

        (kept,) = PaymentLine.history.values(*_names())
        assert kept == PaymentLine.objects.values(*_names()).get()

    def test_what_changed_while_it_was_a_draft_is_put_right_in_place(self):
        row = entitled(with_account=False)
        raised = entitled(1000)
        run = built()
        PaymentAccountFactory(child=row.child, is_in_use=True)
        set_rate(
            entitlement=raised, from_month=MONTH, amount=Decimal(1200), by=None, now=timezone.now()
        )

        fill_run(run=run, by=None, now=timezone.now())

        assert lines(run) == [
            (3, "REGULAR", "PENDING", 1891, ""),
            (3, "REGULAR", "PENDING", 1200, ""),
        ] or lines(run) == [
            (3, "REGULAR", "PENDING", 1200, ""),
            (3, "REGULAR", "PENDING", 1891, ""),
        ]

    def test_a_draft_thrown_away_leaves_everything_to_the_next(self):
        entitled()
        run = built()

        cancel_run(run=run, reason="月份选错", by=UserFactory(), now=timezone.now())
        again = built()

        assert again.number == 2
        assert lines() == [(3, "REGULAR", "PENDING", 1891, "")]


def _names():
    return tracked_columns(PaymentLine)


class TestWhatComesLater:
    def test_a_payment_that_failed_is_paid_again_once_it_was_put_right(self):
        entitled()
        first = built()
        finish(first)
        decided(first, "FAILED")

        assert lines(built()) == []  # nobody has put it right yet

        line = first.lines.get()
        line.retry_at = timezone.now()
        line.save()
        follow_up = built()
        assert lines(follow_up) == [(3, "REISSUE", "PENDING", 1891, "")]
        assert follow_up.lines.get().replaces == line
        assert [line[2] for line in lines(first)] == ["REISSUED"]

    def test_what_was_held_is_paid_once_there_is_an_account(self):
        row = entitled(with_account=False)
        finish(built())
        PaymentAccountFactory(child=row.child, is_in_use=True)

        april = built(shifted(MONTH, 1))

        assert lines(april) == [
            (3, "REISSUE", "PENDING", 1891, ""),
            (4, "REGULAR", "PENDING", 1891, ""),
        ]

    def test_a_draft_with_a_payment_made_again_gives_it_back_when_thrown_away(self):
        row = entitled(with_account=False)
        first = built()
        finish(first)
        PaymentAccountFactory(child=row.child, is_in_use=True)
        april = built(shifted(MONTH, 1))

        cancel_run(run=april, reason="重做", by=UserFactory(), now=timezone.now())

        assert lines() == [(3, "REGULAR", "HELD", 1891, "NO_ACCOUNT")]

    def test_a_back_dated_standard_brings_the_difference(self):
        row = entitled(1800)
        first = built()
        finish(first)
        decided(first, "PAID")
        set_rate(
            entitlement=row, from_month=MONTH, amount=Decimal(1891), by=None, now=timezone.now()
        )

        april = built(shifted(MONTH, 1))

        assert lines(april) == [
            (3, "ARREARS", "PENDING", 91, ""),
            (4, "REGULAR", "PENDING", 1891, ""),
        ]
        assert built(shifted(MONTH, 1)) == april

    def test_what_was_paid_after_the_end_is_to_be_recovered(self):
        row = entitled(from_month=date(2026, 2, 1))
        first = built()
        finish(first)
        decided(first, "PAID", "PAID")
        end(row, date(2026, 2, 1))

        april = built(shifted(MONTH, 1))

        assert lines(april) == [(3, "RECOVERY", "PENDING", -1891, "")]

    def test_a_recovery_waived_is_not_asked_for_again(self):
        row = entitled()
        first = built()
        finish(first)
        decided(first, "PAID")
        set_rate(entitlement=row, from_month=MONTH, amount=Decimal(0), by=None, now=timezone.now())
        april = built(shifted(MONTH, 1))
        waived = april.lines.get()
        finish(april)
        recover(line=waived, recovered_on=None, reason="免予追回", by=UserFactory(),
                now=timezone.now())  # fmt: skip

        assert lines(built(shifted(MONTH, 2))) == []

    def test_a_recovery_dropped_from_a_draft_is_no_waiver(self):
        """Neither is the month paid a second time nor is the money forgotten."""
        row = entitled()
        first = built()
        finish(first)
        decided(first, "PAID")
        set_rate(entitlement=row, from_month=MONTH, amount=Decimal(0), by=None, now=timezone.now())
        april = built(shifted(MONTH, 1))
        assert lines(april) == [(3, "RECOVERY", "PENDING", -1891, "")]

        cancel_run(run=april, reason="重新编制", by=UserFactory(), now=timezone.now())
        april = built(shifted(MONTH, 1))
        assert lines(april) == [(3, "RECOVERY", "PENDING", -1891, "")]

        set_rate(
            entitlement=row, from_month=MONTH, amount=Decimal(1891), by=None, now=timezone.now()
        )
        fill_run(run=april, by=None, now=timezone.now())
        assert lines(april) == [(4, "REGULAR", "PENDING", 1891, "")]

    def test_what_failed_is_not_paid_again_once_it_is_not_owed(self):
        row = entitled(from_month=date(2026, 2, 1))
        first = built()
        finish(first)
        decided(first, "PAID", "FAILED")
        put_right(line=first.lines.get(state="FAILED"), reason="账户已核对", by=UserFactory(),
                  now=timezone.now())  # fmt: skip
        april = built(shifted(MONTH, 1))
        assert [line[:3] for line in lines(april)] == [
            (3, "REISSUE", "PENDING"), (4, "REGULAR", "PENDING"),
        ]  # fmt: skip

        end(row, date(2026, 2, 1))
        fill_run(run=april, by=None, now=timezone.now())

        assert lines(april) == []
        assert [line[:3] for line in lines()] == [(2, "ARREARS", "PAID")]
        assert fill_run(run=april, by=None, now=timezone.now()) == 0

    def test_a_second_entitlement_to_a_month_paid_and_recovered_stops_nobody(self):
        row = entitled(from_month=date(2026, 2, 1))
        first = built()
        finish(first)
        decided(first, "PAID", "PAID")
        end(row, date(2026, 2, 1))
        EntitlementFactory(
            child=row.child, programme=row.programme, is_running=True, amount=1000,
            from_month=MONTH,
        )  # fmt: skip

        again = built()

        assert lines(again) == [
            (3, "ARREARS", "PENDING", 1000, ""),
            (3, "RECOVERY", "PENDING", -1891, ""),
        ]

    def test_what_was_held_for_a_month_that_is_no_longer_owed_is_cancelled(self):
        row = entitled(from_month=date(2026, 2, 1), with_account=False)
        finish(built())
        end(row, date(2026, 2, 1))

        built(shifted(MONTH, 1))

        assert lines() == [(2, "ARREARS", "HELD", 1891, "NO_ACCOUNT")]


def end(row, last):
    move_entitlement(
        entitlement=row, move=Move.END, to_month=last, end_reason="PARENT_RELEASED",
        by=UserFactory(), now=timezone.now(),
    )  # fmt: skip


class TestSteps:
    def test_a_run_is_not_closed_while_the_bank_owes_an_answer(self):
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

    def test_an_amount_belongs_to_what_is_owed(self):
        row = EntitlementFactory(amount=1891)  # a proposal

        with pytest.raises(DoesNotFit):
            set_rate(entitlement=row, from_month=MONTH, amount=Decimal(1), by=None,
                     now=timezone.now())  # fmt: skip

    def test_who_put_it_together_or_checked_it_cannot_approve_it(self):
        entitled()
        run, now = built(), timezone.now()
        run.refresh_from_db()
        checker = UserFactory()
        check_run(run=run, by=checker, now=now)

        for person in (run.built_by, checker):
            with pytest.raises(PromiseBroken):
                approve_run(run=run, by=person, now=now)
        assert approve_run(run=run, by=UserFactory(), now=now).state == "APPROVED"

    def test_a_step_taken_twice_is_taken_once(self):
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

    def test_what_is_approved_is_what_was_checked(self):
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
    def test_nothing_is_approved_that_is_not_owed_any_more(self, change, left):
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

    def test_what_was_raised_or_ends_later_is_approved_and_the_rest_comes_with_the_next_run(self):
        row = entitled()
        run, now = built(), timezone.now()
        check_run(run=run, by=UserFactory(), now=now)
        rated(row, 2000)
        end(row, MONTH)

        assert approve_run(run=run, by=UserFactory(), now=now).total == 1891

    def test_what_was_approved_is_taken_back_and_put_together_anew_until_it_is_sent(self):
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

    def test_the_file_of_a_run_that_was_sent_is_made_again_whatever_changed(self):
        row, now = entitled(), timezone.now()
        run = built()
        check_run(run=run, by=UserFactory(), now=now)
        approve_run(run=run, by=UserFactory(), now=now)
        send(run)
        move(row, Move.HOLD, reason="核实中")

        assert send(run).state == "SENT"

    def test_an_approved_run_whose_recovery_was_settled_is_not_taken_back(self):
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


def send(run):
    file, row = send_run(run=run, layout=DEFAULTS["TABLE"], by=UserFactory(), now=timezone.now())
    file.close()
    return row


def move(row, step, **facts):
    move_entitlement(entitlement=row, move=step, by=UserFactory(), now=timezone.now(), **facts)


def rated(row, amount):
    set_rate(
        entitlement=row, from_month=MONTH, amount=Decimal(amount), by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip
