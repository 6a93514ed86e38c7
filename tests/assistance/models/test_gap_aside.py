"""A gap that somebody set aside stays so as long as what was decided on is the same."""

import pytest

from assistance.actions import gap as actions
from assistance.actions.entitlement import move_entitlement
from assistance.models import Gap
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from tests.assistance.gaps import (
    MONTH,
    NOW,
    TODAY,
    arrived,
    check,
    disabled,
    entitled,
    programme,
    set_aside,
    told,
)
from tests.factories import CategorySpellFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_what_is_set_aside_stays_so_until_a_fact_changes():
    programme()
    child, paper = disabled()
    check(child)
    gap = set_aside(child)
    CategorySpellFactory(child=child)  # the programme does not ask for categories
    check(child)
    gap.refresh_from_db()
    assert gap.aside_reason == "家长书面放弃"

    paper.grade = 1
    paper.save()
    check(child)

    gap.refresh_from_db()
    assert (gap.aside_at, gap.aside_by, gap.aside_reason) == (None, None, "")


def test_it_stays_aside_when_it_went_and_came_back_with_the_same_facts():
    programme()
    child, paper = disabled()
    check(child)
    set_aside(child)
    paper.status = "CANCELLED"
    paper.save()
    check(child)
    assert told(child) == []
    paper.status = "VALID"
    paper.save()
    check(child)

    assert Gap.objects.get(child=child).is_aside


def test_what_a_family_declined_comes_back_once_it_is_entitled_and_the_money_fails():
    """The reason was one for not applying: it says nothing of money that was sent and returned."""
    nursing = programme()
    child, _paper = disabled()
    check(child)
    set_aside(child)
    row = entitled(child, nursing)
    arrived(row, state="FAILED", reason="CLOSED", paid_on=None, failed_on=TODAY, act_by=TODAY)
    check(child)

    assert told(child)[0][1] == "FAILED"
    assert not Gap.objects.get(child=child).is_aside


def test_of_an_entitlement_only_what_was_decided_on_stays_aside():
    nursing = programme()
    child, _paper = disabled()
    row = entitled(child, nursing)
    arrived(row)
    move_entitlement(entitlement=row, move=Move.HOLD, reason="核实", by=UserFactory(), now=NOW)
    check(child)
    set_aside(child)
    move_entitlement(entitlement=row, move=Move.RESUME, by=UserFactory(), now=NOW)
    check(child)
    move_entitlement(entitlement=row, move=Move.HOLD, reason="再核", by=UserFactory(), now=NOW)
    check(child)
    assert Gap.objects.get(child=child).is_aside

    move_entitlement(entitlement=row, move=Move.RESUME, by=UserFactory(), now=NOW)
    arrived(row, shifted(MONTH, -2), state="FAILED", reason="CLOSED", paid_on=None,
            failed_on=TODAY, act_by=TODAY)  # fmt: skip
    check(child)

    assert told(child)[0][1] == "FAILED"
    assert not Gap.objects.get(child=child).is_aside


def test_a_decision_is_made_once_and_can_be_taken_back():
    programme()
    child, _paper = disabled()
    check(child)
    gap = set_aside(child)
    with pytest.raises(actions.NotOpen):
        set_aside(child)
    actions.take_back(gap=gap, by=UserFactory(), now=NOW)

    assert list(Gap.objects.open()) == [gap]
