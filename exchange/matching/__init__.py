"""Matching the rows of a list with the children of the registry."""

from .alike import alike_files
from .asked import may_be
from .decided import child_key, child_keys, is_as_then, person_key, person_keys
from .match import match_rows
from .result import Candidate, Match
from .sought import Sought

__all__ = [
    "Candidate",
    "Match",
    "Sought",
    "alike_files",
    "child_key",
    "child_keys",
    "is_as_then",
    "match_rows",
    "may_be",
    "person_key",
    "person_keys",
]
