"""Conditions from JSON. Each kind is one key; several keys in one object must all hold."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from children.rules.categories import Category
from children.rules.parent_status import Advice, Status

from . import codes
from . import conditions as c
from .reading import At, hint, join, shown

DEEPEST = 20


def condition(at: At, depth: int = 0) -> c.Condition:
    """A list of conditions must all hold, too."""
    if depth > DEEPEST:
        raise at.wrong("conditions are nested deeper than %(deepest)s levels", deepest=DEEPEST)
    if isinstance(at.value, list):
        return c.All(_several(at, depth))
    if not isinstance(at.value, dict):
        raise at.wrong("a condition {…} is expected, not %(found)s", found=shown(at.value))
    parts: list[c.Condition] = []
    for key in at.value:
        inner = At(at.value[key], join(at.place, key), at.mistakes)
        if key in ("all", "any"):
            nested = _several(inner, depth)
            parts.append(c.All(nested) if key == "all" else c.AnyOf(nested))
        elif key == "not":
            parts.append(c.Not(condition(inner, depth + 1)))
        elif key in KINDS:
            parts.append(KINDS[key](inner))
        else:
            known = ["all", "any", "not", *KINDS]
            raise inner.wrong("unknown condition%(hint)s", hint=hint(key, known))
    if not parts:
        raise at.wrong('an empty condition; for all children write {"always": true}')
    return parts[0] if len(parts) == 1 else c.All(tuple(parts))


def _several(at: At, depth: int) -> tuple[c.Condition, ...]:
    """None at all would hold for every child, which nobody writes on purpose."""
    found = tuple(condition(one, depth + 1) for one in at.items())
    if not found:
        raise at.wrong("a list of at least one condition is expected")
    return found


def _always(at: At) -> c.Condition:
    return c.Always() if at.yes() else c.Not(c.Always())


def _age(at: At, in_months: bool = False) -> c.Age:
    of = at.members(["at_least", "below", "on"])
    highest = 1200 if in_months else 100
    at_least = of.get("at_least", lambda one: one.whole(0, highest))
    below = of.get("below", lambda one: one.whole(1, highest))
    if at_least is None and below is None:
        raise at.wrong('"at_least" or "below" is expected')
    if at_least is not None and below is not None and below <= at_least:
        raise of["below"].wrong("nobody is at least %(a)s and below %(b)s", a=at_least, b=below)
    return c.Age(at_least, below, in_months, of.get("on", _age_on))


def _age_on(at: At) -> Any:
    if at.value in list(codes.AgeOn):
        return str(at.value)
    if isinstance(at.value, str) and re.fullmatch(r"\d\d-\d\d", at.value):
        try:
            day = date.fromisoformat(f"2001-{at.value}")  # not 29 February: it is not in each year
        except ValueError:
            raise at.wrong("%(found)s is no day of every year", found=shown(at.value)) from None
        return (day.month, day.day)
    if isinstance(at.value, str) and re.fullmatch(r"\d{4}-.*", at.value):
        return at.day()
    return at.choice(codes.AgeOn)


def pairs(at: At) -> tuple[c.Pair, ...]:
    """`{"kinds", "grades"}`, a list of such, "SEVERE" or "ANY"."""
    found: list[c.Pair] = []
    for one in at.one_or_many():
        if one.value == "SEVERE":
            found.extend(c.SEVERE)
        elif one.value == "ANY":
            found.append(c.Pair())
        elif isinstance(one.value, str):
            one.choice(["SEVERE", "ANY"])
        else:
            of = one.members(["kinds", "grades"])
            kinds = of.get("kinds", lambda a: a.wholes(1, 7), ())
            found.append(c.Pair(kinds, of.get("grades", lambda a: a.wholes(1, 4), ())))
    if not found:
        raise at.wrong("at least one kind or grade is expected")
    return tuple(found)


def _disability(at: At) -> c.Disability:
    if not isinstance(at.value, dict):
        return c.Disability(pairs(at))
    of = at.members(["any", "kinds", "grades", "proof"])
    proof = of.get("proof", lambda one: one.choice(codes.Proof), str(codes.Proof.CERTIFICATE))
    if "any" in of:
        if "kinds" in of or "grades" in of:
            raise at.wrong('either "any" or "kinds" and "grades"')
        return c.Disability(pairs(of["any"]), proof)
    bare = {key: one for key, one in at.value.items() if key != "proof"}
    return c.Disability(pairs(At(bare, at.place, at.mistakes)), proof)


def _school(at: At) -> c.School:
    if isinstance(at.value, bool):
        return c.School(in_school=at.value)
    of = at.members(
        ["in_school", "stages", "grades", "boarding", "placements", "last_kindergarten_year"]
    )
    return c.School(
        of.get("in_school", At.yes),
        of.get("stages", lambda one: one.choices(codes.Stage), ()),
        of.get("grades", lambda one: one.wholes(1, 9), ()),
        of.get("boarding", At.yes),
        of.get("placements", lambda one: one.choices(codes.Placement), ()),
        of.get("last_kindergarten_year", At.yes),
    )


def _parent(at: At) -> c.Parent:
    of = at.members(["who", "status"], ["status"])
    who = of.get("who", lambda one: one.choice(codes.Who), str(codes.Who.ONE))
    return c.Parent(who, of["status"].choices(Status))


def _fact(at: At) -> c.Fact:
    if isinstance(at.value, str):
        return c.Fact(at.code())
    of = at.members(["name", "is", "in", "at_least", "at_most"], ["name"])
    name = of["name"].code()
    at_least, at_most = of.get("at_least", _any_number), of.get("at_most", _any_number)
    if at_least is not None or at_most is not None:
        if "is" in of or "in" in of:
            raise at.wrong('either "is", "in", or "at_least" and "at_most"')
        return c.Fact(name, (), at_least, at_most)
    if "is" in of and "in" in of:
        raise at.wrong('either "is" or "in"')
    if "in" in of:
        return c.Fact(name, tuple(own_value(one) for one in of["in"].items()))
    return c.Fact(name, (own_value(of["is"]) if "is" in of else True,))


def _any_number(at: At) -> Decimal:
    return at.number(Decimal("-1e9"), Decimal("1e9"))


def own_value(at: At) -> c.Value:
    """True or false, a text, or a number."""
    if isinstance(at.value, bool):
        return at.value
    return at.text(100) if isinstance(at.value, str) else _any_number(at)


def names(at: At) -> tuple[str, ...]:
    found = tuple(one.code() for one in at.one_or_many())
    if not found:
        raise at.wrong("at least one is expected")
    return found


def _some(choices: Any, make: Callable[[tuple[str, ...]], c.Leaf]) -> Callable[[At], c.Leaf]:
    def read(at: At) -> c.Leaf:
        found = at.choices(choices)
        if not found:
            raise at.wrong("at least one is expected")
        return make(found)

    return read


def _areas(make: Callable[[tuple[str, ...]], c.Leaf]) -> Callable[[At], c.Leaf]:
    def read(at: At) -> c.Leaf:
        found = tuple(one.area() for one in at.one_or_many())
        if not found:
            raise at.wrong("at least one is expected")
        return make(found)

    return read


KINDS: dict[str, Callable[[At], c.Condition]] = {
    "always": _always,
    "age": _age,
    "age_months": lambda at: _age(at, in_months=True),
    "disability": _disability,
    "category": _some(Category, c.Category),
    "economic_status": _some(codes.Economic, c.Economic),
    "hukou": _areas(c.Hukou),
    "residence": _areas(c.Residence),
    "school": _school,
    "parents": _some(Advice, c.Parents),
    "parent": _parent,
    "living": _some(codes.Living, c.Living),
    "tier": _some(codes.Tier, c.Tier),
    "sex": _some(codes.Sex, c.Sex),
    "event": _some(codes.Event, c.Happened),
    "receives": lambda at: c.Receives(names(at)),
    "admission": _some(codes.Admission, c.Admitted),
    "applied": lambda at: c.Applied(at.yes()),
    "confirmed": lambda at: c.Confirmed(at.yes()),
    "fact": _fact,
}
