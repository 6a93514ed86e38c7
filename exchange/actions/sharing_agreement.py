"""Agreements with departments: made by one person, approved by another, ended; their tokens."""

import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.access import Grant
from accounts.models import User
from children.actions.promises import broken_promise
from children.actions.record import sign
from children.models import StaleRecord
from exchange.models import DepartmentToken, SharingAgreement

from .department_caller import PREFIX, digest_of


class NotInForce(Exception):
    """Not approved, not begun, or over."""


@transaction.atomic
def make_agreement(*, facts: Mapping[str, Any], grant: Grant, now: datetime) -> SharingAgreement:
    """In the grant's area; asks nothing until a second person has approved it.

    Raises PromiseBroken.
    """
    caller = User(username=f"department-{uuid.uuid4().hex[:12]}",
                  full_name=facts["department"], is_active=False)  # fmt: skip
    caller.set_unusable_password()
    row = SharingAgreement(
        **facts, area_code=grant.area_code or "", made_by=grant.user, made_at=now, caller=caller
    )
    try:
        with transaction.atomic():
            sign(caller, grant.user, now, "")
            caller.save()
            row.caller = caller
            sign(row, grant.user, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _locked(row: SharingAgreement, version: int) -> SharingAgreement:
    """Raises StaleRecord."""
    fresh = SharingAgreement.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if fresh.version != version:
        raise StaleRecord(fresh)
    return fresh


def approve_agreement(*, row: SharingAgreement, version: int, by: User, now: datetime) -> None:
    """By a second person. Raises StaleRecord, PromiseBroken."""
    try:
        with transaction.atomic():
            fresh = _locked(row, version)
            if fresh.approved_at is None:
                fresh.approved_by, fresh.approved_at = by, now
                sign(fresh, by, now, "")
                fresh.save()
    except IntegrityError as error:
        raise broken_promise(error) from error


@transaction.atomic
def end_agreement(
    *, row: SharingAgreement, version: int, reason: str, by: User, now: datetime
) -> None:
    """From now on nobody asks by it: its tokens are revoked with it. So it is refused, too, by
    the second person. Raises StaleRecord."""
    fresh = _locked(row, version)
    if fresh.ended_at is None:
        fresh.ended_at, fresh.ended_by, fresh.end_reason = now, by, reason
        sign(fresh, by, now, reason)
        fresh.save()
    for token in fresh.tokens.living(now):
        revoke_token(token=token, by=by, now=now)


@transaction.atomic
def issue_token(
    *, row: SharingAgreement, days: int, public_key: str, by: User, now: datetime
) -> str:
    """The token, which is told this once; only its hash is kept. Raises NotInForce."""
    today = timezone.localdate(now)
    fresh = SharingAgreement.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if fresh.approved_at is None or fresh.is_over(today):
        raise NotInForce
    told = PREFIX + secrets.token_urlsafe(32)
    token = DepartmentToken(
        agreement=fresh, area_code=fresh.area_code, digest=digest_of(told), hint=told[:10],
        public_key=public_key, issued_by=by, issued_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
    sign(token, by, now, "")
    token.save(force_insert=True)
    return told


@transaction.atomic
def revoke_token(*, token: DepartmentToken, by: User, now: datetime) -> None:
    """At once; one revoked before stays so."""
    fresh = DepartmentToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if fresh.revoked_at is None:
        fresh.revoked_by, fresh.revoked_at = by, now
        sign(fresh, by, now, "")
        fresh.save()
