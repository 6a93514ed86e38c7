"""Columns of one row that say the same thing twice: what the one says the other must not deny.

Sources: domain reference 2.1 (certificates), 9.2 A (school roll, cross-checks).
"""

from children.rules.identifiers import ResidentId

from .checked import Checked
from .faults import RowProblem

# Columns that ask of one status each, yes or no; of several that apply the first is meant.
ASKED_STATUS = {
    "is_destitute": "DESTITUTE", "is_dibao": "DIBAO", "is_near_threshold": "NEAR_THRESHOLD",
    "is_rigid": "RIGID_EXPENDITURE", "is_monitored": "POVERTY_MONITORED",
}  # fmt: skip


def status(checked: Checked) -> None:
    """Of the household, from columns of yes and no; a column that names it goes before."""
    facts = checked.facts
    answers = {key: facts.pop(key) for key in ASKED_STATUS if key in facts}
    told = {
        key: ASKED_STATUS[key] if answer is True else answer or "ORDINARY"
        for key, answer in answers.items()
    }
    named = facts.get("economic")
    if named:
        for key, status in told.items():
            denies = status == "ORDINARY" and ASKED_STATUS[key] == named
            if denies or (named == "ORDINARY" != status):
                checked.refuse(key, RowProblem.ECONOMIC_DIFFERS)
    elif told:
        poor = [status for status in told.values() if status != "ORDINARY"]
        facts["economic"] = poor[0] if poor else "ORDINARY"


def certificate(checked: Checked) -> None:
    """Its number tells whose it is, kind and grade."""
    facts = checked.facts
    number = facts["certificate__number"]
    own = facts.get("id_number")
    if isinstance(own, ResidentId) and number.resident_id.number != own.number:
        checked.refuse("certificate__number", RowProblem.CERTIFICATE_ID_DIFFERS)
    for part, problem in (
        ("kind", RowProblem.CERTIFICATE_KIND_DIFFERS),
        ("grade", RowProblem.CERTIFICATE_GRADE_DIFFERS),
    ):
        told = facts.get(f"certificate__{part}")
        if told and int(told) != getattr(number, part):
            checked.refuse(f"certificate__{part}", problem)
        facts[f"certificate__{part}"] = str(getattr(number, part))


def roll(checked: Checked) -> None:
    """Placement fits disability; without a number of one's own somebody's of the family."""
    facts = checked.facts
    placement, disability = facts.get("inclusive"), facts.get("disability")
    if placement is not None and disability is not None and placement != disability:
        checked.refuse("inclusive", RowProblem.INCLUSIVE_DISABILITY)
    family = [facts.get("guardian__id_number"), facts.get("second__id_number")]
    is_known = facts.get("id_number") or any(family) or checked.blames("id_number")
    if not is_known:
        checked.refuse("guardian__id_number", RowProblem.MEMBER_ID_NEEDED)
