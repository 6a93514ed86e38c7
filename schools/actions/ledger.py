"""The ledgers: brought in line with the rule, worked on by people, closed by two of them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Posting, User
from children.actions.promises import PromiseBroken, broken_promise
from children.actions.record import lock_child, sign
from schools.models import LedgerEntry, Persuasion
from schools.models.ledger_refresh import refresh_lines

from .access import beyond_own_sight


class NotOpen(Exception):
    """The line has changed since its page was opened: what was asked for no longer fits."""


def refresh_all(*, now: datetime, today: date) -> int:
    """Every child of the scope; the nightly job. Rows written."""
    with transaction.atomic():
        return refresh_lines(children=None, now=now, today=today, user_id=None, reason="")


def refresh(
    *, children: Iterable[int], by: User, now: datetime, today: date, reason: str = ""
) -> None:
    """After a change of these children's roll, absences, excuses or persuasions.

    Inside the transaction of that change.
    """
    with transaction.atomic(), beyond_own_sight():
        refresh_lines(children=children, now=now, today=today, user_id=by.pk, reason=reason)


def persuade(
    *, entry: LedgerEntry, facts: Mapping[str, Any], posting: Posting, now: datetime, today: date
) -> Persuasion:
    """Log an attempt; its next step is the line's new deadline. Raises PromiseBroken."""
    try:
        with transaction.atomic():
            lock_child(entry.child_id)
            row = Persuasion(child=entry.child, entry=entry, posting=posting, **facts)
            sign(row, posting.user, now, "")
            row.save(force_insert=True)
            refresh(children=[entry.child_id], by=posting.user, now=now, today=today)
            fresh = _locked(entry)
            if row.next_on is not None and fresh.state == "OPEN":
                fresh.due_on = row.next_on
                sign(fresh, posting.user, now, "")
                fresh.save()
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def propose_closing(*, entry: LedgerEntry, proposal: str, by: User, now: datetime) -> None:
    """The first of two. Raises NotOpen, or PromiseBroken while the child is not back to order."""
    with transaction.atomic():
        row = _locked(entry)
        if row.state == "OPEN":
            raise PromiseBroken("ledger_closing_is_proposed_once_in_order", not_yet())
        if row.state != "CLEARED":
            raise NotOpen
        row.proposed_by, row.proposed_at, row.proposal = by, now, proposal
        sign(row, by, now, "")
        row.save()


def confirm_closing(*, entry: LedgerEntry, by: User, now: datetime) -> None:
    """The second person. Raises NotOpen, or PromiseBroken when it is the first."""
    try:
        with transaction.atomic():
            row = _locked(entry)
            if row.state != "PROPOSED":
                raise NotOpen
            row.closed_by, row.closed_at = by, now
            sign(row, by, now, "")
            row.save()
    except IntegrityError as error:
        raise broken_promise(error) from error


def return_closing(*, entry: LedgerEntry, reason: str, by: User, now: datetime) -> None:
    """The second person does not agree: the line waits for another proposal. Raises NotOpen."""
    with transaction.atomic():
        row = _locked(entry)
        if row.state != "PROPOSED":
            raise NotOpen
        row.proposed_by = row.proposed_at = None
        row.proposal = ""
        row.returned_because, row.returned_by, row.returned_at = reason, by, now
        sign(row, by, now, reason)
        row.save()


def not_yet() -> str:
    return _(
        "The child is still out of class by the rule: first the roll, the absences or an approval "
        "must show the return."
    )


def _locked(entry: LedgerEntry) -> LedgerEntry:
    lock_child(entry.child_id)
    return LedgerEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
