"""The score of an outside instrument: entered, and withdrawn when it was entered wrongly."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Posting
from children.actions.record import lock_child
from children.models import Child
from schools.models import (
    Consent,
    ConsentPurpose,
    ReferralGround,
    ScreeningResult,
    ScreeningTool,
    ScreeningWithdrawal,
)
from schools.rules.screening import needs_consent

from .referral import open_referral, tell_withdrawn


class NoConsent(Exception):
    """Under 14, and no guardian's consent to screening lives on that day."""


class OutOfBands(Exception):
    """The instrument has no band for this score."""


class AlreadyWithdrawn(Exception):
    """Somebody else was quicker."""


class OtherSchool(Exception):
    """The score was entered at another school, which alone withdraws it."""


@transaction.atomic
def enter_score(
    *,
    child: Child,
    tool: ScreeningTool,
    taken_on: date,
    score: int,
    remark: str,
    by: Posting,
    now: datetime,
    today: date,
) -> ScreeningResult:
    """A band that says so refers the child at once. Raises NoConsent, OutOfBands."""
    lock_child(child.pk)  # a consent is withdrawn before or after, never meanwhile
    if needs_consent(child.birth_date, taken_on) and not has_consent(child, taken_on):
        raise NoConsent
    band = tool.bands.filter(lowest__lte=score, highest__gte=score).first()
    if band is None:
        raise OutOfBands
    row = ScreeningResult.objects.create(
        child=child, tool=tool, taken_on=taken_on, score=score, band=band, entered_by=by,
        entered_at=now, remark=remark,
    )  # fmt: skip
    if band.refers:
        open_referral(
            child=child, ground=ReferralGround.SCREENING, by=by, now=now, today=today, screening=row
        )
    return row


@transaction.atomic
def withdraw_score(*, result: ScreeningResult, reason: str, by: Posting, now: datetime) -> None:
    """It stays and counts no more; referrals that it opened stay, and are told.

    Raises AlreadyWithdrawn, OtherSchool.
    """
    lock_child(result.child_id)
    if by.organisation_id != result.entered_by.organisation_id:
        raise OtherSchool
    if ScreeningWithdrawal.objects.filter(result=result).exists():
        raise AlreadyWithdrawn
    ScreeningWithdrawal.objects.create(
        result=result, child_id=result.child_id, reason=reason, withdrawn_by=by.user,
        withdrawn_at=now,
    )  # fmt: skip
    tell_withdrawn(screening=result, reason=reason, by=by.user, now=now)


def has_consent(child: Child, day: date) -> bool:
    rows = Consent.objects.living_on(day).filter(child=child, purpose=ConsentPurpose.SCREENING)
    return rows.exists()
