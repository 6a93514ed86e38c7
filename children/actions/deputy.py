"""Somebody stands in while a colleague is away: named for days, called off, and what they see.

The deputy holds a posting of the same role and place (`accounts.models.posting`), so whatever the
place keeps is open to them. Children who are paired with a person are shared with the deputy by
dated access rows; what names its readers – counselling, a referral's notes – is not.
"""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Posting, User
from accounts.roles import ORGANISATION_WIDE_ROLES
from accounts.scope import beyond_own_sight
from children.models import AccessReason, CaseAccess

from .promises import broken_promise
from .record import sign


def name_deputy(
    *, posting: Posting, deputy: User, starts_on: date, ends_on: date, by: User, now: datetime
) -> Posting:
    """The posting that `deputy` acts in on these days. Raises PromiseBroken with a message."""
    row = Posting(
        user=deputy, role=posting.role, area=posting.area, organisation=posting.organisation,
        starts_on=starts_on, ends_on=ends_on, stands_in_for=posting,
    )  # fmt: skip
    try:
        with transaction.atomic(), beyond_own_sight():
            Posting.objects.select_for_update().get(pk=posting.pk)
            sign(row, by, now, "")
            row.save(force_insert=True)
            for access in _paired_with(posting, now):
                _share(access.child_id, row, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def call_off(*, deputy: Posting, by: User, now: datetime) -> None:
    """Today is the last day, or there is none if the first is still to come. Twice is once."""
    today = timezone.localdate(now)
    with transaction.atomic(), beyond_own_sight():
        row = Posting.objects.select_for_update().get(pk=deputy.pk)
        last = max(today, row.starts_on - timedelta(days=1))
        if row.ends_on is None or row.ends_on <= last:
            return
        # Whom the deputy stands in for beside this one keeps their children shared.
        paired = CaseAccess.objects.filter(
            user__postings=row.stands_in_for_id, reason=AccessReason.PAIRING
        )
        ends = CaseAccess.objects.filter(
            user=row.user, reason=AccessReason.DEPUTY, child__in=paired.values("child"),
            opened_at__gte=_from(row), closed_at=_until(row),
        )  # fmt: skip
        ending = list(ends)
        row.ends_on = last
        sign(row, by, now, "")
        row.save()
        for access in ending:
            access.closed_at = max(access.opened_at, _until(row))
            sign(access, by, now, "")
            access.save()


def share_with_deputies(*, child_id: int, user: User, by: User, now: datetime) -> None:
    """A child paired with `user` from now on is shared with whoever stands in for them."""
    today = timezone.localdate(now)
    for row in Posting.objects.deputies_from(today).filter(stands_in_for__user=user):
        if _shares(row):
            _share(child_id, row, by=by, now=now)


def unshare_with_deputies(*, child_id: int, user: User, by: User, now: datetime) -> None:
    """The child is paired with `user` no longer: nor is it shared with whoever stands in."""
    today = timezone.localdate(now)
    deputies = Posting.objects.deputies_from(today).filter(stands_in_for__user=user)
    rows = CaseAccess.objects.filter(child=child_id, reason=AccessReason.DEPUTY, closed_at__gt=now)
    for access in rows.filter(user__in=deputies.values("user")):
        access.closed_at = max(access.opened_at, now)
        sign(access, by, now, "")
        access.save()


def _shares(row: Posting) -> bool:
    """In an area, and where one leads, the place says which children; else the pairings do."""
    return row.organisation_id is not None and row.role not in ORGANISATION_WIDE_ROLES


def _paired_with(posting: Posting, now: datetime) -> list[CaseAccess]:
    if not _shares(posting):
        return []
    rows = CaseAccess.objects.filter(user=posting.user_id, reason=AccessReason.PAIRING)
    return list(rows.open_at(now).order_by("child_id"))


def _share(child_id: int, row: Posting, *, by: User, now: datetime) -> None:
    access = CaseAccess(
        child_id=child_id, user=row.user, reason=AccessReason.DEPUTY,
        opened_at=max(now, _from(row)), closed_at=_until(row),
    )  # fmt: skip
    sign(access, by, now, "")
    access.save(force_insert=True)


def _from(row: Posting) -> datetime:
    return timezone.make_aware(datetime.combine(row.starts_on, time.min))


def _until(row: Posting) -> datetime:
    assert row.ends_on is not None  # by constraint
    return timezone.make_aware(datetime.combine(row.ends_on + timedelta(days=1), time.min))
