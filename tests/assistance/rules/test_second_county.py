"""A county that writes its rules otherwise: each case was computed by hand from the documents."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from assistance.answer import answer
from assistance.rules.eligibility import is_met, meets
from assistance.rules.read_facts import read_cases
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import load

HERE = Path(__file__).parent
BOOK = read_rulebook(load((HERE / "second_county_rules.json").read_text()))
TABLE = load((HERE / "second_county_cases.json").read_text())
CASES = list(zip(read_cases(TABLE), [row["expect"] for row in TABLE], strict=True))


@pytest.mark.parametrize(("case", "expect"), CASES, ids=[case.name for case, _ in CASES])
def test_the_answer_is_what_the_hand_computed(case, expect):
    told = answer(BOOK, case)["programmes"]

    found = {
        code: {"amount": Decimal(str(one["amount"])), "from_month": one["from_month"]}
        for code, one in told.items() if one["owed"]
    }  # fmt: skip
    missing = sum(line["missing"] for one in told.values() for line in one.get("back_pay", []))
    assert found | ({"back": missing} if missing else {}) == expect


def test_what_is_not_known_is_told_as_not_known():
    with translation.override("en"):
        by_name = {case.name: answer(BOOK, case)["programmes"] for case, _ in CASES}

    no_area = by_name["15.4 · no area known: no standard of an area"]["ORPHAN"]["reasons"][-1]
    no_cost = by_name["2.3 · the cost is not known"]["TRAIN"]["reasons"][-1]
    assert (no_area["value"], no_area["held"]) == (
        "none in this month where the area of the child is not given", False
    )  # fmt: skip
    assert (no_cost["value"], no_cost["held"]) == ("the cost training is not given", False)


def test_what_holds_without_reasons_is_what_holds_with_them():
    for case, _ in CASES:
        for one in BOOK.programmes:
            rules = BOOK.rules_of(one.code)
            found = meets(one, rules, case.facts, case.on).held
            assert is_met(one, rules, case.facts, case.on) == found
