"""Notices to guardians: what may stand in a text, who is meant by it, the ladder of delivery."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PLACEHOLDERS = ("child", "school", "writer")
_BRACES = re.compile(r"\{([^{}]*)\}")
# Consent is given by who holds guardianship; an entrusted carer (委托照护人) cares without it:
# Law on the Protection of Minors, articles 22 and 23.
MAY_CONSENT = frozenset({"PARENT", "LEGAL", "TEMPORARY", "INSTITUTION"})


class Step(StrEnum):
    """Rungs of the ladder, in order."""

    PAGE = "PAGE"
    PHONE = "PHONE"
    VISIT = "VISIT"
    PAPER = "PAPER"


# How many days a rung may take before the next one: the norm of each; the last has none.
PATIENCE = {
    Step.PAGE: "NOTICE_DAYS_PAGE",
    Step.PHONE: "NOTICE_DAYS_PHONE",
    Step.VISIT: "NOTICE_DAYS_VISIT",
}


@dataclass(frozen=True)
class Rung:
    step: Step
    since: date


def unknown_placeholders(text: str) -> list[str]:
    """What stands in braces and is no placeholder of ours, in order."""
    return [name for name in _BRACES.findall(text) if name not in PLACEHOLDERS]


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with our placeholders replaced once; braces in a value stay as they are."""
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), text)


def guardian_kinds(*, needs_consent: bool, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of guardianship to which such a notice goes."""
    return tuple(kind for kind in kinds if not needs_consent or kind in MAY_CONSENT)


def next_step(step: Step) -> Step | None:
    """The rung after this one; None after the paper slip."""
    order = list(Step)
    place = order.index(step)
    return order[place + 1] if place + 1 < len(order) else None


def due_on(rung: Rung, norms: Mapping[str, int]) -> date | None:
    """The day from which the next rung is due; None when there is none."""
    norm = PATIENCE.get(rung.step)
    return rung.since + timedelta(days=norms[norm]) if norm else None
