"""The checks between lists, register, rolls and payments: one statement each, over everybody.

What each compares, and what it cannot see, is told in docs/findings.md.
"""

from . import aid, disability, households, missed, money, parents, rehabilitation, schooling
from .parts import Query

CHECKS: dict[str, Query] = {
    name: query
    for room in (missed, disability, rehabilitation, parents, households, schooling, aid, money)
    for name, query in sorted(vars(room).items())
    if isinstance(query, Query)
}

# What no statement can ask, and why; each other check of the domain reference stands above.
NOT_COMPUTED = {
    "M33": "reports of hospitals are no list of ours, and few may know of them",
}
