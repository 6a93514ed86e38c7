"""The advice of the truth table, in words for people."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from children.rules.parent_status import Advice, Assessment, ParentReason, Why

from .parent_status import Parent, ParentStatusCode

ADVICE = {
    Advice.ORPHAN: (gettext_lazy("fits: orphan"), "APPROVED", "ORPHAN_SCAT"),
    Advice.DE_FACTO: (gettext_lazy("fits: de facto unattended child"), "APPROVED", "DE_FACTO"),
    Advice.WATCH: (gettext_lazy("does not fit; watch the risk"), "due", ""),
    Advice.NOT_ELIGIBLE: (gettext_lazy("does not fit"), "UNKNOWN", ""),
    Advice.INSUFFICIENT: (gettext_lazy("evidence is not sufficient"), "due", ""),
}


def in_words(assessment: Assessment) -> dict[str, Any]:
    """Keys `text`, `tag`, `category` (code or ""), `reasons` (lines, one per parent at least)."""
    text, tag, category = ADVICE[assessment.advice]
    nearest = [_("No line of the rule names this pair; the county decides.")]
    return {
        "text": text,
        "tag": tag,
        "category": category,
        "reasons": [
            _reason(str(Parent.FATHER.label), assessment.father),
            _reason(str(Parent.MOTHER.label), assessment.mother),
            *(nearest if assessment.is_by_analogy else []),
        ],
    }


def _reason(parent: str, reason: ParentReason) -> str:
    status = ParentStatusCode(reason.status).label if reason.status else ""
    words = {
        Why.COUNTS: _("%(parent)s: %(status)s counts"),
        Why.NOT_RECORDED: _("%(parent)s: nothing is recorded"),
        Why.TOO_SHORT: _("%(parent)s: %(status)s, for less than six months so far"),
        Why.TERM_UNKNOWN: _(
            "%(parent)s: %(status)s, for less than six months so far; the term is not recorded"
        ),
        Why.NOT_PROVED: _("%(parent)s: %(status)s, without verified evidence"),
        Why.NONE_OF_THESE: _("%(parent)s: none of the situations"),
    }[reason.why]
    return words % {"parent": parent.capitalize(), "status": status}
