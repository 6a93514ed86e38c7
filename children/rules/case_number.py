"""Case numbers of our own: county, year, serial; never derived from an ID number."""

import re
from dataclasses import dataclass

_FORM = re.compile(r"([0-9]{6})([0-9]{4})([0-9]{6})")


@dataclass(frozen=True)
class CaseNumber:
    county_code: str  # 6 digits
    year: int
    serial: int  # 1 – 999,999, within county and year


def case_number(county_code: str, year: int, serial: int) -> str:
    """16 digits: "330127" + "2026" + "000001". Raises ValueError for what does not fit."""
    number = f"{county_code}{year:04}{serial:06}"
    if len(county_code) != 6 or not _FORM.fullmatch(number) or serial < 1:
        raise ValueError("a county code has 6 digits, a year 4, a serial at most 6")
    return number


def parse(text: str) -> CaseNumber:
    """Raises ValueError for anything but 16 digits with a serial."""
    match = _FORM.fullmatch(text)
    if not match or int(match[3]) == 0:
        raise ValueError("a case number has 16 digits")
    return CaseNumber(match[1], int(match[2]), int(match[3]))
