"""Moves of an application; the table of moves is `children.rules.application`."""

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.history_rows import write_history
from accounts.models import User
from children.models import Application, ApplicationStep, CategorySpell, Child, FileStatus
from children.rules.application import MOVES, Move, State, effective_month, missing_papers

from .promises import broken_promise
from .record import lock_child, sign


class NotNow(Exception):
    """The move does not lead from the present state: somebody else was faster."""


class NotYours(Exception):
    """The posting does not carry the move."""


class PapersMissing(Exception):
    """Required evidence is missing; `papers` are the open lines of the checklist."""

    def __init__(self, papers: list) -> None:
        super().__init__(len(papers))
        self.papers = papers


class ReasonMissing(Exception):
    """A refusal or return needs its reason in writing."""


def open_application(
    *, child: Child, category: str, applicant: str, grounds: str, by: User, now: datetime
) -> Application:
    """Raises PromiseBroken when one is under way already."""
    row = Application(child=child, category=category, applicant=applicant, grounds=grounds)
    try:
        with transaction.atomic():
            lock_child(child.pk)
            sign(row, by, now, "")
            row.save(force_insert=True)
            _log(row, "OPEN", "", by, now, "")
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def open_applications(*, keys: list[int], by: User, now: datetime) -> None:
    """The first step of each of these, written just now with their history; in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO children_applicationstep"
            " (application_id, child_id, move, from_state, to_state, by_id, at, reason)"
            " SELECT id, child_id, 'OPEN', '', state, %s, %s, '' FROM children_application"
            " WHERE id = ANY(%s)",
            [by.pk, now, keys],
        )


@transaction.atomic
def move_application(
    *, application: Application, move: str, grant: Grant, now: datetime, reason: str = "",
    applicant: str | None = None, grounds: str | None = None,
) -> Application:  # fmt: skip
    """Carry out one move of the table. Raises NotNow, NotYours, ReasonMissing, PapersMissing.

    `applicant` and `grounds` stand in what is submitted, where they are given: a lead has neither.
    """
    step = MOVES[move]
    child = lock_child(application.child_id)
    row = Application.objects.get(pk=application.pk)
    _check(row, step, grant, reason)
    by, before = grant.user, row.state
    row.state = step.target.value
    if before == State.LEAD and step.target is State.SUBMITTED:
        row.applicant = row.applicant if applicant is None else applicant
        row.grounds = row.grounds if grounds is None else grounds
    if step.target is State.SUBMITTED:
        row.submitted_on = row.submitted_on or timezone.localdate(now)
    if step.needs_reason:
        row.decision_reason = reason
    if step.target in (State.APPROVED, State.REJECTED):
        row.decided_by, row.decided_at = by, now
    if step.target is State.APPROVED:
        row.effective_month = effective_month(timezone.localdate(now))
        _open_category(child, row, by, now)
    sign(row, by, now, reason)
    row.save()
    _log(row, move, before, by, now, reason)
    return row


def withdraw_untouched(*, keys: list[int], by: User, now: datetime, reason: str) -> None:
    """Leads that nobody has moved end as withdrawn: their list is undone, by whoever may do that.

    In the caller's transaction, the children locked; one statement for the rows, one for the steps.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE children_application SET state = %s, decision_reason = %s,"
            " version = version + 1, updated_at = %s WHERE id = ANY(%s) AND state = %s"
            " RETURNING id",
            [State.WITHDRAWN.value, reason, now, keys, State.LEAD.value],
        )
        done = [key for (key,) in cursor.fetchall()]
        write_history(Application, done, "~", by_id=by.pk, now=now, reason=reason)
        cursor.execute(
            "INSERT INTO children_applicationstep"
            " (application_id, child_id, move, from_state, to_state, by_id, at, reason)"
            " SELECT id, child_id, 'WITHDRAW', %s, state, %s, %s, %s FROM children_application"
            " WHERE id = ANY(%s)",
            [State.LEAD.value, by.pk, now, reason, done],
        )


def _check(row: Application, step: Move, grant: Grant, reason: str) -> None:
    if row.state not in step.sources:
        raise NotNow(row.state)
    if not grant.allows(Permission(step.permission)):
        raise NotYours(step.permission)
    if step.needs_reason and not reason.strip():
        raise ReasonMissing
    if step.needs_papers:
        kinds = row.child.documents.filter(withdrawn_at__isnull=True).values_list("kind", flat=True)
        missing = missing_papers(row.category, kinds)
        if missing:
            raise PapersMissing(missing)


def _open_category(child: Child, row: Application, by: User, now: datetime) -> None:
    """Approval opens the category from its month and makes a lead an active file."""
    running = child.category_spells.filter(category=row.category, ends_on__isnull=True)
    if not running.exists():
        spell = CategorySpell(child=child, category=row.category, starts_on=timezone.localdate(now))
        sign(spell, by, now, "")
        spell.save(force_insert=True)
    if child.status == FileStatus.LEAD:
        child.status = FileStatus.ACTIVE
        sign(child, by, now, "")
        child.save()


def _log(row: Application, move: str, before: str, by: User, now: datetime, reason: str) -> None:
    ApplicationStep.objects.create(
        application=row, child_id=row.child_id, move=move, from_state=before,
        to_state=row.state, by=by, at=now, reason=reason,
    )  # fmt: skip
