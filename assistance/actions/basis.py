"""What an amount rests on: the rule and the standard that give it, with their reasons."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.scope import acting, current_scope
from assistance.models import Programme
from assistance.models.child_facts import facts_of
from assistance.models.rulebook import kept_rules
from assistance.reasons import reasons_to_keep
from assistance.rules.assess import Assessment, assess
from assistance.rules.facts import begun
from children.models import Child
from schools.actions.access import beyond_own_sight


def owed_by_rules(child: Child, programme: Programme, month: date) -> Assessment:
    """With all that is known of the child, as of an entitlement that has begun by `month`."""
    with beyond_own_sight():
        facts = begun(facts_of([child.pk])[child.pk], programme.code, month)
    return assess(kept_rules().book(), facts, month)[programme.code]


def basis_by_rules(
    *, child: Child, programme: Programme, amount: Decimal, month: date, document: str
) -> dict[str, Any]:
    """Of an amount that somebody typed: where the rules give the same, they are kept with it, so
    that it can be told years later; else the document alone.
    """
    kept, code = kept_rules(), programme.code
    book = kept.book()
    if code not in book.by_code or programme.is_reference:
        return {"document": document}
    answer = owed_by_rules(child, programme, month)
    if answer.amount != amount or answer.standard is None or answer.met.rule is None:
        return {"document": document}
    standard = kept.rows[answer.standard.place]
    with acting(replace(current_scope(), secrets="")):  # all of aid read the reasons
        told = assess(book, begun(facts_of([child.pk])[child.pk], code, month), month)[code]
    return {
        "standard": standard, "rule": kept.rows[answer.met.rule.place],
        "document": document or standard.document,
        # Where a secret decides, what fails without it would tell.
        "reasons": reasons_to_keep(told, book) if told.owed else [],
    }  # fmt: skip
