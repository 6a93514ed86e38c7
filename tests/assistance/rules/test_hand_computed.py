"""What a child is owed, computed by hand, each case with its section of the domain reference.

The table is docs/examples/cases.json, over docs/examples/rules.json: what a stranger reads first.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from assistance.answer import answer
from assistance.rules.read_facts import read_cases
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import load

EXAMPLES = Path(settings.BASE_DIR) / "docs/examples"
BOOK = read_rulebook(load((EXAMPLES / "rules.json").read_text()))
TABLE = load((EXAMPLES / "cases.json").read_text())
CASES = list(zip(read_cases(TABLE), [row["expect"] for row in TABLE], strict=True))


def test_the_table_is_long_and_each_case_cites_its_section():
    names = [case.name for case, _ in CASES]

    assert len(set(names)) == len(names) >= 60
    assert all(name.split(" · ")[0][0].isdigit() for name in names)


@pytest.mark.parametrize(("case", "expect"), CASES, ids=[case.name for case, _ in CASES])
def test_the_answer_is_what_the_hand_computed(case, expect):
    told = answer(BOOK, case)["programmes"]

    owed = {code: one for code, one in told.items() if one["owed"]}
    found = {code: (Decimal(str(o["amount"])), o["from_month"], o["to_open"])
             for code, o in owed.items()}  # fmt: skip
    wanted = {code: (Decimal(str(o["amount"])), o["from_month"], o.get("to_open"))
              for code, o in expect["owed"].items()}  # fmt: skip
    assert found == wanted
    for one in owed.values():
        assert one["basis"]["rule"]
        assert one["basis"]["standard"]
    for code, kind in expect.get("not_because", {}).items():
        assert not told[code]["owed"]
        assert kind in {r["kind"] for r in told[code]["reasons"] if not r["held"]}
    for code, lines in expect.get("back_pay", {}).items():
        assert json.dumps(told[code]["back_pay"]) == json.dumps(
            [{k: float(v) if k != "month" else v for k, v in line.items()} for line in lines]
        )


def test_every_reason_has_words():
    for case, _ in CASES:
        for one in answer(BOOK, case)["programmes"].values():
            assert all(r["condition"] and r["value"] for r in one["reasons"])
            assert one["reasons"]
