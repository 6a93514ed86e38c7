"""The words that rules and facts are written in: what each code may be. Source: domain 1–4."""

from enum import StrEnum


class Cadence(StrEnum):
    """How often a programme is paid."""

    MONTH = "MONTH"
    TERM = "TERM"
    YEAR = "YEAR"
    ONCE = "ONCE"


class PaidTo(StrEnum):
    FAMILY = "FAMILY"
    SCHOOL = "SCHOOL"
    INSTITUTION = "INSTITUTION"


class Start(StrEnum):
    """The first month. Domain 0.6, 2.2."""

    APPLICATION_MONTH = "APPLICATION_MONTH"
    MONTH_AFTER_APPLICATION = "MONTH_AFTER_APPLICATION"
    CONFIRMATION_MONTH = "CONFIRMATION_MONTH"
    MONTH_AFTER_CONFIRMATION = "MONTH_AFTER_CONFIRMATION"
    MONTH_MET = "MONTH_MET"  # the month in which the conditions are met: no application
    MONTH_AFTER_MET = "MONTH_AFTER_MET"


class Stop(StrEnum):
    """The first month without. Domain 1.7."""

    MONTH_AFTER_EVENT = "MONTH_AFTER_EVENT"
    SAME_MONTH = "SAME_MONTH"
    PERIOD_AFTER_EVENT = "PERIOD_AFTER_EVENT"  # the term or year is still paid to its end


class Formula(StrEnum):
    FIXED = "FIXED"
    PERCENT = "PERCENT"
    PERCENT_OF_DIFFERENCE = "PERCENT_OF_DIFFERENCE"
    TOP_UP = "TOP_UP"
    ACTUAL = "ACTUAL"  # what it really costs, up to a limit: fees, self-paid rehabilitation


class OverlapKind(StrEnum):
    EXCLUDES = "EXCLUDES"
    HIGHER_OF = "HIGHER_OF"
    TOP_UP = "TOP_UP"


class Economic(StrEnum):
    ORDINARY = "ORDINARY"
    DIBAO = "DIBAO"
    NEAR_THRESHOLD = "NEAR_THRESHOLD"
    RIGID_EXPENDITURE = "RIGID_EXPENDITURE"
    DESTITUTE = "DESTITUTE"
    POVERTY_MONITORED = "POVERTY_MONITORED"


class Stage(StrEnum):
    PRESCHOOL = "PRESCHOOL"
    PRIMARY = "PRIMARY"
    JUNIOR = "JUNIOR"
    SENIOR = "SENIOR"
    VOCATIONAL = "VOCATIONAL"
    HIGHER = "HIGHER"


class Placement(StrEnum):
    ORDINARY = "ORDINARY"
    SUPPORTED = "SUPPORTED"
    SPECIAL_CLASS = "SPECIAL_CLASS"
    SPECIAL_SCHOOL = "SPECIAL_SCHOOL"
    HOME_TEACHING = "HOME_TEACHING"
    DISTANCE = "DISTANCE"
    REHAB_INST = "REHAB_INST"


class RollStatus(StrEnum):
    ENROLLED = "ENROLLED"
    SUSPENDED = "SUSPENDED"
    RETURNED = "RETURNED"


class Living(StrEnum):
    INSTITUTION = "INSTITUTION"
    SCATTERED = "SCATTERED"


class Tier(StrEnum):
    """Recognition of poor students: 特别困难, 困难, 一般困难. Domain 4.2."""

    SPECIAL = "SPECIAL"
    MEDIUM = "MEDIUM"
    GENERAL = "GENERAL"


class CertificateStatus(StrEnum):
    VALID = "VALID"
    EXPIRED = "EXPIRED"
    FROZEN = "FROZEN"
    CANCELLED = "CANCELLED"
    MOVED = "MOVED"
    LOST_REISSUED = "LOST_REISSUED"


class Proof(StrEnum):
    CERTIFICATE = "CERTIFICATE"
    DIAGNOSIS = "DIAGNOSIS"
    EITHER = "EITHER"


class Who(StrEnum):
    FATHER = "FATHER"
    MOTHER = "MOTHER"
    ONE = "ONE"  # at least one of them
    BOTH = "BOTH"


class Sex(StrEnum):
    MALE = "MALE"
    FEMALE = "FEMALE"


class Admission(StrEnum):
    IN_PROVINCE = "IN_PROVINCE"
    OUT_OF_PROVINCE = "OUT_OF_PROVINCE"


class AgeOn(StrEnum):
    """The day on which an age is counted, beside `MM-DD` and a full date."""

    APPLICATION = "APPLICATION"
    MONTH_START = "MONTH_START"
    MONTH_END = "MONTH_END"
    YEAR_START = "YEAR_START"  # 1 January of the month's year
    SCHOOL_YEAR_START = "SCHOOL_YEAR_START"  # the last 1 September


class Event(StrEnum):
    """Why something ends: the exit codes of domain 1.7 and the stops of 2.2."""

    AGE_18 = "AGE_18"
    SCHOOL_END = "SCHOOL_END"
    ADOPTED = "ADOPTED"
    CHILD_DEATH = "CHILD_DEATH"  # or declared dead
    CHILD_MISSING = "CHILD_MISSING"  # declared missing
    PARENT_RELEASED = "PARENT_RELEASED"
    REHAB_DONE = "REHAB_DONE"
    PARENT_FOUND = "PARENT_FOUND"
    PARENT_RECOVERED = "PARENT_RECOVERED"
    GUARDIANSHIP_RESTORED = "GUARDIANSHIP_RESTORED"
    MOVED_OUT = "MOVED_OUT"
    TYPE_CHANGED = "TYPE_CHANGED"
    FRAUD = "FRAUD"
    CERTIFICATION_FAILED = "CERTIFICATION_FAILED"
    VOLUNTARY = "VOLUNTARY"
    DUPLICATE = "DUPLICATE"
    OTHER = "OTHER"


# The child itself is gone or was never owed: ends every programme that does not say otherwise.
ENDS_ALL = (Event.CHILD_DEATH, Event.CHILD_MISSING, Event.FRAUD, Event.DUPLICATE)
