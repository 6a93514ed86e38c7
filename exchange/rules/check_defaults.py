"""The checks as a county begins with them; after the first day they are edited as `Check` rows.

Severity, working days and department: domain reference 10 where it says them, else own proposals.
`programmes` are codes of the example rulebook, to be replaced by the county's own.
"""

from dataclasses import dataclass

EDUCATION = ("PRE_AID", "PRE_WAIVER", "CE_BOARD", "CE_NONBOARD", "SE_FREE", "SE_GRANT", "VE_FREE",
             "VE_GRANT")  # fmt: skip


@dataclass(frozen=True)
class CheckDefault:
    severity: str
    days: int  # working days
    department: str
    needs_visit: bool = False
    programmes: tuple[str, ...] = ()


CRITICAL, HIGH, MEDIUM, LOW = "CRITICAL", "HIGH", "MEDIUM", "LOW"
DEFAULTS: dict[str, CheckDefault] = {
    "M01": CheckDefault(HIGH, 10, "FEDERATION", needs_visit=True),
    "M02": CheckDefault(HIGH, 10, "FEDERATION", programmes=("NURSING",)),
    "M03": CheckDefault(HIGH, 10, "FEDERATION", programmes=("LIVING",)),
    "M04": CheckDefault(HIGH, 10, "FEDERATION", programmes=("NURSING", "LIVING")),
    "M05": CheckDefault(MEDIUM, 20, "FEDERATION"),
    "M06": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS"),
    "M07": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS", needs_visit=True),
    "M08": CheckDefault(CRITICAL, 5, "JUSTICE", needs_visit=True),
    "M09": CheckDefault(MEDIUM, 20, "JUSTICE"),
    "M10": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", needs_visit=True),
    "M11": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS", needs_visit=True),
    "M12": CheckDefault(MEDIUM, 20, "MEDICAL", needs_visit=True),
    "M13": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", needs_visit=True),
    "M14": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M15": CheckDefault(CRITICAL, 5, "EDUCATION", needs_visit=True),
    "M16": CheckDefault(CRITICAL, 3, "EDUCATION", needs_visit=True),
    "M17": CheckDefault(CRITICAL, 5, "EDUCATION"),
    "M18": CheckDefault(HIGH, 10, "EDUCATION"),
    "M19": CheckDefault(MEDIUM, 20, "EDUCATION"),
    "M20": CheckDefault(HIGH, 10, "EDUCATION", programmes=EDUCATION),
    "M21": CheckDefault(MEDIUM, 20, "EDUCATION", programmes=EDUCATION),
    "M22": CheckDefault(HIGH, 10, "EDUCATION", programmes=("HE_FRESH",)),
    "M23": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS"),
    "M24": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS"),
    "M25": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M26": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS"),
    "M27": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS"),
    "M28": CheckDefault(HIGH, 10, "FEDERATION"),
    "M29": CheckDefault(HIGH, 10, "FEDERATION"),
    "M30": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", programmes=("NURSING", "LIVING")),
    "M31": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS"),
    "M32": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M33": CheckDefault(CRITICAL, 5, "HEALTH"),
    "M34": CheckDefault(MEDIUM, 20, "EDUCATION", needs_visit=True),
    "M35": CheckDefault(LOW, 40, "CIVIL_AFFAIRS"),
}
