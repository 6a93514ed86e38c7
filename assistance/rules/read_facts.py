"""Cases from JSON: facts of invented or real children, each fact optional but the birth date."""

from collections.abc import Callable
from datetime import date
from typing import Any

from children.rules.categories import Category
from children.rules.parent_status import Situation, Status

from . import codes
from . import facts as f
from .read_conditions import own_value
from .reading import At, Members, Wrong, WrongFile

LONGEST = 100_000  # cases in one file


def read_cases(data: Any) -> tuple[f.Case, ...]:
    """A list of `{name, on, facts}`. Raises WrongFile with every mistake and its place."""
    mistakes: list[Wrong] = []
    at = At(data, "", mistakes)
    try:
        if isinstance(data, dict):
            at = at.members(["cases", "format"], ["cases"])["cases"]
        if isinstance(at.value, list) and len(at.value) > LONGEST:
            raise at.wrong("more than %(longest)s cases", longest=LONGEST)
        cases = at.each(_case)
    except Wrong as mistake:
        mistakes.append(mistake)
    if mistakes:
        raise WrongFile(mistakes)
    return cases


def _case(at: At) -> f.Case:
    of = at.members(["name", "on", "facts", "expect"], ["on", "facts"])
    on = of["on"].month()
    return f.Case(of.get("name", lambda one: one.text(200), at.place), on, read_facts(of["facts"]))


KEYS = [
    "birth_date", "sex", "hukou_area", "residence_area", "categories", "economic_status", "living",
    "tier", "father", "mother", "certificates", "diagnoses", "school", "admission",
    "applications", "events", "received", "paid", "costs", "other",
]  # fmt: skip


def read_facts(at: At) -> f.Facts:
    of = at.members(KEYS, ["birth_date"])
    return f.Facts(
        birth_date=of["birth_date"].day(),
        sex=of.get("sex", lambda one: one.choice(codes.Sex), ""),
        hukou=_spells(of, "hukou_area", "area", At.area),
        residence=_spells(of, "residence_area", "area", At.area),
        categories=_spells(of, "categories", "category", lambda one: one.choice(Category)),
        economic=_spells(of, "economic_status", "status", lambda one: one.choice(codes.Economic)),
        living=_spells(of, "living", "living", lambda one: one.choice(codes.Living)),
        tiers=_spells(of, "tier", "tier", lambda one: one.choice(codes.Tier)),
        father=_many(of, "father", _situation),
        mother=_many(of, "mother", _situation),
        certificates=_many(of, "certificates", _certificate),
        diagnoses=_many(of, "diagnoses", _diagnosis),
        schooling=_many(of, "school", _schooling),
        admission=_many(of, "admission", _admission),
        applications=of.get("applications", _applications, {}),
        events=_many(of, "events", _event),
        received=_many(of, "received", _receipt),
        paid=_many(of, "paid", _payment),
        costs=of.get("costs", _costs, {}),
        other=of.get("other", _own, {}),
    )


def _many(of: Members, key: str, read: Callable[[At], Any]) -> tuple[Any, ...]:
    return tuple(read(one) for one in of[key].one_or_many()) if key in of else ()


def _spells(of: Members, key: str, name: str, read: Callable[[At], str]) -> tuple[f.Spell, ...]:
    """One value, an object with `from` and `to`, or a list of these."""

    def spell(at: At) -> f.Spell:
        if not isinstance(at.value, dict):
            return f.Spell(read(at))
        inner = at.members([name, "from", "to"], [name])
        return f.Spell(read(inner[name]), *_period(inner))

    return _many(of, key, spell)


def _period(of: Members) -> tuple[date | None, date | None]:
    """First and last day."""
    starts, ends = of.get("from", At.day), of.get("to", At.day)
    if starts and ends and ends < starts:
        raise of["to"].wrong('"to" is the last day included and lies before "from"')
    return starts, ends


def _situation(at: At) -> Situation:
    if not isinstance(at.value, dict):
        return Situation(at.choice(Status), date.min, None, is_proved=True)
    of = at.members(["status", "from", "to", "proved"], ["status"])
    starts, ends = _period(of)
    return Situation(
        of["status"].choice(Status), starts or date.min, ends, of.get("proved", At.yes, True)
    )


def _certificate(at: At) -> f.Certificate:
    of = at.members(
        ["kind", "grade", "issued", "expires", "status", "status_from"], ["kind", "grade"]
    )
    status = of.get("status", lambda one: one.choice(codes.CertificateStatus), "VALID")
    issued, expires = of.get("issued", At.day), of.get("expires", At.day)
    if issued and expires and expires < issued:
        raise of["expires"].wrong("expires before it was issued")
    kind, grade = of["kind"].whole(1, 7), of["grade"].whole(1, 4)
    return f.Certificate(kind, grade, issued, expires, status, of.get("status_from", At.day))


def _diagnosis(at: At) -> f.Diagnosis:
    of = at.members(["kind", "grade", "from", "to", "by"])
    of.get("by", At.text)
    kind, grade = of.get("kind", lambda a: a.whole(1, 7)), of.get("grade", lambda a: a.whole(1, 4))
    return f.Diagnosis(kind, grade, *_period(of))


def _schooling(at: At) -> f.Schooling:
    of = at.members(
        ["stage", "grade", "boarding", "placement", "status", "last_kindergarten_year",
         "from", "to"], ["stage"],
    )  # fmt: skip
    return f.Schooling(
        of["stage"].choice(codes.Stage),
        of.get("grade", lambda one: one.whole(1, 9)),
        of.get("boarding", At.yes, False),
        of.get("placement", lambda one: one.choice(codes.Placement), "ORDINARY"),
        of.get("status", lambda one: one.choice(codes.RollStatus), "ENROLLED"),
        of.get("last_kindergarten_year", At.yes),
        *_period(of),
    )


def _admission(at: At) -> f.Spell:
    if not isinstance(at.value, dict):
        return f.Spell(at.choice(codes.Admission))
    of = at.members(["level", "on"], ["level"])
    return f.Spell(of["level"].choice(codes.Admission), of.get("on", At.day))


def _applications(at: At) -> dict[str, f.Application]:
    """By programme; a day alone is the day of application."""
    if not isinstance(at.value, dict):
        raise at.wrong('an object {"PROGRAMME": {"applied": …, "confirmed": …}} is expected')
    return {key: _application(one) for key, one in _named(at).items()}


def _application(at: At) -> f.Application:
    if not isinstance(at.value, dict):
        return f.Application(at.day())
    of = at.members(["applied", "confirmed"])
    application = f.Application(of.get("applied", At.day), of.get("confirmed", At.day))
    applied, confirmed = application.applied, application.confirmed
    if applied and confirmed and confirmed < applied:
        raise of["confirmed"].wrong("is confirmed before it was applied for")
    return application


def _named(at: At) -> dict[str, At]:
    if not isinstance(at.value, dict):
        raise at.wrong("an object with names is expected")
    place = at.place
    for key in at.value:
        At(key, f"{place}.{key}", at.mistakes).code()
    return {key: At(one, f"{place}.{key}", at.mistakes) for key, one in at.value.items()}


def _event(at: At) -> f.Happening:
    of = at.members(["kind", "on", "until", "programme"], ["kind", "on"])
    on, until = of["on"].day(), of.get("until", At.day)
    if until and until < on:
        raise of["until"].wrong('"until" lies before "on"')
    kind = of["kind"].choice(codes.Event)
    return f.Happening(kind, on, until, of.get("programme", At.code, ""))


def _receipt(at: At) -> f.Receipt:
    of = at.members(["programme", "amount", "from", "to"], ["programme", "amount"])
    starts, ends = of.get("from", At.month), of.get("to", At.month)
    if starts and ends and ends < starts:
        raise of["to"].wrong('"to" is the last month included and lies before "from"')
    return f.Receipt(of["programme"].code(), of["amount"].money(), starts, ends)


def _payment(at: At) -> f.Payment:
    keys = ["programme", "month", "amount"]
    of = at.members(keys, keys)
    return f.Payment(of["programme"].code(), of["month"].month(), of["amount"].money())


def _costs(at: At) -> dict[str, Any]:
    return {key: one.money() for key, one in _named(at).items()}


def _own(at: At) -> dict[str, tuple[f.Own, ...]]:
    return {
        key: tuple(_own_spell(item) for item in one.one_or_many())
        for key, one in _named(at).items()
    }


def _own_spell(at: At) -> f.Own:
    if not isinstance(at.value, dict):
        return f.Own(own_value(at))
    of = at.members(["value", "from", "to"], ["value"])
    return f.Own(own_value(of["value"]), *_period(of))
