"""Who may do what: the one place where roles and permissions are written.

A view names its permission once, in `@requires`. People whose acting posting does not carry it
get 403. The others get a `Grant`, and `Model.objects.permitted(grant)` is the only way a view
reaches rows: what it leaves out is 404, so an officer here is nobody next door. Behind both,
`accounts.scope` limits the database itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Posting, User
from accounts.roles import ORGANISATION_WIDE_ROLES, ROLES_WITHOUT_CHILDREN, Role
from accounts.scope import NOBODY, Scope


class Permission(StrEnum):
    WORK = auto()  # any posting at all: home, own settings
    DEPUTY_NAME = auto()  # who stands in while one is away; for others where one leads them
    CHILD_VIEW = auto()
    CHILD_ENTER = auto()
    CHILD_CHANGE = auto()
    CHILD_CLOSE = auto()
    CHILD_HISTORY = auto()
    CHILD_REVERT = auto()
    CHILD_EXPORT = auto()
    SENSITIVE_REVEAL = auto()
    SECRET_VIEW = auto()
    DOCUMENT_VIEW = auto()
    DOCUMENT_ADD = auto()
    APPLICATION_ENTER = auto()
    APPLICATION_CHECK = auto()
    APPLICATION_CONFIRM = auto()
    ACCESS_LOG_OF_CHILD = auto()
    ACCESS_LOG_AUDIT = auto()
    ADMINISTER = auto()
    # The school's half.
    ROLL_VIEW = auto()
    ROLL_KEEP = auto()  # enrolments, moving up
    ROLL_HAND_ON = auto()  # names who goes on to another school, takes in: schools alone
    ROLL_EXCUSE = auto()  # approves deferral and suspension: township or county, never a school
    ROLL_ABSENCE = auto()  # notes who is away
    LEDGER_VIEW = auto()  # the three ledgers of dropout control
    LEDGER_WORK = auto()  # persuade, propose closing
    LEDGER_CLOSE = auto()  # the second person
    HOME_TEACHING = auto()  # plan and log it
    GROUP_VIEW = auto()
    GROUP_LEAD = auto()  # seats, pairings, handover
    CONTACT_VIEW = auto()
    CONTACT_LOG = auto()
    DIGEST_VIEW = auto()
    OBSERVE = auto()  # fill in the checklist, see one's own and, once sent, the others'
    WELLBEING_VIEW = auto()  # every observation, scores, referrals
    COUNSEL = auto()  # sessions and their notes; which rows, the rows say
    VISIT_VIEW = auto()
    VISIT_LOG = auto()  # visits and calls of those who keep the file
    DAY_TAKE = auto()  # the due visits of a day along on a phone, written without a network
    RISK_ASSESS = auto()
    PLAN_KEEP = auto()  # care plans
    TRANSFER_VIEW = auto()  # handovers of files between places, answering them at the own one
    TRANSFER_SEND = auto()
    PLACEMENT_KEEP = auto()  # temporary guardianship, decided by the county: L-MPL art. 92
    CAMPAIGN_VIEW = auto()  # rounds of checks: what is asked, how far the places are
    CAMPAIGN_ANSWER = auto()
    CAMPAIGN_REMIND = auto()
    CAMPAIGN_OPEN = auto()  # opens and closes a round: county or above
    CONCERN_REPORT = auto()  # the red button, and what one reported oneself
    CONCERN_VIEW = auto()  # every report; no school's lead, who might be the one reported
    GROWTH_VIEW = auto()
    GROWTH_FILL = auto()
    GROWTH_CLOSE = auto()
    NOTICE_VIEW = auto()
    NOTICE_WRITE = auto()
    # What a child is owed and gets.
    AID_VIEW = auto()
    ACCOUNT_PROPOSE = auto()
    ACCOUNT_CONFIRM = auto()  # the second person
    AID_PROPOSE = auto()
    AID_CONFIRM = auto()  # the county: confirms, ends, sets amounts
    EDUCATION_VIEW = auto()  # recognition of poor pupils, awards of a term, freshman subsidy
    EDUCATION_PROPOSE = auto()  # the school for its pupils, the township for its own
    EDUCATION_DECIDE = auto()  # the second person: township or county, never a school
    RUN_VIEW = auto()
    RUN_BUILD = auto()
    RUN_CHECK = auto()
    RUN_APPROVE = auto()  # the county, never who built or checked the run
    REHAB_ENTER = auto()  # applications for rehabilitation, sessions attended
    REHAB_CLAIM = auto()  # what institutions claim; approving it is AID_CONFIRM
    # Between departments.
    PAIR_DECIDE = auto()  # whether a row of a list, or another file, is this child
    LIST_OUT = auto()  # a list made in the layout of another department
    SHARING_VIEW = auto()  # the record of what went in and out
    LIST_APPROVE = auto()  # the second person
    CHILD_MERGE = auto()  # two files of one child continued as one, and parted again
    LIST_VIEW = auto()  # the page of lists, and what came in
    LIST_TAKE_IN = auto()
    LIST_LAYOUT = auto()  # teaches a layout new headings
    LIST_UNDO = auto()  # never who took the list in
    LIST_SEND = auto()  # a department sends its lists, and sees what became of them alone
    CHANGE_DECIDE = auto()  # what a list says otherwise than a file
    AGREEMENT_KEEP = auto()  # what departments may ask by machine, and their tokens
    # The county as a whole.
    PICTURE_VIEW = auto()  # figures of the own area; of single children who may see them
    REPORT_KEEP = auto()  # builds tables of figures, saves and shares them
    # What the lists of departments tell.
    FINDING_VIEW = auto()
    FINDING_WORK = auto()  # visits, acts
    FINDING_DECIDE = auto()  # assigns, confirms, dismisses, closes, asks a department
    FINDING_ASKED_VIEW = auto()  # what the own department is asked of findings
    FINDING_ANSWER = auto()


P = Permission
_STAFF = frozenset({
    P.WORK, P.DEPUTY_NAME, P.CHILD_VIEW, P.ROLL_VIEW, P.GROUP_VIEW, P.CONTACT_VIEW,
    P.CONTACT_LOG, P.OBSERVE, P.CONCERN_REPORT, P.GROWTH_VIEW, P.GROWTH_FILL, P.HOME_TEACHING,
    P.NOTICE_VIEW,
})  # fmt: skip
_CLASS_TEACHER = _STAFF | {
    P.DOCUMENT_VIEW, P.LEDGER_VIEW, P.LEDGER_WORK, P.NOTICE_WRITE, P.ROLL_ABSENCE,
}  # fmt: skip
_DIRECTOR = frozenset({
    P.WORK, P.DEPUTY_NAME, P.CHILD_VIEW, P.CHILD_ENTER, P.CHILD_CHANGE, P.CHILD_HISTORY,
    P.SENSITIVE_REVEAL, P.DOCUMENT_VIEW, P.DOCUMENT_ADD, P.APPLICATION_ENTER, P.CONCERN_REPORT,
    P.LEDGER_VIEW, P.LEDGER_WORK, P.ROLL_VIEW, P.AID_VIEW, P.ACCOUNT_PROPOSE, P.REHAB_ENTER,
    P.VISIT_VIEW, P.VISIT_LOG, P.DAY_TAKE, P.RISK_ASSESS, P.PLAN_KEEP, P.CAMPAIGN_VIEW,
    P.CAMPAIGN_ANSWER, P.PICTURE_VIEW,
    P.FINDING_VIEW, P.FINDING_WORK,
})  # fmt: skip
_SUPERVISOR = _DIRECTOR | {
    P.CHILD_CLOSE, P.CHILD_REVERT, P.CHILD_EXPORT, P.APPLICATION_CHECK, P.ACCESS_LOG_OF_CHILD,
    P.ROLL_KEEP, P.ROLL_EXCUSE, P.LEDGER_CLOSE, P.GROUP_VIEW, P.CONTACT_VIEW, P.DIGEST_VIEW,
    P.CONCERN_VIEW, P.GROWTH_VIEW, P.NOTICE_VIEW, P.ACCOUNT_CONFIRM, P.AID_PROPOSE,
    P.RUN_VIEW, P.RUN_BUILD, P.RUN_CHECK, P.PAIR_DECIDE, P.LIST_OUT, P.SHARING_VIEW, P.LIST_VIEW,
    P.CHANGE_DECIDE,
    P.EDUCATION_VIEW, P.EDUCATION_PROPOSE, P.EDUCATION_DECIDE, P.CAMPAIGN_REMIND, P.REHAB_CLAIM,
    P.FINDING_DECIDE, P.TRANSFER_VIEW, P.TRANSFER_SEND,
}  # fmt: skip

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CHILD_DIRECTOR: _DIRECTOR,
    Role.CHILD_SUPERVISOR: _SUPERVISOR,
    # No county goes along on a phone, past the second factor.
    Role.COUNTY_OFFICER: (_SUPERVISOR - {P.APPLICATION_CHECK, P.DAY_TAKE})
    | {
        P.APPLICATION_CONFIRM, P.SECRET_VIEW, P.AID_CONFIRM, P.RUN_APPROVE, P.CHILD_MERGE,
        P.PLACEMENT_KEEP,
        P.LIST_TAKE_IN, P.LIST_LAYOUT, P.LIST_UNDO, P.LIST_APPROVE, P.CAMPAIGN_OPEN, P.REPORT_KEEP,
        P.AGREEMENT_KEEP,
    },
    # Whoever works with minors reports harm: L-MPL art. 11.
    Role.LIAISON: frozenset({
        P.WORK, P.DEPUTY_NAME, P.CHILD_VIEW, P.CONCERN_REPORT, P.LIST_SEND, P.FINDING_ASKED_VIEW,
        P.FINDING_ANSWER,
    }),
    Role.PRINCIPAL: _CLASS_TEACHER
    | {
        P.ROLL_KEEP, P.ROLL_HAND_ON, P.LEDGER_CLOSE, P.GROUP_LEAD, P.DIGEST_VIEW,
        P.WELLBEING_VIEW, P.COUNSEL, P.GROWTH_CLOSE, P.EDUCATION_VIEW, P.EDUCATION_PROPOSE,
    },
    Role.CLASS_TEACHER: _CLASS_TEACHER,
    Role.SUBJECT_TEACHER: _STAFF,
    Role.COUNSELLOR: _STAFF | {P.WELLBEING_VIEW, P.COUNSEL, P.NOTICE_WRITE},
    Role.ADMINISTRATOR: frozenset(
        {
            P.WORK, P.CHILD_VIEW, P.CHILD_HISTORY, P.ACCESS_LOG_OF_CHILD, P.ADMINISTER,
            P.AGREEMENT_KEEP,
        }
    ),
    Role.AUDITOR: frozenset({P.WORK, P.ACCESS_LOG_AUDIT, P.PICTURE_VIEW, P.SHARING_VIEW}),
}  # fmt: skip


@dataclass(frozen=True)
class Grant:
    """A user, the posting acted in, and the one permission this request was let in with."""

    user: User
    posting: Posting
    permission: Permission

    @property
    def role(self) -> Role:
        return Role(self.posting.role)

    @property
    def shape(self) -> tuple[Any, ...]:
        """All that `permitted(grant)` can depend on."""
        posting = self.posting
        return (
            self.user.pk, posting.pk, posting.role, posting.area_id, posting.organisation_id,
            self.home_area_code, posting.stands_in_for_id, self.permission,
        )  # fmt: skip

    @property
    def area_code(self) -> str | None:
        """Code of the posting's area; None for a posting in an organisation."""
        return self.posting.area_id

    @property
    def home_area_code(self) -> str:
        """Where the posting sits: its area, or its organisation's."""
        organisation = self.posting.organisation
        return self.area_code or (organisation.area_id if organisation else "")

    @property
    def sees_own_area(self) -> bool:
        return self.area_code is not None and self.role not in ROLES_WITHOUT_CHILDREN

    @property
    def is_organisation_wide(self) -> bool:
        return self.role in ORGANISATION_WIDE_ROLES

    def allows(self, permission: Permission) -> bool:
        """Whether the same posting also carries `permission`, e.g. to show a button."""
        return may(self.posting, permission)


def may(posting: Posting | None, permission: Permission) -> bool:
    return posting is not None and permission in ROLE_PERMISSIONS[Role(posting.role)]


# What a posting is told of beside its children: permission → setting of `accounts.scope`.
_TOLD = {
    Permission.SECRET_VIEW: "secrets",
    Permission.CONCERN_VIEW: "concerns",
    Permission.WELLBEING_VIEW: "wellbeing",
}


def scope_of(posting: Posting | None, user_id: int | None = None) -> Scope:
    """What the database shows to somebody acting in `posting`."""
    if posting is None:
        return Scope(user_id=str(user_id)) if user_id else NOBODY
    role = Role(posting.role)
    who = {"user_id": str(posting.user_id), "posting_id": str(posting.pk)}
    for permission, setting in _TOLD.items():
        if may(posting, permission):
            who[setting] = "yes"
    if role in ROLES_WITHOUT_CHILDREN:
        trails = Scope.of_area(posting.area_id or "~")
        return Scope(audit_lo=trails.audit_lo, audit_hi=trails.audit_hi, no_children="yes", **who)
    if posting.area_id is not None:
        return Scope.of_area(posting.area_id, **who)
    if role in ORGANISATION_WIDE_ROLES:
        who["organisation_id"] = str(posting.organisation_id)
    return Scope(**who)


View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """Decorate `view(request, grant, ...)` with the permission it needs.

    Sets `required_permission` on the view, which `tests/architecture/` reads.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            posting = getattr(request, "posting", None)
            if getattr(request, "has_lent_password", False):
                return redirect("account_change_password")
            if getattr(request, "lacks_second_factor", False):
                return redirect("accounts:second_factor")
            if posting is None or not may(posting, permission):
                raise PermissionDenied(permission.value)
            grant = Grant(posting.user, posting, permission)
            response: Any = view(request, grant, *args, **kwargs)
            # A template may still read rows: inside the transaction, where they can be seen.
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
            return response

        checked.required_permission = permission  # type: ignore[attr-defined]
        return checked

    return decorator
