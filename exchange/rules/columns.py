"""What a column of a list holds, and what a whole list is, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a cell of the column is read and checked."""

    SERIAL = "SERIAL"  # only counts
    NAME = "NAME"
    ID_NUMBER = "ID_NUMBER"  # resident ID, by its check digit
    ANY_ID_NUMBER = "ANY_ID_NUMBER"  # as the kind of ID in the row says
    CERTIFICATE = "CERTIFICATE"
    ROLL_NUMBER = "ROLL_NUMBER"
    SCHOOL_CODE = "SCHOOL_CODE"
    PHONE = "PHONE"
    DATE = "DATE"  # of the past
    ANY_DATE = "ANY_DATE"  # may lie ahead
    MONTH = "MONTH"
    CODE = "CODE"
    CODES = "CODES"  # several, separated
    YES_NO = "YES_NO"
    NUMBER = "NUMBER"
    HOURS = "HOURS"  # of one day, halves and tenths
    AREA = "AREA"  # a code or name of a division
    TEXT = "TEXT"


@dataclass(frozen=True)
class Column:
    key: str  # «guardian__name» belongs to the person before the two strokes
    kind: Kind
    headings: tuple[str, ...]  # the first is what our own lists call it
    is_required: bool = False  # a list without the column cannot be used
    is_filled: bool = False  # where the column is, its cells are not empty
    table: str = ""  # of codes


@dataclass(frozen=True)
class Layout:
    """One way in which a department writes its list."""

    feed: str
    columns: tuple[Column, ...]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # table → written → code
    title: str = ""

    @property
    def required(self) -> list[Column]:
        return [column for column in self.columns if column.is_required]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(column.key for column in self.columns)
