"""The forms that a finding leads to begin with what it says; a visit logged there is its step.

The form's address names the finding by its number alone: what is known of anybody stays here.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.access import Grant, Permission
from accounts.actions.access_log import record
from accounts.http import whole_number
from accounts.models import AccessKind
from children.actions.promises import PromiseBroken
from children.models import Child, DisabilityCertificate, HomeVisit
from children.models.home_visit import SOMEBODY_MET
from exchange.actions.finding import DoesNotFit, move_finding
from exchange.models import Finding
from exchange.models.finding_list import facts_of, filed
from exchange.rules.finding_fills import filled_in
from schools.forms.enrolment import schools_of

OF_CERTIFICATE = {  # field of the form → fact of the list
    "number": "certificate__number", "issued_on": "certificate__issued_on",
    "expires_on": "certificate__expires_on",
}  # fmt: skip
REST_ON = {"parent": "evidence", "economic": "evidence", "entitlement": "document"}
WORDED = {"application": "grounds", "entitlement": "grounds", "entitlement_end": "reason"}


def asked_from(request: HttpRequest, grant: Grant, child: Child) -> Finding | None:
    """The finding about the child from which somebody came here."""
    number = whole_number(request.GET.get("finding", ""))
    if number is None or not grant.allows(Permission.FINDING_VIEW):
        return None
    rows = Finding.objects.permitted(grant).select_related("found_by", "list_row__list_import")
    row = rows.filter(pk=number).first()
    if row is None or (row.child_id or getattr(filed(row, grant), "pk", None)) != child.pk:
        return None
    return row


def begun_by_finding(
    request: HttpRequest, grant: Grant, child: Child, form: str
) -> dict[str, Any]:  # fmt: skip
    row = asked_from(request, grant, child)
    if row is None:
        return {}
    told = filled_in(form, row.found_by.code, row.facts)
    if form == "certificate":
        told |= _certificate(request, grant, child, row)
    elif form == "enrolment":
        told |= _school(row, grant)
    elif form == "entitlement":
        told["from_month"] = timezone.localdate().replace(day=1)
    if form in REST_ON and row.list_row is not None:
        told[REST_ON[form]] = _list_of(row)
    if form in WORDED:
        told[WORDED[form]] = _in_words(row)
    return told


def _list_of(row: Finding) -> str:
    """Kind of the list and the day on which it came in."""
    assert row.list_row is not None
    came = row.list_row.list_import
    day = formats.date_format(timezone.localdate(came.at), "SHORT_DATE_FORMAT")
    return _(", ").join([came.get_kind_display(), day])


def _in_words(row: Finding) -> str:
    """What was found, what was compared, and by which list: a line each."""
    told = _(", ").join(_(": ").join(pair) for pair in row.told)
    by_list = _list_of(row) if row.list_row is not None else ""
    return "\n".join(filter(None, [str(row.found_by.title), told, by_list]))


def _certificate(
    request: HttpRequest, grant: Grant, child: Child, row: Finding
) -> dict[str, Any]:  # fmt: skip
    """As the list of certificates has it; of one to be renewed, kind and grade of the last."""
    if row.list_row is None or row.list_row.kind != "disability_certificates":
        papers = DisabilityCertificate.objects.permitted(grant).filter(child=child)
        last = papers.order_by("-expires_on", "-pk").values("kind", "grade").first()
        return dict(last or {})
    facts = facts_of(row.list_row)
    told = {field: facts[fact] for field, fact in OF_CERTIFICATE.items() if facts.get(fact)}
    if "number" in told:
        record(
            grant=grant, kind=AccessKind.REVEALED, request=request, child_id=child.pk,
            area_code=row.area_code, subject="list_row", reason=_("to enter the certificate"),
        )  # fmt: skip
    return told


def _school(row: Finding, grant: Grant) -> dict[str, Any]:
    """As the list of absences names it."""
    facts = facts_of(row.list_row) if row.list_row is not None else {}
    code = facts.get("school_code")
    school = schools_of(grant).filter(organisation__code=code).first() if code else None
    told = {"school": school and school.pk, "class_name": facts.get("class_name")}
    return {field: value for field, value in told.items() if value}


def visited_by_finding(request: HttpRequest, grant: Grant, child: Child, row: Any) -> None:
    """The visit that a finding asked for, logged from it, is its step."""
    if not isinstance(row, HomeVisit) or row.outcome not in SOMEBODY_MET:
        return
    finding = asked_from(request, grant, child)
    if finding is None or not (grant.allows(Permission.FINDING_WORK) and finding.is_ours(grant)):
        return
    try:
        move_finding(
            finding=finding, move="VISIT", by=grant.user, now=timezone.now(),
            text=_("A visit was logged on the child's file."), visited_on=row.visited_on,
        )  # fmt: skip
    except (DoesNotFit, PromiseBroken):
        return  # visited before, or decided meanwhile
    messages.success(request, _("The finding says now that the family was visited."))
