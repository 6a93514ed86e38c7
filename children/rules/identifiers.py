"""Numbers that stand for people: what is well formed, and what a number says.

Sources: GB 11643-1999 for the resident ID; domain reference 2.1 for certificates, 8 for the rest.
Area codes are never refused: abolished counties stay in ID numbers for life.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum import luhn
from stdnum.exceptions import ValidationError
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


@dataclass(frozen=True)
class ResidentId:
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


_INVISIBLE = re.compile("[\\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad'’`\\-]")
_FLOAT = re.compile(r"\d(\.\d+)?E\+?\d+|\d{15,}\.0+", re.IGNORECASE)


def normalise(text: str) -> str:
    """Digits and capitals as they are stored: no spaces, apostrophes, full-width forms."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).upper()


def parse_resident_id(text: str, today: date | None = None) -> ResidentId:
    """Raises IdentifierError. With `today`, a birth date after it is refused."""
    number = normalise(text)
    if _FLOAT.fullmatch(number):
        raise IdentifierError(Problem.SPREADSHEET)
    if len(number) != 18:
        raise IdentifierError(Problem.LENGTH)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentifierError(Problem.CHARACTER)
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentifierError(Problem.DATE) from None
    if birth_date.year < 1850 or (today and birth_date > today):
        raise IdentifierError(Problem.DATE)
    try:
        mod_11_2.validate(number)
    except ValidationError:
        raise IdentifierError(Problem.CHECK) from None
    sex = "MALE" if int(number[16]) % 2 else "FEMALE"
    return ResidentId(number, number[:6], birth_date, sex)


def make_resident_id(area_code: str, birth_date: date, sequence: int) -> str:
    """A well-formed number for invented people; use an area code that begins with 99."""
    body = f"{area_code}{birth_date:%Y%m%d}{sequence:03}"
    return body + mod_11_2.calc_check_digit(body)


def parse_certificate(text: str, today: date | None = None) -> CertificateNumber:
    """18-digit ID, kind, grade and, issued again, B1…B9. Raises IdentifierError."""
    number = normalise(text)
    if _FLOAT.fullmatch(number):
        raise IdentifierError(Problem.SPREADSHEET)
    if len(number) not in (20, 22):
        raise IdentifierError(Problem.LENGTH)
    resident_id = parse_resident_id(number[:18], today)
    match = re.fullmatch(r"([1-7])([1-4])(?:B([1-9]))?", number[18:])
    if not match:
        raise IdentifierError(Problem.KIND)
    kind, grade, reissue = match.groups()
    return CertificateNumber(number, resident_id, int(kind), int(grade), int(reissue or 0))


def parse_phone(text: str) -> str:
    """A mobile or land-line number without separators. Raises IdentifierError."""
    number = re.sub(r"^(\+?86|0086)(?=1\d{10}$)", "", re.sub(r"[()（）]", "", normalise(text)))
    if not re.fullmatch(r"[0-9]+", number):
        raise IdentifierError(Problem.CHARACTER)
    if not re.fullmatch(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[2-8][0-9]{6,7}", number):
        raise IdentifierError(Problem.LENGTH)
    return number


def parse_roll_number(text: str) -> str:
    """School-roll number: G, J or L and 18 characters. Raises IdentifierError."""
    number = normalise(text)
    if len(number) != 19:
        raise IdentifierError(Problem.LENGTH)
    if not re.fullmatch(r"[GJL][0-9]{17}[0-9X]", number):
        raise IdentifierError(Problem.CHARACTER)
    return number


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
