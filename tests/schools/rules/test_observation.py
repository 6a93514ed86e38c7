"""What an observation asks for, and lines over time."""

from datetime import date

import pytest

from schools.rules.norms import in_force
from schools.rules.observation import grounds, monthly_means
from schools.rules.screening import needs_consent

NORMS = in_force([], date(2026, 3, 1))
ALARMS = [False, False, True, False]


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        ([0, 0, 0, 0], []),
        ([2, 2, 0, 2], []),
        ([0, 0, 1, 0], ["ALARM"]),
        ([3, 0, 0, 0], ["STRONG"]),
        ([3, 2, 3, 2], ["ALARM", "STRONG", "TOTAL"]),
        ([2, 2, 2, 2], ["ALARM"]),
    ],
)
def test_any_word_of_self_harm_a_strong_sign_or_many_refer_the_most_urgent_first(levels, found):
    assert grounds(levels, ALARMS, NORMS) == found


def test_the_countys_own_thresholds_hold():
    norms = NORMS | {"OBSERVATION_TOTAL_REFERS": 4, "OBSERVATION_LEVEL_REFERS": 4}

    assert grounds([2, 2, 0, 0], ALARMS, norms) == ["TOTAL"]
    assert grounds([3, 0, 0, 0], ALARMS, norms) == []


def test_no_norm_switches_the_alarm_off():
    norms = {key: 99 for key in NORMS}

    assert grounds([0, 0, 1, 0], ALARMS, norms) == ["ALARM"]


def test_a_months_line_is_the_mean_of_its_observers_over_all_versions():
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    rows = [
        (april, {"sleep": 3, "new": 1}),
        (march, {"sleep": 0, "anger": 2}),
        (march, {"sleep": 1, "anger": 2}),
    ]

    means = monthly_means(rows)

    assert means["sleep"] == [(march, 0.5), (april, 3)]
    assert means["anger"] == [(march, 2)]
    assert means["new"] == [(april, 1)]
    assert means[""] == [(march, 2.5), (april, 4)]


@pytest.mark.parametrize(
    ("born", "day", "needed"),
    [
        (date(2012, 3, 2), date(2026, 3, 1), True),
        (date(2012, 3, 2), date(2026, 3, 2), False),
        (date(2012, 2, 29), date(2026, 2, 28), True),
        (date(2012, 2, 29), date(2026, 3, 1), False),
        (date(2012, 3, 2), date(2010, 3, 2), True),
    ],
)
def test_consent_is_needed_until_the_fourteenth_birthday(born, day, needed):
    assert needs_consent(born, day) is needed
