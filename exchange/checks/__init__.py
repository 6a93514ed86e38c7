"""The checks between lists, register, rolls and payments: one statement each, over everybody.

Which ones cannot be asked of what the registry holds is told in docs/findings.md.
"""

from . import disability, households, missed, money, parents, schooling
from .parts import Query

CHECKS: dict[str, Query] = {
    name: query
    for room in (missed, disability, parents, households, schooling, money)
    for name, query in sorted(vars(room).items())
    if isinstance(query, Query)
}
