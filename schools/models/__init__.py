from children.models import State

from .absence import Absence, AbsenceKind
from .checklist import Checklist, ChecklistItem, Level
from .consent import Consent, ConsentPurpose, ConsentWay
from .contact import ContactKind, GuardianContact, Means, Topic
from .counselling import CounsellingNote, CounsellingSession, NoteKind, SessionKind
from .digest import Digest, DigestDelivery
from .due import DueContact
from .enrolment import EndReason, Enrolment, EnrolmentStatus, Placement
from .excuse import Excuse, ExcuseKind, ExcuseReason, Office
from .going_on import GoingOn, GoingState
from .growth_mark import GrowthMark, Subject
from .growth_record import GrowthCorrection, GrowthRecord, GrowthState, MarkLevel
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
from .observation import Observation
from .pairing import Pairing
from .referral import (
    Referral,
    ReferralGround,
    ReferralMove,
    ReferralOutcome,
    ReferralState,
    ReferralStep,
)
from .school import School, SchoolBreak, SchoolYear, Season, Stage, Term
from .screening import ScreeningBand, ScreeningResult, ScreeningTool, ScreeningWithdrawal
from .working_group import Seat, SeatHolder, SeatKind, WorkingGroup

__all__ = [
    "Absence",
    "AbsenceKind",
    "Answer",
    "Checklist",
    "ChecklistItem",
    "Consent",
    "ConsentPurpose",
    "ConsentWay",
    "ContactKind",
    "CounsellingNote",
    "CounsellingSession",
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
    "GoingOn",
    "GoingState",
    "GrowthCorrection",
    "GrowthMark",
    "GrowthRecord",
    "GrowthState",
    "GuardianContact",
    "HomeTeachingPlan",
    "HomeTeachingVisit",
    "Ledger",
    "LedgerCause",
    "LedgerEntry",
    "Level",
    "MarkLevel",
    "Means",
    "MoveUp",
    "Norm",
    "NormKey",
    "NoteKind",
    "Notice",
    "NoticeCode",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeLanguage",
    "NoticeTemplate",
    "NoticeTry",
    "Observation",
    "Office",
    "Outcome",
    "Pairing",
    "Persuasion",
    "PersuasionMeans",
    "Placement",
    "Referral",
    "ReferralGround",
    "ReferralMove",
    "ReferralOutcome",
    "ReferralState",
    "ReferralStep",
    "School",
    "SchoolBreak",
    "SchoolYear",
    "ScreeningBand",
    "ScreeningResult",
    "ScreeningTool",
    "ScreeningWithdrawal",
    "Season",
    "Seat",
    "SeatHolder",
    "SeatKind",
    "SessionKind",
    "Stage",
    "State",
    "Subject",
    "Term",
    "Topic",
    "WorkingGroup",
    "notifiable",
]
