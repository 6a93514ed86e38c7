"""What a cell tells by halves, and its heading or another cell of its row decides. Decision 32."""

import re
from collections.abc import Mapping
from typing import Any

from children.rules import certificate
from children.rules.identifiers import CertificateNumber, ResidentId
from exchange.reading import values
from exchange.reading.problems import CellProblem
from exchange.reading.workbook import Cell

from .cell_readers import name_without_number
from .code_readers import group_named, year_alone
from .faults import Fault

Facts = dict[str, Any]


def decided(
    fault: Fault, facts: Facts, cell: Cell, headings: Mapping[str, str]
) -> str | tuple[str, ...]:
    """What the cell that was refused means after all; empty where doubt is left. `headings`: by
    key, as the file calls its columns."""
    if fault.problem == CellProblem.NAME_NUMBERED:
        number = facts.get(f"{fault.key.removesuffix('name')}id_number")
        return name_without_number(cell) if isinstance(number, ResidentId) else ""
    if fault.problem == CellProblem.GRADE_STAGE:
        return grade_at(year_alone(cell), facts.get("school", ""), facts.get("school_code", ""))
    if fault.problem == CellProblem.AID_CLASS:
        heading = headings.get(fault.key, "")
        return "DIBAO" if "低保" in heading and "边缘" not in heading else ""
    if fault.problem == CellProblem.CATEGORY_GROUP:
        return category_in(group_named(cell), facts)
    return ""


_KIND_AND_GRADE = re.compile(
    r"([^\d()/、,]+?)(?:残疾)?[/、,\s(-]*([一二三四壹贰叁肆1-4][级]|[ⅰⅱⅲⅳ]级?)\)?"
)


def kind_and_grade(
    cell: Cell, kinds: Mapping[str, str], grades: Mapping[str, str]
) -> tuple[str, str] | None:
    """肢体三级, 智力残疾（二级）: kind and grade of one disability in one cell."""
    found = _KIND_AND_GRADE.fullmatch(values.text(cell).lower().replace(" ", ""))
    if found is None or found[1] not in kinds or found[2] not in grades:
        return None
    return kinds[found[1]], grades[found[2]]


_MIXED = ("一贯", "九年", "完全", "中小学", "小学部", "初中部", "高中部")


def grade_at(year: int, school: str, code: str) -> str:
    """Of the school that name or code tell for certain; "" for all others."""
    stage = {"21": "P", "31": "J"}.get(code[:2], "") if not school else ""
    told = {
        "P": "小学" in school,
        "J": "初级中学" in school or "初中" in school,
        "S": "高级中学" in school or "高中" in school,
    }
    if sum(told.values()) == 1 and not any(word in school for word in _MIXED):
        stage = next(stage for stage, is_told in told.items() if is_told)
    most = {"P": 6, "J": 3, "S": 3}.get(stage, 0)
    return f"{stage}{year}" if 1 <= year <= most else ""


_CATEGORY_OF_STATUS = {
    "DIBAO": "LOWINC_DIBAO", "NEAR_THRESHOLD": "LOWINC_EDGE", "RIGID_EXPENDITURE": "LOWINC_RIGID",
    "POVERTY_MONITORED": "POVERTY_MONITOR", "DESTITUTE": "TEKUN",
}  # fmt: skip


def category_in(group: str, facts: Facts) -> tuple[str, ...]:
    """Which of a group of categories the other cells of the row leave no doubt about."""
    if group == "POOR":
        named = _CATEGORY_OF_STATUS.get(facts.get("economic", ""))
        return (named,) if named else ()
    number = facts.get("certificate__number")
    kind, grade = (
        (number.kind, number.grade)
        if isinstance(number, CertificateNumber)
        else (int(facts.get("certificate__kind") or 0), int(facts.get("certificate__grade") or 0))
    )
    is_severe = group == "ILL_OR_DISABLED" and grade and certificate.is_severe(kind, grade)
    return ("SEV_DISABLED",) if is_severe else ()
