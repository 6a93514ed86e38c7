"""After a lower standard all that is paid above it follows, and nobody is asked to give back."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from assistance.actions.entitlement import move_entitlement
from assistance.actions.lower_amounts import lower_to_standard
from assistance.actions.payment_run import check_run, fill_run, open_run
from assistance.jobs import lower_amounts as job
from assistance.models import Gap, PaymentLine
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from tests.factories import COUNTY, UserFactory, area
from tests.signing_in import sign_in
from tests.world import posted_as

from .test_raise_amounts import MONTH, NOW, ago, gaps, nursing, paid, rates

__all__ = ["nursing"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _of_a_job():
    with acting(EVERYTHING):
        yield


@pytest.fixture
def lower(nursing):
    """Paid 160 where the standard gives 140 now."""
    return nursing


def found(*rows):
    gaps.check_children([row.child_id for row in rows], now=NOW)
    open_now = Gap.objects.too_high().select_related("child", "programme", "entitlement")
    return list(open_now.order_by("pk"))


def run_of(month, is_checked=True):
    run = open_run(month=month, area=area(COUNTY), by=UserFactory(), now=NOW)
    fill_run(run=run, by=UserFactory(), now=NOW)
    return check_run(run=run, by=UserFactory(), now=NOW) if is_checked else run


def test_from_this_month_on_with_the_document_and_nothing_is_asked_back(lower):
    row, by = paid(lower, amount=160, from_month=ago(2)), UserFactory()
    run_of(ago(1))

    assert lower_to_standard(gaps=found(row), by=by, now=NOW) == (1, [])

    assert rates(row) == [(ago(2), 160), (MONTH, 140)]
    newest = row.rates.latest("pk")
    assert (newest.document, newest.set_by) == ("某民〔2026〕9号", by)
    run_of(MONTH, is_checked=False)
    lines = PaymentLine.objects.order_by("month").values_list("month", "kind", "amount")
    assert list(lines) == [
        (ago(2), "ARREARS", 160), (ago(1), "REGULAR", 160), (MONTH, "REGULAR", 140),
    ]  # fmt: skip
    assert found(row) == []


def test_a_month_that_a_checked_run_holds_stays_as_it_is(lower):
    row = paid(lower, amount=160, from_month=MONTH)
    run = run_of(MONTH)
    listed = found(row)

    assert lower_to_standard(gaps=listed, by=UserFactory(), now=NOW) == (1, [])
    assert lower_to_standard(gaps=listed, by=UserFactory(), now=NOW) == (0, listed)

    assert rates(row) == [(MONTH, 160), (shifted(MONTH, 1), 140)]
    assert [line.amount for line in run.lines.all()] == [Decimal(160)]


def test_what_is_held_or_not_owed_at_all_is_left_to_people(lower):
    held, gone = paid(lower, amount=160), paid(lower, amount=160)
    listed = found(held, gone)
    move_entitlement(entitlement=held, move=Move.HOLD, reason="核实中", by=UserFactory(), now=NOW)
    certificate = gone.child.certificates.get()
    certificate.status = "CANCELLED"
    certificate.save()

    assert lower_to_standard(gaps=listed, by=UserFactory(), now=NOW) == (0, listed)
    assert (rates(held), rates(gone)) == ([(ago(12), 160)], [(ago(12), 160)])


def test_the_county_lowers_the_list_and_a_township_may_not(client, lower):
    rows = [paid(lower, amount=160) for _n in range(2)]
    one, two = found(*rows)
    url, listing = reverse("assistance:gap_lower"), reverse("assistance:gap_list")
    sign_in(client, posted_as(Role.CHILD_SUPERVISOR))
    assert client.post(url, {"gap": one.pk}).status_code == 403
    assert url not in client.get(f"{listing}?kind=RECEIVED").content.decode()
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    page = client.get(f"{listing}?kind=RECEIVED&reason=TOO_MUCH").content.decode()
    assert page.count('form="lower_many"') == 2

    ticked = client.post(url, {"gap": one.pk}, follow=True).content.decode()
    every = client.post(f"{url}?kind=RECEIVED&reason=TOO_MUCH", {"all": "1"})

    assert "已降低到标准：1 项" in ticked
    assert every.url == f"{listing}?kind=RECEIVED&reason=TOO_MUCH"
    assert [rates(row)[-1] for row in rows] == [(MONTH, 140)] * 2
    assert url not in client.get(f"{listing}?kind=RECEIVED").content.decode()  # none is left
    job(gap_ids=[one.pk, two.pk], by_id=UserFactory().pk)
    assert [len(rates(row)) for row in rows] == [2, 2]
