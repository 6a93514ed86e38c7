from .contact import ContactKind, GuardianContact, Means, State
from .enrolment import Enrolment, EnrolmentStatus, Placement
from .norm import Norm, NormKey
from .pairing import Pairing
from .school import School, SchoolBreak, SchoolYear, Season, Stage, Term

__all__ = [
    "ContactKind",
    "Enrolment",
    "EnrolmentStatus",
    "GuardianContact",
    "Means",
    "Norm",
    "NormKey",
    "Pairing",
    "Placement",
    "School",
    "SchoolBreak",
    "SchoolYear",
    "Season",
    "Stage",
    "State",
    "Term",
]
