"""The forms that a finding leads to; the reader's rights decide which.

Each address names the finding, and the form begins with what it says (`finding_begun`).
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from assistance.forms.entitlement import paid_programmes
from assistance.models import Entitlement, Gap, RehabilitationClaim, RehabilitationPlan
from children.models import Child, Concern, ParentStatus
from exchange.models import Finding
from exchange.rules.finding_opens import OPENS, Opens
from schools.models import Enrolment

Link = tuple[str, str]  # words, address; an empty address is the button that opens a file


def opens_for(finding: Finding, child: Child | None, grant: Grant) -> list[Link]:
    """`child`: whom it is about, also by a file that was opened since."""
    found: list[Link] = []
    for one in OPENS.get(finding.found_by.code, ()):
        if child is None:
            if one == Opens.REGISTER and grant.allows(Permission.CHILD_ENTER):
                found.append((_("Open a file with what the list says"), ""))
        elif one in _LINKS and grant.allows(_LINKS[one][0]):
            found += _LINKS[one][1](finding, child, grant)
    return found


def _address(name: str, finding: Finding, *args: Any, **more: Any) -> str:
    return f"{reverse(name, args=args)}?{urlencode({'finding': finding.pk} | more)}"


def _of_child(name: str, words: Callable[[], str], *kind: str) -> Any:
    def link(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
        yield words(), _address(name, finding, child.case_number, *kind)

    return link


def _of_record(kind: str, words: Callable[[], str]) -> Any:
    return _of_child("children:record_add", words, kind)


def _enrol(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """Of a pupil who stands on a roll and is absent: where absence and ledgers are kept. Another
    enrolment would end the one that stands."""
    rows = Enrolment.objects.permitted(grant).filter(child=child, ends_on=None)
    if finding.found_by.code in ("M16", "M17") and rows.exists():
        words = _("Look at school, absences and ledgers")
        yield words, _address("schools:child_school", finding, child.case_number)
    else:
        words = _("Put on a roll")
        yield words, _address("schools:enrolment_add", finding, child.case_number)


def _parent(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """What is known of the parent; of one released the row that is to end. An illness may be the
    child's own."""
    add = _of_record("parent", lambda: _("Enter the parent's situation"))
    if finding.found_by.code == "M12" and not finding.facts.get("parent"):
        return
    if finding.found_by.code != "M09":
        yield from add(finding, child, grant)
        return
    facts = {"parent": finding.facts.get("parent"), "status": finding.facts.get("parent_status")}
    rows = ParentStatus.objects.permitted(grant).filter(child=child, **facts)
    for row in rows.order_by("-starts_on", "-pk")[:1]:
        yield (
            _("Enter the day of release"),
            _address("children:record_change", finding, child.case_number, "parent", row.pk),
        )


def _entitlements(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """Those that run, each on the page where its payments are held."""
    rows = Entitlement.objects.permitted(grant).filter(child=child, state="RUNNING")
    if "programme" in finding.facts:
        rows = rows.filter(programme__code=finding.facts["programme"])
    for row in rows.select_related("programme").order_by("pk"):
        words = _("Hold payments: %(programme)s") % {"programme": row.programme.label}
        yield (
            words,
            _address("assistance:entitlement_detail", finding, child.case_number, row.pk),
        )


def _gaps(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """The gap it was found by: reasons of the rules, amount, and the step that comes next."""
    code = finding.facts.get("programme")
    rows = Gap.objects.permitted(grant).filter(child=child, closed_at=None)
    for row in rows.filter(programme__code=code).select_related("programme").order_by("pk"):
        words = (
            _("Propose: %(programme)s")
            if row.is_owed
            else _("Look at the conditions: %(programme)s")
        )
        yield (
            words % {"programme": row.programme.label},
            _address("assistance:gap_detail", finding, child.case_number, row.pk),
        )


def _claims(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """Those of the plan and month that may still be held back."""
    rows = RehabilitationClaim.objects.permitted(grant).open()
    rows = rows.filter(lines__plan=finding.facts.get("plan"), month=finding.facts.get("month"))
    rows = rows.annotate(line=F("lines__pk"))
    for row in rows.select_related("institution").order_by("pk"):
        words = _("Hold the claim: %(institution)s") % {"institution": row.institution.name}
        yield words, _address("assistance:claim_detail", finding, row.pk, line=row.line)


def _sessions(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    """The days of the plan, which may stand in a file continued in this one."""
    rows = RehabilitationPlan.objects.permitted(grant).filter(pk=finding.facts.get("plan"))
    for row in rows.select_related("child"):
        yield (
            _("Look at the sessions"),
            _address("assistance:rehab_plan", finding, row.child.case_number, row.pk),
        )


def _report(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    rows = Concern.objects.permitted(grant).filter(pk=finding.facts.get("report"))
    for row in rows.select_related("child"):
        yield (
            _("Open the report of harm"),
            _address("children:concern_detail", finding, row.child.case_number, row.pk),
        )


def _proposals(finding: Finding, child: Child, grant: Grant) -> Iterator[Link]:
    name = "assistance:entitlement_add"
    if not finding.found_by.programmes:
        yield _("Propose an entitlement"), _address(name, finding, child.case_number)
    for row in paid_programmes().filter(code__in=finding.found_by.programmes):
        words = _("Propose: %(programme)s") % {"programme": row.label}
        yield words, _address(name, finding, child.case_number, programme=row.pk)


P = Permission
_LINKS: dict[Opens, tuple[Permission, Callable[[Finding, Child, Grant], Iterator[Link]]]] = {
    Opens.VISIT: (P.VISIT_LOG, _of_child("children:visit_add", lambda: _("Log a visit"))),
    Opens.APPLY: (
        P.APPLICATION_ENTER,
        _of_child("children:application_add", lambda: _("Open an application")),
    ),
    Opens.PARENT: (P.CHILD_CHANGE, _parent),
    Opens.PROPOSE: (P.AID_PROPOSE, _proposals),
    Opens.HOLD: (P.AID_PROPOSE, _entitlements),
    Opens.CLOSE: (P.CHILD_CLOSE, _of_child("children:child_close", lambda: _("Close the file"))),
    Opens.ENROL: (P.ROLL_KEEP, _enrol),
    Opens.CERTIFICATE: (
        P.CHILD_CHANGE, _of_record("certificate", lambda: _("Enter the new certificate"))
    ),
    Opens.HOUSEHOLD: (
        P.CHILD_CHANGE, _of_record("economic", lambda: _("Enter the household's status"))
    ),
    Opens.GUARDIAN: (
        P.CHILD_CHANGE, _of_record("guardianship", lambda: _("Enter who cares for the child"))
    ),
    Opens.ACCOUNTS: (
        P.AID_VIEW, _of_child("assistance:child_aid", lambda: _("Look at accounts and payments"))
    ),
    Opens.GAP: (P.AID_VIEW, _gaps),
    Opens.CLAIM: (P.REHAB_CLAIM, _claims),
    Opens.SESSIONS: (P.AID_VIEW, _sessions),
    Opens.REPORT: (P.CONCERN_VIEW, _report),
    Opens.REHABILITATION: (
        P.REHAB_ENTER,
        _of_child("assistance:rehab_add", lambda: _("Apply for rehabilitation")),
    ),
}  # fmt: skip
