"""Who goes on to another school at the end of a stage, and from when that is late."""

from collections.abc import Collection
from datetime import date, timedelta

from children.rules import ages

from .move_up import FOLLOWING, LAST, upwards

# So long after a school year began, who has been in the last grade since before is meant to go on
# for this year.
STILL_MEANT = timedelta(days=90)
AFTER_EXAMINATION = {"JUNIOR": ("SENIOR", "VOCATIONAL")}
SAY_BEFORE = timedelta(days=100)  # so long before their day a school is asked where pupils go on


def leaves_for(stage: str, grade: int, taught: Collection[str]) -> str:
    """The stage that follows without an examination and that this school does not teach; or ""."""
    following = FOLLOWING.get(stage, "")
    if grade < LAST[stage] or not following or upwards(stage, grade, taught):
        return ""
    return following


def admitted_to(stage: str, grade: int) -> tuple[str, ...]:
    """The stages that follow after an examination, each pupil by itself; empty for none."""
    return AFTER_EXAMINATION.get(stage, ()) if grade >= LAST[stage] else ()


def expected_on(began_on: date, year_starts_on: date, today: date) -> date:
    """The first day at the next school of who has been in the last grade since `began_on`."""
    if began_on < year_starts_on and today < year_starts_on + STILL_MEANT:
        return year_starts_on
    return ages.birthday_in(year_starts_on, year_starts_on.year + 1)
