"""Who is found, who is asked about, who stays unknown: the wrong child is what hurts."""

from datetime import date

import pytest
from django.utils import timezone

from accounts.scope import NOBODY, acting
from children.rules.identifiers import make_resident_id as number
from exchange.actions.match_decision import decide_match
from exchange.matching import Sought, blocks, match_rows, person_key
from exchange.matching import match as match_module
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    MatchFigureFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db

BORN = date(2016, 3, 12)


@pytest.fixture(params=["short", "long"], autouse=True)
def as_in_a_list(request, monkeypatch):
    """Short and long lists look children up by other statements, and decide the same."""
    if request.param == "long":
        for limit in ("MANY", "SOME"):
            monkeypatch.setattr(match_module, limit, 0)
        monkeypatch.setattr(blocks, "_FEW", 0)


NUMBER = number("990101", BORN, 1)
TWINS = number("990101", BORN, 3)
SIBLINGS = number("990101", date(2018, 7, 8), 1)
GRANDMOTHERS = number("990101", date(1955, 2, 3), 2)


def child(**facts):
    return ChildFactory(**{"name": "张小明", "birth_date": BORN, "id_number": NUMBER} | facts)


def cared_for(of, name="李秀英", id_number=GRANDMOTHERS, **facts):
    guardian = GuardianFactory(name=name, id_number=id_number, **facts)
    GuardianshipFactory(child=of, guardian=guardian)
    return guardian


def match(**facts):
    (found,) = match_rows([Sought(row=7, **facts)])
    assert found.row == 7
    return found


def decision(**facts):
    found = match(**facts)
    return str(found.decision), found.child_id


def test_number_and_name_match_by_themselves():
    known = child()

    found = match(name="张小明", id_number=NUMBER)

    assert (found.decision, found.child_id) == ("automatic", known.pk)
    assert found.case_number == known.case_number
    assert found.score > 0.99


@pytest.mark.parametrize("written", ["张 小明", "張小明", "张\u200b小明"])
def test_the_name_agrees_however_it_is_written(written):
    known = child()

    assert decision(name=written, id_number=NUMBER) == ("automatic", known.pk)


@pytest.mark.parametrize("name", ["李秀英", "张小亮", "张晓明", "王芳"])
def test_a_good_number_under_another_name_is_only_suggested(name):
    known = child()

    assert decision(name=name, id_number=NUMBER) == ("suggested", known.pk)


def test_a_name_the_child_had_before_agrees():
    known = child()
    known.name = "李小明"
    known.save()

    assert decision(name="张小明", id_number=NUMBER) == ("automatic", known.pk)


def test_a_former_name_of_the_row_agrees():
    known = child()

    assert decision(name="李小明", former_names=("张小明",), id_number=NUMBER) == (
        "automatic", known.pk,
    )  # fmt: skip


def test_number_and_name_of_a_namesake_are_asked_about():
    child()

    found = match(name="张小明", id_number=NUMBER, birth_date=date(2011, 10, 25))

    assert found.decision == "suggested"


def test_the_siblings_number_in_the_cell_suggests_whom_the_name_means():
    known = child()
    other = child(name="张小亮", birth_date=date(2018, 7, 8), id_number=SIBLINGS)

    found = match(name="张小明", id_number=SIBLINGS, birth_date=BORN, sex="MALE")

    assert (found.decision, found.child_id) == ("suggested", known.pk)
    assert other.pk in [one.child_id for one in found.candidates]


def test_the_guardians_number_in_the_cell_is_asked_about():
    known = child()
    cared_for(known)

    found = match(name="张小明", id_number=GRANDMOTHERS, birth_date=BORN, sex="MALE",
                  area_code=VILLAGE)  # fmt: skip

    assert (found.decision, found.child_id) == ("suggested", known.pk)
    assert "证件号码：是家庭成员的号码" in found.reasons


def test_a_guardians_number_tells_which_of_two_namesakes_where_it_is_recorded():
    other = child(id_number=number("990101", date(2015, 5, 6), 1), birth_date=date(2015, 5, 6))
    known = child(residence_area=area(VILLAGE))
    cared_for(other, name="赵桂花", id_number=number("990101", date(1960, 2, 3), 2))
    cared_for(known)

    found = match(name="张小明", id_number=GRANDMOTHERS)

    assert found.child_id == known.pk
    assert [one.pattern.number for one in found.candidates] == ["FAMILY", "ELDER"]


def test_a_number_mistyped_into_another_good_one_still_tells_the_birth_date():
    child(id_number=number("990101", date(2015, 5, 6), 1), birth_date=date(2015, 5, 6))
    known = child()

    found = match(name="张小明", id_number=number("990101", BORN, 41))

    assert (str(found.decision), found.child_id) == ("suggested", known.pk)


def test_so_it_does_where_a_character_of_the_name_is_missing():
    known = child(name="张小明", residence_area=area(VILLAGE))

    found = match(name="张明", id_number=number("990101", BORN, 41), area_code=VILLAGE)

    assert (str(found.decision), found.child_id) == ("suggested", known.pk)


@pytest.mark.parametrize("written", [NUMBER[:6] + NUMBER[8:17], NUMBER[:16] + NUMBER[17]])
def test_a_number_that_lost_characters_is_suggested(written):
    known = child()
    child(id_number=TWINS)

    found = match(name="张小明", id_number=written)

    assert (str(found.decision), found.child_id) == ("suggested", known.pk)


def test_the_first_of_january_stands_for_a_year():
    known = child(residence_area=area(VILLAGE))

    found = match(name="张小明", birth_date=date(2016, 1, 1), sex="MALE")

    assert (str(found.decision), found.child_id) == ("suggested", known.pk)


def test_the_number_of_a_certificate_is_the_childs_other_one():
    known = child()
    child(name="张小亮", birth_date=date(2018, 7, 8), id_number=SIBLINGS)

    found = match(name="张晓明", id_number=SIBLINGS, other_number=NUMBER)

    assert (str(found.decision), found.child_id) == ("suggested", known.pk)


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({"area_code": VILLAGE}, "automatic"),
        ({"guardian_name": "李秀英"}, "automatic"),
        ({"guardian_id_number": GRANDMOTHERS}, "automatic"),
        ({"parent_id_numbers": (GRANDMOTHERS,)}, "automatic"),
        ({}, "suggested"),
        ({"area_code": VILLAGE, "guardian_name": "赵铁柱"}, "suggested"),
        ({"area_code": VILLAGE, "sex": "FEMALE"}, "suggested"),
        ({"area_code": VILLAGE, "id_number": TWINS}, "suggested"),
    ],
    ids=["village", "guardian", "her number", "a parent's", "nothing", "another guardian",
         "another sex", "another number"],
)  # fmt: skip
def test_name_and_birth_date_need_the_village_or_the_family(beside, expected):
    known = child()
    cared_for(known)

    facts = {"name": "张小明", "birth_date": BORN, "sex": "MALE"} | beside

    assert decision(**facts) == (expected, known.pk)


def test_a_homophone_needs_village_and_family():
    known = child()
    cared_for(known)
    row = {"name": "张晓明", "birth_date": BORN, "sex": "MALE", "area_code": VILLAGE}

    assert decision(**row) == ("suggested", known.pk)
    assert decision(guardian_name="李秀英", **row) == ("automatic", known.pk)


def test_a_twin_makes_it_a_question():
    known = child(id_number="")
    child(name="张小亮", id_number="")

    found = match(name="张小明", birth_date=BORN, sex="MALE", area_code=VILLAGE)

    assert (found.decision, found.child_id) == ("suggested", known.pk)


def test_namesakes_in_one_village_make_it_a_question():
    known = child(id_number="")
    child(id_number="", birth_date=date(2012, 1, 5))

    found = match(name="张小明", birth_date=BORN, sex="MALE", area_code=VILLAGE)

    assert (found.decision, found.child_id) == ("suggested", known.pk)


def test_a_namesake_in_another_county_is_nobody():
    child(residence_area=area(OTHER_VILLAGE))

    assert decision(name="张小明", birth_date=date(2010, 9, 30), sex="MALE",
                    area_code=VILLAGE) == ("new", None)  # fmt: skip


def test_an_unregistered_sister_is_nobody():
    known = child()
    cared_for(known)

    found = match(name="张小红", birth_date=date(2013, 5, 5), sex="FEMALE", area_code=VILLAGE,
                  guardian_name="李秀英", guardian_id_number=GRANDMOTHERS)  # fmt: skip

    assert found.decision == "new"


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "张小朋"},
        {"name": "张明"},
        {"birth_date": date(2016, 12, 3)},
        {"birth_date": date(2016, 3, 21)},
        {"birth_date": date(2015, 3, 12)},
        {"name": "李小明"},
    ],
    ids=["look-alike", "character lost", "day and month", "digits", "year", "surname"],
)
def test_one_slip_in_a_row_without_number_is_suggested(facts):
    known = child()
    cared_for(known)

    row = {"name": "张小明", "birth_date": BORN, "sex": "MALE", "area_code": VILLAGE,
           "guardian_name": "李秀英"} | facts  # fmt: skip

    assert decision(**row) == ("suggested", known.pk)


@pytest.mark.parametrize(
    "wrong", [NUMBER[:9] + str((int(NUMBER[9]) + 3) % 10) + NUMBER[10:], NUMBER[:15] + NUMBER[16]
              + NUMBER[15] + NUMBER[17], NUMBER[:4] + NUMBER[5:]],
    ids=["digit", "swapped", "lost"],
)  # fmt: skip
def test_a_mistyped_number_is_suggested(wrong):
    other = child(id_number=NUMBER, name="张小华")

    assert decision(name="张小华", id_number=wrong) == ("suggested", other.pk)


def test_one_child_is_one_row_of_a_list_by_itself():
    known = child()
    row = {"name": "张小明", "id_number": NUMBER}

    first, second = match_rows([Sought(row=1, **row), Sought(row=2, **row)])

    assert (first.decision, second.decision) == ("automatic", "suggested")
    assert first.child_id == second.child_id == known.pk


def test_a_continued_file_leads_to_the_one_that_goes_on():
    survivor = child(id_number="", name="张小明")
    child(status="CLOSED", closed_on=date(2026, 2, 1), closing_reason="DUPLICATE",
          merged_into=survivor)  # fmt: skip

    assert decision(name="张小明", id_number=NUMBER) == ("automatic", survivor.pk)


def test_the_whole_registry_is_looked_at_whoever_asks():
    known = child()

    with acting(NOBODY):
        assert decision(name="张小明", id_number=NUMBER) == ("automatic", known.pk)


def test_rows_come_back_in_their_order_even_when_empty():
    assert [m.row for m in match_rows([Sought(row=3), Sought(row=1, name="张三")])] == [3, 1]
    assert match_rows([]) == []


# What people decided ---------------------------------------------------------------------------

UNSURE = {"name": "张晓明", "birth_date": BORN, "sex": "MALE", "area_code": VILLAGE}


def decided(known, verdict, **row):
    decide_match(person_key=person_key(Sought(row=1, **row)), child=known, verdict=verdict,
                 by=UserFactory(), now=timezone.now())  # fmt: skip


def test_a_decided_row_is_that_child_in_every_later_list():
    known = child()
    assert decision(**UNSURE) == ("suggested", known.pk)

    decided(known, "SAME", **UNSURE)

    found = match(**UNSURE)
    assert (found.decision, found.child_id, found.ground) == ("automatic", known.pk, "DECIDED")


def test_a_pair_declared_distinct_does_not_come_back():
    known = child()

    decided(known, "DISTINCT", **UNSURE)

    assert decision(**UNSURE) == ("new", None)


def test_number_and_name_declared_distinct_do_not_come_back_either():
    known = child()
    row = {"name": "张小明", "id_number": NUMBER}

    decided(known, "DISTINCT", **row)

    assert decision(**row) == ("new", None)


@pytest.mark.parametrize("verdict", ["SAME", "DISTINCT"])
def test_a_decided_pair_comes_back_when_a_fact_of_the_child_changes(verdict):
    known = child()
    decided(known, verdict, **UNSURE)

    known.birth_date = date(2016, 3, 11)
    known.save()

    assert decision(**UNSURE) == ("suggested", known.pk)


def test_a_decided_pair_comes_back_when_the_row_says_something_else():
    known = child()
    decided(known, "DISTINCT", **UNSURE)

    assert decision(**UNSURE | {"birth_date": date(2016, 3, 21)}) == ("suggested", known.pk)


def test_the_last_word_counts():
    known = child()

    decided(known, "SAME", **UNSURE)
    decided(known, "DISTINCT", **UNSURE)

    assert decision(**UNSURE) == ("new", None)


def test_thresholds_are_rows_with_a_date():
    child()
    MatchFigureFactory(key="SUGGESTED_FROM", value=1000, starts_on=date(2020, 1, 1))
    MatchFigureFactory(key="SUGGESTED_FROM", value=1, starts_on=date(2120, 1, 1))

    assert decision(**UNSURE) == ("new", None)


def test_no_row_matches_by_itself_below_the_threshold():
    known = child()
    MatchFigureFactory(key="AUTOMATIC_FROM", value=1000, starts_on=date(2020, 1, 1))
    row = {"name": "张小明", "birth_date": BORN, "sex": "MALE"}

    assert decision(name="张小明", id_number=NUMBER) == ("suggested", known.pk)
    assert decision(area_code=VILLAGE, **row) == ("suggested", known.pk)
