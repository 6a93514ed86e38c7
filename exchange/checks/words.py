"""What each check found, what to do, and what was compared; said in the reader's language."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assistance.models import GapReason, Programme
from children.models import (
    CertificateStatus,
    DisabilityKind,
    EconomicStatus,
    ExitReason,
    ParentStatusCode,
)
from children.models.parent_status import Parent
from schools.models import Ledger

TITLES = {
    "M01": gettext_lazy("Holds a disability certificate, and no file knows the child"),
    "M02": gettext_lazy("Severely disabled, and no nursing subsidy"),
    "M03": gettext_lazy("Disabled in a household on subsistence allowance, no living subsidy"),
    "M04": gettext_lazy("Subsidy is paid, the certificate is not valid"),
    "M05": gettext_lazy("The disability certificate expires soon"),
    "M06": gettext_lazy("Died, and is still paid"),
    "M07": gettext_lazy("A parent died"),
    "M08": gettext_lazy("A parent is in prison or compulsory rehabilitation"),
    "M09": gettext_lazy("A parent was released"),
    "M10": gettext_lazy("Contact with a parent is lost, and nothing followed"),
    "M11": gettext_lazy("A court took a parent away, and nothing followed"),
    "M12": gettext_lazy("Serious illness of the child or a parent"),
    "M13": gettext_lazy("Lives in a poor household, and no file knows the child"),
    "M14": gettext_lazy("The household left the low-income list"),
    "M15": gettext_lazy("Registered household, school age, on no school roll"),
    "M16": gettext_lazy("On the roll and absent"),
    "M17": gettext_lazy("Out of school, and poor or disabled"),
    "M18": gettext_lazy("Disabled, school age, no place to learn"),
    "M19": gettext_lazy("School roll and file say different things"),
    "M20": gettext_lazy("Entitled to education aid, and gets none"),
    "M21": gettext_lazy("Gets education aid without a ground"),
    "M22": gettext_lazy("Admitted to a higher school, no aid for freshmen yet"),
    "M23": gettext_lazy("Stands twice on the rolls"),
    "M24": gettext_lazy("The payment account is unusual"),
    "M25": gettext_lazy("Grows out of support next month"),
    "M26": gettext_lazy("The file is closed, and support runs on"),
    "M27": gettext_lazy("Household registration has moved"),
    "M28": gettext_lazy("Small and disabled, and no rehabilitation"),
    "M29": gettext_lazy("Rehabilitation is claimed, and was not given"),
    "M30": gettext_lazy("Two subsidies beside what excludes them"),
    "M31": gettext_lazy("Payments do not agree with what is owed"),
    "M32": gettext_lazy("Visit or contact is long overdue"),
    "M33": gettext_lazy("Reported by a hospital"),
    "M34": gettext_lazy("Came with parents who work here, in need, and no file knows the child"),
    "M35": gettext_lazy("The main carer cannot care any more"),
}
_VISIT = gettext_lazy("Visit the family; when it proves true, open a file and an application.")
_PROPOSE = gettext_lazy("Ask why, help with the papers, and propose what is owed.")
_STOP = gettext_lazy(
    "Hold the entitlement until it is clear; the county ends it and recovers what was paid."
)
_PARENT = gettext_lazy(
    "Visit the family, enter the parent's situation, and apply when the child is unattended."
)
_ENROL = gettext_lazy("Visit the family, find the child, and arrange a place with the school.")
ADVICE = {
    "M01": _VISIT,
    "M02": _PROPOSE,
    "M03": _PROPOSE,
    "M04": gettext_lazy("Help to renew the certificate; hold the next payment when it is void."),
    "M05": gettext_lazy("Help the family to renew before the day: payments stop with it."),
    "M06": _STOP,
    "M07": _PARENT,
    "M08": _PARENT,
    "M09": gettext_lazy("Look whether the ground of support has ended; mind the transition."),
    "M10": _PARENT,
    "M11": _PARENT,
    "M12": gettext_lazy("Visit the family, and apply when the illness meets the rule."),
    "M13": _VISIT,
    "M14": gettext_lazy("Ask the household's situation anew, and review what it gets."),
    "M15": _ENROL,
    "M16": _ENROL,
    "M17": gettext_lazy("Aid first, then a plan of return: poverty and disability are no reasons."),
    "M18": gettext_lazy("Ask the expert committee for a placement; arrange home teaching."),
    "M19": gettext_lazy("Find out which of both is right, and have the other corrected."),
    "M20": _PROPOSE,
    "M21": gettext_lazy("Look for the ground; without one the award ends."),
    "M22": gettext_lazy("Tell the family before the end of August, and propose the aid."),
    "M23": gettext_lazy("Find out which one is right; end the other and recover."),
    "M24": gettext_lazy("A second person looks at account, holder and family."),
    "M25": gettext_lazy("Prepare the exit, or ask for the proof that the child goes on to school."),
    "M26": _STOP,
    "M27": gettext_lazy("Hand the file to the place of registration, or take it over."),
    "M28": gettext_lazy(
        "Help the family to apply: a diagnosis is enough; the guardian chooses the institution."
    ),
    "M29": gettext_lazy("Hold the claim until the sessions are proved."),
    "M30": _STOP,
    "M31": gettext_lazy("Pay what is missing with the next run, or recover what is too much."),
    "M32": gettext_lazy("Visit, or give the child to somebody who can."),
    "M33": gettext_lazy("Few may know of it: answer as to a report of harm."),
    "M34": _VISIT,
    "M35": gettext_lazy("Visit, and enter who really cares for the child."),
}
_FLAGS = {
    "orphan_only_on_roll": gettext_lazy("orphan by the roll, not by the file"),
    "orphan_only_here": gettext_lazy("orphan by the file, not by the roll"),
    "left_behind_only_on_roll": gettext_lazy("left behind by the roll, not by the file"),
    "left_behind_only_here": gettext_lazy("left behind by the file, not by the roll"),
    "disabled_only_on_roll": gettext_lazy("disabled by the roll, no certificate on file"),
    "disabled_only_here": gettext_lazy("a certificate on file, not disabled by the roll"),
}
_TWICE = {
    "two_schools": gettext_lazy("two schools"),
    "two_areas": gettext_lazy("two townships in one month"),
    "programmes": gettext_lazy("two programmes that exclude each other"),
}
_CODES: dict[str, dict[str, Any]] = {
    "subsidy": {
        "LIVING": gettext_lazy("living subsidy"), "NURSING": gettext_lazy("nursing subsidy"),
        "BOTH": gettext_lazy("both subsidies"),
    },
    "event": {
        "BIRTH": gettext_lazy("birth registered"), "IN": gettext_lazy("moved in"),
        "OUT": gettext_lazy("moved out"), "CANCELLED": gettext_lazy("struck off"),
        "PRESENT": gettext_lazy("registered"),
    },
    "death__kind": {
        "DEATH": gettext_lazy("death"), "CREMATION": gettext_lazy("cremation"),
        "DECLARED": gettext_lazy("declared dead by court"),
    },
    "answer": {
        "YES": gettext_lazy("inside"), "NO": gettext_lazy("not inside"),
        "RELEASED": gettext_lazy("released"),
    },
    "certificate": {**CertificateStatus._value2member_map_, "ABSENT": gettext_lazy("none")},
    "holder": {
        "OTHER": gettext_lazy("neither child nor guardian"),
        "GUARDIAN": gettext_lazy("a guardian"),
    },
    "absence": {"UNEXCUSED": gettext_lazy("without leave")},
    "twice": _TWICE,
    "claim": {
        "NOT_ATTENDED": gettext_lazy("more sessions are claimed than were signed for"),
        "AFTER_DEATH": gettext_lazy("sessions after the child's death"),
        "CLOSED": gettext_lazy("sessions after the file was closed"),
        "TOO_OLD": gettext_lazy("sessions past the age limit of the plan"),
        "TWO_PLACES": gettext_lazy("two institutions on one day"),
        "NOT_DESIGNATED": gettext_lazy("the institution was not designated on the day"),
    },
    "due": {"visit": gettext_lazy("home visit"), "contact": gettext_lazy("contact of the helper")},
    "why": {"poor": gettext_lazy("poor household"), "disabled": gettext_lazy("disabled")},
}  # fmt: skip
_CHOICES: dict[str, Any] = {
    "parent": Parent, "parent_status": ParentStatusCode, "economic": EconomicStatus,
    "closing_reason": ExitReason, "ledger": Ledger, "gap": GapReason,
}  # fmt: skip
_LABELS = {
    "certificate__kind": gettext_lazy("kind of disability"),
    "certificate__grade": gettext_lazy("grade of disability"),
    "certificate": gettext_lazy("certificate"),
    "expired_on": gettext_lazy("certificate valid until"),
    "expires_on": gettext_lazy("certificate valid until"),
    "economic": gettext_lazy("household"),
    "subsidy": gettext_lazy("subsidy"),
    "claim": gettext_lazy("what is wrong"),
    "month": gettext_lazy("month"),
    "days": gettext_lazy("days"),
    "asked": gettext_lazy("sessions asked for"),
    "attended": gettext_lazy("sessions signed for"),
    "months": gettext_lazy("months"),
    "died_on": gettext_lazy("died"),
    "death__kind": gettext_lazy("recorded as"),
    "parent": gettext_lazy("parent"),
    "parent_status": gettext_lazy("situation"),
    "since": gettext_lazy("since"),
    "until": gettext_lazy("until"),
    "answer": gettext_lazy("answer"),
    "diagnosed_on": gettext_lazy("diagnosed"),
    "event": gettext_lazy("household register"),
    "event_on": pgettext_lazy("finding", "on"),
    "absent_from": gettext_lazy("absent from"),
    "absence": gettext_lazy("absence"),
    "ledger": gettext_lazy("ledger"),
    "why": pgettext_lazy("finding", "and"),
    "flags": pgettext_lazy("finding", "differ"),
    "admitted_on": gettext_lazy("admitted"),
    "twice": pgettext_lazy("finding", "twice"),
    "programme": gettext_lazy("programme"),
    "programmes": gettext_lazy("programmes"),
    "gap": gettext_lazy("reason"),
    "from_month": gettext_lazy("since"),
    "one_subsidy": gettext_lazy("gets the living subsidy by the roll"),
    "holder": gettext_lazy("account belongs to"),
    "children": gettext_lazy("children on the account"),
    "age": pgettext_lazy("finding", "turns"),
    "birthday": pgettext_lazy("finding", "on"),
    "closing_reason": gettext_lazy("closed because"),
    "closed_on": pgettext_lazy("finding", "closed"),
    "reported_on": pgettext_lazy("finding", "reported"),
    "due": gettext_lazy("what"),
    "due_on": gettext_lazy("was due"),
    "migrant": gettext_lazy("came with working parents"),
    "needs_aid": gettext_lazy("asks for aid"),
    "orphan": gettext_lazy("orphan"),
    "disability": gettext_lazy("disability by the roll"),
}


def labels() -> dict[str, str]:
    """Of every fact of a finding."""
    return {key: str(label) for key, label in _LABELS.items()}


def in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what a finding rests on."""
    told = [(key, facts[key]) for key in _LABELS if key in facts]
    return [(str(_LABELS[key]), _value(key, value)) for key, value in told]


def _value(key: str, value: Any) -> str:
    if key in _OTHERWISE:
        return _OTHERWISE[key](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key in _CHOICES:
        choices = _CHOICES[key]
        return str(choices(value).label) if value in choices.values else str(value)
    if key in _CODES:
        word = _CODES[key].get(value, value)
        return str(getattr(word, "label", word))
    return _day(value)


def _day(value: Any, style: str = "SHORT_DATE_FORMAT") -> str:
    try:
        return formats.date_format(date.fromisoformat(value), style)
    except (TypeError, ValueError):
        return str(value)


def _months(rows: list[dict[str, Any]]) -> str:
    return _("; ").join(
        _("%(month)s: owed %(owed)s, paid %(paid)s")
        % {"month": row["month"][:7], "owed": row["owed"], "paid": row["paid"]}
        for row in rows
    )


def _kind(value: str) -> str:
    known = {str(kind.value): kind.label for kind in DisabilityKind}
    return str(known.get(str(value), value))


def _programmes(codes: list[str]) -> str:
    rows = {row.code: row.label for row in Programme.objects.filter(code__in=codes)}
    return " + ".join(rows.get(code, code) for code in codes)


_OTHERWISE: dict[str, Callable[[Any], str]] = {
    "flags": lambda flags: "; ".join(str(_FLAGS.get(flag, flag)) for flag in flags),
    "month": lambda month: str(month)[:7],
    "days": lambda days: "; ".join(_day(day) for day in days),
    "from_month": lambda month: str(month)[:7],
    "months": _months,
    "certificate__kind": _kind,
    "disability": _kind,
    "programme": lambda code: _programmes([code]),
    "programmes": _programmes,
}
