"""A file handed over: sent, acknowledged, refused, withdrawn; access follows each step."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Area, Posting
from accounts.scope import beyond_own_sight
from children.extensions import BEFORE_MOVE
from children.models import (
    AccessReason,
    CaseAccess,
    Child,
    Transfer,
    TransferState,
    TransferTerm,
)

from .child import share_with_hukou_township
from .promises import broken_promise
from .record import lock_child, sign


class AnsweredAlready(Exception):
    """Somebody else answered or withdrew it in the meantime, or the file was moved or merged."""


def send_file(*, child: Child, facts: Mapping[str, Any], by: Posting, now: datetime) -> Transfer:
    """`facts`: to_area, moved_on, reason, summary. The receiving place may read from now on.

    Raises PromiseBroken while another handover waits.
    """
    today = timezone.localdate(now)
    term = TransferTerm.in_force(today)
    answer_by = today + timedelta(days=term.answer_days if term else 0)
    try:
        with transaction.atomic():
            kept = lock_child(child.pk)
            row = Transfer(
                child=kept, from_area_id=kept.managing_area_id, sent_by=by, sent_at=now,
                answer_by=answer_by, **facts,
            )  # fmt: skip
            _save(row, by, now)
            access = CaseAccess(
                child=kept, area=row.to_area, reason=AccessReason.TRANSFER, opened_at=now
            )
            _save(access, by, now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


@transaction.atomic
def acknowledge_file(
    *, row: Transfer, version: int, village: Area, address: str, by: Posting, now: datetime
) -> Transfer:
    """The file is kept in `village` from now on, with all its due work; the old place reads on.

    Raises AnsweredAlready.
    """
    with beyond_own_sight():
        for wait in BEFORE_MOVE:
            wait(row.from_area_id, village.pk)
        fresh, child = _locked(row, version)
        term = TransferTerm.in_force(timezone.localdate(now))
        days = timedelta(days=term.readable_days if term else 0)
        _answer(fresh, TransferState.ACKNOWLEDGED, "", by, now)
        child.managing_area = child.residence_area = village
        child.address = address
        sign(child, by.user, now, fresh.reason)
        child.save()
        _close_access(fresh, by, now)
        share_with_hukou_township(child, by.user, now)
        access = CaseAccess(
            child=child, area_id=fresh.from_area_id, reason=AccessReason.TRANSFER, opened_at=now,
            closed_at=now + days,
        )  # fmt: skip
        _save(access, by, now)
    return fresh


@transaction.atomic
def refuse_file(
    *, row: Transfer, version: int, answer: str, by: Posting, now: datetime
) -> Transfer:
    """The sender goes on keeping the file; who refused reads it no more. Raises AnsweredAlready."""
    return _turn_back(row, version, TransferState.REFUSED, answer, by, now)


@transaction.atomic
def withdraw_file(*, row: Transfer, version: int, by: Posting, now: datetime) -> Transfer:
    """Raises AnsweredAlready."""
    return _turn_back(row, version, TransferState.WITHDRAWN, "", by, now)


def _turn_back(
    row: Transfer, version: int, state: TransferState, answer: str, by: Posting, now: datetime
) -> Transfer:
    with beyond_own_sight():
        fresh, _child = _locked(row, version)
        _answer(fresh, state, answer, by, now)
        _close_access(fresh, by, now)
    return fresh


def _locked(row: Transfer, version: int) -> tuple[Transfer, Child]:
    child = lock_child(row.child_id)
    fresh = Transfer.objects.get(pk=row.pk)
    moved = child.managing_area_id != fresh.from_area_id or child.merged_into_id is not None
    if fresh.version != version or not fresh.waits or moved:
        raise AnsweredAlready
    return fresh, child


def _answer(row: Transfer, state: TransferState, answer: str, by: Posting, now: datetime) -> None:
    row.state, row.answer, row.answered_by, row.answered_at = state, answer, by, now
    _save(row, by, now)


def _close_access(row: Transfer, by: Posting, now: datetime) -> None:
    """What the receiving place was shown to decide."""
    opened = CaseAccess.objects.filter(
        child=row.child_id, area=row.to_area_id, reason=AccessReason.TRANSFER,
        closed_at__isnull=True,
    )  # fmt: skip
    for access in opened:
        access.closed_at = max(now, access.opened_at)
        _save(access, by, now)


def _save(row: Any, by: Posting, now: datetime) -> None:
    sign(row, by.user, now, "")
    row.save()
