"""Lines of an institution's sheet, judged with plans and with each other."""

from dataclasses import replace
from datetime import date

import pytest

from assistance.rules.plan_of_row import plain_name
from assistance.rules.session_sheet import Line, PlanFacts, Refusal, judge

PLAN = PlanFacts(
    id=1, child_id=7, institution_id=1, institution="晨光康复中心（总部）", kind="AUTISM",
    starts_on=date(2026, 1, 10), ends_on=date(2026, 12, 31), sessions=3, until_age=7,
    age_rule="DAY", born=date(2020, 2, 29), designated_from=date(2025, 1, 1), designated_to=None,
)  # fmt: skip
ELSEWHERE = replace(PLAN, id=2, institution_id=2, institution="春苗", kind="SPEECH")
NAMES = ["晨光康复中心（总部）", "春苗", "旧名"]


def line(day=3, month=3, child=7, place="晨光康复中心(总部)", kind="", year=2026):
    return Line(child, place, kind, date(year, month, day))


def told(*lines, plans=(PLAN, ELSEWHERE)):
    return [one.refusal or one.plan.id for one in judge(lines, plans, NAMES)]


@pytest.mark.parametrize(
    ("one", "plans", "answer"),
    [
        (line(), [PLAN], 1),
        (line(place=" 晨光 康复中心（总部）"), [PLAN], 1),
        (line(kind="AUTISM"), [PLAN], 1),
        (line(child=None), [PLAN], Refusal.CHILD_UNKNOWN),
        (line(place="黑机构"), [PLAN], Refusal.INSTITUTION_UNKNOWN),
        (line(place="旧名"), [PLAN], Refusal.NO_PLAN),
        (line(child=8), [PLAN], Refusal.NO_PLAN),
        (line(kind="SPEECH"), [PLAN], Refusal.NO_PLAN),
        (line(9, 1), [PLAN], Refusal.OUTSIDE_PLAN),
        (line(10, 1), [PLAN], 1),
        (line(31, 12), [PLAN], 1),
        (line(1, 1, year=2027), [PLAN], Refusal.OUTSIDE_PLAN),
        (line(), [PLAN, replace(PLAN, id=3, kind="SPEECH")], Refusal.PLAN_AMBIGUOUS),
        (line(kind="SPEECH"), [PLAN, replace(PLAN, id=3, kind="SPEECH")], 3),
        (line(), [replace(PLAN, designated_to=date(2026, 3, 2))], Refusal.NOT_DESIGNATED),
        (line(), [replace(PLAN, designated_to=date(2026, 3, 3))], 1),
        # Seven on 1 March of a common year: born on 29 February.
        (line(28, 2), [replace(PLAN, born=date(2019, 2, 28))], Refusal.AGE_LIMIT),
        (line(27, 2), [replace(PLAN, born=date(2019, 2, 28))], 1),
        (line(28, 2), [replace(PLAN, until_age=6)], 1),
        (line(1, 3), [replace(PLAN, until_age=6)], Refusal.AGE_LIMIT),
        (line(1, 3), [replace(PLAN, until_age=6, age_rule="YEAR_START")], 1),
        (line(), [PLAN, replace(ELSEWHERE, attended=frozenset([date(2026, 3, 3)]))],
         Refusal.OTHER_INSTITUTION),
    ],
)  # fmt: skip
def test_one_line(one, plans, answer):
    assert told(one, plans=plans) == [answer]


def test_two_institutions_on_one_day_are_both_refused_and_name_each_other():
    lines = [line(2), line(3), line(3, place="春苗"), line(4, place="春苗")]

    found = judge(lines, [PLAN, ELSEWHERE], NAMES)

    assert told(*lines) == [1, *[Refusal.OTHER_INSTITUTION_IN_FILE] * 2, 2]
    assert [one.other for one in found] == [None, 2, 1, None]


def test_a_line_that_is_wrong_by_itself_contradicts_nobody():
    designation = replace(ELSEWHERE, designated_to=date(2026, 3, 1))

    assert told(line(3), line(3, place="春苗"), plans=[PLAN, designation]) == [
        1, Refusal.NOT_DESIGNATED,
    ]  # fmt: skip


def test_the_same_day_twice_counts_once_also_under_two_spellings():
    assert told(line(3), line(3, kind="AUTISM")) == [1, Refusal.DUPLICATE_IN_FILE]


def test_earlier_days_use_up_the_plan_wherever_they_stand():
    assert told(line(9), line(2), line(8), line(3), line(4)) == [
        Refusal.NO_SESSIONS_LEFT, 1, Refusal.NO_SESSIONS_LEFT, 1, 1,
    ]  # fmt: skip


def test_days_entered_before_count_and_are_left_as_they_are():
    plan = replace(PLAN, attended=frozenset([date(2026, 2, 1), date(2026, 3, 3)]))

    found = judge([line(3), line(4), line(5)], [plan], NAMES)

    assert [(one.is_entered, one.refusal) for one in found] == [
        (True, None), (False, None), (False, Refusal.NO_SESSIONS_LEFT),
    ]  # fmt: skip


def test_names_of_institutions():
    assert plain_name("ＡＢ 中心（东）\n") == plain_name("ab中心(东)")
