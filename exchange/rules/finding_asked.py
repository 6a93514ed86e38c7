"""What a department is told of a finding that it is asked about: of the facts those that its own
books hold or could, and of programmes those that the check looks at.

Whoever keeps certificates is not told whose father is in prison, nor of a programme that would
tell of a category. What each check asks of whom is edited with the check; this is not.
"""

from collections.abc import Iterable, Mapping
from typing import Any

PURPOSE = "核实数据比对发现的情况（{check}）"
# Departments prove and share what they hold for children in distress: 民发〔2020〕125号.
LEGAL_GROUND = "民发〔2020〕125号；《未成年人保护法》第九条"

PERSON = ("name", "sex", "birth_date", "id_number", "place")  # id_number: masked

_CERTIFICATE = frozenset({
    "certificate__kind", "certificate__grade", "certificate", "expired_on", "expires_on",
})  # fmt: skip
_DEATH = frozenset({"died_on", "death__kind"})
_REGISTER = frozenset({"event", "event_on"})
_PROGRAMMES = frozenset({"programme", "programmes"})
_ILLNESS = frozenset({"diagnosed_on"})
TOLD: dict[str, frozenset[str]] = {
    "FEDERATION": _CERTIFICATE
    | _ILLNESS
    | {"subsidy", "claim", "month", "days", "asked", "attended"},
    "EDUCATION": _CERTIFICATE
    | _REGISTER
    | _PROGRAMMES
    | {
        "absent_from", "absence", "ledger", "since", "flags", "admitted_on", "gap", "from_month",
        "one_subsidy", "migrant", "needs_aid", "orphan", "disability",
    },
    "HEALTH": _DEATH | _ILLNESS | _CERTIFICATE,
    "MEDICAL": _ILLNESS,
    "JUSTICE": _DEATH
    | _REGISTER
    | {"parent", "parent_status", "since", "until", "answer"},
    # The subsidies' own office: what stands on its rolls and in its books of payments.
    "CIVIL_AFFAIRS": _CERTIFICATE
    | _DEATH
    | _PROGRAMMES
    | {"subsidy", "economic", "month", "months", "from_month", "gap"},
}  # fmt: skip


def facts_told(
    facts: Mapping[str, Any], department: str, looked_at: Iterable[str]
) -> dict[str, Any]:
    """`looked_at`: codes of programmes that the check looks at; others are not named."""
    known, looked = TOLD.get(department, frozenset()), set(looked_at)
    told = {key: value for key, value in facts.items() if key in known}
    if told.get("programme") not in looked:
        told.pop("programme", None)
    if not set(told.get("programmes", ())) <= looked:
        told.pop("programmes")
    return told
