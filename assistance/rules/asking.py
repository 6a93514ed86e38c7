"""One condition asked on one day: what was found, and whether it holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import singledispatch
from typing import Any, Protocol

from children.rules import ages, parent_status

from . import codes
from . import conditions as c
from . import facts as f
from .months import last_day, month_of


@dataclass(frozen=True)
class Asked:
    """A state that ends (by its last day, a birthday, an event) on `until` or later still holds on
    `day`. `frozen`: parents and categories are taken as they were on that day.
    """

    day: date
    until: date
    programme: str = ""
    frozen: date | None = None

    @property
    def month(self) -> date:
        return month_of(self.day)

    @property
    def of_parents(self) -> "Asked":
        """The day on which parents and categories are asked."""
        return Asked(self.frozen, self.frozen, self.programme) if self.frozen else self


@dataclass(frozen=True)
class Answer:
    """`value` is what was found, in a form of its own for each kind of condition."""

    held: bool
    value: Any


class Lasting(Protocol):
    @property
    def starts(self) -> date | None: ...
    @property
    def ends(self) -> date | None: ...


def lasts(spell: Lasting, asked: Asked) -> bool:
    return (spell.starts is None or spell.starts <= asked.day) and (
        spell.ends is None or spell.ends >= asked.until
    )


def values(spells: Iterable[f.Spell], asked: Asked) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spell.value for spell in spells if lasts(spell, asked)))


def ask(condition: c.Leaf, facts: f.Facts, asked: Asked) -> Answer:
    return _ask(condition, facts, asked)


@singledispatch
def _ask(condition: Any, facts: f.Facts, asked: Asked) -> Answer:
    raise TypeError(type(condition))


@_ask.register
def _always(condition: c.Always, facts: f.Facts, asked: Asked) -> Answer:
    return Answer(True, None)


# Age --------------------------------------------------------------------------------------------


@_ask.register
def _age(condition: c.Age, facts: f.Facts, asked: Asked) -> Answer:
    """On a day of its own a birthday counts at once; else on its day the old age still does."""
    own = age_day(condition, facts, asked)
    day, until = (own, own + timedelta(days=1)) if own else (asked.day, asked.until)
    born = facts.birth_date
    reaches = _months_on if condition.in_months else ages.reaches_on
    old_enough = condition.at_least is None or reaches(born, condition.at_least) <= day
    young_enough = condition.below is None or reaches(born, condition.below) >= until
    return Answer(born <= day and old_enough and young_enough, _age_found(condition, born, day))


def age_day(condition: c.Age, facts: f.Facts, asked: Asked) -> date | None:
    """The day of its own on which the age is counted."""
    match condition.on:
        case None:
            return None
        case date():
            return condition.on
        case (month, day):
            return date(asked.day.year, month, day)
        case codes.AgeOn.APPLICATION:
            return application(facts, asked.programme).applied
        case codes.AgeOn.MONTH_START:
            return asked.month
        case codes.AgeOn.MONTH_END:
            return last_day(asked.month)
        case codes.AgeOn.YEAR_START:
            return date(asked.day.year, 1, 1)
    september = date(asked.day.year, 9, 1)
    return september if september <= asked.day else date(asked.day.year - 1, 9, 1)


def _months_on(born: date, months: int) -> date:
    """The day on which `months` are completed; where a month lacks that day, the first after it."""
    year, index = divmod(born.year * 12 + born.month - 1 + months, 12)
    try:
        return date(year, index + 1, born.day)
    except ValueError:
        return last_day(date(year, index + 1, 1)) + timedelta(days=1)


def _age_found(condition: c.Age, born: date, day: date) -> int | None:
    """Completed years or months; None before birth."""
    if day < born:
        return None
    if not condition.in_months:
        return ages.completed_years(born, day)
    months = (day.year - born.year) * 12 + day.month - born.month
    return months - (day < _months_on(born, months))


# Disability -------------------------------------------------------------------------------------


@_ask.register
def _disability(condition: c.Disability, facts: f.Facts, asked: Asked) -> Answer:
    found: list[f.Certificate | f.Diagnosis] = []
    if condition.proof != codes.Proof.DIAGNOSIS:
        found.extend(valid(facts, asked))
    if condition.proof != codes.Proof.CERTIFICATE:
        found.extend(one for one in facts.diagnoses if lasts(one, asked))
    held = any(pair.fits(one.kind, one.grade) for one in found for pair in condition.pairs)
    return Answer(held, tuple(found))


def valid(facts: f.Facts, asked: Asked) -> list[f.Certificate]:
    return [one for one in facts.certificates if _is_valid(one, asked)]


def _is_valid(one: f.Certificate, asked: Asked) -> bool:
    """Expired: valid until its last day, if that is known. Others: until the status began."""
    if (one.issued and one.issued > asked.day) or (one.expires and one.expires < asked.until):
        return False
    if one.status == codes.CertificateStatus.VALID:
        return True
    if one.since is not None:
        return one.since >= asked.until
    return one.status == codes.CertificateStatus.EXPIRED and one.expires is not None


# What holds from a day to a day -------------------------------------------------------------------


def _among(any_of: tuple[str, ...], found: tuple[str, ...]) -> Answer:
    return Answer(bool(set(any_of) & set(found)), found)


@_ask.register
def _category(condition: c.Category, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, values(facts.categories, asked.of_parents))


@_ask.register
def _economic(condition: c.Economic, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, economic(facts, asked))


def economic(facts: f.Facts, asked: Asked) -> tuple[str, ...]:
    return values(facts.economic, asked) or (str(codes.Economic.ORDINARY),)


@_ask.register
def _living(condition: c.Living, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, living(facts, asked))


def living(facts: f.Facts, asked: Asked) -> tuple[str, ...]:
    return values(facts.living, asked) or (str(codes.Living.SCATTERED),)


@_ask.register
def _tier(condition: c.Tier, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, values(facts.tiers, asked))


@_ask.register
def _sex(condition: c.Sex, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, (facts.sex,) if facts.sex else ())


@_ask.register
def _admitted(condition: c.Admitted, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, values(facts.admission, asked))


@_ask.register
def _hukou(condition: c.Hukou, facts: f.Facts, asked: Asked) -> Answer:
    return _inside(condition.inside, values(facts.hukou, asked))


@_ask.register
def _residence(condition: c.Residence, facts: f.Facts, asked: Asked) -> Answer:
    return _inside(condition.inside, values(facts.residence, asked))


def _inside(areas: tuple[str, ...], found: tuple[str, ...]) -> Answer:
    return Answer(any(code.startswith(areas) for code in found), found)


def area(facts: f.Facts, asked: Asked) -> str:
    """Of the household registration, else of the residence; "" when neither is known."""
    found = values(facts.hukou, asked) or values(facts.residence, asked)
    return max(found, default="")


# School, parents --------------------------------------------------------------------------------


@_ask.register
def _school(condition: c.School, facts: f.Facts, asked: Asked) -> Answer:
    found = schooling(facts, asked)
    if condition.in_school is False:
        return Answer(not found, found)
    return Answer(any(_fits(condition, one) for one in found), found)


def schooling(facts: f.Facts, asked: Asked) -> tuple[f.Schooling, ...]:
    """Where the child is in school."""
    suspended = codes.RollStatus.SUSPENDED
    return tuple(one for one in facts.schooling if one.status != suspended and lasts(one, asked))


def _fits(condition: c.School, one: f.Schooling) -> bool:
    last_year = condition.last_kindergarten_year
    return (
        (not condition.stages or one.stage in condition.stages)
        and (not condition.grades or one.grade in condition.grades)
        and (condition.boarding is None or one.boarding == condition.boarding)
        and (not condition.placements or one.placement in condition.placements)
        and (last_year is None or last_kindergarten_year(one) == last_year)
    )


def last_kindergarten_year(one: f.Schooling) -> bool:
    if one.last_kindergarten_year is not None:
        return one.last_kindergarten_year
    return one.stage == codes.Stage.PRESCHOOL and one.grade == 3


@_ask.register
def _parents(condition: c.Parents, facts: f.Facts, asked: Asked) -> Answer:
    day = _day_of_parents(asked)
    assessment = parent_status.assess(facts.father, facts.mother, day)
    return Answer(str(assessment.advice) in condition.any_of, assessment)


def _day_of_parents(asked: Asked) -> date:
    return asked.of_parents.day


@_ask.register
def _parent(condition: c.Parent, facts: f.Facts, asked: Asked) -> Answer:
    day = _day_of_parents(asked)
    father, mother = (
        tuple(dict.fromkeys(s.status for s in situations if _is_so(s, day)))
        for situations in (facts.father, facts.mother)
    )
    his, hers = set(father) & set(condition.any_of), set(mother) & set(condition.any_of)
    held = {
        codes.Who.FATHER: bool(his),
        codes.Who.MOTHER: bool(hers),
        codes.Who.ONE: bool(his or hers),
        codes.Who.BOTH: bool(his and hers),
    }[codes.Who(condition.who)]
    return Answer(held, (father, mother))


def _is_so(situation: parent_status.Situation, day: date) -> bool:
    return situation.starts_on <= day and (situation.ends_on is None or situation.ends_on >= day)


# Events, applications, money, own facts -----------------------------------------------------------


@_ask.register
def _happened(condition: c.Happened, facts: f.Facts, asked: Asked) -> Answer:
    found = tuple(
        one for one in facts.events
        if one.on <= asked.day and (one.until is None or one.until >= asked.until)
        and one.programme in ("", asked.programme)
    )  # fmt: skip
    return Answer(any(one.kind in condition.any_of for one in found), found)


@_ask.register
def _receives(condition: c.Receives, facts: f.Facts, asked: Asked) -> Answer:
    return _among(condition.any_of, tuple(dict.fromkeys(
        one.programme for one in receipts(facts, asked.month)
    )))  # fmt: skip


def receipts(facts: f.Facts, month: date) -> list[f.Receipt]:
    return [
        one for one in facts.received
        if (one.starts is None or one.starts <= month) and (one.ends is None or month <= one.ends)
    ]  # fmt: skip


def application(facts: f.Facts, programme: str) -> f.Application:
    return facts.applications.get(programme, f.Application())


@_ask.register
def _applied(condition: c.Applied, facts: f.Facts, asked: Asked) -> Answer:
    day = application(facts, asked.programme).applied
    return Answer((day is not None and day <= asked.day) == condition.is_so, day)


@_ask.register
def _confirmed(condition: c.Confirmed, facts: f.Facts, asked: Asked) -> Answer:
    day = application(facts, asked.programme).confirmed
    return Answer((day is not None and day <= asked.day) == condition.is_so, day)


@_ask.register
def _fact(condition: c.Fact, facts: f.Facts, asked: Asked) -> Answer:
    found = tuple(own.value for own in facts.other.get(condition.name, ()) if lasts(own, asked))
    return Answer(any(_is(condition, value) for value in found), found)


def _is(condition: c.Fact, value: c.Value) -> bool:
    if condition.at_least is None and condition.at_most is None:
        return any(type(value) is type(one) and value == one for one in condition.any_of)
    if isinstance(value, bool | str):
        return False
    low, high = condition.at_least, condition.at_most
    return (low is None or low <= value) and (high is None or value <= high)
