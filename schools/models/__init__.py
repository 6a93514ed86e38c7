from .absence import Absence, AbsenceKind
from .contact import ContactKind, GuardianContact, Means, State
from .enrolment import EndReason, Enrolment, EnrolmentStatus, Placement
from .excuse import Excuse, ExcuseKind, ExcuseReason, Office
from .ledger import (
    DropoutCause,
    Ledger,
    LedgerCause,
    LedgerEntry,
    Outcome,
    Persuasion,
    PersuasionMeans,
)
from .norm import Norm, NormKey
from .pairing import Pairing
from .school import School, SchoolBreak, SchoolYear, Season, Stage, Term

__all__ = [
    "Absence",
    "AbsenceKind",
    "ContactKind",
    "DropoutCause",
    "EndReason",
    "Enrolment",
    "EnrolmentStatus",
    "Excuse",
    "ExcuseKind",
    "ExcuseReason",
    "GuardianContact",
    "Ledger",
    "LedgerCause",
    "LedgerEntry",
    "Means",
    "Norm",
    "NormKey",
    "Office",
    "Outcome",
    "Pairing",
    "Persuasion",
    "PersuasionMeans",
    "Placement",
    "School",
    "SchoolBreak",
    "SchoolYear",
    "Season",
    "Stage",
    "State",
    "Term",
]
