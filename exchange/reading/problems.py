"""What can be wrong with a file or a cell, as codes; the words are in `exchange.words`."""

from enum import StrEnum
from typing import Any

NOT_KEPT = "#?=#"  # a formula whose result the file does not hold; no spreadsheet shows this


class FileProblem(StrEnum):
    MISSING = "MISSING"
    EMPTY = "EMPTY"
    NOT_A_SPREADSHEET = "NOT_A_SPREADSHEET"
    WEB_PAGE = "WEB_PAGE"  # a table of a web page under the name .xls
    PASSWORD = "PASSWORD"
    MACROS = "MACROS"
    DAMAGED = "DAMAGED"
    UNPACKS_TOO_LARGE = "UNPACKS_TOO_LARGE"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    ENCODING = "ENCODING"
    QUOTES = "QUOTES"  # of a text file
    BLANK = "BLANK"  # of cells
    NO_TABLE = "NO_TABLE"  # titles at most
    NO_HEADER = "NO_HEADER"
    WRONG_LAYOUT = "WRONG_LAYOUT"
    SEVERAL_IN_A_ROW = "SEVERAL_IN_A_ROW"  # members of a family beside each other
    FORM = "FORM"  # of one child, not a list
    DAYS_ACROSS = "DAYS_ACROSS"  # a column for each day of a month
    NO_ROWS = "NO_ROWS"


class CellProblem(StrEnum):
    REQUIRED = "REQUIRED"
    AREA_ONCE = "AREA_ONCE"
    CHILD_ABOVE = "CHILD_ABOVE"
    ERROR_VALUE = "ERROR_VALUE"
    NOT_CALCULATED = "NOT_CALCULATED"
    TOO_LONG = "TOO_LONG"
    AS_ABOVE = "AS_ABOVE"
    NAME_CHARACTER = "NAME_CHARACTER"
    NAME_NUMBERED = "NAME_NUMBERED"
    NAME_SEVERAL = "NAME_SEVERAL"
    NAME_RELATION = "NAME_RELATION"
    NAME_INSTITUTION = "NAME_INSTITUTION"
    ID_LENGTH = "ID_LENGTH"
    ID_SEVERAL = "ID_SEVERAL"
    ID_CHARACTER = "ID_CHARACTER"
    ID_CHECK_DIGIT = "ID_CHECK_DIGIT"
    ID_DATE = "ID_DATE"
    ID_LOST_DIGITS = "ID_LOST_DIGITS"
    CERTIFICATE_LENGTH = "CERTIFICATE_LENGTH"
    CERTIFICATE_KIND = "CERTIFICATE_KIND"
    PHONE = "PHONE"
    ROLL_NUMBER = "ROLL_NUMBER"
    SCHOOL_CODE = "SCHOOL_CODE"
    DATE_STYLE = "DATE_STYLE"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    DATE_INCOMPLETE = "DATE_INCOMPLETE"
    DATE_NO_YEAR = "DATE_NO_YEAR"
    DATE_AMBIGUOUS = "DATE_AMBIGUOUS"
    DATE_SEVERAL = "DATE_SEVERAL"
    DATE_FUTURE = "DATE_FUTURE"
    DATE_TOO_EARLY = "DATE_TOO_EARLY"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    CODE_CONTRADICTS = "CODE_CONTRADICTS"
    STATE_OVER = "STATE_OVER"
    LEFT_POVERTY = "LEFT_POVERTY"
    AID_CLASS = "AID_CLASS"
    CATEGORY_GROUP = "CATEGORY_GROUP"
    NOT_IN_CUSTODY = "NOT_IN_CUSTODY"
    GRADE_STAGE = "GRADE_STAGE"
    ENTRY_YEAR = "ENTRY_YEAR"
    NOT_ADMITTED = "NOT_ADMITTED"
    YES_OR_NO = "YES_OR_NO"
    NUMBER = "NUMBER"
    NEGATIVE = "NEGATIVE"
    HOURS = "HOURS"


class Unreadable(Exception):
    """The whole file is refused; `facts` go into the words."""

    def __init__(self, problem: FileProblem, **facts: Any) -> None:
        super().__init__(problem.value)
        self.problem, self.facts = problem, facts


class BadCell(ValueError):
    """One cell is refused."""

    def __init__(self, problem: CellProblem, **facts: Any) -> None:
        super().__init__(problem.value)
        self.problem, self.facts = problem, facts
