"""What of a row stays readable for the checks: codes, days, amounts; never who, where or a number.

Everything a row says is sealed beside it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

MARKS = (
    "certificate__kind", "certificate__grade", "certificate__issued_on", "certificate__expires_on",
    "certificate__status",
    "month", "subsidy", "pay_status", "amount", "living_amount", "nursing_amount",
    "economic", "since", "until",
    "died_on", "death__kind", "cremated_on",
    "event", "event_on",
    "school_code", "school_grade", "left_behind", "migrant", "orphan", "disability", "needs_aid",
    "one_subsidy",
    "absence", "absent_from", "absent_to", "days",
    "admitted_on", "diagnosed_on", "answer", "held_on", "sessions",
)  # fmt: skip


def marks_of(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Days as ISO text, numbers as numbers."""
    return {key: _plain(facts[key]) for key in MARKS if facts.get(key) not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float | str) else str(value)
