from .absence import Absence, AbsenceKind
from .contact import ContactKind, GuardianContact, Means, State
from .enrolment import EndReason, Enrolment, EnrolmentStatus, Placement
from .excuse import Excuse, ExcuseKind, ExcuseReason, Office
from .growth_mark import GrowthMark, Subject
from .growth_record import GrowthCorrection, GrowthRecord, GrowthState, MarkLevel
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
from .notice import Notice, NoticeKind, NoticeLanguage, NoticeTemplate
from .notice_delivery import (
    Answer,
    DeliveryState,
    DeliveryStep,
    NoticeCode,
    NoticeDelivery,
    NoticeTry,
    notifiable,
)
from .pairing import Pairing
from .school import School, SchoolBreak, SchoolYear, Season, Stage, Term

__all__ = [
    "Absence",
    "AbsenceKind",
    "Answer",
    "ContactKind",
    "DeliveryState",
    "DeliveryStep",
    "DropoutCause",
    "EndReason",
    "Enrolment",
    "EnrolmentStatus",
    "Excuse",
    "ExcuseKind",
    "ExcuseReason",
    "GrowthCorrection",
    "GrowthMark",
    "GrowthRecord",
    "GrowthState",
    "GuardianContact",
    "Ledger",
    "LedgerCause",
    "LedgerEntry",
    "MarkLevel",
    "Means",
    "Norm",
    "NormKey",
    "Notice",
    "NoticeCode",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeLanguage",
    "NoticeTemplate",
    "NoticeTry",
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
    "Subject",
    "Term",
    "notifiable",
]
