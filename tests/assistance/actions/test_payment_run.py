"""What a run holds: everything owed and not reckoned yet, once, whoever builds it and how often."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.guard.install import tracked_columns
from assistance.actions.bank import put_right
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.payment_run import cancel_run, fill_run, open_run
from assistance.actions.recovery_waiver import ask_for_waiver, decide_waiver
from assistance.models import PaymentLine
from assistance.rules import recovery_waiver as waivers
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
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
)
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    ChildFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db


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
        rated(row, 1891, date(2026, 2, 1))

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
        rated(raised, 1200)

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
        rated(row, 1891)

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

    def test_an_end_that_came_too_late_is_put_right_and_asks_back_what_was_paid_after_it(self):
        """E.g. of a death that is told months later: the file says another last month by then."""
        row = entitled(from_month=date(2026, 1, 1))
        first = built()
        finish(first)
        decided(first, "PAID", "PAID", "PAID")
        end(row, MONTH)

        end(row, date(2026, 1, 1))

        assert lines(built(shifted(MONTH, 1))) == [
            (2, "RECOVERY", "PENDING", -1891, ""), (3, "RECOVERY", "PENDING", -1891, ""),
        ]  # fmt: skip

    @pytest.mark.parametrize("is_ended", [False, True])
    def test_what_was_paid_of_a_cancelled_entitlement_is_asked_back_from_its_first_month(
        self, is_ended
    ):
        """Of the wrong child, or of one who died before it began: no last month says so."""
        row = entitled(from_month=date(2026, 2, 1))
        first = built()
        finish(first)
        decided(first, "PAID", "FAILED")
        if is_ended:
            end(row, MONTH)

        move(row, Move.CANCEL, reason="登记错人")

        april = built(shifted(MONTH, 1))
        assert lines(april) == [(2, "RECOVERY", "PENDING", -1891, "")]
        assert fill_run(run=april, by=None, now=timezone.now()) == 0

    def test_an_end_adds_no_months_to_those_that_two_persons_confirmed(self):
        row = entitled(to_month=MONTH)

        with pytest.raises(DoesNotFit):
            end(row, shifted(MONTH, 1))

        end(row, MONTH)

    def test_a_recovery_waived_is_not_asked_for_again(self):
        row = entitled()
        first = built()
        finish(first)
        decided(first, "PAID")
        rated(row, 0)
        april = built(shifted(MONTH, 1))
        waived = april.lines.get()
        finish(april)
        now = timezone.now()
        waiver = ask_for_waiver(line=waived, reason="免予追回", by=UserFactory(), now=now)
        decide_waiver(waiver=waiver, move=waivers.Move.GRANT, by=UserFactory(), now=now)

        assert lines(built(shifted(MONTH, 2))) == []

    def test_a_recovery_dropped_from_a_draft_is_no_waiver(self):
        """Neither is the month paid a second time nor is the money forgotten."""
        row = entitled()
        first = built()
        finish(first)
        decided(first, "PAID")
        rated(row, 0)
        april = built(shifted(MONTH, 1))
        assert lines(april) == [(3, "RECOVERY", "PENDING", -1891, "")]

        cancel_run(run=april, reason="重新编制", by=UserFactory(), now=timezone.now())
        april = built(shifted(MONTH, 1))
        assert lines(april) == [(3, "RECOVERY", "PENDING", -1891, "")]

        rated(row, 1891)
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
