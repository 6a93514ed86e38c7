"""A settlement made in error is taken back by two persons: nothing is paid twice or lost."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from accounts.roles import Role
from assistance.actions.education_award import refuse_award
from assistance.actions.education_settlement import (
    ask_to_take_back,
    keep_settlement,
    pay_settlement,
    settle,
    take_back,
)
from assistance.actions.entitlement import DoesNotFit
from assistance.models import EducationAward
from children.actions.promises import PromiseBroken
from tests.factories import (
    OTHER_VILLAGE,
    EducationAwardFactory,
    EducationSettlementFactory,
    OrganisationFactory,
    SchoolFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

from .awards import LATER, NOW, awards, build, confirm, pupil

pytestmark = pytest.mark.django_db
PAID = {"paid_on": LATER, "voucher": "凭证1", "now": NOW}
BACK = {"back_money": "CAME_BACK", "back_on": LATER, "back_receipt": "收据1"}


def at_the_end():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def settled(term, *, is_paid=False):
    """Two waivers of 400 at one school."""
    school = SchoolFactory(stages=["SENIOR"])
    pupil(school), pupil(school)
    build(term)
    confirm(term)
    row = settle(school=school, term=term, by=UserFactory(), now=NOW)
    return pay_settlement(settlement=row, by=UserFactory(), **PAID) if is_paid else row


def asked(row, by=None, **money):
    by = by or UserFactory()
    return ask_to_take_back(settlement=row, reason="金额录错", money=money, by=by, now=NOW)


def test_what_was_settled_in_error_is_settled_once_more_after_two_took_it_back(autumn):
    row, by = settled(autumn), UserFactory()
    asked(row, by)
    with pytest.raises(DoesNotFit):  # nothing is paid meanwhile
        pay_settlement(settlement=row, by=UserFactory(), **PAID)
    with pytest.raises(PromiseBroken, match="second_person"):
        take_back(settlement=row, by=by, now=NOW)
    held = list(EducationAward.objects.held_by(row).values_list("pk", flat=True))

    other = UserFactory()
    back = take_back(settlement=row, by=other, now=NOW)
    at_the_end()
    again = settle(school=row.school, term=autumn, by=by, now=NOW)

    assert (back.is_taken_back, back.total, back.taken_back_by) == (True, 800, other)
    assert (again.number, again.award_count, again.total) == (2, 2, Decimal(800))
    assert [one.pk for one in EducationAward.objects.held_by(back).order_by("pk")] == held
    told = EducationAward.history.filter(id=held[0])
    assert [(one.settlement_id, one.history_change_reason) for one in told[:2]] == [
        (again.pk, None), (None, "金额录错"),
    ]  # fmt: skip
    with pytest.raises(DoesNotFit):
        take_back(settlement=row, by=other, now=NOW)
    with pytest.raises(DoesNotFit):
        pay_settlement(settlement=row, by=UserFactory(), **PAID)


def test_what_was_paid_is_taken_back_only_with_word_of_its_money(autumn):
    row = settled(autumn, is_paid=True)
    for money in ({}, {"back_money": "CAME_BACK", "back_on": LATER}, {"back_money": "CAME_BACK"}):
        with pytest.raises(PromiseBroken, match="with_its_money"):
            asked(row, **money)

    asked(row, **BACK)
    back = take_back(settlement=row, by=UserFactory(), now=NOW)

    assert (back.paid_on, back.voucher, back.back_receipt) == (LATER, "凭证1", "收据1")
    waivers = EducationAward.objects.waivers().filter(school=row.school).with_paid_on()
    assert {one.arrived_on for one in waivers} == {None}


def test_refused_it_stays_as_it_was_and_is_paid(autumn):
    row = settled(autumn)
    asked(row)

    kept = keep_settlement(settlement=row, by=UserFactory(), now=NOW, reason="金额无误")
    paid = pay_settlement(settlement=row, by=UserFactory(), **PAID)

    assert (kept.back_refusal, kept.back_reason, paid.paid_on) == ("金额无误", "", LATER)
    assert EducationAward.objects.filter(settlement=row).count() == 2


def test_no_waiver_gets_into_one_that_was_taken_back(autumn):
    row = settled(autumn)
    asked(row)
    take_back(settlement=row, by=UserFactory(), now=NOW)
    at_the_end()

    EducationAward.objects.waivers().filter(school=row.school).update(settlement=row)

    with pytest.raises(IntegrityError, match="taken back"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS award_settled_once IMMEDIATE")


def test_a_wrong_waiver_ends_once_it_is_free_and_is_in_no_later_settlement(autumn):
    row, by = settled(autumn), UserFactory()
    wrong = EducationAward.objects.filter(settlement=row).first()
    told = {"award": wrong, "reason": "查无此生", "by": by, "now": NOW, "today": LATER}
    with pytest.raises(DoesNotFit):
        refuse_award(**told)
    asked(row)
    take_back(settlement=row, by=by, now=NOW)

    refuse_award(**told)
    build(autumn, today=LATER)

    assert "SE_FREE" not in awards(wrong.child)
    assert settle(school=row.school, term=autumn, by=by, now=NOW).total == 400


def test_two_of_the_county_take_it_back_on_its_page(client):
    first, second = posted_as(Role.COUNTY_OFFICER), posted_as(Role.COUNTY_OFFICER)
    school = SchoolFactory(organisation=OrganisationFactory(area=first.area))
    row = EducationSettlementFactory(
        school=school, paid_on=date(2026, 5, 8), voucher="凭1", paid_by=UserFactory()
    )
    award = EducationAwardFactory(is_confirmed=True, settlement=row, school=school)
    url = reverse("assistance:settlement_detail", args=[row.pk])
    sign_in(client, first)

    short = client.post(url, {"move": "ASK", "reason": "重复结算", "back_money": "CAME_BACK"})
    assert {"back_on", "back_receipt"} <= set(short.context["back_form"].errors)
    client.post(url, {"move": "ASK", "reason": "重复结算", "back_money": "NEVER_PAID"})
    page = client.get(url)
    assert page.context["moves"] == ["WITHDRAW"]
    alone = client.post(url, {"move": "TAKE_BACK"}, follow=True).content.decode()
    row.refresh_from_db()
    assert ("第二人" in alone, row.state) == (True, "ASKED")
    sign_in(client, second)
    assert url in client.get(reverse("home")).content.decode()
    assert "reason" in client.post(url, {"move": "REFUSE"}).context["kept_form"].errors
    client.post(url, {"move": "TAKE_BACK"})

    row.refresh_from_db()
    award.refresh_from_db()
    assert (row.state, row.taken_back_by, award.settlement) == ("TAKEN_BACK", second.user, None)
    after = client.get(url)
    assert (list(after.context["awards"]), after.context["moves"]) == ([award], [])
    assert url not in client.get(reverse("home")).content.decode()


def test_a_county_whose_child_is_taught_elsewhere_neither_pays_nor_takes_back(client):
    there = SchoolFactory(organisation=OrganisationFactory(area=area(OTHER_VILLAGE)))
    row = EducationSettlementFactory(school=there)
    EducationAwardFactory(is_confirmed=True, settlement=row, school=there)
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    url = reverse("assistance:settlement_detail", args=[row.pk])

    page = client.get(url)
    paid = client.post(url, {"move": "PAY", "paid_on": "2026-05-08", "voucher": "凭1"})
    back = client.post(url, {"move": "ASK", "reason": "重复结算"})

    assert (page.status_code, page.context["moves"]) == (200, [])
    assert (paid.status_code, back.status_code) == (403, 403)
