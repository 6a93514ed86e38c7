"""Figures of the checks between lists: where a county begins until it enters its own.

The rows of `exchange.models.CheckFigure`, dated and with their document, go before these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Default:
    value: int
    source: str


DEFAULTS: dict[str, Default] = {
    "EXPIRY_DAYS": Default(90, "domain reference 10, M05"),
    "LOST_CONTACT_MONTHS": Default(6, "民发〔2020〕125号: lost contact for six months"),
    "ABSENT_DAYS": Default(3, "domain reference 5.3: three days go to county and township"),
    "SCHOOL_AGE_FROM": Default(6, "Compulsory Education Law, article 11"),
    "SCHOOL_AGE_TO": Default(15, "domain reference 10, M15: 6 to 15"),
    "REHAB_AGE_TO": Default(6, "Disability Prevention and Rehabilitation Regulations, article 26"),
    "REHAB_PAUSE_DAYS": Default(90, "own proposal: plans are of one year, the next is asked for"),
    "PAY_GRACE_DAYS": Default(31, "own proposal: a month is missed when the next is over"),
    "MONTHS_BACK": Default(12, "own proposal: a year of payments is looked back over"),
    "OVERDUE_DAYS": Default(30, "own proposal: what is later is no longer a delay"),
    "AGE_OUT": Default(18, "Law on the Protection of Minors, article 2"),
    "AGE_OUT_EARLY": Default(16, "domain reference 10, M25: destitute support, left behind"),
    "COME_BACK_DAYS": Default(60, "own proposal: closed, and found again after that time"),
}


def in_force(rows: Iterable[tuple[str, int, date]], day: date) -> dict[str, int]:
    """Key → value on `day`, from (key, value, first day) rows; the newest begun one holds."""
    values = {key: default.value for key, default in DEFAULTS.items()}
    for key, value, starts_on in sorted(rows, key=lambda row: row[2]):
        if starts_on <= day:
            values[key] = value
    return values
