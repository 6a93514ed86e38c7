"""Of a rulebook only what decides: it owes what the whole owes, and a change misses nobody."""

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.rules.narrowed import affected, deciding, without_overlaps, written_anew
from assistance.rules.read_rulebook import read_rulebook
from assistance.rules.reading import WrongFile, load

from .test_owed_sql import MONTHS, _everything, at_once, books, children  # noqa: F401


@st.composite
def changes(draw):
    """Rules, and the same with a standard, a rule, a programme or an overlap rule that differs."""
    data = draw(books())
    other, fresh = copy.deepcopy(data), draw(books())
    at = draw(st.integers(0, 3))
    what = draw(
        st.sampled_from(["standards", "eligibility", "standards", "starts", "overlaps", "order"])
    )
    if what == "overlaps":
        other["overlaps"] = fresh["overlaps"]
    elif what == "order":
        other["overlaps"].reverse()
    else:
        other["programmes"][at][what] = fresh["programmes"][at][what]
    return data, other


def amounts(book, month):
    return {key: one[0] for key, one in at_once(book, month).items()}


def different(one, other):
    return {key for key in one | other if one.get(key) != other.get(key)}


def test_what_a_change_can_change_is_told_from_what_it_cannot(children):  # noqa: F811
    narrowed, apart = [], []

    @settings(max_examples=100, deadline=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(changes(), st.sampled_from(MONTHS))
    def agree(both, month):
        try:
            before, after = (read_rulebook(load(json.dumps(data))) for data in both)
        except WrongFile:
            return
        changed, anew = affected(before, after), written_anew(before, after)
        answers = [amounts(book, month) for book in (before, after)]
        differs = different(*answers)

        assert {code for _child, code in differs} <= changed
        for book, whole in zip((before, after), answers, strict=True):
            some = amounts(deciding(book, changed), month) if changed else {}
            assert {key: some.get(key) for key in whole if key[1] in changed} == {
                key: amount for key, amount in whole.items() if key[1] in changed
            }
            assert {key for key in some if key[1] in changed} <= set(whole)
        if anew is not None:
            raw = [
                amounts(deciding(without_overlaps(book), anew), month) if anew else {}
                for book in (before, after)
            ]
            assert {child for child, _code in differs} <= {c for c, _code in different(*raw)}
            apart.append(len(differs))
        narrowed.append(len(changed) < len(after.by_code))

    agree()
    assert sum(bool(one) for one in apart) > 10
    assert sum(narrowed) > 20
