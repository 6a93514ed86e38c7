"""What `assess` answers, as the JSON of docs/rules.md."""

from typing import Any

from assistance.rules.assess import Assessment, assess, back_pay
from assistance.rules.facts import Case
from assistance.rules.rulebook import Rulebook

from .reasons import reasons
from .words import name


def answer(book: Rulebook, case: Case) -> dict[str, Any]:
    """In the language that is active."""
    found = assess(book, case.facts, case.on)
    return {
        "name": case.name,
        "on": f"{case.on:%Y-%m}",
        "programmes": {code: _programme(book, case, one) for code, one in found.items()},
    }


def _programme(book: Rulebook, case: Case, one: Assessment) -> dict[str, Any]:
    begins = one.from_month
    is_told = begins is not None and (one.owed or begins > case.on)
    told = {
        "name": name(one.programme),
        "owed": one.owed,
        "amount": float(one.amount),
        "from_month": f"{begins:%Y-%m}" if begins and is_told else None,
        "to_open": one.to_open or None,
        "reasons": [
            {"kind": r.kind, "condition": r.condition, "value": r.value, "held": r.held}
            for r in reasons(one, book)
        ],
        "basis": _basis(one),
    }
    if case.facts.paid:
        told["back_pay"] = _back_pay(book, case, one)
    return told


def _back_pay(book: Rulebook, case: Case, one: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "month": f"{line.month:%Y-%m}",
            "owed": float(line.owed),
            "paid": float(line.paid),
            "missing": float(line.missing),
        }
        for line in back_pay(book, one.programme, case.facts, one.from_month, case.on)
    ]


def _basis(one: Assessment) -> dict[str, Any]:
    """On what it rests: the rule and the standard, by their places in the file."""
    rule, standard = one.met.rule, one.standard
    return {
        "rule": rule.place if rule else None,
        "rule_document": rule.source.document if rule else None,
        "standard": standard.place if standard else None,
        "standard_document": standard.source.document if standard else None,
        "example": bool(
            (rule and rule.source.is_example) or (standard and standard.source.is_example)
        ),
    }
