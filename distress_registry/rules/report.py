"""What a table of figures may be made of: a fixed list; nobody needs to write a question."""

from dataclasses import dataclass
from enum import StrEnum


class Dimension(StrEnum):
    PLACE = "PLACE"
    CATEGORY = "CATEGORY"
    GUARANTEE = "GUARANTEE"
    MONTH = "MONTH"


class Measure(StrEnum):
    CHILDREN = "CHILDREN"
    CONCERNED = "CONCERNED"
    COVERED = "COVERED"
    MISSING = "MISSING"
    SHARE = "SHARE"


MOST_MONTHS = 24


@dataclass(frozen=True)
class Report:
    """`months`: this month and so many before, less one. Empty `category`: all, each child once."""

    rows: str
    columns: str
    measure: str
    category: str = ""
    guarantee: str = ""
    months: int = 1

    def has(self, dimension: str) -> bool:
        return dimension in (self.rows, self.columns)


def problems(report: Report) -> dict[str, str]:
    """Field → code of what makes no table: SAME, NO_GUARANTEE, MANY_MONTHS; {} for a whole one."""
    found = {}
    if report.rows == report.columns:
        found["columns"] = "SAME"
    counts_children = report.measure == Measure.CHILDREN
    if counts_children and report.has(Dimension.GUARANTEE):
        found["measure"] = "NOT_BY_GUARANTEE"
    if not counts_children and not report.guarantee and not report.has(Dimension.GUARANTEE):
        found["guarantee"] = "NO_GUARANTEE"
    if report.months > 1 and not report.has(Dimension.MONTH):
        found["months"] = "MANY_MONTHS"
    return found


def value(measure: str, children: int, of: int, covered: int) -> int | None:
    """None where nobody is concerned and a share would say nothing."""
    if measure == Measure.SHARE:
        return covered * 100 // of if of else None
    return {
        Measure.CHILDREN: children, Measure.CONCERNED: of, Measure.COVERED: covered,
        Measure.MISSING: of - covered,
    }[Measure(measure)]  # fmt: skip
