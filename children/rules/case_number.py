"""Case numbers of our own: county, year, serial; never derived from an ID number."""


def case_number(county_code: str, year: int, serial: int) -> str:
    """16 digits: "330127" + "2026" + "000001"."""
    if len(county_code) != 6 or not 0 < serial < 1_000_000:
        raise ValueError("a county code has 6 digits, a serial at most 6")
    return f"{county_code}{year:04}{serial:06}"
