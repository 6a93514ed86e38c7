"""First and last day in one cell: 2023.5-2028.5, 自2023年5月1日起至2028年4月30日止, 2024.5至今."""

import re
from datetime import date

from exchange.reading import values
from exchange.reading.problems import BadCell
from exchange.reading.values import Month
from exchange.reading.workbook import Cell

_DAY = r"\d{4}\s*[-./年]\s*\d{1,2}(?:\s*[-./月]\s*\d{1,2})?\s*[日号月]?|(?:19|20)\d{6}"
_IN_YEAR = r"\d{1,2}\s*[./月]\s*\d{1,2}\s*[日号]?"  # of the year of the first day
_OPEN = "今|长期|无期|无期徒刑|终身|永久|在享|在保"
_TERM = re.compile(
    rf"(?:自|从)?\s*({_DAY})\s*(?:起|始)?\s*(?:[-—–~至到,，]+|\s)"
    rf"\s*(?:({_DAY})|({_IN_YEAR})|(?:{_OPEN}))\s*(?:止|期?满|届满)?[。.]?"
)


def term_in(cell: Cell) -> tuple[object, object] | None:
    """Both as `values.day_or_month` reads them, the last None where it is open; None where the
    cell is no such term."""
    if type(cell) is not str:
        return None
    found = _TERM.fullmatch(values.text(cell).replace("——", "-").replace("--", "-"))
    if found is None:
        return None
    try:
        first = values.day_or_month(found[1])
        if found[3]:
            last = values.day_or_month(f"{found[1][:4]}.{found[3].replace('月', '.')}")
            is_after = isinstance(first, date) and isinstance(last, date) and first <= last
            return (first, last) if is_after else None
        last = values.day_or_month(found[2])
    except BadCell:
        return None
    if first is None or any(
        isinstance(day, Month) and len(day.months) > 1 for day in (first, last)
    ):
        return None
    return first, last
