"""A referral from its first sign to its end: who is told, who sees the file, who reads notes."""

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.history_rows import write_history
from accounts.models import Organisation, Posting, User
from accounts.roles import Role
from children.actions.record import lock_child, sign
from children.models import AccessReason, CaseAccess, Child
from schools.models import (
    CounsellingNote,
    NoteKind,
    Referral,
    ReferralGround,
    ReferralMove,
    ReferralState,
    ReferralStep,
    ScreeningResult,
)
from schools.models.referral import URGENT
from schools.rules.referral import MOVES, Refusal

from .access import beyond_own_sight, close_access, open_access


class NotNow(Exception):
    """The move does not lead from the present state: somebody else was faster."""


class NotOfTheTwo(Exception):
    """Only the counsellor and the named lead take this step."""


class NotTheirs(Exception):
    """The step belongs to others: the two, the lead, or another school (`why`, a Refusal)."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


class NoCounsellor(Exception):
    """Who shall have the referral holds no posting as counsellor of the school today."""


def counsellors_of(organisation: Organisation, today: date) -> QuerySet[Posting]:
    rows = Posting.objects.held_on(today).regular()
    rows = rows.filter(organisation=organisation, role=Role.COUNSELLOR)
    return rows.select_related("user").order_by("starts_on", "pk")


def leads_of(organisation: Organisation, today: date) -> QuerySet[Posting]:
    """Postings of whom one is named the lead of a referral."""
    rows = Posting.objects.held_on(today).regular()
    rows = rows.filter(organisation=organisation, role=Role.PRINCIPAL)
    return rows.select_related("user").order_by("starts_on", "pk")


def open_referral(
    *, child: Child, ground: str, by: Posting, now: datetime, today: date, remark: str = "",
    screening: ScreeningResult | None = None,
) -> Referral:  # fmt: skip
    """At the school of `by`, inside a transaction that holds the child; `screening` is its sign.

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
        _log(row, move, by.user, now, ground=ground, screening=screening)
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
def take(*, referral: Referral, lead: User, by: Posting, now: datetime) -> None:
    """`by` becomes its counsellor; other counsellors no longer see the file.

    Raises NotNow, NotTheirs.
    """
    row = _moved(referral, ReferralMove.TAKE, by)
    with beyond_own_sight():
        _give(row, by.user, lead, by.user, now)
        _log(row, ReferralMove.TAKE, by.user, now)


@transaction.atomic
def assign(*, referral: Referral, counsellor: Posting, by: Posting, now: datetime) -> None:
    """To a counsellor of the school, also instead of another; `by` becomes its named lead.

    Notes written before stay with the two who could read them. Raises NotNow, also when the
    counsellor has it already; NotTheirs, NoCounsellor.
    """
    row = _moved(referral, ReferralMove.ASSIGN, by)
    if counsellor.user_id == row.counsellor_id:
        raise NotNow
    if counsellor not in counsellors_of(row.organisation, timezone.localdate(now)):
        raise NoCounsellor
    with beyond_own_sight():
        _give(row, counsellor.user, by.user, by.user, now)
        _log(row, ReferralMove.ASSIGN, by.user, now, counsellor=counsellor.user)
        _let_in(row, counsellor.user, by.user, now)


def _give(row: Referral, counsellor: User, lead: User, by: User, now: datetime) -> None:
    """All other counsellors lose sight of the child, who had it before too."""
    others = {posting.user for posting in counsellors_of(row.organisation, timezone.localdate(now))}
    others |= {row.counsellor} if row.counsellor else set()
    row.counsellor, row.lead = counsellor, lead
    _save(row, by, now)
    for user in others - {counsellor}:
        _shut_out(row, user, by, now)


@transaction.atomic
def plan(*, referral: Referral, text: str, by: Posting, now: datetime) -> None:
    """Write a plan, the newest holds. Raises NotNow, NotTheirs."""
    row = _moved(referral, ReferralMove.PLAN, by)
    _save(row, by.user, now)
    write_note(referral=row, kind=NoteKind.PLAN, text=text, by=by.user, now=now)
    _log(row, ReferralMove.PLAN, by.user, now)


@transaction.atomic
def close(*, referral: Referral, outcome: str, text: str, by: Posting, now: datetime) -> None:
    """The counsellor sees the file no more. Raises NotNow, NotTheirs."""
    row = _moved(referral, ReferralMove.CLOSE, by)
    with beyond_own_sight():
        row.outcome, row.closed_at = outcome, now
        _save(row, by.user, now)
        write_note(referral=row, kind=NoteKind.OUTCOME, text=text, by=by.user, now=now)
        _log(row, ReferralMove.CLOSE, by.user, now)
        assert row.counsellor is not None
        _shut_out(row, row.counsellor, by.user, now)


@transaction.atomic
def reopen(*, referral: Referral, reason: str, by: Posting, now: datetime) -> None:
    """With the same two. Raises NotNow, also when another referral is open meanwhile; NotTheirs."""
    row = _moved(referral, ReferralMove.REOPEN, by)
    others = Referral.objects.open().filter(child=row.child_id, organisation=row.organisation_id)
    with beyond_own_sight():
        if others.exists():
            raise NotNow
        row.outcome, row.closed_at = "", None
        _save(row, by.user, now)
        _log(row, ReferralMove.REOPEN, by.user, now, reason=reason)
        assert row.counsellor is not None
        _let_in(row, row.counsellor, by.user, now)


def pass_on_waiting(
    *, child: Child, school: Organisation, by: User, now: datetime, today: date
) -> None:
    """What nobody has taken waits at the child's new school from now on, and no more at the old.

    Inside a transaction that holds the child and sees beyond its own sight. One that was taken
    stays with the two, who end it.
    """
    rows = Referral.objects.filter(child=child, state=ReferralState.OPEN)
    known = Referral.objects.open().filter(child=child, organisation=school).exists()
    for row in rows.exclude(organisation=school).select_related("organisation", "child"):
        for posting in counsellors_of(row.organisation, today):
            _shut_out(row, posting.user, by, now)
        if known:
            continue
        row.organisation, known = school, True
        _save(row, by, now)
        for posting in counsellors_of(school, today):
            _let_in(row, posting.user, by, now)


_SHUT_OUT = """
UPDATE children_caseaccess a SET closed_at = greatest(a.opened_at, %(now)s)
WHERE a.closed_at IS NULL AND a.reason = %(why)s
  AND (%(user)s::bigint IS NULL AND a.user_id IS NOT NULL OR a.user_id = %(user)s)
  AND NOT EXISTS (
    SELECT 1 FROM accounts_posting g
    JOIN accounts_user u ON u.id = g.user_id AND u.is_active
    JOIN schools_referral r ON r.organisation_id = g.organisation_id AND r.state <> 'CLOSED'
    WHERE g.user_id = a.user_id AND r.child_id = a.child_id
      AND g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on >= %(today)s))
RETURNING a.id
"""


def shut_out_the_gone(
    *, by: User | None, now: datetime, today: date, user_id: int | None = None
) -> int:
    """Counsellors posted no longer at the referral's school (one user, or all) see the file no
    more; how many files. Again changes nothing."""
    told = {"now": now, "today": today, "user": user_id, "why": AccessReason.REFERRAL.value}
    with transaction.atomic(), beyond_own_sight(), connection.cursor() as cursor:
        cursor.execute(_SHUT_OUT, told)
        closed = [key for (key,) in cursor.fetchall()]
        reason = _("No longer posted at the school of the referral.")
        write_history(CaseAccess, closed, "~", by_id=by.pk if by else None, now=now, reason=reason)
    return len(closed)


def tell_withdrawn(*, screening: ScreeningResult, reason: str, by: User, now: datetime) -> None:
    """Every referral of which this score was a sign is told; whether it goes on, people decide."""
    steps = screening.referral_steps.exclude(move=ReferralMove.UNSIGN).select_related("referral")
    for row in {step.referral for step in steps}:
        _log(
            row, ReferralMove.UNSIGN, by, now, ground=ReferralGround.SCREENING,
            screening=screening, reason=reason,
        )  # fmt: skip


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


def _moved(referral: Referral, name: str, by: Posting) -> Referral:
    """The row as it stands now, in its new state, not yet saved; the child is locked."""
    lock_child(referral.child_id)
    row = Referral.objects.select_related("organisation", "child", "counsellor").get(pk=referral.pk)
    why = row.refusal(name, by)
    if why == Refusal.NOT_NOW:
        raise NotNow
    if why:
        raise NotTheirs(why)
    row.state = MOVES[name].target
    return row


def _save(row: Referral, by: User, now: datetime) -> None:
    sign(row, by, now, "")
    row.save()


def _log(row: Referral, move: str, by: User, now: datetime, **told: Any) -> None:
    ReferralStep.objects.create(
        referral=row, child_id=row.child_id, move=move, at=now, by=by, **told
    )


def _let_in(row: Referral, user: User, by: User, now: datetime) -> None:
    open_access(child=row.child, reason=AccessReason.REFERRAL, user=user, by=by, now=now)


def _shut_out(row: Referral, user: User, by: User, now: datetime) -> None:
    close_access(child=row.child, reason=AccessReason.REFERRAL, user=user, by=by, now=now)
