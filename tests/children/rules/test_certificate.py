from datetime import date, timedelta

import pytest

from children.rules.certificate import (
    AgeWarning,
    Kind,
    Paper,
    Standing,
    age_warnings,
    ended_as,
    ended_by,
    expires_soon,
    expiry_window,
    is_expired,
    is_severe,
    not_valid_from,
    replaced_from,
    standing,
)

LAST = date(2026, 6, 30)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("grade", [1, 2, 3, 4])
def test_severe_is_grade_one_and_two_and_every_intellectual_and_mental_one(kind, grade):
    assert is_severe(kind, grade) == (grade < 3 or kind.name in ("INTELLECTUAL", "MENTAL"))


@pytest.mark.parametrize(
    ("kind", "grade", "age", "warnings"),
    [
        (Kind.HEARING, 2, 0, []),
        (Kind.HEARING, 3, 1, [AgeWarning.HEARING_GRADE_FOR_AGE]),
        (Kind.HEARING, 3, 2, []),
        (Kind.HEARING, 4, 3, [AgeWarning.HEARING_GRADE_FOR_AGE]),
        (Kind.HEARING, 4, 4, []),
        (Kind.SPEECH, 1, 2, [AgeWarning.SPEECH_TOO_YOUNG]),
        (Kind.SPEECH, 1, 3, []),
        (Kind.MENTAL, 1, 1, [AgeWarning.MENTAL_TOO_YOUNG]),
        (Kind.MENTAL, 1, 2, []),
        (Kind.VISUAL, 4, 0, []),
    ],
)
def test_age_warnings(kind, grade, age, warnings):
    assert age_warnings(kind, grade, age) == warnings


@pytest.mark.parametrize(
    ("days_left", "window"),
    [(91, None), (90, 90), (61, 90), (60, 60), (31, 60), (30, 30), (0, 30), (-1, None)],
)
def test_expiry_window(days_left, window):
    today = LAST - timedelta(days=days_left)

    assert expiry_window(LAST, today) == window
    assert expires_soon(LAST, today) == (window is not None)


def test_the_last_day_still_counts():
    assert not is_expired(LAST, LAST)
    assert is_expired(LAST, LAST + timedelta(days=1))


def test_a_certificate_without_a_last_day_never_runs_out():
    assert not is_expired(None, LAST)
    assert not expires_soon(None, LAST)


NUMBER = "990101201503070011"
EARLY, LATE = date(2020, 1, 1), date(2030, 1, 1)
HELD = Paper(NUMBER + "42", date(2022, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("new", "held", "expected"),
    [
        (Paper(NUMBER + "43"), [], Standing.FIRST),
        (Paper(NUMBER + "43", expires_on=EARLY), [], Standing.PAST),
        (Paper(NUMBER + "43", status="CANCELLED"), [], Standing.PAST),
        (Paper(NUMBER + "43"), [Paper(NUMBER + "42", status="MOVED")], Standing.FIRST),
        (Paper(NUMBER + "43"), [Paper("", EARLY)], Standing.FIRST),  # a diagnosis
        (Paper(NUMBER + "43", LAST), [HELD], Standing.NEWER),
        (Paper(NUMBER + "43", None, LATE), [HELD], Standing.NEWER),
        (Paper(NUMBER + "43", EARLY), [HELD], Standing.PAST),
        (Paper(NUMBER + "43", EARLY, LATE), [HELD], Standing.UNTOLD),  # the first day of issue
        (Paper(NUMBER + "43"), [HELD], Standing.UNTOLD),
        (Paper(NUMBER + "43"), [Paper(NUMBER + "42", None, EARLY)], Standing.NEWER),
        (Paper(NUMBER + "42B1"), [HELD], Standing.NEWER),
        (Paper(NUMBER + "42"), [Paper(NUMBER + "42B1")], Standing.PAST),
        (HELD, [HELD], Standing.KNOWN),
        (Paper(HELD.number), [HELD], Standing.KNOWN),
        (Paper(HELD.number, None, LATE), [HELD], Standing.RENEWED),
        (Paper(HELD.number, None, LATE), [Paper(HELD.number)], Standing.RENEWED),
        (Paper(HELD.number, None, LATE), [Paper(HELD.number, status="FROZEN")], Standing.KNOWN),
        (Paper(HELD.number, LAST, LAST), [HELD], Standing.KNOWN),  # runs out earlier
        (Paper(HELD.number, status="CANCELLED"), [HELD], Standing.ENDED),
        (Paper(HELD.number, status="EXPIRED"), [HELD], Standing.ENDED),
        (Paper(HELD.number, status="LOST_REISSUED"), [HELD], Standing.KNOWN),
        (Paper(HELD.number, status="EXPIRED"), [Paper(HELD.number, None, EARLY)], Standing.KNOWN),
        (Paper(HELD.number, status="FROZEN"), [Paper(HELD.number, None, EARLY)], Standing.ENDED),
        (Paper(HELD.number, None, EARLY), [Paper(HELD.number)], Standing.ENDED),
        (Paper(HELD.number, None, EARLY), [HELD], Standing.KNOWN),
        (Paper(HELD.number), [Paper(HELD.number, status="FROZEN")], Standing.KNOWN),
        (
            Paper(HELD.number, is_told=True),
            [Paper(HELD.number, status="FROZEN")],
            Standing.RESTORED,
        ),
        (
            Paper(HELD.number, is_told=True),
            [Paper(HELD.number, None, EARLY, "FROZEN")],
            Standing.KNOWN,
        ),
        (
            Paper(HELD.number, is_told=True),
            [Paper(HELD.number, status="CANCELLED"), Paper(NUMBER + "43")],
            Standing.KNOWN,
        ),
    ],
)
def test_what_a_certificate_is_beside_those_on_file(new, held, expected):
    assert standing(new, held, LAST) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (HELD, Paper(HELD.number + "B1"), "LOST_REISSUED"),
        (Paper(NUMBER + "42", None, EARLY), Paper(NUMBER + "43"), "EXPIRED"),
        (HELD, Paper(NUMBER + "43"), "CANCELLED"),
    ],
)
def test_what_a_replaced_certificate_becomes(old, new, expected):
    assert ended_as(old, new, LAST) == expected


@pytest.mark.parametrize(
    ("new", "held", "becomes", "since"),
    [
        (Paper("", status="CANCELLED"), HELD, ("CANCELLED", HELD.expires_on), LAST),
        (Paper("", None, EARLY, "CANCELLED"), HELD, ("CANCELLED", HELD.expires_on), LAST),
        (Paper("", status="EXPIRED"), HELD, ("EXPIRED", HELD.expires_on), LAST),
        (Paper("", None, LATE, "EXPIRED"), HELD, ("EXPIRED", HELD.expires_on), LAST),
        (Paper("", None, date(2025, 1, 1), "EXPIRED"), HELD, ("EXPIRED", date(2025, 1, 1)), None),
        (Paper("", None, EARLY, "EXPIRED"), HELD, ("EXPIRED", HELD.expires_on), LAST),  # unissued
        (Paper("", None, EARLY), Paper(""), ("EXPIRED", EARLY), None),
    ],
)
def test_what_a_certificate_becomes_that_is_said_to_hold_no_more(new, held, becomes, since):
    ended = ended_by(new, held, LAST)

    assert (ended.status, ended.expires_on) == becomes
    assert not_valid_from(ended, LAST, LAST) == since


@pytest.mark.parametrize(
    ("issued", "expected"),
    [(date(2025, 1, 1), date(2025, 1, 1)), (None, LAST), (EARLY, LAST), (LATE, LAST)],
)
def test_a_replaced_certificate_held_until_the_new_one_was_issued(issued, expected):
    assert replaced_from(HELD, Paper("", issued), LAST) == expected
