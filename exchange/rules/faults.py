"""What can be wrong with a row that reads well: facts that contradict each other."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from exchange.reading.problems import CellProblem


class RowProblem(StrEnum):
    ID_BIRTH_DATE_DIFFERS = "ID_BIRTH_DATE_DIFFERS"
    ID_SEX_DIFFERS = "ID_SEX_DIFFERS"
    ID_OF_SOMEBODY_ELSE = "ID_OF_SOMEBODY_ELSE"  # child and guardian with one number
    NAME_MISSING = "NAME_MISSING"  # of a guardian or parent whose number is there
    ID_TYPE_MISSING = "ID_TYPE_MISSING"
    PARENT_TOO_YOUNG = "PARENT_TOO_YOUNG"
    PARENT_DIFFERS = "PARENT_DIFFERS"  # guardian and parent, one relation and two names
    NOT_A_CHILD = "NOT_A_CHILD"
    CERTIFICATE_ID_DIFFERS = "CERTIFICATE_ID_DIFFERS"
    CERTIFICATE_KIND_DIFFERS = "CERTIFICATE_KIND_DIFFERS"
    CERTIFICATE_GRADE_DIFFERS = "CERTIFICATE_GRADE_DIFFERS"
    DATES_IN_WRONG_ORDER = "DATES_IN_WRONG_ORDER"
    DATE_BEFORE_BIRTH = "DATE_BEFORE_BIRTH"
    ECONOMIC_DIFFERS = "ECONOMIC_DIFFERS"  # a yes or no beside the status of the household
    SUBSIDY_DIFFERS = "SUBSIDY_DIFFERS"  # yes or no beside the subsidy named, or its money
    SUBSIDY_ALONE = "SUBSIDY_ALONE"  # no to the one, and nothing of the other
    AREA_UNKNOWN = "AREA_UNKNOWN"
    AREA_AMBIGUOUS = "AREA_AMBIGUOUS"
    INCLUSIVE_DISABILITY = "INCLUSIVE_DISABILITY"
    MEMBER_ID_NEEDED = "MEMBER_ID_NEEDED"
    DUPLICATE_IN_FILE = "DUPLICATE_IN_FILE"
    ID_OF_TWO_PEOPLE = "ID_OF_TWO_PEOPLE"
    DUPLICATE_CERTIFICATE = "DUPLICATE_CERTIFICATE"
    CERTIFICATE_REGISTERED = "CERTIFICATE_REGISTERED"
    NEVER_ASKED = "NEVER_ASKED"  # an answer to a question that nobody asked
    # An institution's sheet, with the plans: assistance/rules/session_sheet.py
    CHILD_UNKNOWN = "CHILD_UNKNOWN"
    INSTITUTION_UNKNOWN = "INSTITUTION_UNKNOWN"
    NO_PLAN = "NO_PLAN"
    OUTSIDE_PLAN = "OUTSIDE_PLAN"
    PLAN_AMBIGUOUS = "PLAN_AMBIGUOUS"
    NOT_DESIGNATED = "NOT_DESIGNATED"
    AGE_LIMIT = "AGE_LIMIT"
    OTHER_INSTITUTION = "OTHER_INSTITUTION"
    OTHER_INSTITUTION_IN_FILE = "OTHER_INSTITUTION_IN_FILE"
    NO_SESSIONS_LEFT = "NO_SESSIONS_LEFT"
    # What it asks for a month: assistance/rules/claim_sheet.py
    CLAIM_COUNT = "CLAIM_COUNT"
    CLAIM_AMOUNT = "CLAIM_AMOUNT"
    CLAIM_CHECKED = "CLAIM_CHECKED"
    CLAIM_TYPED = "CLAIM_TYPED"
    NOT_SIGNED = "NOT_SIGNED"
    BEYOND_PLAN = "BEYOND_PLAN"
    NO_MONEY_LEFT = "NO_MONEY_LEFT"
    BEYOND_MONTH = "BEYOND_MONTH"


R, C = RowProblem, CellProblem
# Judged by the list itself and by public tables: who sent the list may be told. A code that stands
# in neither set is told to nobody but the county (decision 39).
OF_THE_LIST: frozenset[str] = frozenset({
    C.REQUIRED, C.AREA_ONCE, C.CHILD_ABOVE, C.ERROR_VALUE, C.TOO_LONG, C.AS_ABOVE, C.NAME_CHARACTER,
    C.NAME_NUMBERED, C.NAME_SEVERAL, C.NAME_RELATION, C.NAME_INSTITUTION, C.NOT_ADMITTED,
    C.NOT_CALCULATED, R.SUBSIDY_DIFFERS, R.SUBSIDY_ALONE, C.ID_LENGTH, C.ID_SEVERAL,
    C.ID_CHARACTER, C.ID_CHECK_DIGIT,
    C.ID_DATE, C.ID_LOST_DIGITS, C.CERTIFICATE_LENGTH, C.CERTIFICATE_KIND, C.PHONE, C.ROLL_NUMBER,
    C.SCHOOL_CODE, C.DATE_STYLE, C.DATE_IMPOSSIBLE, C.DATE_INCOMPLETE, C.DATE_NO_YEAR,
    C.DATE_AMBIGUOUS, C.DATE_SEVERAL, C.DATE_FUTURE, C.DATE_TOO_EARLY, C.UNKNOWN_CODE,
    C.CODE_CONTRADICTS, C.STATE_OVER, C.LEFT_POVERTY, C.AID_CLASS, C.CATEGORY_GROUP,
    C.NOT_IN_CUSTODY, C.GRADE_STAGE, C.ENTRY_YEAR, C.YES_OR_NO, C.NUMBER, C.NEGATIVE, C.HOURS,
    R.ID_BIRTH_DATE_DIFFERS, R.ID_SEX_DIFFERS, R.ID_OF_SOMEBODY_ELSE, R.NAME_MISSING,
    R.ID_TYPE_MISSING, R.PARENT_TOO_YOUNG, R.PARENT_DIFFERS, R.NOT_A_CHILD,
    R.CERTIFICATE_ID_DIFFERS,
    R.CERTIFICATE_KIND_DIFFERS, R.CERTIFICATE_GRADE_DIFFERS, R.DATES_IN_WRONG_ORDER,
    R.DATE_BEFORE_BIRTH, R.ECONOMIC_DIFFERS, R.AREA_UNKNOWN, R.AREA_AMBIGUOUS,
    R.INCLUSIVE_DISABILITY, R.MEMBER_ID_NEEDED, R.DUPLICATE_IN_FILE, R.ID_OF_TWO_PEOPLE,
    R.DUPLICATE_CERTIFICATE,
})  # fmt: skip
# Judged beside files, plans or numbers asked about: would say who has one. Named, so that a test
# finds the code of which nobody has said what it is.
OF_THE_REGISTRY: frozenset[str] = frozenset({
    R.CERTIFICATE_REGISTERED, R.NEVER_ASKED, R.CHILD_UNKNOWN, R.INSTITUTION_UNKNOWN, R.NO_PLAN,
    R.OUTSIDE_PLAN, R.PLAN_AMBIGUOUS, R.NOT_DESIGNATED, R.AGE_LIMIT, R.OTHER_INSTITUTION,
    R.OTHER_INSTITUTION_IN_FILE, R.NO_SESSIONS_LEFT, R.CLAIM_COUNT, R.CLAIM_AMOUNT,
    R.CLAIM_CHECKED, R.CLAIM_TYPED, R.NOT_SIGNED, R.BEYOND_PLAN, R.NO_MONEY_LEFT, R.BEYOND_MONTH,
})  # fmt: skip


def is_told_to_sender(code: str, *, meets_plans: bool) -> bool:
    """Of a list that meets the plans of children a row is held to repeat another by their files."""
    if meets_plans and code == R.DUPLICATE_IN_FILE:
        return False
    return code in OF_THE_LIST


@dataclass(frozen=True, slots=True)
class Fault:
    """`facts` go into the words: never a value in the clear."""

    row: int
    key: str
    problem: str
    facts: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""
