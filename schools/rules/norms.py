"""Figures of local practice that nobody may write into code: deadlines, frequencies, thresholds.

What stands here is only where a county begins; the rows of `schools.models.Norm`, dated and with
the document they rest on, go before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Default:
    value: int
    source: str


# Key of `schools.models.norm.NormKey` → what holds while the county has entered nothing.
DEFAULTS: dict[str, Default] = {
    "CONTACT_DAYS_HIGH": Default(7, "table of practice by risk: school contact weekly"),
    "CONTACT_DAYS_MEDIUM": Default(30, "table of practice by risk: school contact monthly"),
    "CONTACT_DAYS_LOW": Default(180, "table of practice by risk: seen at home every half year"),
    "CONTACT_TERMS_LOW": Default(1, "table of practice by risk: school contact each term"),
    "CONTACT_DAYS_UNKNOWN": Default(30, "as medium, until the risk is assessed"),
    "TRIES_BEFORE_A_VISIT": Default(3, "tried three times in vain: go there"),
    "OBSERVATION_LEVEL_REFERS": Default(3, "the strongest of the four answers"),
    "OBSERVATION_TOTAL_REFERS": Default(10, "of 27: somewhat more than one point a question"),
    "MOOD_FALL_POINTS": Default(4, "more points than the mean of the months before"),
    "MOOD_FALL_DAYS": Default(120, "about a term"),
    "DAYS_FOR_THE_VISIT": Default(2, "local practice: joint visit on the second day"),
    "EMPTY_SEAT_DAYS": Default(3, "own proposal: within a working week"),
    "EMPTY_SEAT_DAYS_TOWNSHIP": Default(14, "own proposal: two weeks without an answer"),
    "HANDOVER_DAYS": Default(3, "own proposal: read before the first weekly contact"),
    "FIRST_CONTACT_DAYS": Default(7, "a new helper makes itself known within the week"),
    "LONGEST_HOLIDAY_DAYS": Default(75, "summer holidays last about sixty days"),
    "LEAD_SEES_AFTER_DAYS": Default(3, "time to call at the weekend, or to hand in the note"),
    "TOWNSHIP_SEES_AFTER_DAYS": Default(10, "a week more for the school to act itself"),
    "MOOD_FRESH_DAYS": Default(30, "as the monthly meeting of the working group"),
    "SCHOOL_AGE_FROM": Default(6, "Compulsory Education Law, art. 11"),
    "SCHOOL_AGE_TO": Default(15, "nine years from six on; household lists 6-15"),
    "ROLL_AFTER_DAYS": Default(10, "local practice: two school weeks to arrive"),
    "SUSPECTED_AFTER_DAYS": Default(3, "local practice: form to county and township"),
    "DROPOUT_AFTER_DAYS": Default(10, "local practice: written report"),
    "DEADLINE_NO_ROLL": Default(15, "local practice"),
    "DEADLINE_SUSPECTED": Default(2, "local practice: joint visit on the second day"),
    "DEADLINE_DROPOUT": Default(10, "local practice"),
    "DEADLINE_UNPLACED": Default(30, "monthly school report"),
    "NOTICE_DAYS_PAGE": Default(3, "local practice: unread after three days, call"),
    "NOTICE_DAYS_PHONE": Default(3, "local practice: not reached in three days, go there"),
    "NOTICE_DAYS_VISIT": Default(7, "local practice: a week for the visit"),
    "NOTICE_LINK_DAYS": Default(30, "security: a link lives a month"),
    "NOTICE_CODE_TRIES": Default(5, "security: 5 of 1,000,000 numbers may be guessed"),
    "NOTICE_ADDRESS_TRIES": Default(30, "security: many phones share a carrier's address"),
    "NOTICE_TRIES_KEPT_DAYS": Default(180, "own proposal: half a year to look into a complaint"),
    "HOME_VISITS_PER_WEEK": Default(2, "example norms of Shandong and Henan"),
    "HOME_LESSONS_PER_VISIT": Default(3, "example norms of Shandong and Henan"),
    "HOME_LESSONS_PER_YEAR": Default(216, "example norms of Shandong and Henan"),
    "GROWTH_DAYS_BEFORE_END": Default(21, "local practice: filled in the last weeks of the term"),
    "GROWTH_DAYS_TO_CLOSE": Default(14, "local practice: closed two weeks after the term"),
}


def in_force(rows: Iterable[tuple[str, int, date]], day: date) -> dict[str, int]:
    """Key → value on `day`, from (key, value, first day) rows; the newest begun one holds."""
    values = {key: default.value for key, default in DEFAULTS.items()}
    for key, value, starts_on in sorted(rows, key=lambda row: row[2]):
        if starts_on <= day:
            values[key] = value
    return values
