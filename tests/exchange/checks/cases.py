"""The cases of the checks, each the smallest rows that show one thing.

Every check has a row that is found, one that is left alone, and an edge: the last row that is
found beside the first that is not, one day, one child or one letter apart.
"""

from collections.abc import Callable
from typing import NamedTuple

FINDS, LEAVES, EDGE = "finds", "leaves", "edge"


class Case(NamedTuple):
    """`make` writes the rows; `count` findings of `code` are open when the check has run."""

    code: str
    sort: str
    count: int
    make: Callable


CASES: dict[str, Case] = {}


def _add(code, words, sort, count, make):
    name = f"{code} {words}"
    assert name not in CASES, name
    CASES[name] = Case(code, sort, count, make)


def finds(code, words, make, count=1):
    _add(code, words, FINDS, count, make)


def leaves(code, words, make):
    _add(code, words, LEAVES, 0, make)


def edge(code, words, found, left):
    """The same rows but for what `words` say: the last that is found, the first that is not."""
    _add(code, f"{words}: the last that is found", EDGE, 1, found)
    _add(code, f"{words}: the first that is not", EDGE, 0, left)
