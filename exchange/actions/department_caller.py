"""A department that calls: its agreement, and what the database and `permitted` show it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import Posting
from accounts.roles import Role
from accounts.scope import NOBODY, Scope, acting
from exchange.models import DepartmentToken, SharingAgreement

PREFIX = "dept_"
SCHEME = "bearer "


@dataclass
class Caller:
    """`signed`: SHA-256 of what the token's key signed of the message in hand; None for none."""

    agreement: SharingAgreement
    signed: bytes | None = None

    @cached_property
    def grant(self) -> Grant:
        """As a posting in the agreement's area, which is written nowhere and signs in nowhere.

        Told of secrets only by an agreement that names one; the categories it names, no more,
        are then read (`department_facts.told_categories`).
        """
        agreement = self.agreement
        role = Role.COUNTY_OFFICER if agreement.secret_categories else Role.CHILD_DIRECTOR
        posting = Posting(user=agreement.caller, role=role, area_id=agreement.area_code)
        return Grant(agreement.caller, posting, Permission.CHILD_VIEW)

    @property
    def scope(self) -> Scope:
        secrets = "yes" if self.agreement.secret_categories else ""
        return Scope.of_area(
            self.agreement.area_code, user_id=str(self.agreement.caller_id), secrets=secrets
        )


def caller_of(agreement: SharingAgreement) -> Caller:
    return Caller(agreement)


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def find_caller(authorization: str, now: datetime) -> tuple[DepartmentToken, Caller] | None:
    """By a living token of an agreement in force; calls of one agreement wait for each other."""
    if not authorization.lower().startswith(SCHEME) or len(authorization) > 200:
        return None
    digest = digest_of(authorization[len(SCHEME) :].strip())
    with acting(NOBODY):
        tokens = DepartmentToken.objects.living(now).filter(digest=digest)
        token = tokens.first()
    if token is None:
        return None
    with acting(Scope.of_area(token.area_code)):
        agreements = SharingAgreement.objects.in_force(timezone.localdate(now))
        agreements = agreements.select_for_update(of=("self",), no_key=True)
        agreement = agreements.select_related("caller").filter(pk=token.agreement_id).first()
    return None if agreement is None else (token, caller_of(agreement))
