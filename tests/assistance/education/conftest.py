import pytest

from assistance.actions.load_rules import load_rules
from tests.factories import term_of

from .awards import NOW, RULES


@pytest.fixture
def autumn():
    """The first term of the year, under the rules of `awards.RULES`."""
    load_rules(data=RULES, by=None, now=NOW)
    return term_of(1)
