"""Standards and amounts as SQL over a child `c`; the meaning is that of `rules.amounts`."""

from datetime import date
from decimal import Decimal

from assistance.rules import codes
from assistance.rules import rulebook as r
from assistance.rules.amounts import in_a_year, parts, rank, times

from . import _facts_sql as sql
from ._facts_sql import AREA, literal, literals


def may_be_paid(of: r.Programme, month: date) -> str:
    return literal(not of.pay_months or month.month in of.pay_months)


def _candidates(book: r.Rulebook, code: str, month: date) -> list[r.Standard]:
    """The one that goes before stands first."""
    there = [one for one in book.standards_of(code) if one.scope.covers(month)]
    return sorted(there, key=rank, reverse=True)


def standard(book: r.Rulebook, of: r.Programme, month: date) -> str:
    cases = " ".join(
        f"WHEN {_fits(one, r.Reference(''))} THEN {literal(one.place)}"
        for one in _candidates(book, of.code, month)
    )
    return f"CASE {cases} END" if cases else "NULL::text"


def _fits(one: r.Standard, as_if: r.Reference) -> str:
    of = one.dimensions
    parts = [f"starts_with({AREA}, {literal(one.scope.area)})"] if one.scope.area else []
    if of.disability:
        parts.append(_disabled(of, as_if))
    if of.economic:
        parts.append(_given(as_if.economic, of.economic) or sql.economic(of.economic, sql.ASKED))
    if of.living:
        parts.append(_given(as_if.living, (of.living,)) or sql.living([of.living], sql.ASKED))
    if of.tiers:
        parts.append(_given(as_if.tier, of.tiers) or sql.recognised(of.tiers, sql.ASKED))
    if of.stages or of.boarding is not None:
        parts.append(_learns(of, as_if))
    if of.when is not None:
        parts.append(sql.condition(of.when))
    return "(" + (" AND ".join(parts) or "true") + ")"


def _given(value: str, among: tuple[str, ...]) -> str:
    return literal(value in among) if value else ""


def _disabled(of: r.Dimensions, as_if: r.Reference) -> str:
    kind = literal(as_if.kind) if as_if.kind is not None else "x.kind"
    grade = literal(as_if.grade) if as_if.grade is not None else "x.grade"
    if as_if.kind is not None and as_if.grade is not None:
        return sql.pairs(of.disability, kind, grade)
    fits = sql.pairs(of.disability, kind, grade)
    nothing = any(pair.fits(as_if.kind, as_if.grade) for pair in of.disability)
    is_told = as_if.kind is not None or as_if.grade is not None
    days = sql.ASKED
    return (
        f"CASE WHEN {sql.valid_certificate(days)} THEN {sql.valid_certificate(days, fits)}"
        f" WHEN {sql.diagnosis(days)} THEN {sql.diagnosis(days, fits)}"
        f" ELSE {literal(is_told and nothing)} END"
    )


def _learns(of: r.Dimensions, as_if: r.Reference) -> str:
    stage = literal(as_if.stage) if as_if.stage else "x.stage"
    boards = literal(as_if.boarding) if as_if.boarding is not None else "x.is_boarding"

    def fits(stage: str, boards: str) -> str:
        return (
            (f"{stage} IN ({literals(of.stages)})" if of.stages else "true")
            + (f" AND {boards} = {literal(of.boarding)}" if of.boarding is not None else "")
        )  # fmt: skip

    there = sql.enrolled(sql.ASKED, fits(stage, boards))
    if not as_if.stage and as_if.boarding is None:
        return there
    without = fits(
        stage if as_if.stage else "''", boards if as_if.boarding is not None else "false"
    )
    return f"CASE WHEN {sql.enrolled(sql.ASKED)} THEN {there} ELSE ({without}) END"


def amount_column(book: r.Rulebook, of: r.Programme, month: date) -> str:
    """By the standard that was chosen, in the days that decided."""
    cases = " ".join(
        f"WHEN {literal(one.place)} THEN {_amount(book, one, month)}"
        for one in _candidates(book, of.code, month)
    )
    if not cases:
        return "NULL::numeric"
    return f"SELECT CASE s.standard {cases} END FROM (SELECT met.day, met.until, met.frozen) a"


def _amount(book: r.Rulebook, one: r.Standard, month: date) -> str:
    """Numeric, null when something it is counted from is missing."""
    formula = f"greatest({_formula(book, one, month)}, 0)"
    if one.amount.formula != codes.Formula.FIXED:  # greatest passes over null
        formula = f"(SELECT greatest(v, 0) FROM (SELECT {_formula(book, one, month)} AS v) f"
        formula += " WHERE v IS NOT NULL)"
    if one.amount.at_most is not None:
        formula = f"(SELECT least(v, {one.amount.at_most}) FROM (SELECT {formula} AS v) f"
        formula += " WHERE v IS NOT NULL)"
    of = book.by_code[one.programme]
    return f"({formula} / {parts(of, one.per)}::numeric)"


def _formula(book: r.Rulebook, one: r.Standard, month: date) -> str:
    of = one.amount
    if of.formula == codes.Formula.ACTUAL:
        return _charged(book, one, month)
    if of.of is None:
        return f"{of.amount}::numeric"
    whole = _referred(book, of.of, one, month)
    if of.formula == codes.Formula.TOP_UP:
        return whole  # the register holds no money from elsewhere
    less = _referred(book, of.less, one, month) if of.less else "0"
    return f"({whole} - {less}) * {of.percent} / {Decimal(100)}"


def _charged(book: r.Rulebook, one: r.Standard, month: date) -> str:
    """What the child's school charges; the register holds no other costs. As `rules.school_fee`."""
    of, amount = book.by_code[one.programme], one.amount
    fee = {
        codes.Cadence.TERM: "y.amount * coalesce(y.months, 1)",
        codes.Cadence.MONTH: "CASE WHEN y.months IS NOT NULL THEN y.amount END",
    }.get(codes.Cadence(of.cadence))
    if fee is None:
        return "NULL::numeric"
    payments = in_a_year(of) if one.per != of.cadence else 1
    return (
        f"(SELECT max({fee}) * {payments} * {amount.percent} / {Decimal(100)}"
        f" FROM {sql.ENROLMENT} x JOIN {sql.FEE} y ON y.school_id = x.school_id"
        f" AND y.stage = x.stage WHERE x.child_id = c.id AND {sql.is_there(sql.ASKED)}"
        f" AND y.what = {literal(amount.cost)} AND y.from_month <= {literal(month)}"
        f" AND coalesce(y.to_month >= {literal(month)}, true))"
    )


def _referred(book: r.Rulebook, reference: r.Reference, by: r.Standard, month: date) -> str:
    cases = " ".join(
        f"WHEN {_fits(one, reference)} THEN {_amount(book, one, month)}"
        for one in _candidates(book, reference.programme, month)
    )
    return f"(CASE {cases} END * {times(book, by, reference)})" if cases else "NULL::numeric"
