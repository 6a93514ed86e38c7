"""Where the floors above join the school's half.

Growth records tell what aid a child received; schools know nothing of money, so whoever keeps aid
hangs a provider here from its `AppConfig.ready`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Aid:
    """`label` as the family knows it; `amount` in words with its unit, "" for help in kind."""

    on: date
    label: str
    amount: str = ""


# Ids of children, first and last day → child's id → aid received in that time, oldest first. Each
# asks a constant number of queries, however many children, under the rows' lock of the reader.
AidProvider = Callable[[Sequence[int], date, date], Mapping[int, Sequence[Aid]]]
AID: list[AidProvider] = []


def aid_of(children: Sequence[int], starts_on: date, ends_on: date) -> dict[int, list[Aid]]:
    found: dict[int, list[Aid]] = {}
    for provider in AID:
        for child_id, rows in provider(children, starts_on, ends_on).items():
            found.setdefault(child_id, []).extend(rows)
    return {child_id: sorted(rows, key=lambda row: row.on) for child_id, rows in found.items()}
