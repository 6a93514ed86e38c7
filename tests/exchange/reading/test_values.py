"""Single cells in every style that offices write."""

from datetime import date

import pytest

from exchange.reading import values
from exchange.reading.problems import BadCell, CellProblem
from exchange.reading.values import Month

DAY = date(2015, 3, 7)


@pytest.mark.parametrize(
    "cell",
    [
        (2015, 3, 7), 20150307, 42070, "20150307", "2015-03-07", "2015-3-7", "2015.3.7", "2015/3/7",
        "2015年3月7日", "2015 年 03 月 07 日", "２０１５年３月７日", "2015-03-07 00:00:00",
        "20150307.0", "'2015-03-07", "2015、3、7", "2015—3—7", "二〇一五年三月七日", "42070",
        "2015-03-07T00:00:00", "2015年3月7号", "2015 3 7", "2015。3。7", "2015..3.7", "2015.3.7。",
        "2015-03-07T03:20:00+08:00", "2015年3月7日凌晨3时", "2015年3月7日3时20分",
        "2015/3/7 上午3:20",
        "2015年3月7日晚", "二〇一五年三月七日下午三点半", "2015-03-07上午", "20150307032011",
        20150307032011, "自2015年3月7日起", "至2015年3月7日止", "2015年3月7日生", "2015.0307",
        "公历2015年3月7日", "出生于2015年3月7日",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_style(cell):
    assert values.day_or_month(cell) == DAY


@pytest.mark.parametrize(
    ("cell", "months"),
    [("2015.3", (3,)), ("2015年3月", (3,)), ("201503", (3,)), (201503, (3,)), ("2015-03", (3,)),
     (2015.3, (3,)), ("2015年3月起", (3,)), ("2015.03.", (3,)), ("2015年3月上旬", (3,)),
     ("2015年3月初", (3,)), (2015.1, (1, 10)), ("2015.10", (10,)), ("二〇一五年十二月", (12,))],
)  # fmt: skip
def test_a_month_stays_a_month(cell, months):
    assert values.day_or_month(cell) == Month(2015, months)


def test_serial_days_count_from_1900_or_1904():
    assert values.day_or_month(40608, is_1904=True) == DAY
    assert values.day_or_month(42070.5) == DAY


def test_numerals_of_tens_are_read():
    assert values.day_or_month("二〇一五年十二月三十一日") == date(2015, 12, 31)
    assert values.day_or_month("二〇一五年十月二十日") == date(2015, 10, 20)


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("2015-02-30", CellProblem.DATE_IMPOSSIBLE), (20151307, CellProblem.DATE_IMPOSSIBLE),
        ("2015年13月", CellProblem.DATE_IMPOSSIBLE), ("2015", CellProblem.DATE_INCOMPLETE),
        ("03/07/2015", CellProblem.DATE_AMBIGUOUS), ("15-3-7", CellProblem.DATE_AMBIGUOUS),
        ("3月2日", CellProblem.DATE_NO_YEAR), ("三月二日", CellProblem.DATE_NO_YEAR),
        ("3.2", CellProblem.DATE_NO_YEAR), ("03-02", CellProblem.DATE_NO_YEAR),
        ("12/31", CellProblem.DATE_NO_YEAR), ("3月", CellProblem.DATE_NO_YEAR),
        ("13.2", CellProblem.DATE_STYLE), ("2019.2.30", CellProblem.DATE_IMPOSSIBLE),
        ("2015-3-7左右", CellProblem.DATE_STYLE), ("2015年3月7日(农历)", CellProblem.DATE_STYLE),
        ("2015.3.1-2015.3.12", CellProblem.DATE_SEVERAL), ("3/2、3/4", CellProblem.DATE_SEVERAL),
        ("2015年3月1日至5日、3月9日", CellProblem.DATE_SEVERAL),
        ("2015年3月至今", CellProblem.DATE_STYLE), ("2015.0230", CellProblem.DATE_IMPOSSIBLE),
        ("七岁", CellProblem.DATE_STYLE), (7, CellProblem.DATE_STYLE),
        ("#N/A", CellProblem.ERROR_VALUE),
    ],
)  # fmt: skip
def test_a_date_that_cannot_be_known_is_refused(cell, problem):
    with pytest.raises(BadCell) as caught:
        values.day_or_month(cell)

    assert caught.value.problem == problem


def test_one_order_of_day_and_month_may_be_the_only_possible():
    assert values.day_or_month("17/03/2015") == date(2015, 3, 17)
    assert values.day_or_month("03/17/2015") == date(2015, 3, 17)


@pytest.mark.parametrize("cell", [1.10101201503070e17, 110101201503070020, 1.5])
def test_numbers_that_lost_digits_are_refused(cell):
    with pytest.raises(BadCell) as caught:
        values.number_text(cell)

    assert caught.value.problem == CellProblem.ID_LOST_DIGITS


def test_number_cells_that_kept_their_digits_are_text():
    assert values.number_text(13800001111) == "13800001111"


@pytest.mark.parametrize("cell", ["是", "有", 1, "1", "Y", "yes", True, "√", "1-是", "是(1)"])
def test_yes_in_every_spelling(cell):
    assert values.yes_or_no(cell) is True


@pytest.mark.parametrize("cell", ["否", "无", 0, "N", "no", False, "×", "0-否", "否 0"])
def test_no_in_every_spelling(cell):
    assert values.yes_or_no(cell) is False


def test_yes_and_no_at_once_is_refused():
    with pytest.raises(BadCell):
        values.yes_or_no("1-否")
    with pytest.raises(BadCell):
        values.yes_or_no("也许")
    assert values.yes_or_no(None) is None
    assert values.yes_or_no("空") is None


MEANINGS = {"男": "MALE", "1": "MALE", "女": "FEMALE", "2": "FEMALE", "特困人员": "T", "7131": "T"}


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [("男", "MALE"), (2, "FEMALE"), ("特困人员-7131", "T"), ("7131-特困人员", "T"), ("1男", "MALE"),
     ("男（1）", "MALE"), ("1.男", "MALE"), ("７１３１", "T"), ("新名称-7131", "T"), (None, ""),
     (" 男 ", "MALE")],
)  # fmt: skip
def test_codes_are_read_by_name_or_code_or_both(cell, meaning):
    assert values.code(cell, MEANINGS) == meaning


def test_a_code_that_contradicts_its_name_is_refused():
    with pytest.raises(BadCell) as caught:
        values.code("1-女", MEANINGS)
    assert caught.value.problem == CellProblem.CODE_CONTRADICTS
    with pytest.raises(BadCell) as caught:
        values.code("不男不女", MEANINGS)
    assert caught.value.problem == CellProblem.UNKNOWN_CODE


def test_text_loses_width_invisible_marks_and_apostrophes():
    assert values.text("'９９０１\u200b ") == "9901"
    assert values.text((2015, 3, 7)) == "2015-03-07"
