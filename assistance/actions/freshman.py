"""The freshman subsidy: applied for with the admission notice, confirmed, proved or given back."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from accounts.models import User
from assistance.models import Entitlement, FreshmanSubsidy, PaymentLine, Programme
from assistance.models.award_build import subsidies
from assistance.models.owed import Owed, owed
from assistance.models.payment_figure import payment_figures
from assistance.models.rulebook import kept_rules
from assistance.rules import entitlement as entitling
from assistance.rules.freshman import Move, State, after, proof_due_on
from assistance.rules.months import month_of
from children.actions.document import add_document
from children.actions.promises import broken_promise
from children.actions.record import lock_child, sign
from children.models import Child, Document
from schools.actions.access import beyond_own_sight

from .books import lock_child_and_books
from .entitlement import DoesNotFit, move_entitlement, propose_entitlement


class NotOwed(Exception):
    """No rule in force owes the child a subsidy that is paid once."""


def apply_for_subsidy(
    *, child: Child, facts: Mapping[str, Any], paper: bytes, by: User, now: datetime, today: date
) -> FreshmanSubsidy:
    """`facts`: college, level, admitted_on, registers_on; `paper`: the admission notice.

    Raises PromiseBroken, and Refused for a bad file.
    """
    days = payment_figures(today)["ARRIVAL_PROOF_DAYS"]
    try:
        with transaction.atomic():
            lock_child(child.pk)
            row = FreshmanSubsidy(
                child=child, **facts, due_on=proof_due_on(facts["registers_on"], days),
                notice=_paper(child, paper, by, now), proposed_by=by, proposed_at=now,
            )  # fmt: skip
            sign(row, by, now, "")
            row.save(force_insert=True)
    except IntegrityError as error:
        raise broken_promise(error) from error
    return row


def _paper(child: Child, content: bytes, by: User, now: datetime) -> Document:
    facts = {"kind": "OTHER", "remark": "", "application": None, "is_secret": False}
    return add_document(child=child, content=content, facts=facts, by=by, now=now)


def decide_subsidy(
    *, subsidy: FreshmanSubsidy, move: Move, by: User, now: datetime, today: date, reason: str = ""
) -> FreshmanSubsidy:
    """CONFIRM opens the entitlement that the next payment run pays; REFUSE says why.

    Raises NotOwed, DoesNotFit, PromiseBroken.
    """
    try:
        with transaction.atomic():
            row = _locked(subsidy, move, today)
            row.decided_by, row.decided_at, row.reason = by, now, reason
            if move == Move.CONFIRM:
                row.entitlement = _entitle(row, by, now, month_of(today))
            return _saved(row, move, by, now, reason)
    except IntegrityError as error:
        raise broken_promise(error) from error


def _entitle(row: FreshmanSubsidy, by: User, now: datetime, month: date) -> Entitlement:
    found = _owed(row.child_id, month)
    if found is None:
        raise NotOwed
    programme, amount, basis = found
    entitlement = propose_entitlement(
        child=row.child, programme=programme, from_month=month, to_month=month, amount=amount,
        by=row.proposed_by, now=now, basis=basis,
    )  # fmt: skip
    return move_entitlement(entitlement=entitlement, move=entitling.Move.CONFIRM, by=by, now=now)


def is_owed(*, child: Child, today: date) -> bool:
    """Whether the rules of today give what the county would confirm."""
    return _owed(child.pk, month_of(today)) is not None


def is_money_out(child: Child) -> bool:
    """Whether what was paid of a subsidy that is given back has not come back, or was waived."""
    lines = PaymentLine.objects.filter(
        entitlement__freshman_subsidy__child=child,
        entitlement__freshman_subsidy__state=State.RECOVERED,
        state__in=["PENDING", "PAID", "RECOVERED"],
    ).exclude(~Q(state="RECOVERED"), kind="RECOVERY")
    return bool(lines.aggregate(sum=Sum("amount"))["sum"])


def _owed(child_id: int, month: date) -> tuple[Programme, Decimal, dict[str, Any]] | None:
    """The programme paid once, its amount and what it rests on."""
    kept = kept_rules()
    programmes = {programme.code: programme for programme in subsidies()}
    with beyond_own_sight():
        owing: list[Owed] = list(owed(kept.book(), month, ids=[child_id]))
    best = max((one for one in owing if one.programme in programmes), default=None,
               key=lambda one: one.amount)  # fmt: skip
    if best is None:
        return None
    standard = kept.rows[best.standard]
    basis = {"standard": standard, "rule": kept.rows[best.rule], "document": standard.document}
    return programmes[best.programme], best.amount, basis


def prove_arrival(
    *, subsidy: FreshmanSubsidy, arrived_on: date, paper: bytes, by: User, now: datetime,
    today: date,
) -> FreshmanSubsidy:  # fmt: skip
    """Raises DoesNotFit, and Refused for a bad file."""
    with transaction.atomic():
        row = _locked(subsidy, Move.ARRIVE, today)
        row.arrived_on, row.proof = arrived_on, _paper(row.child, paper, by, now)
        return _saved(row, Move.ARRIVE, by, now, "")


def recover_subsidy(
    *, subsidy: FreshmanSubsidy, reason: str, by: User, now: datetime, today: date
) -> FreshmanSubsidy:
    """With its entitlement: what was paid is asked back by a line of the next run, what was not is
    paid no more. Another may be applied for, and is confirmed once the money is back.

    Raises DoesNotFit while the days of the proof last.
    """
    with transaction.atomic():
        row = _locked(subsidy, Move.RECOVER, today)
        entitlement = Entitlement.objects.select_related("child").get(freshman_subsidy=row)
        move_entitlement(
            entitlement=entitlement, move=entitling.Move.CANCEL, reason=reason, by=by, now=now
        )
    row.refresh_from_db()
    return row


def _locked(subsidy: FreshmanSubsidy, move: Move, today: date) -> FreshmanSubsidy:
    """Raises DoesNotFit when the step does not fit any more, and PromiseBroken."""
    lock_child_and_books(subsidy.child)  # before any row, as everybody
    rows = FreshmanSubsidy.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("child", "proposed_by").get(pk=subsidy.pk)
    if move not in row.moves_on(today):
        raise DoesNotFit
    return row


def _saved(
    row: FreshmanSubsidy, move: Move, by: User, now: datetime, reason: str
) -> FreshmanSubsidy:
    row.state = str(after(row.state, move))
    sign(row, by, now, reason)
    row.save()
    return row
