"""When a helper's next contact with the guardian is due.

How often, by risk, is a norm of the county. Holidays put a contact off to the first day after
them, but for children at high risk, for whom nobody takes holidays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Break:
    """First and last day without lessons."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class NextContact:
    on: date
    is_visit: bool  # tried in vain too often: go there

    def is_overdue(self, today: date) -> bool:
        return self.on < today


def next_contact(
    *,
    paired_on: date,
    last_reached_on: date | None,
    last_tried_on: date | None,
    tries_in_vain: int,
    risk: str,
    norms: Mapping[str, int],
    breaks: Sequence[Break] = (),
) -> NextContact:
    """Day of the next contact, by the norms in force (`schools.rules.norms`).

    `tries_in_vain` counts the contacts since somebody was last reached; `last_tried_on` is the
    newest of them. Enough of them make a visit at home due soon after the last one.
    """
    if last_tried_on is not None and tries_in_vain >= norms["TRIES_BEFORE_A_VISIT"]:
        visit_on = last_tried_on + timedelta(days=norms["DAYS_FOR_THE_VISIT"])
        return NextContact(visit_on, is_visit=True)
    since = max(paired_on, last_reached_on or paired_on)
    on = since + timedelta(days=norms[f"CONTACT_DAYS_{risk}"])
    if risk != "HIGH":
        for pause in sorted(breaks, key=lambda pause: pause.starts_on):
            if pause.starts_on <= on <= pause.ends_on:
                on = pause.ends_on + timedelta(days=1)
    return NextContact(on, is_visit=False)
