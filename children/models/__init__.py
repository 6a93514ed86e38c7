from .application import Application, ApplicationState, ApplicationStep
from .base import Record, StaleRecord
from .cadence import Cadence
from .campaign import Campaign
from .campaign_answer import (
    CampaignAnswer,
    CampaignChild,
    CampaignKind,
    CampaignOutcome,
    CampaignReminder,
)
from .care_plan import CareAction, CarePlan, PlanResult
from .case_access import AccessReason, CaseAccess
from .case_number import CaseNumberSerial
from .category import CategoryCode, CategorySpell
from .certificate import CertificateStatus, DisabilityCertificate, DisabilityKind
from .child import Child, ExitReason, FileStatus, IdType, RiskLevel, Sex
from .code_entry import CodeEntry, CodeList
from .concern import Concern, ConcernCase, ConcernOutcome, ConcernStep, SafeNow, ToldBy
from .confirmation import FactConfirmation, KeyFact
from .document import Document, DocumentKind
from .due import DueKind, DueReason, DueWork, PutOff
from .economic_status import EconomicStatus, EconomicStatusSpell
from .file_exit import FileExit
from .guardian import Guardian
from .guardianship import Guardianship, GuardianshipKind, Relation
from .home_visit import (
    AllowanceUse,
    ChildSeen,
    HomeVisit,
    Injuries,
    State,
    VisitMode,
    VisitOutcome,
)
from .parent_status import Parent, ParentStatus, ParentStatusCode
from .placement import (
    Placement,
    PlacementGround,
    PlacementOutcome,
    PlacementSetting,
    PlacementTerm,
)
from .risk import RiskAssessment, RiskQuestion
from .transfer import Transfer, TransferState, TransferTerm

__all__ = [
    "AccessReason",
    "AllowanceUse",
    "Application",
    "ApplicationState",
    "ApplicationStep",
    "Cadence",
    "Campaign",
    "CampaignAnswer",
    "CampaignChild",
    "CampaignKind",
    "CampaignOutcome",
    "CampaignReminder",
    "CareAction",
    "CarePlan",
    "CaseAccess",
    "CaseNumberSerial",
    "CategoryCode",
    "CategorySpell",
    "CertificateStatus",
    "Child",
    "ChildSeen",
    "CodeEntry",
    "CodeList",
    "DisabilityCertificate",
    "DisabilityKind",
    "Concern",
    "ConcernCase",
    "ConcernOutcome",
    "ConcernStep",
    "Document",
    "DocumentKind",
    "DueKind",
    "DueReason",
    "DueWork",
    "EconomicStatus",
    "EconomicStatusSpell",
    "ExitReason",
    "FactConfirmation",
    "FileExit",
    "FileStatus",
    "Guardian",
    "Guardianship",
    "GuardianshipKind",
    "HomeVisit",
    "IdType",
    "Injuries",
    "KeyFact",
    "Parent",
    "ParentStatus",
    "ParentStatusCode",
    "Placement",
    "PlacementGround",
    "PlacementOutcome",
    "PlacementSetting",
    "PlacementTerm",
    "PlanResult",
    "PutOff",
    "Record",
    "Relation",
    "RiskAssessment",
    "RiskLevel",
    "RiskQuestion",
    "SafeNow",
    "Sex",
    "StaleRecord",
    "State",
    "VisitMode",
    "VisitOutcome",
    "ToldBy",
    "Transfer",
    "TransferState",
    "TransferTerm",
]
