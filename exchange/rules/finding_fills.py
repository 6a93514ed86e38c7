"""What the forms that a finding leads to begin with: field of the form → what was compared says.

Days and months are ISO text, as the facts of a finding keep them. What nobody told stays empty.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

Facts = Mapping[str, Any]
_OTHER_PARENT = {"FATHER": "MOTHER", "MOTHER": "FATHER"}
# Household status → category; the codes of `children.rules.categories`.
_POOR = {
    "DIBAO": "LOWINC_DIBAO", "NEAR_THRESHOLD": "LOWINC_EDGE", "RIGID_EXPENDITURE": "LOWINC_RIGID",
    "DESTITUTE": "TEKUN", "POVERTY_MONITORED": "POVERTY_MONITOR",
}  # fmt: skip
_RELEASED = {"IMPRISONED": "PARENT_RELEASED", "COMPULSORY_REHAB": "REHAB_DONE"}
_MOVED = ("OUT", "CANCELLED")
# The kind of help for a kind of disability; several at once are for the guardian to choose from.
_HELP = {"1": "VISUAL", "2": "HEARING", "3": "SPEECH", "4": "PHYSICAL", "5": "INTELLECTUAL",
         "6": "AUTISM"}  # fmt: skip


def filled_in(form: str, code: str, facts: Facts) -> dict[str, Any]:
    """`form`: as the page that asks calls itself. Only fields of which something is known."""
    told = _FORMS[form](code, facts) if form in _FORMS else {}
    return {field: value for field, value in told.items() if value not in (None, "")}


def _parent(code: str, facts: Facts) -> dict[str, Any]:
    parent, status = facts.get("parent"), facts.get("parent_status")
    if code in ("M10", "M11"):  # this one is on file: whether the other can care is asked
        return {"parent": _OTHER_PARENT.get(parent or "")}
    if code == "M07":
        return {"parent": parent, "status": "DEAD", "starts_on": facts.get("died_on")}
    if code == "M12":
        status = "SERIOUS_ILLNESS" if parent else None
        return {"parent": parent, "status": status, "starts_on": facts.get("diagnosed_on")}
    return {
        "parent": parent, "status": status, "starts_on": facts.get("since"),
        "ends_on": facts.get("until"),
    }  # fmt: skip


def _parent_change(_code: str, facts: Facts) -> dict[str, Any]:
    """Of the row that is on file."""
    return {"ends_on": facts.get("until")}


def _application(code: str, facts: Facts) -> dict[str, Any]:
    return {"category": _category(code, facts)}


def _category(code: str, facts: Facts) -> str | None:
    if code in ("M07", "M08", "M10", "M11"):
        return "DE_FACTO"
    if code == "M12":
        return None if facts.get("parent") else "SEV_ILL"
    if code == "M34":
        return "MIGRANT"
    if "economic" in facts:
        return _POOR.get(facts["economic"])
    if "certificate__kind" in facts or "certificate__grade" in facts:
        return "SEV_DISABLED" if _is_severe(facts) else "DISABLED"
    return None


def _is_severe(facts: Facts) -> bool:
    """Grades 1 and 2, and every grade of intellectual and mental disability (reference 2.1)."""
    kind, grade = str(facts.get("certificate__kind")), str(facts.get("certificate__grade"))
    return grade in ("1", "2") or kind in ("5", "6")


def _certificate(_code: str, facts: Facts) -> dict[str, Any]:
    return {"kind": facts.get("certificate__kind"), "grade": facts.get("certificate__grade")}


def _rehabilitation(_code: str, facts: Facts) -> dict[str, Any]:
    return {"kind": _HELP.get(str(facts.get("certificate__kind")))}


def _economic(_code: str, facts: Facts) -> dict[str, Any]:
    """From the day after the list's own last day; what the household is now, somebody asks."""
    until = facts.get("until")
    return {"starts_on": str(date.fromisoformat(until) + timedelta(days=1)) if until else None}


def _close(code: str, facts: Facts) -> dict[str, Any]:
    if code == "M06":
        return {"exit_reason": "CHILD_DEATH", "closed_on": facts.get("died_on")}
    if code == "M09":
        reason = _RELEASED.get(facts.get("parent_status", ""))
        return {"exit_reason": reason, "closed_on": facts.get("until")}
    if code == "M25":
        reason = "AGE_18" if facts.get("age") == 18 else None
        return {"exit_reason": reason, "closed_on": facts.get("birthday")}
    if code == "M27" and facts.get("event") in _MOVED:
        return {"exit_reason": "MOVED_OUT", "closed_on": facts.get("event_on")}
    return {}


def _entitlement_end(code: str, facts: Facts) -> dict[str, Any]:
    """Reason, and the month of the day on which it came about: the last that is paid."""
    told = _close(code, facts)
    if code == "M26":
        told = {"exit_reason": facts.get("closing_reason"), "closed_on": facts.get("closed_on")}
    last = told.get("closed_on")
    return {"end_reason": told.get("exit_reason"), "to_month": last[:7] if last else None}


_FORMS: dict[str, Callable[[str, Facts], dict[str, Any]]] = {
    "parent": _parent,
    "parent_change": _parent_change,
    "application": _application,
    "certificate": _certificate,
    "rehabilitation": _rehabilitation,
    "economic": _economic,
    "close": _close,
    "entitlement_end": _entitlement_end,
}
