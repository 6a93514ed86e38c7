"""Pairing a child with a helper, many at once, and what the new helper confirms."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Posting, User
from children.actions.deputy import share_with_deputies, unshare_with_deputies
from children.actions.promises import PromiseBroken, broken_promise
from children.actions.record import lock_child, sign
from children.models import AccessReason, Child
from schools.models import LedgerEntry, Pairing

from .access import beyond_own_sight, close_access, open_access
from .growth_record import start_in_term_of
from .ledger import refresh


class HeldByAnother(Exception):
    """The main helper is not the one whom the form showed; `pairing` is the one that holds."""

    def __init__(self, pairing: Pairing | None) -> None:
        super().__init__()
        self.pairing = pairing


def pair(
    *,
    child: Child,
    helper: Posting,
    is_main: bool,
    replaces: int | None,
    reason: str,
    by: User,
    now: datetime,
    today: date,
) -> Pairing:
    """Pair from `today`. A main helper takes over from the pairing `replaces` (None: from nobody).

    The old helper's access ends at `now`; an assistant who takes over assists no more. Raises
    HeldByAnother when somebody else was quicker, PromiseBroken when the database refuses.
    """
    try:
        with transaction.atomic(), beyond_own_sight():
            lock_child(child.pk)
            if is_main:
                rows = Pairing.objects.filter(child=child, is_main=True).on(today)
                held = rows.select_related("helper__user").first()
                if (held.pk if held else None) != replaces:
                    raise HeldByAnother(held)
                old = Pairing.objects.filter(child=child, helper=helper, is_main=False).on(today)
                for row in [*([held] if held else []), *old.select_related("helper__user")]:
                    end_pairing(pairing=row, reason=reason, by=by, now=now, today=today)
            row = Pairing(child=child, helper=helper, is_main=is_main, starts_on=today)
            sign(row, by, now, reason)
            row.save(force_insert=True)
            open_access(child=child, reason=AccessReason.PAIRING, user=helper.user, by=by, now=now)
            share_with_deputies(child_id=child.pk, user=helper.user, by=by, now=now)
            start_in_term_of(day=today, by=by, now=now, children=[child.pk])
            if LedgerEntry.objects.filter(child=child).not_closed().exists():
                # Its main helper answers for the line: the new one is told today.
                refresh(children=[child.pk], by=by, now=now, today=today, reason=reason)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


@dataclass(frozen=True)
class Wish:
    """`replaces`: the pairing that the lead was shown as the child's main one."""

    child: Child
    helper: Posting
    replaces: int | None


@dataclass(frozen=True)
class Outcome:
    """`is_saved`, or why not: `held` by somebody else (None: by nobody any more), or `refused`."""

    wish: Wish
    is_saved: bool
    held: Pairing | None = None
    refused: str = ""


def pair_all(
    *, wishes: Iterable[Wish], reason: str, by: User, now: datetime, today: date
) -> list[Outcome]:
    """New main helpers for several children; what fails for one leaves the others saved.

    Children are taken in the order of their keys, so that two leads wait and never deadlock.
    """
    outcomes = []
    for wish in sorted(wishes, key=lambda wish: wish.child.pk):
        try:
            pair(
                child=wish.child, helper=wish.helper, is_main=True, replaces=wish.replaces,
                reason=reason, by=by, now=now, today=today,
            )  # fmt: skip
            outcomes.append(Outcome(wish, is_saved=True))
        except HeldByAnother as held:
            as_wished = held.pairing is not None and held.pairing.helper_id == wish.helper.pk
            outcomes.append(Outcome(wish, is_saved=as_wished, held=held.pairing))
        except PromiseBroken as broken:
            outcomes.append(Outcome(wish, is_saved=False, refused=broken.message))
    return outcomes


def end_pairing(*, pairing: Pairing, reason: str, by: User, now: datetime, today: date) -> None:
    """Inside a transaction that holds the child."""
    pairing.ends_on, pairing.ended_because = max(today, pairing.starts_on), reason
    sign(pairing, by, now, reason)
    pairing.save()
    others = Pairing.objects.filter(child=pairing.child_id, helper__user=pairing.helper.user_id).on(
        today
    )
    if not others.exists():
        close_access(
            child=pairing.child, reason=AccessReason.PAIRING, user=pairing.helper.user, by=by,
            now=now,
        )  # fmt: skip
        unshare_with_deputies(child_id=pairing.child_id, user=pairing.helper.user, by=by, now=now)


def end_assistance(*, pairing: Pairing, reason: str, by: User, now: datetime, today: date) -> None:
    """An assistant leaves; the main helper stays. A second time changes nothing."""
    with transaction.atomic(), beyond_own_sight():
        lock_child(pairing.child_id)
        rows = Pairing.objects.filter(pk=pairing.pk, is_main=False).on(today)
        row = rows.select_related("helper__user", "child").first()
        if row is not None:
            end_pairing(pairing=row, reason=reason, by=by, now=now, today=today)


def confirm_handover(*, pairing: Pairing, by: User, now: datetime) -> None:
    """The new helper has read the handover page; a second time changes nothing."""
    with transaction.atomic():
        row = Pairing.objects.select_for_update(of=("self",), no_key=True).get(pk=pairing.pk)
        if row.confirmed_at is None:
            row.confirmed_at = now
            sign(row, by, now, "")
            row.save()
