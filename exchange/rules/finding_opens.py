"""Which form a finding leads to, by its check: nothing is done by itself, least of all to money."""

from enum import StrEnum


class Opens(StrEnum):
    REGISTER = "REGISTER"  # a file, with what the list says filled in
    VISIT = "VISIT"
    APPLY = "APPLY"
    PARENT = "PARENT"
    PROPOSE = "PROPOSE"  # an entitlement
    HOLD = "HOLD"  # the entitlements that run, to be held or ended
    CLOSE = "CLOSE"
    ENROL = "ENROL"
    CERTIFICATE = "CERTIFICATE"
    HOUSEHOLD = "HOUSEHOLD"
    GUARDIAN = "GUARDIAN"
    ACCOUNTS = "ACCOUNTS"
    GAP = "GAP"  # where aid is proposed, ended or set aside, with the reasons of the rules
    REHABILITATION = "REHABILITATION"
    CLAIM = "CLAIM"  # of an institution, sent back or cancelled there
    SESSIONS = "SESSIONS"  # of a plan, withdrawn there
    REPORT = "REPORT"  # of harm


_MISSED = (Opens.REGISTER, Opens.VISIT, Opens.APPLY)
_PARENT = (Opens.VISIT, Opens.PARENT, Opens.APPLY)
_SCHOOL = (Opens.REGISTER, Opens.VISIT, Opens.ENROL)
OPENS: dict[str, tuple[Opens, ...]] = {
    "M01": _MISSED,
    "M02": (Opens.REGISTER, Opens.CERTIFICATE, Opens.PROPOSE),
    "M03": (Opens.REGISTER, Opens.CERTIFICATE, Opens.PROPOSE),
    "M04": (Opens.CERTIFICATE, Opens.HOLD),
    "M05": (Opens.CERTIFICATE, Opens.VISIT),
    "M06": (Opens.HOLD, Opens.CLOSE),
    "M07": _PARENT,
    "M08": _PARENT,
    "M09": (Opens.VISIT, Opens.PARENT, Opens.HOLD, Opens.CLOSE),
    "M10": _PARENT,
    "M11": _PARENT,
    "M12": (Opens.REGISTER, Opens.VISIT, Opens.PARENT, Opens.APPLY),
    "M13": _MISSED,
    "M14": (Opens.HOUSEHOLD, Opens.HOLD),
    "M15": _SCHOOL,
    "M16": _SCHOOL,
    "M17": (Opens.VISIT, Opens.PROPOSE, Opens.ENROL),
    "M18": (*_SCHOOL, Opens.CERTIFICATE),
    "M19": (Opens.REGISTER, Opens.VISIT),
    "M20": (Opens.GAP, Opens.VISIT),
    "M21": (Opens.GAP, Opens.HOUSEHOLD, Opens.HOLD, Opens.VISIT),
    "M22": (Opens.PROPOSE,),
    "M23": (Opens.HOLD, Opens.ENROL),
    "M24": (Opens.ACCOUNTS, Opens.HOLD),
    "M25": (Opens.HOLD, Opens.CLOSE),
    "M26": (Opens.HOLD,),
    "M27": (Opens.VISIT, Opens.CLOSE),
    "M28": (Opens.REGISTER, Opens.REHABILITATION, Opens.VISIT),
    "M29": (Opens.CLAIM, Opens.SESSIONS, Opens.VISIT),
    "M30": (Opens.HOLD,),
    "M31": (Opens.HOLD, Opens.ACCOUNTS),
    "M32": (Opens.VISIT,),
    "M33": (Opens.REPORT, Opens.VISIT),
    "M34": _MISSED,
    "M35": (Opens.VISIT, Opens.GUARDIAN),
}
