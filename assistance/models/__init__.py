from .answer_upload import AnswerProgress, AnswerUpload, AnswerUploadState
from .award_left_out import AwardLeftOut
from .bank import BankLayout, BankReject, BankReturn, LayoutKind, RejectReason
from .coming_change import ComingCause, ComingChange
from .education_award import AwardEnd, AwardState, EducationAward
from .education_settlement import EducationSettlement, SettlementMoney, SettlementState
from .eligibility_rule import EligibilityRule
from .entitlement import Entitlement, EntitlementState
from .entitlement_rate import EntitlementRate
from .freshman import AdmissionLevel, FreshmanState, FreshmanSubsidy
from .gap import Gap, GapCheck, GapKind, GapMark, GapReason, GapWho
from .overlap_rule import OverlapKind, OverlapRule
from .payment_account import AccountState, Holder, PaymentAccount
from .payment_figure import PaymentFigure, PaymentFigureKey, payment_figures
from .payment_line import LineReason, PaymentLine, PaymentLineKind, PaymentLineState
from .payment_run import PaymentRun, PaymentRunState
from .programme import Cadence, PaidTo, Programme, StartRule, StopEvent, StopRule
from .recognition import Recognition, RecognitionState
from .recognition_rule import RecognitionGround, RecognitionRule, Tier
from .recovery_waiver import RecoveryWaiver, WaiverState
from .rehabilitation_application import RehabilitationApplication, RehabilitationState
from .rehabilitation_claim import ClaimLine, ClaimState, RehabilitationClaim
from .rehabilitation_institution import RehabilitationInstitution, RehabilitationKind
from .rehabilitation_plan import PlanAgeRule, RehabilitationPlan
from .rehabilitation_session import RehabilitationSession
from .school_fee import SchoolFee
from .standard import FormulaKind, Standard

__all__ = [
    "AccountState",
    "AdmissionLevel",
    "AnswerProgress",
    "AnswerUpload",
    "AnswerUploadState",
    "AwardEnd",
    "AwardLeftOut",
    "AwardState",
    "BankLayout",
    "BankReject",
    "BankReturn",
    "Cadence",
    "ClaimLine",
    "ClaimState",
    "ComingCause",
    "ComingChange",
    "EducationAward",
    "EducationSettlement",
    "EligibilityRule",
    "Entitlement",
    "EntitlementRate",
    "EntitlementState",
    "FormulaKind",
    "FreshmanState",
    "FreshmanSubsidy",
    "Gap",
    "GapCheck",
    "GapKind",
    "GapMark",
    "GapReason",
    "GapWho",
    "Holder",
    "LayoutKind",
    "LineReason",
    "OverlapKind",
    "OverlapRule",
    "PaidTo",
    "PaymentAccount",
    "PaymentFigure",
    "PaymentFigureKey",
    "PaymentLine",
    "PaymentLineKind",
    "PaymentLineState",
    "PaymentRun",
    "PaymentRunState",
    "PlanAgeRule",
    "Programme",
    "Recognition",
    "RecognitionGround",
    "RecognitionRule",
    "RecognitionState",
    "RecoveryWaiver",
    "RehabilitationApplication",
    "RehabilitationClaim",
    "RehabilitationInstitution",
    "RehabilitationKind",
    "RehabilitationPlan",
    "RehabilitationSession",
    "RehabilitationState",
    "RejectReason",
    "SchoolFee",
    "SettlementMoney",
    "SettlementState",
    "Standard",
    "StartRule",
    "StopEvent",
    "StopRule",
    "Tier",
    "WaiverState",
    "payment_figures",
]
