"""Each check finds what it should, leaves the rest alone, and changes its mind on the right day."""

from collections import defaultdict
from datetime import datetime

import pytest

from exchange.checks import CHECKS
from exchange.models import Check

from . import (
    aid_cases,
    disability_cases,
    harm_cases,
    household_cases,
    missed_cases,
    money_cases,
    parent_cases,
    rehabilitation_cases,
    schooling_cases,
)
from .cases import CASES, EDGE, FINDS, LEAVES
from .people import found

pytestmark = pytest.mark.django_db
ROOMS = (
    aid_cases, disability_cases, harm_cases, household_cases, missed_cases, money_cases,
    parent_cases, rehabilitation_cases, schooling_cases,
)  # fmt: skip
ALL = {f"M{number:02}" for number in range(1, 36)}


@pytest.mark.parametrize("name", CASES)
def test_the_check(name):
    case = CASES[name]
    told = case.make()

    rows = found(case.code, told if isinstance(told, datetime) else case.now)

    assert len(rows) == case.count
    assert all(row.area_code.startswith("330") for row in rows)
    assert all(row.told for row in rows if row.facts)


def test_each_check_of_the_domain_is_computed_and_said_in_words():
    from exchange.checks.words import ADVICE, TITLES

    assert set(CHECKS) == ALL
    codes = set(Check.objects.values_list("code", flat=True))
    assert codes == set(TITLES) == set(ADVICE) == ALL


def test_each_check_is_tried_with_what_it_finds_what_it_leaves_and_the_edge_between():
    sorts = defaultdict(set)
    for case in CASES.values():
        sorts[case.code].add(case.sort)

    assert set(sorts) == set(CHECKS)
    lacking = {code: {FINDS, LEAVES, EDGE} - tried for code, tried in sorts.items()}
    assert not {code: missing for code, missing in lacking.items() if missing}


def test_no_room_of_cases_is_forgotten():
    from pathlib import Path

    files = {path.stem for path in Path(__file__).parent.glob("*_cases.py")}
    assert files == {room.__name__.rpartition(".")[2] for room in ROOMS}
