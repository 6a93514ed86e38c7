"""Figures of practice for money: where a county begins until it enters its own.

The rows of `assistance.models.PaymentFigure`, dated and with their document, go before these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Default:
    value: int
    source: str


DEFAULTS: dict[str, Default] = {
    "ACCOUNT_CHILDREN": Default(3, "own proposal: brothers and sisters with one guardian"),
    "ACCOUNT_CHANGE_DAYS": Default(30, "domain reference 3.2: changes before a batch"),
    "ANSWER_FILE_DAYS": Default(30, "own proposal: as long as the files of lists are kept"),
    "ARREARS_MONTHS": Default(24, "own proposal: two years are looked back over"),
    "ARRIVAL_PROOF_DAYS": Default(7, "domain reference 4.1: arrival proof within 7 days"),
    "FAILURE_REISSUE_DAYS": Default(10, "domain reference 3.2: working days to pay again"),
    "REHAB_AGE": Default(7, "domain reference 2.3: 0–6, before the 7th birthday"),
    "REHAB_GAP_DAYS": Default(30, "own proposal: a month in which nobody came"),
    "REHAB_END_DAYS": Default(60, "own proposal: two months are left to use what is approved"),
}


def in_force(rows: Iterable[tuple[str, int, date]], day: date) -> dict[str, int]:
    """Key → value on `day`, from (key, value, first day) rows; the newest begun one holds."""
    values = {key: default.value for key, default in DEFAULTS.items()}
    for key, value, starts_on in sorted(rows, key=lambda row: row[2]):
        if starts_on <= day:
            values[key] = value
    return values
