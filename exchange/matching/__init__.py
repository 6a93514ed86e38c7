"""Matching the rows of a list with the children of the registry."""

from .match import match_rows
from .result import Candidate, Match
from .sought import Sought

__all__ = ["Candidate", "Match", "Sought", "match_rows"]
