from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from children.rules import masking

ID = "99010120150307002X"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("张三", "张*"),
        ("张小明", "张*"),
        ("欧阳娜娜", "欧阳*"),
        ("欧阳", "欧*"),
        ("尉迟恭", "尉迟*"),
        ("𠮷野明", "𠮷*"),
        ("买买提·艾力", "买*"),
        ("Anna Lee", "A*"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_name(text, shown):
    assert masking.name(text) == shown


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (masking.id_number, ID, "990101********002X"),
        (masking.id_number, "E1234567", "********"),
        (masking.id_number, "", ""),
        (masking.certificate, ID + "52", "990101********002X-52"),
        (masking.certificate, ID + "52B1", "990101********002X-52B1"),
        (masking.certificate, ID, "*" * 18),
        (masking.roll_number, "G" + ID, "G990101********002X"),
        (masking.roll_number, ID, "*" * 18),
        (masking.phone, "13812341234", "138****1234"),
        (masking.phone, "057188886666", "**********66"),
        (masking.phone, "12345", "*****"),
        (masking.card, "6222020200112233445", "****3445"),
        (masking.card, "12345678", "********"),
        (masking.address, "12 Long Lane", "****"),
        (masking.address, "", ""),
    ],
)
def test_mask(mask, text, shown):
    assert mask(text) == shown


@given(birthday=st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_no_mask_shows_the_birthday(birthday):
    digits = f"{birthday.year:04}{birthday:%m%d}"
    number = f"990101{digits}0020"

    assert masking.id_number(number)[6:14] == "********"
    assert masking.certificate(number + "52")[6:14] == "********"
    assert masking.roll_number("G" + number)[7:15] == "********"


@given(text=st.text(alphabet="123456789X", max_size=40))
def test_never_more_is_shown_than_the_rule_allows(text):
    for mask, most in (
        (masking.id_number, 10),
        (masking.roll_number, 11),
        (masking.certificate, 14),
        (masking.phone, 7),
        (masking.card, 4),
    ):
        shown = mask(text).replace("*", "").replace("-", "")
        assert len(shown) <= most
        assert not text or shown != text


def test_of_minors_the_age_is_shown_and_not_the_birthday():
    birth_date = date(2008, 5, 1)

    assert not masking.shows_birthday(birth_date, date(2026, 4, 30))
    assert masking.shows_birthday(birth_date, date(2026, 5, 1))
