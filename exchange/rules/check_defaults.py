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
    asks: tuple[str, ...] = ()  # departments whose books it compares: they may be asked


CRITICAL, HIGH, MEDIUM, LOW = "CRITICAL", "HIGH", "MEDIUM", "LOW"
DEFAULTS: dict[str, CheckDefault] = {
    "M01": CheckDefault(HIGH, 10, "FEDERATION", needs_visit=True, asks=("FEDERATION",)),
    "M02": CheckDefault(HIGH, 10, "FEDERATION", programmes=("NURSING",), asks=("FEDERATION",)),
    "M03": CheckDefault(HIGH, 10, "FEDERATION", programmes=("LIVING",), asks=("FEDERATION",)),
    "M04": CheckDefault(
        HIGH, 10, "FEDERATION", programmes=("NURSING", "LIVING"), asks=("FEDERATION",)
    ),
    "M05": CheckDefault(MEDIUM, 20, "FEDERATION", asks=("FEDERATION",)),
    "M06": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS", asks=("HEALTH", "JUSTICE")),
    "M07": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS", needs_visit=True, asks=("HEALTH", "JUSTICE")),
    "M08": CheckDefault(CRITICAL, 5, "JUSTICE", needs_visit=True, asks=("JUSTICE",)),
    "M09": CheckDefault(MEDIUM, 20, "JUSTICE", asks=("JUSTICE",)),
    "M10": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", needs_visit=True, asks=("JUSTICE",)),
    "M11": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS", needs_visit=True, asks=("JUSTICE",)),
    "M12": CheckDefault(MEDIUM, 20, "MEDICAL", needs_visit=True, asks=("MEDICAL", "HEALTH")),
    "M13": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", needs_visit=True),
    "M14": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M15": CheckDefault(CRITICAL, 5, "EDUCATION", needs_visit=True, asks=("EDUCATION", "JUSTICE")),
    "M16": CheckDefault(CRITICAL, 3, "EDUCATION", needs_visit=True, asks=("EDUCATION",)),
    "M17": CheckDefault(CRITICAL, 5, "EDUCATION", asks=("EDUCATION",)),
    "M18": CheckDefault(HIGH, 10, "EDUCATION", asks=("EDUCATION", "FEDERATION")),
    "M19": CheckDefault(MEDIUM, 20, "EDUCATION", asks=("EDUCATION",)),
    "M20": CheckDefault(HIGH, 10, "EDUCATION", programmes=EDUCATION, asks=("EDUCATION",)),
    "M21": CheckDefault(MEDIUM, 20, "EDUCATION", programmes=EDUCATION, asks=("EDUCATION",)),
    "M22": CheckDefault(HIGH, 10, "EDUCATION", programmes=("HE_FRESH",), asks=("EDUCATION",)),
    "M23": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS"),
    "M24": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS"),
    "M25": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M26": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS"),
    "M27": CheckDefault(HIGH, 10, "CIVIL_AFFAIRS", asks=("JUSTICE",)),
    "M28": CheckDefault(HIGH, 10, "FEDERATION", asks=("FEDERATION",)),
    "M29": CheckDefault(HIGH, 10, "FEDERATION", asks=("FEDERATION",)),
    "M30": CheckDefault(
        HIGH, 10, "CIVIL_AFFAIRS", programmes=("NURSING", "LIVING"), asks=("FEDERATION",)
    ),
    "M31": CheckDefault(CRITICAL, 5, "CIVIL_AFFAIRS"),
    "M32": CheckDefault(MEDIUM, 20, "CIVIL_AFFAIRS"),
    "M33": CheckDefault(CRITICAL, 5, "HEALTH"),
    "M34": CheckDefault(MEDIUM, 20, "EDUCATION", needs_visit=True, asks=("EDUCATION",)),
    "M35": CheckDefault(LOW, 40, "CIVIL_AFFAIRS"),
}
