"""A referral from its first sign to its end: who is told, who sees the file, who reads notes."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, Posting, User
from accounts.roles import Role
from children.actions.record import lock_child, sign
from children.models import AccessReason, Child
from schools.models import (
    CounsellingNote,
    NoteKind,
    Referral,
    ReferralMove,
    ReferralState,
    ReferralStep,
)
from schools.models.referral import URGENT
from schools.rules.referral import MOVES

from .access import beyond_own_sight, close_access, open_access


class NotNow(Exception):
    """The move does not lead from the present state: somebody else was faster."""


class NotOfTheTwo(Exception):
    """Only the counsellor and the named lead take this step."""


def counsellors_of(organisation: Organisation, today: date) -> list[Posting]:
    rows = Posting.objects.held_on(today).filter(organisation=organisation, role=Role.COUNSELLOR)
    return list(rows.select_related("user"))


def leads_of(organisation: Organisation, today: date) -> Any:
    """Postings of whom one is named the lead of a referral."""
    rows = Posting.objects.held_on(today).filter(organisation=organisation, role=Role.PRINCIPAL)
    return rows.select_related("user").order_by("starts_on", "pk")


def open_referral(
    *, child: Child, ground: str, by: Posting, now: datetime, today: date, remark: str = ""
) -> Referral:
    """At the school of `by`, inside a transaction that holds the child.

    While one is open there, this is another sign of it, not another referral. The school's
    counsellors see the file from now on.
    """
    assert by.organisation is not None
    with beyond_own_sight():
        rows = Referral.objects.open().filter(child=child, organisation=by.organisation)
        row, move = rows.first(), ReferralMove.SIGN
        if row is None:
            move = ReferralMove.REFER
            row = Referral(
                child=child, organisation=by.organisation, opened_by=by.user, opened_at=now,
                ground=ground, remark=remark, is_urgent=ground in URGENT,
            )  # fmt: skip
            _save(row, by.user, now)
        elif ground in URGENT and not row.is_urgent:
            row.is_urgent = True
            _save(row, by.user, now)
        _log(row, move, by.user, now, ground=ground)
        if row.state == ReferralState.OPEN:
            for posting in counsellors_of(by.organisation, today):
                _let_in(row, posting.user, by.user, now)
    return row


@transaction.atomic
def refer(
    *, child: Child, ground: str, remark: str, by: Posting, now: datetime, today: date
) -> Referral:
    lock_child(child.pk)
    return open_referral(child=child, ground=ground, by=by, now=now, today=today, remark=remark)


@transaction.atomic
def take(*, referral: Referral, lead: User, by: User, now: datetime) -> None:
    """`by` becomes its counsellor; other counsellors no longer see the file. Raises NotNow."""
    row = _moved(referral, ReferralMove.TAKE, by)
    with beyond_own_sight():
        row.counsellor, row.lead = by, lead
        _save(row, by, now)
        _log(row, ReferralMove.TAKE, by, now)
        for posting in counsellors_of(row.organisation, timezone.localdate(now)):
            if posting.user_id != by.pk:
                _shut_out(row, posting.user, by, now)


@transaction.atomic
def plan(*, referral: Referral, text: str, by: User, now: datetime) -> None:
    """Write a plan, the newest holds. Raises NotNow, NotOfTheTwo."""
    row = _moved(referral, ReferralMove.PLAN, by)
    _save(row, by, now)
    write_note(referral=row, kind=NoteKind.PLAN, text=text, by=by, now=now)
    _log(row, ReferralMove.PLAN, by, now)


@transaction.atomic
def close(*, referral: Referral, outcome: str, text: str, by: User, now: datetime) -> None:
    """The counsellor sees the file no more. Raises NotNow, NotOfTheTwo."""
    row = _moved(referral, ReferralMove.CLOSE, by)
    with beyond_own_sight():
        row.outcome, row.closed_at = outcome, now
        _save(row, by, now)
        write_note(referral=row, kind=NoteKind.OUTCOME, text=text, by=by, now=now)
        _log(row, ReferralMove.CLOSE, by, now)
        assert row.counsellor is not None
        _shut_out(row, row.counsellor, by, now)


@transaction.atomic
def reopen(*, referral: Referral, reason: str, by: User, now: datetime) -> None:
    """With the same two. Raises NotNow, also when another referral is open meanwhile."""
    row = _moved(referral, ReferralMove.REOPEN, by)
    others = Referral.objects.open().filter(child=row.child_id, organisation=row.organisation_id)
    with beyond_own_sight():
        if others.exists():
            raise NotNow
        row.outcome, row.closed_at = "", None
        _save(row, by, now)
        _log(row, ReferralMove.REOPEN, by, now, reason=reason)
        assert row.counsellor is not None
        _let_in(row, row.counsellor, by, now)


def write_note(
    *, referral: Referral, kind: str, text: str, by: User, now: datetime, session: Any = None
) -> None:
    """For the two named on the referral now, and nobody else ever. Raises NotOfTheTwo."""
    if by.pk not in (referral.counsellor_id, referral.lead_id):
        raise NotOfTheTwo
    assert referral.counsellor is not None
    assert referral.lead is not None
    CounsellingNote.objects.create(
        child_id=referral.child_id, referral=referral, session=session, kind=kind, text=text,
        counsellor=referral.counsellor, lead=referral.lead, written_by=by,
        written_at=now,
    )  # fmt: skip


def _moved(referral: Referral, name: str, by: User) -> Referral:
    """The row as it stands now, in its new state, not yet saved; the child is locked."""
    move = MOVES[name]
    lock_child(referral.child_id)
    row = Referral.objects.select_related("organisation", "child", "counsellor").get(pk=referral.pk)
    if row.state not in move.sources:
        raise NotNow
    if move.is_of_the_two and by.pk not in (row.counsellor_id, row.lead_id):
        raise NotOfTheTwo
    row.state = move.target
    return row


def _save(row: Referral, by: User, now: datetime) -> None:
    sign(row, by, now, "")
    row.save()


def _log(row: Referral, move: str, by: User, now: datetime, **told: str) -> None:
    ReferralStep.objects.create(
        referral=row, child_id=row.child_id, move=move, at=now, by=by, **told
    )


def _let_in(row: Referral, user: User, by: User, now: datetime) -> None:
    open_access(child=row.child, reason=AccessReason.REFERRAL, user=user, by=by, now=now)


def _shut_out(row: Referral, user: User, by: User, now: datetime) -> None:
    close_access(child=row.child, reason=AccessReason.REFERRAL, user=user, by=by, now=now)
