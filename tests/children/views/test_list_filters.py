"""The list is filtered: by the child, by what hangs on it, ours and shared with us."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.asking import in_chinese, shows
from tests.children.typed import id_number
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    CategorySpellFactory,
    ChildFactory,
    GuardianshipFactory,
    OrganisationFactory,
    ParentStatusFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

from .listing import LIST, rows, years_ago

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "asked", "make"),
    [
        ("status", {"status": "ACTIVE"}, {"status": "ACTIVE"}),
        ("risk", {"risk": "HIGH"}, {"risk_level": "HIGH"}),
        ("area", {"area": "330127100202"}, {"place": "330127100202"}),
        ("age from", {"age_from": "15"}, {"birth_date": years_ago(15)}),
        ("age to", {"age_to": "2"}, {"birth_date": years_ago(2)}),
        ("missing id", {"missing": "id"}, {"id_number": "", "id_type": "NONE"}),
        ("missing phone", {"missing": "phone"}, {"phone": ""}),
    ],
)
def test_filter_by_the_childs_own_facts(town, name, asked, make):
    plain = {"id_number": id_number(), "phone": "17000001234", "birth_date": years_ago(9)}
    ChildFactory(**plain)
    place = make.pop("place", None)
    other = plain | {"id_number": id_number(9)} | make
    wanted = ChildFactory(**other, **({"residence_area": area(place)} if place else {}))

    assert rows(town, **asked) == [wanted], name
    assert len(rows(town)) == 2


@pytest.mark.parametrize(
    ("asked", "make"),
    [
        ({"category": "DE_FACTO"}, lambda child: CategorySpellFactory(child=child)),
        ({"missing": "carer"}, lambda child: None),
        ({"missing": "category"}, lambda child: None),
        ({"missing": "parents"}, lambda child: None),
    ],
)
def test_filter_by_what_hangs_on_the_child(town, asked, make):
    complete, wanted = ChildFactory(), ChildFactory()
    if "missing" in asked:
        GuardianshipFactory(child=complete, is_main_carer=True)
        CategorySpellFactory(child=complete)
        ParentStatusFactory(child=complete)
        ParentStatusFactory(child=complete, parent="MOTHER")
    make(wanted)

    assert rows(town, **asked) == [wanted]


def test_a_category_that_has_ended_is_no_longer_found(town):
    CategorySpellFactory(ends_on=date(2024, 6, 1))

    assert rows(town, category="DE_FACTO") == []


def test_filter_by_school(town):
    school, child = OrganisationFactory(), ChildFactory()
    ChildFactory()
    CaseAccessFactory(child=child, organisation=school)

    assert rows(town, school=school.pk) == [child]


def test_filters_narrow_together(town):
    ChildFactory(status="ACTIVE")
    ChildFactory(risk_level="HIGH")
    both = ChildFactory(status="ACTIVE", risk_level="HIGH")

    assert rows(town, status="ACTIVE", risk="HIGH") == [both]


def test_a_secret_category_is_no_filter_and_shows_in_no_row_for_those_not_entitled(town, county):
    CategorySpellFactory(category="HIV")
    word = in_chinese("HIV-infected child")

    assert not shows(town.get(reverse(LIST)), word)
    assert shows(county.get(reverse(LIST)), word)
    assert not shows(town.get(reverse(LIST), {"category": "HIV"}), word)


def test_ours_and_shared_with_us_are_two_lists(town, supervisor):
    ours = ChildFactory()
    theirs = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CaseAccessFactory(child=theirs, area=supervisor.area, reason="HUKOU")

    assert rows(town) == [ours]
    assert rows(town, tab="shared") == [theirs]


def test_a_teacher_has_the_shared_list_alone():
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    child = ChildFactory()
    ChildFactory()
    CaseAccessFactory(child=child, user=teacher.user)

    assert rows(sign_in(Client(), teacher), tab="ours") == [child]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "NOTHING"}, {"age_from": "x"}, {"age_from": "-1"}, {"age_to": "9" * 400},
        {"area": "99"}, {"area": OTHER_VILLAGE}, {"area": "x\x00"}, {"school": "x"},
        {"school": "9" * 40}, {"sort": "x"}, {"tab": "x"}, {"missing": "x"}, {"risk": "\x00"},
        {"after": "x"}, {"after": "-"}, {"after": "9" * 400}, {"after": "1-" + "9" * 400},
        {"after": "9" * 40 + "-1"}, {"after": "-5-5"}, {"after": "1-99999999999999999"},
        {"after": "\x00"}, {"search": "x"}, {"search": "\x00"}, {"age_from": "9", "age_to": "3"},
    ],
    ids=lambda asked: str(asked)[:40],
)  # fmt: skip
def test_what_makes_no_sense_in_an_address_is_left_out(town, asked):
    ChildFactory()

    assert town.get(reverse(LIST), asked).status_code == 200
