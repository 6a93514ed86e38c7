"""First and last day in one cell: 2023.5-2028.5, 自2023年5月1日起至2028年4月30日止."""

import re

from exchange.reading import values
from exchange.reading.problems import BadCell
from exchange.reading.values import Month
from exchange.reading.workbook import Cell

_DAY = r"\d{4}\s*[-./年]\s*\d{1,2}(?:\s*[-./月]\s*\d{1,2})?\s*[日号月]?|(?:19|20)\d{6}"
_TERM = re.compile(
    rf"(?:自|从)?\s*({_DAY})\s*(?:起|始)?\s*(?:[-—–~至到,，]+|\s)\s*({_DAY})\s*(?:止|期?满|届满)?[。.]?"
)


def term_in(cell: Cell) -> tuple[object, object] | None:
    """Both as `values.day_or_month` reads them; None where the cell is no such term."""
    if type(cell) is not str:
        return None
    found = _TERM.fullmatch(values.text(cell).replace("——", "-").replace("--", "-"))
    if found is None:
        return None
    try:
        days = [values.day_or_month(part) for part in found.groups()]
    except BadCell:
        return None
    if any(day is None or (isinstance(day, Month) and len(day.months) > 1) for day in days):
        return None
    return days[0], days[1]
