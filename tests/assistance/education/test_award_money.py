"""What becomes of awards: confirmed by a second person, paid in a run, settled with a school."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.actions.education_settlement import pay_settlement, settle
from assistance.actions.entitlement import DoesNotFit
from assistance.models import EducationAward, Entitlement, PaymentLine, PaymentRun
from assistance.models.payment_build import fill
from tests.factories import (
    COUNTY,
    EntitlementFactory,
    PaymentAccountFactory,
    PaymentRunFactory,
    SchoolFactory,
    UserFactory,
    area,
)

from .awards import LATER, NOW, awards, build, confirm, left, pupil

pytestmark = pytest.mark.django_db


def test_a_grant_is_paid_by_the_next_run_and_a_waiver_is_not(autumn):
    child = pupil()
    PaymentAccountFactory(child=child, is_in_use=True)
    build(autumn)
    done, left_over = confirm(autumn)
    run: PaymentRun = PaymentRunFactory(month=date(2025, 9, 1), area=area(COUNTY))

    fill(run, by_id=None, now=NOW)

    assert (done, left_over) == (2, 0)
    line = PaymentLine.objects.get()
    award = EducationAward.objects.get(programme__code="SE_GRANT")
    assert (line.entitlement, line.amount) == (award.entitlement, 1650)
    assert (award.entitlement.from_month, award.entitlement.to_month) == (
        date(2025, 9, 1), date(2026, 2, 1),
    )  # fmt: skip
    waiver = EducationAward.objects.get(programme__code="SE_FREE")
    assert (waiver.state, waiver.entitlement) == ("CONFIRMED", None)


def test_money_in_a_run_is_not_taken_back_by_the_roll(autumn):
    child = pupil(starts_on=date(2024, 9, 1))
    PaymentAccountFactory(child=child, is_in_use=True)
    build(autumn)
    confirm(autumn)
    fill(PaymentRunFactory(month=date(2025, 9, 1), area=area(COUNTY)), by_id=None, now=NOW)
    left(child, date(2025, 8, 31))

    build(autumn)

    assert awards(child) == {"SE_GRANT": (Decimal(1650), "CONFIRMED")}


def test_who_built_them_does_not_confirm_them(autumn):
    pupil()
    by = UserFactory()
    build(autumn, by=by)

    assert confirm(autumn, by=by) == (0, 2)
    assert confirm(autumn) == (2, 0)
    assert confirm(autumn) == (0, 2)
    assert Entitlement.objects.count() == 1


def test_a_family_that_has_such_an_entitlement_is_left(autumn):
    child = pupil()
    build(autumn)
    grant = EducationAward.objects.get(programme__code="SE_GRANT")
    EntitlementFactory(child=child, programme=grant.programme, from_month=date(2025, 10, 1))

    assert confirm(autumn) == (1, 1)

    grant.refresh_from_db()
    assert grant.is_proposed


def test_a_settlement_is_counted_from_the_awards_and_later_ones_go_into_the_next(autumn):
    school = SchoolFactory(stages=["SENIOR"])
    pupil(school), pupil(school), pupil()
    build(autumn)
    confirm(autumn)
    by = UserFactory()

    first = settle(school=school, term=autumn, by=by, now=NOW)
    with pytest.raises(DoesNotFit):
        settle(school=school, term=autumn, by=by, now=NOW)
    pupil(school)
    build(autumn, today=LATER)
    confirm(autumn)
    second = settle(school=school, term=autumn, by=by, now=NOW)

    assert (first.number, first.award_count, first.total) == (1, 2, 800)
    assert (second.number, second.award_count, second.total) == (2, 1, 400)
    paid = pay_settlement(settlement=first, paid_on=LATER, voucher="凭证1", by=by, now=NOW)
    rows = EducationAward.objects.waivers().with_paid_on()
    assert {row.settlement_id: row.arrived_on for row in rows.filter(school=school)} == {
        paid.pk: LATER, second.pk: None,
    }  # fmt: skip
    with pytest.raises(DoesNotFit):
        pay_settlement(settlement=first, paid_on=LATER, voucher="2", by=by, now=NOW)
