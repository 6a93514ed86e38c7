from .eligibility_rule import EligibilityRule
from .overlap_rule import OverlapKind, OverlapRule
from .programme import Cadence, PaidTo, Programme, StartRule, StopEvent, StopRule
from .standard import FormulaKind, Standard

__all__ = [
    "Cadence",
    "EligibilityRule",
    "FormulaKind",
    "OverlapKind",
    "OverlapRule",
    "PaidTo",
    "Programme",
    "Standard",
    "StartRule",
    "StopEvent",
    "StopRule",
]
