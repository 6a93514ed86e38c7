"""The rules of matching from values alone: names, dates, numbers, weights, and what follows."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules.identifiers import make_resident_id
from exchange.rules import match_date, match_name, match_number
from exchange.rules.match import Decision, Ground, Scored, Thresholds, decide, ranked
from exchange.rules.match_score import (
    FIELDS,
    SAME_CHILD,
    SAME_FAMILY,
    STRANGER,
    Pattern,
    Weights,
    learn,
)

NUMBER = make_resident_id("990101", date(2016, 3, 12), 1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("张小明", "张小明", "SAME"),
        ("張小明", "张小明", "SAME"),
        ("张 小明", "张小明", "SAME"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提", "SAME"),
        ("阿卜杜拉买买提", "阿卜杜拉·买买提", "SAME"),
        ("张晓明", "张小明", "SOUND"),
        ("曾小明", "ZENG XIAOMING", "SOUND"),
        ("ceng xiaoming", "曾小明", "SOUND"),
        ("张小朋", "张小明", "ALIKE"),
        ("陈思", "程思", "ALIKE"),
        ("阿布都拉·买买提", "阿卜杜拉·买买提", "ALIKE"),
        ("张明", "张小明", "ONE"),
        ("张明小", "张小明", "ONE"),
        ("张子萱", "张子涵", "ONE"),
        ("阿卜杜拉", "阿卜杜拉·买买提", "ONE"),
        ("买买提", "阿卜杜拉·买买提", "PART"),  # the father's name
        ("次仁", "扎西次仁", "ONE"),
        ("阿牛莫", "吉克阿牛莫", "ONE"),
        ("欧阳", "欧阳思燕", "DIFFERENT"),  # a surname alone
        ("张伟", "张磊", "PART"),
        ("张伟", "李磊", "DIFFERENT"),
        ("", "张伟", "DIFFERENT"),
    ],
)
def test_how_alike_two_names_are(one, other, expected):
    one, other = match_name.cleaned(one), match_name.cleaned(other)

    assert match_name.level(one, other) == match_name.level(other, one) == expected


def test_a_former_name_counts_as_the_present_one():
    assert match_name.best_level(["李小明", "张小明"], ["张小明"]) == "SAME"
    assert match_name.best_level([], ["张小明"]) == "DIFFERENT"


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_text_breaks_the_comparison_of_names(one, other):
    one, other = match_name.cleaned(one), match_name.cleaned(other)

    assert match_name.level(one, other) == match_name.level(other, one)
    assert match_name.level(one, one) == "SAME"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (date(2016, 3, 12), "SAME"),
        (date(2016, 12, 3), "SWAPPED"),
        (date(2016, 3, 21), "DIGIT"),
        (date(2018, 3, 12), "DIGIT"),
        (date(2016, 2, 4), "NEAR"),
        (date(2016, 3, 30), "NEAR"),
        (date(2016, 1, 1), "NEAR"),  # not known but for the year
        (date(2015, 1, 1), "DIFFERENT"),
        (date(2016, 10, 1), "YEAR"),
        (date(2009, 10, 1), "DIFFERENT"),
    ],
)
def test_how_near_two_birth_dates_are(other, expected):
    born = date(2016, 3, 12)

    assert match_date.level(born, other) == match_date.level(other, born) == expected


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_a_wrong_digit_leads_back_to_the_number(place, digit):
    wrong = NUMBER[:place] + digit + NUMBER[place + 1 :]

    if wrong != NUMBER and wrong[:17].isdigit():
        assert NUMBER in match_number.repaired(wrong)
        assert len(match_number.repaired(wrong)) < 40


@given(st.integers(0, 16))
def test_two_exchanged_digits_a_lost_and_a_doubled_one_lead_back_too(i):
    swapped = NUMBER[:i] + NUMBER[i + 1] + NUMBER[i] + NUMBER[i + 2 :]

    for wrong in (swapped, NUMBER[:i] + NUMBER[i + 1 :], NUMBER[: i + 1] + NUMBER[i:]):
        assert wrong == NUMBER or NUMBER in match_number.repaired(wrong)


def test_a_number_of_before_1999_is_read_in_its_longer_form():
    number = make_resident_id("990101", date(1970, 1, 2), 33)

    assert match_number.canonical(number[:6] + number[8:17]) == number


def test_a_childs_number_without_century_and_check_digit_leads_back_to_it():
    assert match_number.repaired(NUMBER[:6] + NUMBER[8:17]) == [NUMBER]
    assert match_number.repaired("990101990231001") == []  # no such day


@given(st.text(max_size=25) | st.from_regex("[0-9]{15}", fullmatch=True))
def test_no_text_breaks_the_repair_of_numbers(text):
    assert all(
        map(match_number.is_well_formed, match_number.repaired(match_number.canonical(text)))
    )


@pytest.mark.parametrize("shares", [SAME_CHILD, SAME_FAMILY, STRANGER])
@pytest.mark.parametrize("field", FIELDS)
def test_shares_of_a_field_make_one(shares, field):
    assert sum(shares[field].values()) == pytest.approx(1, abs=2e-3)
    assert set(shares[field]) == set(SAME_CHILD[field])


def test_more_agreement_scores_higher_and_a_frequent_name_lower():
    weights = Weights(10_000)
    name = Pattern(name="SAME")
    more = Pattern(name="SAME", birth="SAME")

    assert weights.score(Pattern()) < weights.score(name) < weights.score(more) < 1
    assert weights.score(more, namesakes=0.01) < weights.score(more, namesakes=0.0001)


def test_family_alone_tells_no_child():
    pattern = Pattern(name="PART", birth="DIFFERENT", sex="SAME", guardian="NUMBER",
                      area="VILLAGE", phone="SAME")  # fmt: skip

    assert Weights(10_000).score(pattern) < 0.01


def test_lists_teach_how_often_families_move():
    moved = Pattern(name="SAME", birth="SAME", sex="SAME", number="SAME", area="ELSEWHERE")
    weights = Weights(10_000)

    learned = learn(weights, Counter({moved: 2_000}))

    assert learned.same_child["area"]["ELSEWHERE"] > 0.8
    assert learned.stranger == weights.stranger
    assert sum(learned.same_child["area"].values()) == pytest.approx(1)


def test_brothers_and_sisters_teach_nothing_however_many_they_are():
    """A list of children who are not on file and have brothers and sisters there, some of them
    twins: learning from what was just learned took all of them for the children on file."""
    home = {"guardian": "NUMBER", "area": "VILLAGE", "phone": "SAME"}
    seen = Counter({
        Pattern("ONE", "SAME", "SAME", "DIFFERENT", **home): 18,
        Pattern("PART", "SAME", "SAME", "DIFFERENT", **home): 35,
        Pattern("ONE", "DIFFERENT", "SAME", "DIFFERENT", **home): 180,
        Pattern("ONE", "DIFFERENT", "DIFFERENT", "DIFFERENT", **home): 190,
        Pattern("PART", "DIFFERENT", "SAME", "DIFFERENT", **home): 324,
        Pattern("PART", "DIFFERENT", "DIFFERENT", "DIFFERENT", **home): 317,
    })  # fmt: skip

    learned = learn(Weights(2_000), seen)

    younger = [pattern for pattern in seen if pattern.birth == "DIFFERENT"]
    assert all(learned.score(pattern) < Thresholds().suggested for pattern in younger)
    slip = Pattern("SAME", "SAME", "SAME", "NEAR", **home)
    assert learned.score(slip) > 0.99


FULL = {"name": "SAME", "birth": "SAME", "sex": "SAME", "area": "VILLAGE"}


def scored(child_id=1, score=0.99, carers=(), **pattern):
    return Scored(child_id, Pattern(**pattern), score, carers=frozenset(carers))


@pytest.mark.parametrize(
    ("pattern", "decision", "ground"),
    [
        ({"number": "SAME", "name": "SAME"}, "automatic", Ground.NUMBER_AND_NAME),
        ({"number": "SAME", "name": "SOUND"}, "suggested", Ground.NUMBER_OF_ANOTHER_NAME),
        (
            {"number": "SAME", "name": "SAME", "birth": "DIFFERENT"},
            "suggested", Ground.BIRTH_CONTRADICTS,
        ),
        (FULL, "automatic", Ground.NAME_BIRTH_AND_FAMILY),
        (FULL | {"area": "TOWNSHIP"}, "suggested", Ground.ALIKE_ONLY),
        (FULL | {"area": None, "guardian": "NUMBER"}, "automatic", Ground.NAME_BIRTH_AND_FAMILY),
        (FULL | {"sex": None}, "suggested", Ground.ALIKE_ONLY),
        (FULL | {"birth": "SWAPPED"}, "suggested", Ground.ALIKE_ONLY),
        (FULL | {"name": "SOUND"}, "suggested", Ground.ALIKE_ONLY),
        (FULL | {"name": "ALIKE", "guardian": "NUMBER"}, "suggested", Ground.ALIKE_ONLY),
        (FULL | {"number": "DIFFERENT"}, "suggested", Ground.NUMBER_CONTRADICTS),
        (FULL | {"number": "FAMILY"}, "suggested", Ground.NUMBER_CONTRADICTS),
        (FULL | {"number": "ELDER"}, "suggested", Ground.NUMBER_CONTRADICTS),
        (FULL | {"number": "NEAR"}, "automatic", Ground.NAME_BIRTH_AND_FAMILY),
        (FULL | {"guardian": "DIFFERENT"}, "suggested", Ground.GUARDIAN_CONTRADICTS),
    ],
)  # fmt: skip
def test_what_agreement_decides(pattern, decision, ground):
    assert decide([scored(**pattern)], Thresholds()) == (decision, ground)


@pytest.mark.parametrize(
    "other",
    [
        {"name": "ONE", "birth": "SAME", "area": "VILLAGE"},
        {"name": "PART", "birth": "SAME", "guardian": "NUMBER"},
        {"name": "SAME", "birth": "SAME"},
        {"name": "SOUND", "birth": "DIFFERENT", "area": "VILLAGE"},
        {"name": "PART", "number": "SAME"},
    ],
    ids=["twin", "twin elsewhere", "same birth date", "namesake", "owner of the number"],
)
def test_somebody_else_who_may_be_meant_makes_it_a_question(other):
    found = decide([scored(**FULL), scored(2, 0.01, **other)], Thresholds())

    assert found[0] is Decision.SUGGESTED


def test_below_the_threshold_nothing_is_taken_by_itself():
    found = decide([scored(score=0.95, **FULL)], Thresholds(automatic=0.96))

    assert found == ("suggested", Ground.ALIKE_ONLY)


def test_who_has_the_very_name_goes_before_the_owner_of_the_number_in_the_wrong_cell():
    owner = scored(1, 0.99, carers=[5], name="ONE", number="SAME")
    sister = scored(2, 0.10, carers=[5], name="SAME", number="DIFFERENT")
    stranger = scored(3, 0.10, carers=[6], name="SAME", number="DIFFERENT")

    brother = scored(4, 0.10, carers=[5], name="SAME", number="DIFFERENT", sex="DIFFERENT")

    assert ranked([owner, sister])[0] is sister
    for other in (stranger, brother):  # of no kin; of the other sex than the row says
        assert ranked([owner, other])[0] is owner


@pytest.mark.parametrize(
    ("owners", "name", "is_other"),
    [
        ("PART", "SOUND", True), ("PART", "ALIKE", True), ("ONE", "SOUND", True),
        ("ONE", "ALIKE", False), ("ALIKE", "SOUND", False), ("PART", "ONE", False),
    ],
)  # fmt: skip
def test_a_slip_in_the_name_does_not_hide_the_brother_of_the_numbers_owner(owners, name, is_other):
    owner = scored(1, 0.99, carers=[5], name=owners, number="SAME")
    brother = scored(2, 0.10, carers=[5], name=name, number="DIFFERENT")
    of_the_certificate = scored(3, 0.10, name=name, number="NEAR")

    assert (ranked([owner, brother])[0] is brother) == is_other
    assert (ranked([owner, of_the_certificate])[0] is of_the_certificate) == is_other
