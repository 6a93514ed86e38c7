"""The cases of the checks, each the smallest rows that show one thing.

Every check has a row that is found, one that is left alone, and an edge: the last row that is
found beside the first that is not, one day, one child or one letter apart.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from .people import NOW

FINDS, LEAVES, EDGE = "finds", "leaves", "edge"


class Case(NamedTuple):
    """`make` writes the rows; `count` findings of `code` are open when the check has run.

    It runs at `now`, or at the moment with which `make` answers.
    """

    code: str
    sort: str
    count: int
    make: Callable
    now: datetime


CASES: dict[str, Case] = {}


def _add(code, words, sort, count, make, now):
    name = f"{code} {words}"
    assert name not in CASES, name
    CASES[name] = Case(code, sort, count, make, now)


def finds(code, words, make, count=1):
    _add(code, words, FINDS, count, make, NOW)


def leaves(code, words, make):
    _add(code, words, LEAVES, 0, make, NOW)


def edge(code, words, found, left, count=1, now=NOW, left_now=None):
    """The same rows but for what `words` say: the last that is found, the first that is not.

    With `left_now` the same rows on another day.
    """
    _add(code, f"{words}: found", EDGE, count, found, now)
    _add(code, f"{words}: left", EDGE, 0, left, left_now or now)
