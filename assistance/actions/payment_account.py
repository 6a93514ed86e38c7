"""Accounts: proposed by one person with a proof, confirmed or refused by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from assistance.models import AccountState, PaymentAccount
from children.actions.document import add_document
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from children.models import Child

from .bank import pay_again
from .books import lock_child_and_books


class AlreadyDecided(Exception):
    """Somebody decided on the account in the meantime."""


def propose_account(
    *, child: Child, facts: Mapping[str, Any], paper: bytes | None, by: User, now: datetime
) -> PaymentAccount:
    """`paper`: a new proof, stored as the child's document; else `facts` names one as `proof`.

    Raises PromiseBroken, e.g. while another proposal waits, and Refused for a bad file.
    """
    facts = dict(facts)
    try:
        with transaction.atomic():
            lock_child(child.pk)
            if paper is not None:
                facts["proof"] = add_document(
                    child=child, content=paper, by=by, now=now,
                    facts={
                        "kind": "BANK_CARD", "remark": "", "application": None, "is_secret": False,
                    },
                )  # fmt: skip
            row = PaymentAccount(child=child, **facts, proposed_by=by, proposed_at=now)
            sign(row, by, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def confirm_account(*, account: PaymentAccount, by: User, now: datetime) -> PaymentAccount:
    """The second person. Money goes there from now on; the account before it is replaced.

    What had failed is paid again in the next run.

    Raises AlreadyDecided, or PromiseBroken when it is the first person or the file moves.
    """
    try:
        with transaction.atomic():
            lock_child_and_books(account.child)
            row = _locked(account)
            before = PaymentAccount.objects.in_use().filter(child=row.child_id).first()
            if before is not None:
                before.state = AccountState.REPLACED
                sign(before, by, now, "")
                before.save()
            row.state, row.decided_by, row.decided_at = AccountState.IN_USE, by, now
            row.replaces = before
            sign(row, by, now, "")
            row.save()
            pay_again(child_id=row.child_id, by=by, now=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def refuse_account(
    *, account: PaymentAccount, reason: str, by: User, now: datetime
) -> PaymentAccount:
    """Not confirmed, or taken back by who proposed it. Raises AlreadyDecided."""
    with transaction.atomic():
        row = _locked(account)
        row.state, row.refusal = AccountState.REFUSED, reason
        row.decided_by, row.decided_at = by, now
        sign(row, by, now, "")
        row.save()
    return row


def _locked(account: PaymentAccount) -> PaymentAccount:
    lock_child(account.child_id)
    rows = PaymentAccount.objects.select_for_update(of=("self",), no_key=True)
    row = rows.get(pk=account.pk)
    if not row.is_proposed:
        raise AlreadyDecided
    return row
