"""What became of a file between the morning a list was taken along and the sending of a visit."""

from dataclasses import dataclass
from enum import StrEnum

MOST_PHOTOS = 6  # of one visit


class Changed(StrEnum):
    CLOSED = "CLOSED"
    MOVED = "MOVED"  # another area keeps it
    VISITED = "VISITED"  # somebody else wrote a visit
    FILE = "FILE"  # somebody else changed the child's facts


@dataclass(frozen=True)
class FileState:
    """`version`: of the child's facts, as changed last by anybody else than the visitor.

    `visit`: the newest visit that somebody else wrote, 0 without one.
    """

    version: int
    area: str
    is_closed: bool
    visit: int


def what_changed(seen: FileState, now: FileState) -> list[Changed]:
    """What the visitor could not know, the gravest first."""
    found = []
    if now.is_closed and not seen.is_closed:
        found.append(Changed.CLOSED)
    if now.area != seen.area:
        found.append(Changed.MOVED)
    if now.visit > seen.visit:
        found.append(Changed.VISITED)
    if now.version > seen.version and not found:
        found.append(Changed.FILE)
    return found
