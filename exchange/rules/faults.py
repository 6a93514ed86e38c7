"""What can be wrong with a row that reads well: facts that contradict each other."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RowProblem(StrEnum):
    ID_BIRTH_DATE_DIFFERS = "ID_BIRTH_DATE_DIFFERS"
    ID_SEX_DIFFERS = "ID_SEX_DIFFERS"
    ID_OF_SOMEBODY_ELSE = "ID_OF_SOMEBODY_ELSE"  # child and guardian with one number
    NAME_MISSING = "NAME_MISSING"  # of a guardian or parent whose number is there
    ID_TYPE_MISSING = "ID_TYPE_MISSING"
    PARENT_TOO_YOUNG = "PARENT_TOO_YOUNG"
    NOT_A_CHILD = "NOT_A_CHILD"
    CERTIFICATE_ID_DIFFERS = "CERTIFICATE_ID_DIFFERS"
    CERTIFICATE_KIND_DIFFERS = "CERTIFICATE_KIND_DIFFERS"
    CERTIFICATE_GRADE_DIFFERS = "CERTIFICATE_GRADE_DIFFERS"
    DATES_IN_WRONG_ORDER = "DATES_IN_WRONG_ORDER"
    DATE_BEFORE_BIRTH = "DATE_BEFORE_BIRTH"
    ECONOMIC_DIFFERS = "ECONOMIC_DIFFERS"  # a yes or no beside the status of the household
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


@dataclass(frozen=True, slots=True)
class Fault:
    """`facts` go into the words: never a value in the clear."""

    row: int
    key: str
    problem: str
    facts: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""
