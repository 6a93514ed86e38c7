"""Conditions as SQL over a child `c` on a day `a`; the meaning is that of `rules.asking`.

`a` has `day`, `until`, `frozen` (see `Asked`); `app` has `applied` and `confirmed`. Every
fragment is true or false, never null. Values stand in it as literals: statements are sent without
parameters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from assistance.rules import codes
from assistance.rules import conditions as c
from children.rules.parent_status import GROUP_A, SIX_MONTHS, TERMS

CATEGORY, ECONOMIC = "children_categoryspell", "children_economicstatusspell"
CERTIFICATE, PARENT = "children_disabilitycertificate", "children_parentstatus"
ENROLMENT, GUARDIANSHIP = "schools_enrolment", "children_guardianship"
FEE = "assistance_schoolfee"
RECOGNITION, FRESHMAN = "assistance_recognition", "assistance_freshmansubsidy"
AREA = "coalesce(c.hukou_area_id, c.residence_area_id)"  # whose standards and rules count


@dataclass(frozen=True)
class Days:
    """Names of the day asked, of its `until`, and of both for parents and categories."""

    day: str = "a.day"
    until: str = "a.until"
    parents_day: str = "coalesce(a.frozen, a.day)"
    parents_until: str = "coalesce(a.frozen, a.until)"


ASKED = Days()
ON_EVENT = Days("a.frozen", "a.frozen", "a.frozen", "a.frozen")  # the day a transition began


def literal(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return str(value)
        case date():
            return f"DATE '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"


def literals(values: Iterable[Any]) -> str:
    return ", ".join(literal(value) for value in values)


def inside(column: str, areas: Iterable[str]) -> str:
    return _any(f"starts_with({column}, {literal(area)})" for area in areas)


def _any(parts: Iterable[str]) -> str:
    return "(" + (" OR ".join(parts) or "false") + ")"


def condition(of: c.Condition, days: Days = ASKED) -> str:
    match of:
        case c.All(parts):
            return "(" + (" AND ".join(condition(part, days) for part in parts) or "true") + ")"
        case c.AnyOf(parts):
            return _any(condition(part, days) for part in parts)
        case c.Not(part):
            return f"(NOT {condition(part, days)})"
    return LEAVES[type(of)](of, days)


def lasts(days: Days, x: str = "x", *, of_parents: bool = False) -> str:
    day, until = (days.parents_day, days.parents_until) if of_parents else (days.day, days.until)
    return f"{x}.starts_on <= {day} AND ({x}.ends_on IS NULL OR {x}.ends_on >= {until})"


def exists(table: str, where: str) -> str:
    return f"EXISTS (SELECT FROM {table} x WHERE x.child_id = c.id AND {where})"


# Age --------------------------------------------------------------------------------------------


def _reaches(amount: int, unit: str) -> str:
    """The day on which so many years or months are completed; see `ages` for 29 February."""
    there = f"(c.birth_date + interval '{amount} {unit}')"
    return (
        f"({there}::date + CASE WHEN extract(day FROM c.birth_date) <> extract(day FROM {there})"
        " THEN 1 ELSE 0 END)"
    )


def _age(of: c.Age, days: Days) -> str:
    own = _own_day(of.on, days)
    day = f"coalesce({own}, {days.day})" if own else days.day
    until = f"coalesce({own} + 1, {days.until})" if own else days.until
    unit = "months" if of.in_months else "years"
    parts = [f"c.birth_date <= {day}"]
    if of.at_least is not None:
        parts.append(f"{_reaches(of.at_least, unit)} <= {day}")
    if of.below is not None:
        parts.append(f"{_reaches(of.below, unit)} >= {until}")
    return "(" + " AND ".join(parts) + ")"


def _own_day(on: Any, days: Days) -> str:
    year = f"extract(year FROM {days.day})::int"
    month_start = f"date_trunc('month', {days.day}::timestamp)::date"
    match on:
        case None:
            return ""
        case date():
            return literal(on)
        case (month, day):
            return f"make_date({year}, {month}, {day})"
    september = f"make_date({year}, 9, 1)"
    return {
        codes.AgeOn.APPLICATION: "app.applied",
        codes.AgeOn.MONTH_START: month_start,
        codes.AgeOn.MONTH_END: f"({month_start} + interval '1 month' - interval '1 day')::date",
        codes.AgeOn.YEAR_START: f"make_date({year}, 1, 1)",
        codes.AgeOn.SCHOOL_YEAR_START: f"CASE WHEN {september} <= {days.day} THEN {september}"
        f" ELSE make_date({year} - 1, 9, 1) END",
    }[codes.AgeOn(on)]


# Disability -------------------------------------------------------------------------------------


def valid_certificate(days: Days, more: str = "true") -> str:
    """One that is not valid was until the day from which it is not; where nobody knows the day,
    never, or until it expired."""
    return exists(
        CERTIFICATE,
        f"x.number_hash IS NOT NULL AND coalesce(x.issued_on <= {days.day}, true)"
        f" AND (x.expires_on IS NULL OR x.expires_on >= {days.until})"
        f" AND (x.status = 'VALID' OR coalesce(x.status_from >= {days.until},"
        " x.status = 'EXPIRED' AND x.expires_on IS NOT NULL))"
        f" AND {more}",
    )


def diagnosis(days: Days, more: str = "true") -> str:
    return exists(
        CERTIFICATE,
        "x.number_hash IS NULL AND x.status = 'VALID'"
        f" AND coalesce(x.issued_on <= {days.day}, true)"
        f" AND (x.expires_on IS NULL OR x.expires_on >= {days.until}) AND {more}",
    )


def pairs(of: Iterable[c.Pair], kind: str = "x.kind", grade: str = "x.grade") -> str:
    return _any(
        "("
        + (f"{kind} IN ({literals(pair.kinds)})" if pair.kinds else "true")
        + (f" AND {grade} IN ({literals(pair.grades)})" if pair.grades else "")
        + ")"
        for pair in of
    )


def _disability(of: c.Disability, days: Days) -> str:
    fits = pairs(of.pairs)
    parts = []
    if of.proof != codes.Proof.DIAGNOSIS:
        parts.append(valid_certificate(days, fits))
    if of.proof != codes.Proof.CERTIFICATE:
        parts.append(diagnosis(days, fits))
    return _any(parts)


# What holds from a day to a day -------------------------------------------------------------------


def category(any_of: Iterable[str], days: Days) -> str:
    return exists(
        CATEGORY, f"x.category IN ({literals(any_of)}) AND {lasts(days, of_parents=True)}"
    )


def economic(any_of: Iterable[str], days: Days) -> str:
    any_of = list(any_of)
    recorded = exists(ECONOMIC, f"x.status IN ({literals(any_of)}) AND {lasts(days)}")
    if codes.Economic.ORDINARY not in any_of:
        return recorded
    return f"({recorded} OR NOT {exists(ECONOMIC, lasts(days))})"


def living(any_of: Iterable[str], days: Days) -> str:
    """Whoever is in no institution lives scattered."""
    by_category = exists(CATEGORY, f"x.category = 'ORPHAN_INST' AND {lasts(days)}")
    by_guardian = exists(GUARDIANSHIP, f"x.kind = 'INSTITUTION' AND {lasts(days)}")
    there = f"({by_category} OR {by_guardian})"
    return _any(there if one == "INSTITUTION" else f"(NOT {there})" for one in any_of)


# School, parents --------------------------------------------------------------------------------


def is_there(days: Days) -> str:
    """Of an enrolment `x`; `ends_on` is the first day no longer there."""
    return (
        f"x.status <> 'SUSPENDED' AND x.starts_on <= {days.day}"
        f" AND (x.ends_on IS NULL OR x.ends_on > {days.until})"
    )


def enrolled(days: Days, more: str = "true") -> str:
    return exists(ENROLMENT, f"{is_there(days)} AND {more}")


def _school(of: c.School, days: Days) -> str:
    if of.in_school is False:
        return f"(NOT {enrolled(days)})"
    parts = ["true"]
    if of.stages:
        parts.append(f"x.stage IN ({literals(of.stages)})")
    if of.grades:
        parts.append(f"x.grade IN ({literals(of.grades)})")
    if of.boarding is not None:
        parts.append(f"x.is_boarding = {literal(of.boarding)}")
    if of.placements:
        parts.append(f"x.placement IN ({literals(of.placements)})")
    if of.last_kindergarten_year is not None:
        parts.append(
            f"(x.stage = 'PRESCHOOL' AND x.grade = 3) = {literal(of.last_kindergarten_year)}"
        )
    return enrolled(days, " AND ".join(parts))


def _parents(of: c.Parents, days: Days) -> str:
    """The truth table: strength of each parent's strongest situation, as in `parent_status`."""
    table = (
        "CASE WHEN f IN (0, 1) AND m IN (0, 1) THEN 'ORPHAN'"
        " WHEN f <= 2 AND m <= 2 THEN 'DE_FACTO'"
        " WHEN f = 5 AND m = 5 THEN 'NOT_ELIGIBLE'"
        " WHEN f IN (4, 5) OR m IN (4, 5) THEN"
        " CASE WHEN least(f, m) = 5 AND greatest(f, m) = 6 THEN 'INSUFFICIENT' ELSE 'WATCH' END"
        " ELSE 'INSUFFICIENT' END"
    )
    strength = _strength(days.parents_day)
    return (
        f"(SELECT {table} FROM (SELECT"
        f" coalesce(min({strength}) FILTER (WHERE x.parent = 'FATHER'), 6) AS f,"
        f" coalesce(min({strength}) FILTER (WHERE x.parent = 'MOTHER'), 6) AS m"
        f" FROM {PARENT} x WHERE x.child_id = c.id AND x.starts_on <= {days.parents_day}"
        f" AND (x.ends_on IS NULL OR x.ends_on >= {days.parents_day})) sides)"
        f" IN ({literals(of.any_of)})"
    )


def _strength(day: str) -> str:
    """0 A, 1 not found, 2 B, 3 not proved, 4 too short, 5 none of these."""
    enough = "(x.starts_on + interval '6 months')::date"
    is_long = f"(x.status IN ({literals(sorted(TERMS))}) AND x.ends_on + 1 >= {enough})"
    return (
        "CASE WHEN x.status = 'NONE' THEN 5"
        f" WHEN x.status IN ({literals(sorted(SIX_MONTHS))}) AND {day} < {enough}"
        f" AND {is_long} IS NOT TRUE"
        " THEN CASE WHEN x.status <> 'LOST_CONTACT' AND x.ends_on IS NULL THEN 3 ELSE 4 END"
        " WHEN x.evidence = '' OR x.verified_on IS NULL THEN 3"
        " WHEN x.status = 'UNKNOWN' THEN 1"
        f" WHEN x.status IN ({literals(sorted(GROUP_A))}) THEN 0 ELSE 2 END"
    )


def _parent(of: c.Parent, days: Days) -> str:
    def one(parent: str) -> str:
        return exists(
            PARENT,
            f"x.parent = '{parent}' AND x.status IN ({literals(of.any_of)})"
            f" AND x.starts_on <= {days.parents_day}"
            f" AND (x.ends_on IS NULL OR x.ends_on >= {days.parents_day})",
        )

    his, hers = one("FATHER"), one("MOTHER")
    return {
        codes.Who.FATHER: his,
        codes.Who.MOTHER: hers,
        codes.Who.ONE: f"({his} OR {hers})",
        codes.Who.BOTH: f"({his} AND {hers})",
    }[codes.Who(of.who)]


# Events, applications ---------------------------------------------------------------------------

# Why the file was closed, and why categories ended.
EVENTS = (
    "(SELECT c.closed_on AS happened_on, c.closing_reason AS kind WHERE c.closed_on IS NOT NULL"
    " UNION SELECT x.ends_on, x.ending_reason FROM children_categoryspell x"
    " WHERE x.child_id = c.id AND x.ending_reason <> '' AND x.ends_on IS NOT NULL)"
)


def _happened(of: c.Happened, days: Days) -> str:
    return (
        f"EXISTS (SELECT FROM {EVENTS} e WHERE e.happened_on <= {days.day}"
        f" AND e.kind IN ({literals(of.any_of)}))"
    )


def _paper(column: str) -> Any:
    def sql(of: Any, days: Days) -> str:
        there = f"(app.{column} IS NOT NULL AND app.{column} <= {days.day})"
        return there if of.is_so else f"(NOT {there})"

    return sql


def recognised(any_of: Iterable[str], days: Days) -> str:
    """By a confirmed recognition of the school year; a tier adjusted in it counts from then on."""
    among = literals(any_of)
    year = f"y.starts_on <= {days.day} AND y.ends_on >= {days.until} AND x.state = 'CONFIRMED'"
    tier = (
        f"(x.tier IN ({among}) AND (x.adjusted_on IS NULL OR x.adjusted_on <= {days.day})"
        f" OR x.tier_before IN ({among}) AND x.adjusted_on > {days.until})"
    )
    return (
        f"EXISTS (SELECT FROM {RECOGNITION} x JOIN schools_schoolyear y ON y.id = x.year_id"
        f" WHERE x.child_id = c.id AND {year} AND {tier})"
    )


def _unknown(of: Any, days: Days) -> str:
    """The register holds no such fact; see `child_facts`."""
    return "false"


LEAVES: dict[type, Any] = {
    c.Always: lambda of, days: "true",
    c.Age: _age,
    c.Disability: _disability,
    c.Category: lambda of, days: category(of.any_of, days),
    c.Economic: lambda of, days: economic(of.any_of, days),
    c.Living: lambda of, days: living(of.any_of, days),
    c.Hukou: lambda of, days: inside("coalesce(c.hukou_area_id, '~')", of.inside),
    c.Residence: lambda of, days: inside("c.residence_area_id", of.inside),
    c.Sex: lambda of, days: f"c.sex IN ({literals(of.any_of)})",
    c.School: _school,
    c.Parents: _parents,
    c.Parent: _parent,
    c.Happened: _happened,
    c.Applied: _paper("applied"),
    c.Confirmed: _paper("confirmed"),
    c.Tier: lambda of, days: recognised(of.any_of, days),
    c.Receives: _unknown,
    c.Admitted: lambda of, days: exists(
        FRESHMAN,
        f"x.state NOT IN ('REFUSED', 'RECOVERED') AND x.level IN ({literals(of.any_of)})"
        f" AND x.admitted_on <= {days.day}",
    ),
    c.Fact: _unknown,
}
