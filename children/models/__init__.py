from .application import Application, ApplicationState, ApplicationStep
from .base import Record, StaleRecord
from .case_access import AccessReason, CaseAccess
from .case_number import CaseNumberSerial
from .category import CategoryCode, CategorySpell
from .certificate import CertificateStatus, DisabilityCertificate, DisabilityKind
from .child import Child, ExitReason, FileStatus, IdType, RiskLevel, Sex
from .code_entry import CodeEntry, CodeList
from .concern import Concern, ConcernCase, ConcernOutcome, ConcernStep, SafeNow
from .document import Document, DocumentKind
from .economic_status import EconomicStatus, EconomicStatusSpell
from .guardian import Guardian
from .guardianship import Guardianship, GuardianshipKind, Relation
from .parent_status import Parent, ParentStatus, ParentStatusCode

__all__ = [
    "AccessReason",
    "Application",
    "ApplicationState",
    "ApplicationStep",
    "CaseAccess",
    "CaseNumberSerial",
    "CategoryCode",
    "CategorySpell",
    "CertificateStatus",
    "Child",
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
    "EconomicStatus",
    "EconomicStatusSpell",
    "ExitReason",
    "FileStatus",
    "Guardian",
    "Guardianship",
    "GuardianshipKind",
    "IdType",
    "Parent",
    "ParentStatus",
    "ParentStatusCode",
    "Record",
    "Relation",
    "RiskLevel",
    "SafeNow",
    "Sex",
    "StaleRecord",
]
