from .absence import Absence, AbsenceKind
from .contact import ContactKind, GuardianContact, Means, State, Subject
from .digest import Digest, DigestDelivery
from .due import DueContact
from .enrolment import EndReason, Enrolment, EnrolmentStatus, Placement
from .excuse import Excuse, ExcuseKind, ExcuseReason, Office
from .home_teaching import HomeTeachingPlan, HomeTeachingVisit
from .ledger import (
    DropoutCause,
    Ledger,
    LedgerCause,
    LedgerEntry,
    Outcome,
    Persuasion,
    PersuasionMeans,
)
from .move_up import MoveUp
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
from .working_group import Seat, SeatHolder, SeatKind, WorkingGroup

__all__ = [
    "Absence",
    "AbsenceKind",
    "Answer",
    "ContactKind",
    "DeliveryState",
    "DeliveryStep",
    "DropoutCause",
    "EndReason",
    "Digest",
    "DigestDelivery",
    "DueContact",
    "Enrolment",
    "EnrolmentStatus",
    "Excuse",
    "ExcuseKind",
    "ExcuseReason",
    "GuardianContact",
    "HomeTeachingPlan",
    "HomeTeachingVisit",
    "Ledger",
    "LedgerCause",
    "LedgerEntry",
    "Means",
    "MoveUp",
    "Norm",
    "NormKey",
    "Notice",
    "NoticeCode",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeLanguage",
    "NoticeTemplate",
    "NoticeTry",
    "notifiable",
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
    "Seat",
    "SeatHolder",
    "SeatKind",
    "Stage",
    "State",
    "Subject",
    "Term",
    "WorkingGroup",
]
