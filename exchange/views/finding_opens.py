"""The forms that a finding leads to, with what is known filled in; the reader's rights decide."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from assistance.forms.entitlement import paid_programmes
from assistance.models import Entitlement, Gap
from exchange.models import Finding
from exchange.rules.finding_opens import CATEGORY, HELP, OPENS, Opens

Link = tuple[str, str]  # words, address; an empty address is the button that opens a file


def opens_for(finding: Finding, grant: Grant) -> list[Link]:
    found: list[Link] = []
    for one in OPENS.get(finding.found_by.code, ()):
        if finding.child is None:
            if one == Opens.REGISTER and grant.allows(Permission.CHILD_ENTER):
                found.append((_("Open a file with what the list says"), ""))
        elif one in _LINKS and grant.allows(_LINKS[one][0]):
            found += _LINKS[one][1](finding, grant)
    return found


def _of_child(name: str, words: Callable[[], str], **query: Callable[[Finding], Any]) -> Any:
    def link(finding: Finding, grant: Grant) -> Iterator[Link]:
        assert finding.child is not None
        told = {key: value for key, ask in query.items() if (value := ask(finding))}
        address = reverse(name, args=[finding.child.case_number])
        yield words(), f"{address}?{urlencode(told)}" if told else address

    return link


def _of_record(kind: str, words: Callable[[], str], **query: Callable[[Finding], Any]) -> Any:
    def link(finding: Finding, grant: Grant) -> Iterator[Link]:
        assert finding.child is not None
        told = {key: value for key, ask in query.items() if (value := ask(finding))}
        address = reverse("children:record_add", args=[finding.child.case_number, kind])
        yield words(), f"{address}?{urlencode(told)}" if told else address

    return link


def _entitlements(finding: Finding, grant: Grant) -> Iterator[Link]:
    """Those that run, each on the page where its payments are held."""
    assert finding.child is not None
    rows = Entitlement.objects.permitted(grant).filter(child=finding.child, state="RUNNING")
    if "programme" in finding.facts:
        rows = rows.filter(programme__code=finding.facts["programme"])
    for row in rows.select_related("programme").order_by("pk"):
        words = _("Hold payments: %(programme)s") % {"programme": row.programme.label}
        yield (
            words,
            reverse("assistance:entitlement_detail", args=[finding.child.case_number, row.pk]),
        )


def _gaps(finding: Finding, grant: Grant) -> Iterator[Link]:
    """The gap it was found by: reasons of the rules, amount, and the step that comes next."""
    assert finding.child is not None
    code = finding.facts.get("programme")
    rows = Gap.objects.permitted(grant).filter(child=finding.child, closed_at=None)
    for row in rows.filter(programme__code=code).select_related("programme").order_by("pk"):
        words = (
            _("Propose: %(programme)s")
            if row.is_owed
            else _("Look at the conditions: %(programme)s")
        )
        yield (
            words % {"programme": row.programme.label},
            reverse("assistance:gap_detail", args=[finding.child.case_number, row.pk]),
        )


def _proposals(finding: Finding, grant: Grant) -> Iterator[Link]:
    assert finding.child is not None
    address = reverse("assistance:entitlement_add", args=[finding.child.case_number])
    rows = paid_programmes().filter(code__in=finding.found_by.programmes)
    if not finding.found_by.programmes:
        yield _("Propose an entitlement"), address
    for row in rows:
        words = _("Propose: %(programme)s") % {"programme": row.label}
        yield words, f"{address}?{urlencode({'programme': row.pk})}"


P = Permission
_LINKS: dict[Opens, tuple[Permission, Callable[[Finding, Grant], Iterator[Link]]]] = {
    Opens.VISIT: (P.VISIT_LOG, _of_child("children:visit_add", lambda: _("Log a visit"))),
    Opens.APPLY: (
        P.APPLICATION_ENTER,
        _of_child(
            "children:application_add", lambda: _("Open an application"),
            category=lambda finding: CATEGORY.get(finding.found_by.code),
        ),
    ),
    Opens.PARENT: (
        P.CHILD_CHANGE,
        _of_record(
            "parent", lambda: _("Enter the parent's situation"),
            parent=lambda finding: finding.facts.get("parent"),
        ),
    ),
    Opens.PROPOSE: (P.AID_PROPOSE, _proposals),
    Opens.HOLD: (P.AID_PROPOSE, _entitlements),
    Opens.CLOSE: (P.CHILD_CLOSE, _of_child("children:child_close", lambda: _("Close the file"))),
    Opens.ENROL: (
        P.ROLL_KEEP, _of_child("schools:enrolment_add", lambda: _("Put on a roll"))
    ),
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
    Opens.REHABILITATION: (
        P.REHAB_ENTER,
        _of_child(
            "assistance:rehab_add", lambda: _("Apply for rehabilitation"),
            kind=lambda finding: HELP.get(finding.facts.get("certificate__kind", "")),
        ),
    ),
}  # fmt: skip
