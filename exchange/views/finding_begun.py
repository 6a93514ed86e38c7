"""The forms that a finding leads to begin with what it says; what is saved there is its step.

The form's address names the finding by its number alone: what is known of anybody stays here.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Grant, Permission
from accounts.actions.access_log import record
from accounts.http import whole_number
from accounts.models import AccessKind
from children.actions.promises import PromiseBroken
from children.models import Child, DisabilityCertificate, HomeVisit
from children.models.home_visit import SOMEBODY_MET
from exchange.actions.finding import DoesNotFit, move_finding, note_done
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


# What is noted of each form, by its name.
DONE = {
    "visit": gettext_lazy("A visit was logged on the child's file."),
    "register": gettext_lazy("A file was opened."),
    "application": gettext_lazy("An application was opened on the child's file."),
    "parent": gettext_lazy("The parent's situation was entered on the child's file."),
    "certificate": gettext_lazy("A certificate was entered on the child's file."),
    "economic": gettext_lazy("The household's status was entered on the child's file."),
    "guardianship": gettext_lazy("Who cares for the child was entered on the file."),
    "close": gettext_lazy("The file was closed."),
    "enrolment": gettext_lazy("The child was put on a roll."),
    "rehabilitation": gettext_lazy("Rehabilitation was applied for."),
    "entitlement": gettext_lazy("An entitlement was proposed."),
    "entitlement_confirm": gettext_lazy("An entitlement was confirmed."),
    "entitlement_refuse": gettext_lazy("An entitlement was refused."),
    "entitlement_hold": gettext_lazy("Payments were held."),
    "entitlement_resume": gettext_lazy("Payments go on again."),
    "entitlement_end": gettext_lazy("An entitlement was ended."),
    "entitlement_cancel": gettext_lazy("An entitlement was cancelled."),
    "gap_raise": gettext_lazy("The amount was raised to the standard."),
    "gap_aside": gettext_lazy("The aid was set aside: it does not apply."),
    "gap_back": gettext_lazy("The aid is looked at again: it was set aside by mistake."),
    "sessions": gettext_lazy("Sessions of rehabilitation were entered."),
    "session_withdraw": gettext_lazy("A session of rehabilitation was withdrawn."),
    "plan_end": gettext_lazy("The rehabilitation plan was ended early."),
    "claim_line": gettext_lazy("What the institution claims for the child was changed."),
    "claim_check": gettext_lazy("The institution's claim was checked."),
    "claim_return": gettext_lazy("The institution's claim was given back."),
    "claim_cancel": gettext_lazy("The institution's claim was thrown away."),
    "claim_approve": gettext_lazy("The institution's claim was approved."),
    "claim_pay": gettext_lazy("The institution's claim was paid."),
    "concern_acknowledge": gettext_lazy("Somebody has taken note of the report of harm."),
    "concern_note": gettext_lazy("A step was recorded in the report of harm."),
    "concern_close": gettext_lazy("The report of harm was closed."),
    "concern_reopen": gettext_lazy("The report of harm was opened again."),
}


def asked_from(
    request: HttpRequest, grant: Grant, child: Child, is_new: bool = False
) -> Finding | None:
    """The finding about the child from which somebody came here. `is_new`: the file was opened
    just now, of which no number may tell that it is the one meant."""
    number = whole_number(request.GET.get("finding", ""))
    if number is None or not grant.allows(Permission.FINDING_VIEW):
        return None
    rows = Finding.objects.permitted(grant).select_related("found_by", "list_row__list_import")
    row = rows.filter(pk=number).first()
    about = row and (row.child_id or getattr(filed(row, grant), "pk", None))
    # What a file held that is continued in another stays at its own address.
    if row is None or (about is not None and about in (child.pk, child.merged_into_id)):
        return row
    if not is_new or row.child_id is not None or row.list_row is None:
        return None
    return row if facts_of(row.list_row).get("name") == child.name else None


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


def done_by_finding(request: HttpRequest, grant: Grant, child: Child, form: str, row: Any) -> None:
    """What was done by a form that a finding led to is a step of its story."""
    finding = asked_from(request, grant, child, is_new=form == "register")
    if finding is None or not (grant.allows(Permission.FINDING_WORK) and finding.is_ours(grant)):
        return
    if form.startswith("concern_") and not finding.is_for_few:
        return  # of a report of harm nobody learns by a finding that more people read
    if form == "visit":
        _visited(request, grant, finding, row)
    elif form in DONE:
        # Of what kind, and for which aid, the file says, to who may know it.
        now = timezone.now()
        if note_done(finding=finding, done=form, by=grant.user, now=now) is not None:
            _tell(request, finding, _("It stands among the steps of the finding."))


def _visited(request: HttpRequest, grant: Grant, finding: Finding, row: HomeVisit) -> None:
    """The visit that it asked for, unless nobody was met; a later one is told of as well."""
    if row.outcome not in SOMEBODY_MET:
        return
    told: dict[str, Any] = {
        "by": grant.user, "now": timezone.now(), "done": "visit",
    }  # fmt: skip
    try:
        move_finding(finding=finding, move="VISIT", visited_on=row.visited_on, **told)
    except PromiseBroken:
        return
    except DoesNotFit:  # visited before, or decided meanwhile
        note_done(finding=finding, is_act=False, **told)
        return
    _tell(request, finding, _("The finding says now that the family was visited."))


def _tell(request: HttpRequest, finding: Finding, words: str) -> None:
    """With the way back, for what is still to be done there."""
    address = reverse("exchange:finding_detail", args=[finding.pk])
    link = format_html('<a class="alert-link" href="{}">{}</a>', address, _("Back to the finding"))
    messages.success(request, format_html("{} {}", words, link))
