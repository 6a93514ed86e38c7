"""Sessions of a referral and notes about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from children.actions.record import lock_child
from schools.models import CounsellingSession, NoteKind, Referral

from .referral import NotNow, NotOfTheTwo, write_note


@transaction.atomic
def hold_session(
    *, referral: Referral, facts: Mapping[str, Any], note: str, by: User, now: datetime
) -> CounsellingSession:
    """Record that it took place, and the note that only two read. Raises NotNow, NotOfTheTwo."""
    row = _under_way(referral, by)
    assert row.counsellor is not None
    assert row.lead is not None
    session = CounsellingSession.objects.create(
        child_id=row.child_id, referral=row, counsellor=row.counsellor, lead=row.lead,
        entered_at=now, **facts,
    )  # fmt: skip
    if note:
        write_note(referral=row, session=session, kind=NoteKind.SESSION, text=note, by=by, now=now)
    return session


@transaction.atomic
def add_note(*, referral: Referral, text: str, by: User, now: datetime) -> None:
    """Raises NotNow, NotOfTheTwo."""
    row = _under_way(referral, by)
    write_note(referral=row, kind=NoteKind.OTHER, text=text, by=by, now=now)


def _under_way(referral: Referral, by: User) -> Referral:
    lock_child(referral.child_id)
    row = Referral.objects.get(pk=referral.pk)
    if by.pk not in (row.counsellor_id, row.lead_id):
        raise NotOfTheTwo
    if row.is_closed:
        raise NotNow
    return row
