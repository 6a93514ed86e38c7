"""What becomes of awards: confirmed by a second person, paid in a run, settled with a school."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.actions.education_settlement import pay_settlement, settle
from assistance.actions.entitlement import DoesNotFit, move_entitlement
from assistance.models import EducationAward, Entitlement, PaymentLine, PaymentRun
from assistance.models.payment_build import fill
from assistance.rules.entitlement import Move
from children.actions.promises import PromiseBroken
from tests.factories import (
    COUNTY,
    EntitlementFactory,
    OverlapRuleFactory,
    PaymentAccountFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    SchoolFactory,
    UserFactory,
    area,
)

from .awards import DAY, LATER, NOW, awards, build, confirm, left, pupil

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


def test_a_cancelled_entitlement_ends_its_award_which_is_not_proposed_again(autumn):
    child, by = pupil(), UserFactory()
    account = PaymentAccountFactory(child=child, is_in_use=True)
    build(autumn)
    confirm(autumn)
    run = PaymentRunFactory(month=date(2025, 9, 1), area=area(COUNTY))
    fill(run, by_id=None, now=NOW)
    line = PaymentLine.objects.get()
    line.state, line.paid_on, line.account = "PAID", DAY, account
    line.save()
    run.state = "CANCELLED"  # out of the way of the next
    run.save()
    grant = EducationAward.objects.get(programme__code="SE_GRANT")

    move_entitlement(
        entitlement=grant.entitlement, move=Move.CANCEL, reason="发错人", by=by, now=NOW
    )
    build(autumn)
    back = {"month": date(2025, 10, 1), "arrears_from": date(2025, 9, 1), "area": area(COUNTY)}
    fill(PaymentRunFactory(**back), by_id=None, now=NOW)

    grant = EducationAward.objects.with_paid_on().get(pk=grant.pk)
    assert (grant.state, grant.end_reason, grant.ended_on) == ("ENDED", "CANCELLED", DAY)
    assert grant.state_in_words == grant.get_state_display()
    told = grant.history.latest()
    assert (told.history_change_reason, told.history_user) == ("发错人", by)
    assert "SE_GRANT" not in awards(child)
    assert PaymentLine.objects.get(kind="RECOVERY").amount == -1650


def test_an_award_that_ends_takes_an_entitlement_ended_before_with_it(autumn):
    child = pupil(starts_on=date(2024, 9, 1))
    build(autumn)
    confirm(autumn)
    grant = EducationAward.objects.get(programme__code="SE_GRANT")
    move_entitlement(
        entitlement=grant.entitlement, move=Move.END, to_month=date(2025, 12, 1),
        end_reason="MOVED_OUT", by=UserFactory(), now=NOW,
    )  # fmt: skip
    left(child, date(2025, 8, 31))

    build(autumn)

    assert awards(child) == {}
    assert Entitlement.objects.get(child=child).is_cancelled


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


def test_one_that_is_kept_apart_from_what_the_family_gets_does_not_hold_up_the_others(autumn):
    child, _other = pupil(), pupil()
    other = ProgrammeFactory(code="OTHER")
    EntitlementFactory(child=child, programme=other, is_running=True, from_month=date(2025, 10, 1))
    OverlapRuleFactory(programmes=["OTHER"], others=["SE_GRANT"])
    build(autumn)

    assert confirm(autumn) == (3, 1)

    assert EducationAward.objects.get(state="PROPOSED").child == child


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
    told = {"settlement": first, "paid_on": LATER, "now": NOW}
    with pytest.raises(PromiseBroken):
        pay_settlement(voucher="凭证1", by=by, **told)
    paid = pay_settlement(voucher="凭证1", by=UserFactory(), **told)
    rows = EducationAward.objects.waivers().with_paid_on()
    assert {row.settlement_id: row.arrived_on for row in rows.filter(school=school)} == {
        paid.pk: LATER, second.pk: None,
    }  # fmt: skip
    with pytest.raises(DoesNotFit):
        pay_settlement(voucher="2", by=UserFactory(), **told)
