from contextlib import suppress
from datetime import date

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from children.rules.identifiers import (
    BankAccount,
    IdentifierError,
    Problem,
    contradictions,
    is_plausible_card,
    make_resident_id,
    normalise,
    parse_bank_account,
    parse_certificate,
    parse_phone,
    parse_resident_id,
    parse_roll_number,
    roll_number_differs,
)

ID = "99010120150307002X"
TODAY = date(2026, 11, 23)
BIRTH_DATES = st.dates(date(1900, 1, 1), TODAY)
IDS = st.builds(
    make_resident_id, st.from_regex("99[0-9]{4}", fullmatch=True), BIRTH_DATES, st.integers(0, 999)
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def problem_of(parse, text, *args):
    with pytest.raises(IdentifierError) as caught:
        parse(text, *args)
    return caught.value.problem


class TestResidentId:
    def test_says_birth_date_sex_and_area(self):
        found = parse_resident_id(ID)

        assert (found.number, found.area_code) == (ID, "990101")
        assert (found.birth_date, found.sex) == (date(2015, 3, 7), "FEMALE")

    @pytest.mark.parametrize(
        "typed",
        [
            "99010120150307002x",
            " 990101 20150307 002X ",
            "990101-20150307-002X",
            "990101–20150307—002X",
            "'99010120150307002X",
            "９９０１０１２０１５０３０７００２Ｘ",
            "9901012015\u200b0307002X\ufeff",
            "\u202a99010120150307002X\u202c",
            "990101\u00a020150307\u3000002X",
            "99010120150307002×",
            "99010120150307002Х",  # Cyrillic
        ],
    )
    def test_is_read_however_it_was_typed(self, typed):
        assert parse_resident_id(typed).number == ID

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("", Problem.LENGTH),
            ("99010120150307002", Problem.LENGTH),
            ("99010120150307002XX", Problem.LENGTH),
            ("990101150307002", Problem.LENGTH),
            ("X9010120150307002X", Problem.CHARACTER),
            ("9901012015O307002X", Problem.CHARACTER),
            ("99010120150307002\x00", Problem.CHARACTER),
            ("٩٩٠١٠١٢٠١٥٠٣٠٧٠٠٢X", Problem.CHARACTER),
            ("990101201513070026", Problem.DATE),
            ("990101201502290026", Problem.DATE),
            ("990101201504310026", Problem.DATE),
            ("990101000000000026", Problem.DATE),
            ("990101184912310026", Problem.DATE),
            ("990101201503070021", Problem.CHECK),
            ("9.90101E+17", Problem.SPREADSHEET),
            ("9.90101201503070E+17", Problem.SPREADSHEET),
            ("9.9e17", Problem.SPREADSHEET),
            ("990101201503070000.0", Problem.SPREADSHEET),
            ("990101201503070000", Problem.SPREADSHEET),
        ],
    )
    def test_is_refused_with_its_reason(self, typed, problem):
        assert problem_of(parse_resident_id, typed) is problem

    def test_a_birth_in_the_future_is_refused_and_one_today_is_not(self):
        number = make_resident_id("990101", TODAY, 1)

        assert parse_resident_id(number, TODAY).birth_date == TODAY
        assert problem_of(parse_resident_id, number, date(2026, 11, 22)) is Problem.DATE

    def test_the_29th_of_february_exists_in_leap_years(self):
        number = make_resident_id("990101", date(2024, 2, 29), 8)

        assert parse_resident_id(number).birth_date == date(2024, 2, 29)

    @pytest.mark.parametrize("area_code", ["340524", "999999", "000000", "990000"])
    def test_abolished_and_unknown_areas_are_accepted(self, area_code):
        number = make_resident_id(area_code, date(1850, 1, 1), 1)  # so that it is nobody's

        assert parse_resident_id(number).area_code == area_code

    @given(
        area_code=st.from_regex("99[0-9]{4}", fullmatch=True),
        birth_date=BIRTH_DATES,
        sequence=st.integers(0, 999),
    )
    def test_is_read_as_it_was_made(self, area_code, birth_date, sequence):
        found = parse_resident_id(make_resident_id(area_code, birth_date, sequence), TODAY)

        assert (found.area_code, found.birth_date) == (area_code, birth_date)
        assert found.sex == ("MALE" if sequence % 2 else "FEMALE")

    @given(number=IDS)
    def test_check_character_is_that_of_the_standard(self, number):
        total = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True))

        assert number[17] == "10X98765432"[total % 11]

    @given(number=IDS, place=st.integers(0, 16), digit=st.sampled_from("0123456789"))
    def test_one_mistyped_digit_is_always_noticed(self, number, place, digit):
        assume(number[place] != digit)

        with pytest.raises(IdentifierError):
            parse_resident_id(number[:place] + digit + number[place + 1 :])

    @given(number=IDS, place=st.integers(0, 15))
    def test_two_neighbours_exchanged_are_always_noticed(self, number, place):
        assume(number[place] != number[place + 1])
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

        with pytest.raises(IdentifierError):
            parse_resident_id(swapped)

    @given(text=st.text(max_size=30))
    def test_anything_typed_is_read_or_refused(self, text):
        with suppress(IdentifierError):
            assert parse_resident_id(text).number == normalise(text)

    @given(text=st.text(max_size=30))
    @example(text="\u0390")  # falls into three when raised to a capital
    def test_normalising_twice_changes_nothing(self, text):
        assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("area_code", "birth_date", "sequence"),
    [("99010", TODAY, 1), ("99010a", TODAY, 1), ("990101", TODAY, 1000), ("990101", TODAY, -1)],
)
def test_nothing_ill_formed_is_made(area_code, birth_date, sequence):
    with pytest.raises(ValueError, match="digits"):
        make_resident_id(area_code, birth_date, sequence)


@pytest.mark.parametrize(
    ("birth_date", "sex", "wrong"),
    [
        (date(2015, 3, 7), "FEMALE", []),
        (None, "", []),
        (date(2015, 3, 8), "FEMALE", ["birth_date"]),
        (date(2015, 3, 7), "MALE", ["sex"]),
        (date(2015, 7, 3), "MALE", ["birth_date", "sex"]),
        (None, "MALE", ["sex"]),
    ],
)
def test_contradictions(birth_date, sex, wrong):
    assert contradictions(parse_resident_id(ID), birth_date, sex) == wrong


class TestCertificate:
    @pytest.mark.parametrize(
        ("typed", "kind", "grade", "reissue"),
        [(ID + "52", 5, 2, 0), (ID + "71b1", 7, 1, 1), (f"{ID} 14 B9", 1, 4, 9)],
    )
    def test_holds_id_kind_grade_and_reissue(self, typed, kind, grade, reissue):
        found = parse_certificate(typed)

        assert found.resident_id == parse_resident_id(ID)
        assert (found.kind, found.grade, found.reissue) == (kind, grade, reissue)
        assert found.number == normalise(typed)

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            (ID, Problem.LENGTH),
            (ID + "521", Problem.LENGTH),
            (ID + "02", Problem.KIND),
            (ID + "82", Problem.KIND),
            (ID + "50", Problem.KIND),
            (ID + "55", Problem.KIND),
            (ID + "52B0", Problem.KIND),
            (ID + "52A1", Problem.KIND),
            ("99010120150307002152", Problem.CHECK),
            ("99010120151307002X52", Problem.DATE),
            ("99010120150307O02X52", Problem.CHARACTER),
            ("9.9010120150307E+19", Problem.SPREADSHEET),
            ("99010120150307000000", Problem.SPREADSHEET),
        ],
    )
    def test_is_refused_with_its_reason(self, typed, problem):
        assert problem_of(parse_certificate, typed) is problem

    def test_a_cut_number_is_told_even_when_the_id_in_it_happens_to_fit(self):
        fitting = next(
            number
            for area in range(990_101, 990_200)
            if (number := make_resident_id(str(area), date(2015, 3, 7), 0)).endswith("0")
        )

        assert problem_of(parse_certificate, fitting + "00") is Problem.SPREADSHEET

    def test_a_holder_is_born(self):
        assert problem_of(parse_certificate, ID + "52", date(2015, 3, 6)) is Problem.DATE

    @given(text=st.text(max_size=30))
    def test_anything_typed_is_read_or_refused(self, text):
        with suppress(IdentifierError):
            assert parse_certificate(text).number == normalise(text)


class TestPhone:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("13812345678", "13812345678"),
            ("138 1234 5678", "13812345678"),
            ("138-1234-5678", "13812345678"),
            ("+86 138 1234 5678", "13812345678"),
            ("0086-19912345678", "19912345678"),
            ("8613812345678", "13812345678"),
            ("１３８１２３４５６７８", "13812345678"),
            ("0571-88886666", "057188886666"),
            ("（0571）8888 6666", "057188886666"),
            ("+86 571 8888 6666", "057188886666"),
            ("+86 (0)571 8888 6666", "057188886666"),
            ("010-88886666", "01088886666"),
            ("+86 10 88886666", "01088886666"),
            ("8888666", "8888666"),
            ("88886666", "88886666"),
        ],
    )
    def test_is_read(self, typed, number):
        assert parse_phone(typed) == number

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("12812345678", Problem.LENGTH),
            ("1381234567", Problem.LENGTH),
            ("138123456789", Problem.LENGTH),
            ("110", Problem.LENGTH),
            ("0012345678", Problem.LENGTH),
            ("1381234567x", Problem.CHARACTER),
            ("", Problem.CHARACTER),
            ("13812345678 / 13912345678", Problem.CHARACTER),
        ],
    )
    def test_is_refused_with_its_reason(self, typed, problem):
        assert problem_of(parse_phone, typed) is problem

    @given(number=st.from_regex(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}", fullmatch=True))
    def test_what_was_read_is_read_the_same_again(self, number):
        once = parse_phone(number)

        assert parse_phone(once) == once


class TestRollNumber:
    @pytest.mark.parametrize("letter", "GJL")
    def test_is_a_letter_and_eighteen_characters(self, letter):
        assert parse_roll_number(f" {letter.lower()}{ID}") == letter + ID

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [(ID, Problem.LENGTH), ("A" + ID, Problem.CHARACTER), ("G" + ID[:-1] + "Y",
         Problem.CHARACTER), ("1.1E+18", Problem.SPREADSHEET)],
    )  # fmt: skip
    def test_is_refused_with_its_reason(self, typed, problem):
        assert problem_of(parse_roll_number, typed) is problem

    def test_another_id_inside_is_told_only_of_formal_numbers(self):
        other = make_resident_id("990101", date(2015, 3, 7), 4)

        assert roll_number_differs("G" + ID, other)
        assert not roll_number_differs("G" + ID, ID)
        assert not roll_number_differs("G" + ID, "")
        assert not roll_number_differs("L" + ID, other)


class TestBankAccount:
    def test_a_card_passes_its_check(self):
        assert parse_bank_account("4111 1111 1111 1111") == BankAccount("4111111111111111", True)

    def test_a_passbook_need_not(self):
        assert parse_bank_account("4111111111111112") == BankAccount("4111111111111112", False)
        assert not parse_bank_account("123456789012").is_plausible_card

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [("1234567", Problem.LENGTH), ("", Problem.LENGTH), ("4" * 31, Problem.LENGTH),
         ("41111111111111l1", Problem.CHARACTER), ("6.22202E+18", Problem.SPREADSHEET)],
    )  # fmt: skip
    def test_is_refused_with_its_reason(self, typed, problem):
        assert problem_of(parse_bank_account, typed) is problem

    def test_only_sixteen_to_nineteen_digits_are_a_card(self):
        assert not is_plausible_card("0" * 15)
        assert not is_plausible_card("0" * 20)
        assert is_plausible_card("0" * 19)
