"""What is confirmed and does not arrive since no run pays it, or none is brought to its end."""

import pytest

from assistance.actions import gap as actions
from assistance.actions.bank import read_answer, send_run
from assistance.actions.payment_run import approve_run, check_run, fill_run, open_run
from assistance.models import Gap, GapMark
from assistance.rules.bank_layout import DEFAULTS
from assistance.rules.gap import paid_before
from assistance.rules.months import shifted
from assistance.rules.rulebook import Programme
from tests.assistance.gaps import (
    MONTH,
    NOW,
    TODAY,
    arrived,
    check,
    disabled,
    entitled,
    programme,
    told,
)
from tests.factories import TOWNSHIP, FreshmanFactory, RecognitionFactory, UserFactory, area

pytestmark = pytest.mark.django_db
LAST = shifted(MONTH, -1)


def owed(reason, since, amount=119):
    return [("OWED", reason, amount, since)]


def test_a_month_that_should_have_arrived_and_is_in_no_run_is_a_gap():
    nursing = programme()
    never, new, later = (disabled()[0] for _n in range(3))
    entitled(never, nursing, from_month=shifted(MONTH, -4))
    entitled(new, nursing, from_month=MONTH)  # its day has not come
    stopped = entitled(later, nursing, from_month=shifted(MONTH, -6))
    for ago in (6, 5, 4, 3):
        arrived(stopped, shifted(MONTH, -ago))

    check(never, new, later)

    assert told(never) == owed("RUN", shifted(MONTH, -4))
    assert told(new) == []
    assert told(later) == owed("RUN", shifted(MONTH, -2))
    assert {gap.who for gap in Gap.objects.all()} == {"县级"}


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, None),
        ({"state": "PENDING", "paid_on": None}, "UNDER_WAY"),
        ({"state": "HELD", "reason": "NO_ACCOUNT", "paid_on": None, "account": None}, "RUN"),
        ({"state": "FAILED", "reason": "BANK_SYSTEM", "paid_on": None, "failed_on": TODAY,
          "retry_at": NOW}, "RUN"),
        ({"state": "CANCELLED", "paid_on": None}, "RUN"),
    ],
    ids=["paid", "sent or not approved", "held, an account since", "tried again", "cancelled"],
)  # fmt: skip
def test_what_became_of_the_last_month_that_was_due(facts, reason):
    nursing = programme()
    child, _paper = disabled()
    row = entitled(child, nursing, from_month=LAST)
    arrived(row, **facts)

    check(child)

    assert told(child) == (owed(reason, LAST) if reason else [])


def test_what_goes_to_a_school_or_is_paid_once_and_was_paid_waits_for_no_run():
    waiver = programme("WAIVER", paid_to="SCHOOL")
    once = programme("ONCE", cadence="ONCE")
    child, _paper = disabled()
    entitled(child, waiver)
    row = entitled(child, once, account=False, from_month=shifted(MONTH, -3))
    check(child)
    assert told(child) == owed("RUN", shifted(MONTH, -3))

    arrived(row, shifted(MONTH, -3))
    check(child)

    assert told(child) == []


@pytest.mark.parametrize(
    ("facts", "month", "before"),
    [
        ({}, (2026, 1), (2025, 12)),
        ({"pay_months": (3, 4, 10)}, (2026, 3), (2025, 10)),
        ({"pay_months": (3, 4, 10)}, (2026, 9), (2026, 4)),
        ({"cadence": "TERM", "period_starts": (3, 9)}, (2026, 9), (2026, 3)),
        ({"cadence": "TERM", "period_starts": (3, 9)}, (2026, 10), (2026, 9)),
        ({"cadence": "YEAR", "period_starts": (1,)}, (2026, 1), (2025, 1)),
        ({"cadence": "ONCE"}, (2026, 1), None),
    ],
)
def test_the_month_before_is_the_last_that_is_paid(facts, month, before):
    row = Programme(code="X", name="X", **{"cadence": "MONTH"} | facts)

    found = paid_before(row, MONTH.replace(year=month[0], month=month[1]))

    assert (found and (found.year, found.month)) == before


def test_a_run_from_its_first_line_to_the_answer_moves_the_gap_and_closes_it():
    nursing = programme()
    child, _paper = disabled()
    entitled(child, nursing, from_month=LAST)
    while actions.check_marked(now=NOW):
        pass
    assert told(child) == owed("RUN", LAST)
    first, second, third = UserFactory(), UserFactory(), UserFactory()
    run = open_run(month=MONTH, area=area(TOWNSHIP), by=first, now=NOW)

    fill_run(run=run, by=first, now=NOW)
    actions.check_marked(now=NOW)
    assert told(child) == owed("UNDER_WAY", LAST)

    check_run(run=run, by=second, now=NOW)
    approve_run(run=run, by=third, now=NOW)
    send_run(run=run, layout=DEFAULTS["TABLE"], by=third, now=NOW)[0].close()
    lines = run.lines.order_by("month")
    rows = ["参考号,结果,日期", *(f"{line.pk},成功,{TODAY}" for line in lines)]
    read_answer(run=run, content="\n".join(rows).encode(), by=third, now=NOW)
    actions.check_marked(now=NOW)

    assert told(child) == []
    assert not GapMark.objects.exists()


@pytest.mark.parametrize("factory", [RecognitionFactory, FreshmanFactory])
def test_a_recognition_or_an_admission_is_looked_at_by_the_next_minute(factory):
    row = factory()

    assert GapMark.objects.filter(child=row.child_id).exists()
