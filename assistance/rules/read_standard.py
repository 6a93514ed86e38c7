"""Standards from JSON: what is paid, by which formula, for whom."""

from typing import Any

from . import codes
from . import rulebook as r
from .read_conditions import condition, names, pairs
from .read_scope import SCOPE, programme_of, scope, source
from .reading import At, Members

DIMENSIONS = ["disability", "economic_status", "stages", "boarding", "living", "tiers", "when"]


def standard(
    at: At, of_programme: r.Programme | None, by_code: dict[str, r.Programme] | None = None
) -> r.Standard:
    of = at.members(
        ["programme", "per", "amount", "formula", "at_most", *SCOPE, *DIMENSIONS],
        [] if of_programme else ["programme"],
    )
    code = programme_of(of, of_programme)
    known = of_programme or (by_code or {}).get(code)
    cadence = known.cadence if known else str(codes.Cadence.MONTH)
    return r.Standard(
        code, _amount(at, of), _per(of, cadence), scope(of), _dimensions(of), source(of),
        at.place,
    )  # fmt: skip


def _per(of: Members, cadence: str) -> str:
    """What the amount is for; a year's amount is divided for programmes by term or month."""
    if "per" not in of:
        return cadence
    allowed = {"MONTH": ["MONTH", "YEAR"], "TERM": ["TERM", "YEAR"]}.get(cadence, [cadence])
    return of["per"].choice(allowed)


def _amount(at: At, of: Members) -> r.Amount:
    if ("amount" in of) == ("formula" in of):
        raise at.wrong('either "amount" or "formula" is expected')
    if "amount" in of:
        return r.Amount(str(codes.Formula.FIXED), of["amount"].money(), at_most=None)
    formula = of["formula"]
    if not isinstance(formula.value, dict):
        raise formula.wrong('an object with a "kind" is expected')
    kinds = formula.value.get("kind")
    inner = At(kinds, f"{formula.place}.kind", formula.mistakes)
    kind = inner.choice(codes.Formula)
    return FORMULAS[kind](formula, kind)


def _fixed(at: At, kind: str) -> r.Amount:
    of = at.members(["kind", "amount"], ["amount"])
    return r.Amount(kind, of["amount"].money())


def _percent(at: At, kind: str) -> r.Amount:
    keys = ["percent", "of"]
    of = at.members(["kind", *keys, "at_most"], keys)
    return r.Amount(
        kind, percent=_per_cent(of["percent"]), of=reference(of["of"]),
        at_most=of.get("at_most", At.money),
    )  # fmt: skip


def _difference(at: At, kind: str) -> r.Amount:
    keys = ["percent", "of", "less"]
    of = at.members(["kind", *keys, "at_most"], ["of", "less"])
    return r.Amount(
        kind, percent=of.get("percent", _per_cent, r.Amount.percent), of=reference(of["of"]),
        less=reference(of["less"]), at_most=of.get("at_most", At.money),
    )  # fmt: skip


def _top_up(at: At, kind: str) -> r.Amount:
    of = at.members(["kind", "to", "over", "at_most"], ["to"])
    to = of["to"]
    is_number = isinstance(to.value, str) is False and isinstance(to.value, dict) is False
    return r.Amount(
        kind, amount=to.money() if is_number else None,
        of=None if is_number else reference(to), over=of.get("over", names, ()),
        at_most=of.get("at_most", At.money),
    )  # fmt: skip


def _actual(at: At, kind: str) -> r.Amount:
    of = at.members(["kind", "cost", "percent", "at_most"], ["cost"])
    return r.Amount(
        kind, percent=of.get("percent", _per_cent, r.Amount.percent), cost=of["cost"].code(),
        at_most=of.get("at_most", At.money),
    )  # fmt: skip


FORMULAS = {
    "FIXED": _fixed,
    "PERCENT": _percent,
    "PERCENT_OF_DIFFERENCE": _difference,
    "TOP_UP": _top_up,
    "ACTUAL": _actual,
}


def _per_cent(at: At) -> Any:
    return at.number(highest=r.Amount.percent * 10)


def reference(at: At) -> r.Reference:
    if isinstance(at.value, str):
        return r.Reference(at.code())
    of = at.members(
        ["programme", "living", "economic_status", "stage", "boarding", "kind", "grade", "tier"],
        ["programme"],
    )
    return r.Reference(
        of["programme"].code(),
        of.get("living", lambda one: one.choice(codes.Living), ""),
        of.get("economic_status", lambda one: one.choice(codes.Economic), ""),
        of.get("stage", lambda one: one.choice(codes.Stage), ""),
        of.get("boarding", At.yes),
        of.get("kind", lambda one: one.whole(1, 7)),
        of.get("grade", lambda one: one.whole(1, 4)),
        of.get("tier", lambda one: one.choice(codes.Tier), ""),
    )


def _dimensions(of: Members) -> r.Dimensions:
    return r.Dimensions(
        of.get("disability", pairs, ()),
        of.get("economic_status", lambda one: one.choices(codes.Economic), ()),
        of.get("stages", lambda one: one.choices(codes.Stage), ()),
        of.get("boarding", At.yes),
        of.get("living", lambda one: one.choice(codes.Living), ""),
        of.get("tiers", lambda one: one.choices(codes.Tier), ()),
        of.get("when", condition),
    )
