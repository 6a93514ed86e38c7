from datetime import date

import pytest

from schools.rules.attendance import Attendance, count
from schools.rules.home_teaching import Hours, hours

DAYS = [date(2026, 3, day) for day in (2, 3, 4, 5, 6, 9, 10)]


@pytest.mark.parametrize(
    ("absences", "expected"),
    [
        ([], Attendance(7)),
        ([("ILL", date(2026, 3, 3), date(2026, 3, 5))], Attendance(7, ill=2)),
        ([("LEAVE", date(2026, 3, 6), None)], Attendance(7, leave=3)),
        ([("UNEXCUSED", date(2026, 3, 7), date(2026, 3, 9))], Attendance(7)),  # a weekend
        ([("ILL", date(2026, 2, 1), date(2026, 3, 3))], Attendance(7, ill=1)),  # began before
        ([("ILL", date(2026, 3, 2), date(2026, 3, 2))], Attendance(7)),  # taken back
        ([("ILL", date(2026, 3, 2), date(2026, 3, 3)), ("UNEXCUSED", date(2026, 3, 3), None)],
         Attendance(7, ill=1, unexcused=6)),
    ],
)  # fmt: skip
def test_days_missed_are_school_days(absences, expected):
    assert count(DAYS, absences) == expected
    assert expected.present + expected.missed == 7


@pytest.mark.parametrize(
    ("days", "given", "expected"),
    [
        (DAYS[:4], 0, Hours(216, 0, 0)),
        (DAYS, 3, Hours(216, 6, 3)),
        (DAYS * 80, 200, Hours(216, 216, 200)),
    ],
)
def test_hours_are_due_week_by_week_up_to_the_plan(days, given, expected):
    found = hours(
        visits_per_week=2, lessons_per_visit=3, planned=216, school_days=days, given=given
    )

    assert found == expected
    assert found.missing == max(0, expected.due - given)
