"""After a new standard all that is paid below it follows, for each month what the rules owe."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from assistance.actions import gap as gaps
from assistance.actions.entitlement import move_entitlement
from assistance.actions.payment_run import fill_run, open_run
from assistance.actions.raise_amounts import raise_to_standard
from assistance.jobs import raise_amounts as job
from assistance.models import Gap, PaymentLine
from assistance.models.preview_back import back_pay
from assistance.models.rulebook import kept_rules
from assistance.rules.entitlement import Move
from assistance.rules.months import month_of, shifted
from tests.factories import (
    COUNTY,
    CertificateFactory,
    ChildFactory,
    EligibilityRuleFactory,
    EntitlementFactory,
    PaymentAccountFactory,
    ProgrammeFactory,
    StandardFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MONTH = month_of(timezone.localdate(NOW))


def ago(months):
    return shifted(MONTH, -months)


@pytest.fixture
def nursing():
    """119 from years ago, 140 since three months: the document came late."""
    row = ProgrammeFactory(code="NURSING", starts="APPLICATION_MONTH")
    EligibilityRuleFactory(programme=row, conditions={"disability": "SEVERE"})
    StandardFactory(programme=row, amount=Decimal(119), from_month=ago(60), to_month=ago(4))
    StandardFactory(
        programme=row, amount=Decimal(140), from_month=ago(3), document="某民〔2026〕9号"
    )
    return row


def paid(nursing, amount=119, **facts):
    child = ChildFactory(birth_date=date(MONTH.year - 9, 2, 3))
    CertificateFactory(child=child, kind=6, grade=2, issued_on=ago(30), expires_on=None)
    PaymentAccountFactory(child=child, is_in_use=True)
    facts = {"is_running": True, "from_month": ago(12)} | facts
    return EntitlementFactory(child=child, programme=nursing, amount=amount, **facts)


def found(*rows):
    gaps.check_children([row.child_id for row in rows], now=NOW)
    open_now = Gap.objects.too_low().select_related("child", "programme", "entitlement")
    return list(open_now.order_by("pk"))


def rates(row):
    return [(r.from_month, int(r.amount)) for r in row.rates.order_by("from_month", "pk")]


def test_the_amount_follows_from_the_month_of_the_standard_on_with_its_document(nursing):
    row, later = paid(nursing), paid(nursing, from_month=ago(1))
    by = UserFactory()

    done, left = raise_to_standard(gaps=found(row, later), by=by, now=NOW)

    assert (done, left) == (2, [])
    assert rates(row) == [(ago(12), 119), (ago(3), 140)]
    assert rates(later) == [(ago(1), 119), (ago(1), 140)]
    newest = row.rates.latest("pk")
    assert (newest.document, newest.set_by) == ("某民〔2026〕9号", by)
    assert newest.rule == nursing.eligibility_rules.get()
    assert newest.reasons[0]["held"]
    assert found(row, later) == []


def test_a_grade_that_changed_counts_from_its_own_month_not_from_the_standards(nursing):
    """The gap says since when the standard is in force; the facts say since when the child is."""
    for grade, one in zip((2, 1), nursing.standards.order_by("amount"), strict=True):
        one.applies_to = {"disability": [{"grades": [grade]}]}
        one.from_month, one.to_month = ago(60), None
        one.save()
    row = paid(nursing)
    first = row.child.certificates.get()
    first.expires_on, first.status = ago(2).replace(day=9), "EXPIRED"
    first.save()
    CertificateFactory(
        child=row.child, kind=6, grade=1, issued_on=ago(2).replace(day=10), expires_on=None
    )
    assert found(row)[0].since == ago(12)

    raise_to_standard(gaps=found(row), by=UserFactory(), now=NOW)

    assert rates(row) == [(ago(12), 119), (ago(2), 140)]


def test_the_next_run_pays_the_difference_as_arrears(nursing):
    row, now = paid(nursing, from_month=ago(4)), NOW
    by = UserFactory()
    run = open_run(month=ago(1), area=area(COUNTY), by=by, now=now)
    fill_run(run=run, by=by, now=now)
    raise_to_standard(gaps=found(row), by=by, now=NOW)
    run = open_run(month=MONTH, area=area(COUNTY), by=by, now=now)

    fill_run(run=run, by=by, now=now)

    lines = PaymentLine.objects.filter(run=run).order_by("month")
    assert [(line.month, line.kind, int(line.amount)) for line in lines] == [
        (ago(3), "ARREARS", 21), (ago(2), "ARREARS", 21), (ago(1), "ARREARS", 21),
        (MONTH, "REGULAR", 140),
    ]  # fmt: skip


def test_what_is_held_or_was_raised_meanwhile_is_left(nursing):
    held, done = paid(nursing), paid(nursing)
    listed = found(held, done)
    move_entitlement(entitlement=held, move=Move.HOLD, reason="核实中", by=UserFactory(), now=NOW)
    raise_to_standard(gaps=[listed[1]], by=UserFactory(), now=NOW)

    again = raise_to_standard(gaps=listed, by=UserFactory(), now=NOW)

    assert again == (0, listed)
    assert rates(held) == [(ago(12), 119)]
    assert len(rates(done)) == 2


def test_the_job_takes_those_that_are_still_too_low_and_again_none(nursing):
    rows = [paid(nursing) for _n in range(3)]
    listed = [gap.pk for gap in found(*rows)]

    for _n in range(2):
        job(gap_ids=listed, by_id=UserFactory().pk)

    assert [rates(row)[1:] for row in rows] == [[(ago(3), 140)]] * 3


def reckoned(month):
    """A run of the whole county, put together and left standing; what it pays as arrears."""
    run = open_run(month=month, area=area(COUNTY), by=UserFactory(), now=NOW)
    fill_run(run=run, by=UserFactory(), now=NOW)
    lines = PaymentLine.objects.filter(run=run, kind="ARREARS")
    return sum(line.amount for line in lines), len({line.child_id for line in lines})


def test_a_preview_sums_the_arrears_that_the_run_after_it_pays(nursing):
    """Of some that begin later, end, were raised by hand, are held, or are paid more already."""
    new = nursing.standards.get(amount=140)
    new.delete()
    old = nursing.standards.get()
    old.to_month = None
    old.save()
    several = [
        paid(nursing), paid(nursing, from_month=ago(2)), paid(nursing, amount=150),
        paid(nursing, from_month=ago(1)), paid(nursing, amount=130),
    ]  # fmt: skip
    held = paid(nursing)
    move_entitlement(entitlement=held, move=Move.HOLD, reason="核实中", by=UserFactory(), now=NOW)
    reckoned(ago(1))
    before = kept_rules().book()
    old.to_month = ago(6)
    old.save()
    StandardFactory(programme=nursing, amount=Decimal(140), from_month=ago(5), document="x")

    (told,) = back_pay(before, kept_rules().book(), ago(5), MONTH, within=COUNTY)

    raise_to_standard(gaps=found(*several, held), by=UserFactory(), now=NOW)
    assert reckoned(MONTH) == (told.total, told.children)
    assert (told.children, told.months, told.total) == (4, 5 + 2 + 1 + 5, 21 * 8 + 10 * 5)
    assert (told.least, told.most) == (21, 105)
    assert (told.over_children, told.over) == (0, 0)


def test_a_preview_of_a_lower_standard_says_what_was_paid_above_it_and_asks_nothing_back(nursing):
    before = kept_rules().book()
    row = paid(nursing, amount=140, from_month=ago(2))
    paid(nursing, amount=100, from_month=ago(2))  # would have been raised by 40, now by 20
    reckoned(ago(1))
    new = nursing.standards.get(amount=140)
    new.amount = Decimal(120)
    new.save()

    (told,) = back_pay(before, kept_rules().book(), ago(3), MONTH, within=COUNTY)

    assert (told.children, told.total, told.over_children, told.over) == (0, 0, 1, 40)
    assert (told.least, rates(row)) == (None, [(ago(2), 140)])
    assert back_pay(before, kept_rules().book(), MONTH, MONTH, within=COUNTY) == []
