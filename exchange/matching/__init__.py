"""Matching the rows of a list with the children of the registry."""

from .match import Candidate, Match, match_rows
from .sought import Sought

__all__ = ["Candidate", "Match", "Sought", "match_rows"]
