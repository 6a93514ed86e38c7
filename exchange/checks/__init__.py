"""The checks between lists, register, rolls and payments: one statement each, over everybody.

Which ones cannot be asked of what the registry holds is told in docs/findings.md.
"""

from . import aid, disability, households, missed, money, parents, rehabilitation, schooling
from .parts import Query

CHECKS: dict[str, Query] = {
    name: query
    for room in (missed, disability, rehabilitation, parents, households, schooling, aid, money)
    for name, query in sorted(vars(room).items())
    if isinstance(query, Query)
}
