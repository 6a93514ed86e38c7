"""The checks between lists, register, rolls and payments: one statement each, over everybody.

What each compares, and what it cannot see, is told in docs/findings.md.
"""

from . import aid, disability, harm, households, missed, money, parents, rehabilitation, schooling
from .parts import Query

CHECKS: dict[str, Query] = {
    name: query
    for room in (
        missed,
        disability,
        rehabilitation,
        parents,
        households,
        schooling,
        aid,
        money,
        harm,
    )
    for name, query in sorted(vars(room).items())
    if isinstance(query, Query)
}

# Found of reports of harm: told to whom those are told.
FOR_FEW = frozenset({"M33"})
