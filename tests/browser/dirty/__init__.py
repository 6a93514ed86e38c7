"""One dirty list of each kind, as an office would send it, and what must come of it.

In each 张三 has a file, 李四 or 王小五 has none, and one or two rows cannot be taken. Above stand
title and sender, below total, note and signature; the list is the second sheet of its file, and a
column is there that nobody knows.
"""

from . import aid, people, rehabilitation, schools
from .parts import UNKNOWN, Dirty

__all__ = ["KINDS", "UNKNOWN", "Dirty"]

KINDS: dict[str, Dirty] = people.KINDS | aid.KINDS | schools.KINDS | rehabilitation.KINDS
