"""Numbers that stand for people: what is well formed, and what a number says.

Sources: GB 11643-1999 for the resident ID; domain reference 2.1 for certificates, 8 for the rest.
Area codes are never refused: abolished counties stay in ID numbers for life, and 99, which no
place has, marks invented people.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from stdnum import luhn
from stdnum.iso7064 import mod_11_2


class Problem(StrEnum):
    """Why a number is refused."""

    LENGTH = "LENGTH"
    CHARACTER = "CHARACTER"
    CHECK = "CHECK"  # the check character does not fit
    DATE = "DATE"  # the birth date in it does not exist, or lies in the future
    SPREADSHEET = "SPREADSHEET"  # 1.10101E+17: the last digits are lost
    KIND = "KIND"  # kind or grade of disability


class IdentifierError(ValueError):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class ResidentId(NamedTuple):  # of which a long list makes several a row
    number: str  # 18 characters
    area_code: str  # county when it was given out
    birth_date: date
    sex: str  # MALE or FEMALE


@dataclass(frozen=True)
class CertificateNumber:
    number: str  # 20 characters, or 22 with B1 … B9
    resident_id: ResidentId
    kind: int  # 1–7
    grade: int  # 1 (most severe) – 4
    reissue: int  # 0 for the first


@dataclass(frozen=True)
class BankAccount:
    number: str  # digits
    is_plausible_card: bool  # False: look again; a passbook is not held to the card's check


# Typed or pasted between the digits: white space, apostrophes and hyphens of any kind, invisible
# marks of direction and width.
_BETWEEN = re.compile(
    "[\\s'\u2018\u2019`\\-\u2010-\u2015\u2212\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_LOOK_LIKE_X = str.maketrans("×ХΧ", "XXX")  # sign, Cyrillic, Greek; the check character decides
_FLOAT = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+|[0-9]{15,}\.0+")
_ID_FORM = re.compile(r"[0-9]{17}[0-9X]")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EARLIEST_YEAR = 1850
_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
# The check character by the weighted sum of the digits modulo 11, each read as its byte: 48 more.
_CHECK = "".join("10X98765432"[(n - 48 * sum(_WEIGHTS)) % 11] for n in range(11))


def normalise(text: str) -> str:
    """Digits and capitals as they are stored: no spaces, hyphens, apostrophes, full-width forms."""
    if text.isascii() and text.isalnum():
        return text.upper()
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())
    return unicodedata.normalize("NFKC", text).translate(_LOOK_LIKE_X)


def parse_resident_id(text: str, today: date | None = None) -> ResidentId:
    """Raises IdentifierError. With `today`, a birth date after it is refused."""
    number = normalise(text)
    if not _ID_FORM.fullmatch(number):
        if _FLOAT.fullmatch(number):
            raise IdentifierError(Problem.SPREADSHEET)
        raise IdentifierError(Problem.CHARACTER if len(number) == 18 else Problem.LENGTH)
    birth_date = _birth_date(number[6:14], today)
    if _CHECK[sum(map(mul, _WEIGHTS, number.encode())) % 11] != number[17]:
        # Spreadsheets keep 15 digits and put zeros for the rest.
        is_cut = number.endswith("000")
        raise IdentifierError(Problem.SPREADSHEET if is_cut else Problem.CHECK)
    sex = "MALE" if int(number[16]) % 2 else "FEMALE"
    return ResidentId(number, number[:6], birth_date, sex)


def _unbroken(text: str) -> str:
    number = normalise(text)
    if _FLOAT.fullmatch(number):
        raise IdentifierError(Problem.SPREADSHEET)
    return number


def _birth_date(digits: str, today: date | None) -> date:
    birth_date = _day(digits)
    if birth_date is None or (today and birth_date > today):
        raise IdentifierError(Problem.DATE)
    return birth_date


@lru_cache(maxsize=50_000)  # days of a hundred years and more: a long list says each many times
def _day(digits: str) -> date | None:
    """None for none, and for those of nobody who lives."""
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST_YEAR else None


def make_resident_id(area_code: str, birth_date: date, sequence: int) -> str:
    """A well-formed number for invented people; use an area code that begins with 99.

    `sequence` 0–999, odd for boys. Raises ValueError for what does not fit.
    """
    body = f"{area_code}{birth_date.year:04}{birth_date:%m%d}{sequence:03}"
    if len(area_code) != 6 or not re.fullmatch("[0-9]{17}", body):
        raise ValueError("an area code has 6 digits, a sequence at most 3")
    return body + mod_11_2.calc_check_digit(body)


def parse_certificate(text: str, today: date | None = None) -> CertificateNumber:
    """18-digit ID, kind, grade and, issued again, B1…B9. Raises IdentifierError.

    The ID in it may be an older one of the same child: compare, and warn.
    """
    number = _unbroken(text)
    if len(number) not in (20, 22):
        raise IdentifierError(Problem.LENGTH)
    if number.endswith("00000"):
        raise IdentifierError(Problem.SPREADSHEET)
    resident_id = parse_resident_id(number[:18], today)
    match = re.fullmatch(r"([1-7])([1-4])(?:B([1-9]))?", number[18:])
    if not match:
        raise IdentifierError(Problem.KIND)
    kind, grade, reissue = match.groups()
    return CertificateNumber(number, resident_id, int(kind), int(grade), int(reissue or 0))


def parse_phone(text: str) -> str:
    """A mobile or land-line number without separators or +86. Raises IdentifierError."""
    if _MOBILE.fullmatch(text):
        return text
    number = normalise(text)
    if _MOBILE.fullmatch(number):
        return number
    number = re.sub(r"[().]", "", number)
    number = re.sub(r"^(\+86|0086)0?(?=[1-9][0-9]{8})", "0", number)
    number = re.sub(r"^0?(86)?(?=1[3-9][0-9]{9}$)", "", number)
    if not re.fullmatch(r"[0-9]+", number):
        raise IdentifierError(Problem.CHARACTER)
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[1-9][0-9]{8,10}|[2-8][0-9]{6,7}", number):
        raise IdentifierError(Problem.LENGTH)
    return number


def parse_roll_number(text: str) -> str:
    """School-roll number: G (with ID), J (without) or L (for the time being) and 18 characters.

    Raises IdentifierError. What follows is not checked: the ID in it may change later.
    """
    number = _unbroken(text)
    if len(number) != 19:
        raise IdentifierError(Problem.LENGTH)
    if number[0] not in "GJL" or not _ID_FORM.fullmatch(number[1:]):
        raise IdentifierError(Problem.CHARACTER)
    return number


def roll_number_differs(roll_number: str, id_number: str) -> bool:
    """Whether a G number holds another ID than the child's own: a reason to look, not to refuse."""
    return roll_number.startswith("G") and bool(id_number) and roll_number[1:] != id_number


def parse_bank_account(text: str) -> BankAccount:
    """Card or passbook of 8–30 digits. Raises IdentifierError."""
    number = _unbroken(text)
    if not re.fullmatch(r"[0-9]*", number):
        raise IdentifierError(Problem.CHARACTER)
    if not 8 <= len(number) <= 30:
        raise IdentifierError(Problem.LENGTH)
    return BankAccount(number, is_plausible_card(number))


def is_plausible_card(number: str) -> bool:
    """Bank card of 16–19 digits by Luhn; passbooks need not pass, so only warn."""
    return bool(re.fullmatch(r"[0-9]{16,19}", number)) and luhn.is_valid(number)


def contradictions(identity: ResidentId, birth_date: date | None, sex: str) -> list[str]:
    """Which typed facts the number contradicts: "birth_date", "sex"."""
    found = []
    if birth_date is not None and birth_date != identity.birth_date:
        found.append("birth_date")
    if sex and sex != identity.sex:
        found.append("sex")
    return found
