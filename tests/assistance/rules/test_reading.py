"""What is wrong in a file of rules or cases is said by its place, in words; all of it at once."""

import ast
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assistance.mistakes import SENTENCES, told
from assistance.rules import codes, conditions, reading
from assistance.rules.read_conditions import KINDS, condition
from assistance.rules.read_facts import KEYS, read_cases
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import At, WrongFile

DOCUMENT = (Path(settings.BASE_DIR) / "docs/rules.md").read_text()


def mistakes(read, data):
    with pytest.raises(WrongFile) as caught:
        read(data)
    return [str(mistake) for mistake in caught.value.mistakes]


def of_programme(**more):
    return {"programmes": [{"code": "A", **more}]}


def case(**facts):
    return [{"name": "x", "on": "2025-06", "facts": {"birth_date": "2015-01-01", **facts}}]


RULES = [
    # what stands in the file → the place and the beginning of what is said
    ([], 'file: an object {…} is expected'),
    ({}, 'file: "programmes" is missing'),
    ({"programs": []}, 'programs: unknown key – did you mean "programmes"?'),
    ({"programmes": {}}, "programmes: a list […] is expected"),
    ({"programmes": [1]}, "programmes[0]: an object {…} is expected, not 1"),
    ({"programmes": [{"code": "A"}, {"code": "A"}]}, 'programmes[1].code: "A" is there already'),
    (of_programme(cadence="MONTHLY"), "programmes[0].cadence: \"MONTHLY\" is none of"),
    (of_programme(pay_day=32), "programmes[0].pay_day: 32 is not between 1 and 31"),
    (of_programme(pay_day=True), "programmes[0].pay_day: a whole number is expected, not true"),
    (of_programme(period_starts=[3]), "programmes[0].period_starts: only programmes by TERM"),
    (of_programme(standards=[{"amount": "much"}]),
     'programmes[0].standards[0].amount: a number is expected, not "much"'),
    (of_programme(standards=[{"amount": "NaN"}]), "programmes[0].standards[0].amount: a number"),
    (of_programme(standards=[{"amount": -1}]), "programmes[0].standards[0].amount: -1 is not"),
    (of_programme(standards=[{"amount": Decimal("1.001")}]),
     "programmes[0].standards[0].amount: 1.001 has more than two decimal places"),
    (of_programme(standards=[{}]), 'programmes[0].standards[0]: either "amount" or "formula"'),
    (of_programme(standards=[{"amount": 1, "from": "2025-13"}]),
     'programmes[0].standards[0].from: a month such as "2025-07" is expected'),
    (of_programme(standards=[{"amount": 1, "from": "2025-02", "to": "2025-01"}]),
     'programmes[0].standards[0].to: "to" is the last month included'),
    (of_programme(standards=[{"amount": 1, "area": "35010"}]),
     "programmes[0].standards[0].area: a code of an area"),
    (of_programme(standards=[{"amount": 1}, {"amount": 2}]),
     "programmes[0].standards[1]: the same programme, area, first month and dimensions"),
    (of_programme(standards=[{"formula": {"kind": "PERCENT", "percent": 50}}]),
     'programmes[0].standards[0].formula: "of" is missing'),
    (of_programme(standards=[{"formula": {"kind": "PERCENT", "percent": 50, "of": "B"}}]),
     'programmes[0].standards[0].formula: there is no programme "B"'),
    (of_programme(standards=[{"formula": {"kind": "PERCENT", "percent": 50, "of": "A"}}]),
     'programmes[0].standards[0].formula: the standard of "A" is counted from itself'),
    (of_programme(standards=[{"amount": 1, "disability": {"grades": [5]}}]),
     "programmes[0].standards[0].disability.grades[0]: 5 is not between 1 and 4"),
    (of_programme(eligibility=[{}]), 'programmes[0].eligibility[0]: "conditions" is missing'),
    (of_programme(eligibility=[{"conditions": {}}]),
     "programmes[0].eligibility[0].conditions: an empty condition"),
    (of_programme(eligibility=[{"conditions": []}]),
     "programmes[0].eligibility[0].conditions: a list of at least one condition"),
    (of_programme(eligibility=[{"conditions": {"all": []}}]),
     "programmes[0].eligibility[0].conditions.all: a list of at least one condition"),
    (of_programme(eligibility=[{"conditions": {"any": [{"catgory": "HIV"}]}}]),
     "programmes[0].eligibility[0].conditions.any[0].catgory: unknown condition"
     ' – did you mean "category"?'),
    (of_programme(eligibility=[{"conditions": {"age": {"at_least": 7, "below": 7}}}]),
     "programmes[0].eligibility[0].conditions.age.below: nobody is at least 7 and below 7"),
    (of_programme(eligibility=[{"conditions": {"age": {"below": 7, "on": "02-29"}}}]),
     'programmes[0].eligibility[0].conditions.age.on: "02-29" is no day of every year'),
    ({**of_programme(), "overlaps": [{"kind": "EXCLUDES", "who_gets": "A"}]},
     'overlaps[0]: "does_not_get" is missing'),
    ({**of_programme(), "overlaps": [{"kind": "HIGHER_OF", "among": ["A"]}]},
     "overlaps[0].among: at least two"),
    ({**of_programme(), "overlaps": [{"kind": "TOP_UP", "programmes": ["B"]}]},
     'overlaps[0]: there is no programme "B"'),
    ({**of_programme(), "standards": [{"amount": 1}]}, 'standards[0]: "programme" is missing'),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), RULES, ids=[said for _, said in RULES])
def test_what_is_wrong_in_the_rules_is_said_by_its_place(data, said):
    assert [m for m in mistakes(read_rulebook, data) if m.startswith(said)]


CASES = [
    ("x", "file: a list […] is expected"),
    ([{"on": "2025-06"}], '[0]: "facts" is missing'),
    ([{"on": "June", "facts": {}}], '[0].on: a month such as "2025-07" is expected, not "June"'),
    ([{"on": "2025-06", "facts": {}}], '[0].facts: "birth_date" is missing'),
    (case(birth_date="2015-02-30"), "[0].facts.birth_date: a day such as"),
    (case(hukou="35"), '[0].facts.hukou: unknown key – did you mean "hukou_area"?'),
    (case(categories=["ORPHAN"]), '[0].facts.categories[0]: "ORPHAN" is none of'),
    (case(certificates=[{"kind": 5}]), '[0].facts.certificates[0]: "grade" is missing'),
    (case(certificates=[{"kind": 8, "grade": 1}]), "[0].facts.certificates[0].kind: 8 is not"),
    (case(applications={"A": {"applied": "2025-02-02", "confirmed": "2025-02-01"}}),
     "[0].facts.applications.A.confirmed: is confirmed before"),
    (case(tier={"tier": "SPECIAL", "from": "2025-02-01", "to": "2025-01-01"}),
     '[0].facts.tier.to: "to" is the last day included and lies before "from"'),
    (case(paid=[{"programme": "A", "month": "2025-01"}]), '[0].facts.paid[0]: "amount" is missing'),
    (case(other={"": True}), "[0].facts.other.: a code of letters"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), CASES, ids=[said for _, said in CASES])
def test_what_is_wrong_in_the_cases_is_said_by_its_place(data, said):
    assert [m for m in mistakes(read_cases, data) if m.startswith(said)]


def test_all_mistakes_are_told_at_once():
    data = of_programme(standards=[{"amount": "x"}, {"amount": 1, "stage": "SENIOR"}])

    assert len(mistakes(read_rulebook, data)) == 2


@pytest.mark.parametrize(
    "text", ["", "{", '{"a": 1, "a": 2}', "NaN", "[" * 100_000, "9" * 5_000, "\ufeff"]
)
def test_what_is_no_json_is_said(text):
    with pytest.raises(WrongFile):
        reading.load(text)


def test_several_keys_and_lists_of_conditions_must_all_hold():
    read = condition(At([{"age": {"below": 18}, "sex": "MALE"}, {"not": {"tier": "GENERAL"}}],
                        "c", []))  # fmt: skip

    assert read == conditions.All((
        conditions.All((conditions.Age(None, 18), conditions.Sex(("MALE",)))),
        conditions.Not(conditions.Tier(("GENERAL",))),
    ))  # fmt: skip


def test_standards_stand_in_their_programme_or_beside_it():
    inside = read_rulebook(of_programme(standards=[{"amount": 1, "from": "2025-01"}]))
    beside = read_rulebook(
        {
            **of_programme(),
            "standards": [{"programme": "A", "amount": "1.00", "from": "2025-01-01"}],
        }
    )

    assert inside.standards == beside.standards
    assert inside.standards[0].scope.starts == date(2025, 1, 1)


def test_the_document_names_every_condition_fact_and_code():
    words = {*KINDS, *KEYS}
    for choices in vars(codes).values():
        if isinstance(choices, type) and choices.__module__ == codes.__name__:
            words |= {str(code) for code in choices}

    assert [word for word in sorted(words) if f"`{word}`" not in DOCUMENT] == []


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from([*KINDS, *KEYS, "all", "any", "not", "programmes", "code",
                                       "standards", "amount", "on", "facts"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(anything)
def test_no_file_whatever_makes_the_reader_fall(data):
    for read, wrap in ((read_rulebook, {"programmes": [data]}), (read_cases, [data]),
                       (read_rulebook, of_programme(eligibility=[{"conditions": data}])),
                       (read_cases, [{"on": "2025-01", "facts": data}])):  # fmt: skip
        said = []
        try:
            read(wrap)
        except WrongFile as wrong:
            said = [str(mistake) for mistake in wrong.mistakes]
        assert all(said)


def test_what_was_read_can_be_written_as_json():
    assert json.dumps(mistakes(read_rulebook, [{"a": Decimal("1.5")}]))


def _sentences():
    """Every template that a reader gives to `wrong`, `Wrong` or `Said`."""
    for path in (Path(settings.BASE_DIR) / "assistance/rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                place = {"wrong": 0, "Wrong": 1, "Said": 0}.get(name)
                words = node.args[place : place + 1] if place is not None else []
                yield from (
                    one.value for one in words if isinstance(one, ast.Constant) and one.value
                )


def test_every_mistake_can_be_told_in_the_language_of_the_reader():
    assert sorted(set(_sentences())) == sorted(SENTENCES)

    with pytest.raises(WrongFile) as caught:
        read_rulebook(of_programme(stnadards=[], eligibility=[{"conditions": []}]))
    (mistake,) = caught.value.mistakes
    with translation.override("zh-hans"):
        assert told(mistake) == "programmes[0].stnadards: 没有这个键——是否想写“standards”？"
    with translation.override("en"):
        assert told(mistake) == str(mistake)
