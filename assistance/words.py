"""Conditions and what was found of them, in words for people."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.language import of_reader
from assistance.models.programme import StopEvent
from assistance.rules import codes
from assistance.rules import conditions as c
from assistance.rules import facts as f
from assistance.rules.conditions import SEVERE, Pair
from assistance.rules.money import grouped
from assistance.rules.rulebook import Programme, Rulebook
from children.models.advice import ADVICE, in_words
from children.models.category import CategoryCode
from children.models.certificate import DisabilityKind
from children.models.child import Sex
from children.models.economic_status import EconomicStatus
from children.models.parent_status import ParentStatusCode
from schools.models import Placement, Stage


def name(programme: Programme) -> str:
    """In the language of the reader."""
    return of_reader(programme.name, programme.name_en or programme.name)


def named(code: str, book: Rulebook) -> str:
    """The name of a programme; what is no programme of the book stays as it is written."""
    return name(book.by_code[code]) if code in book.by_code else code


# Values in words ----------------------------------------------------------------------------------


def money(amount: Decimal) -> str:
    return _("%(amount)s yuan") % {"amount": grouped(amount)}


def month(first: date) -> str:
    return formats.date_format(first, "YEAR_MONTH_FORMAT")


def day(one: date) -> str:
    return formats.date_format(one, "DATE_FORMAT")


def happening(event: f.Happening) -> str:
    return _("%(event)s, %(day)s") % {"event": StopEvent(event.kind).label, "day": day(event.on)}


def listed(words: Iterable[str]) -> str:
    return pgettext("between items of a list", ", ").join(words)


def _or(words: Iterable[str]) -> str:
    return pgettext("between alternatives", " or ").join(words)


def _labels(choices: Any) -> Callable[[str], str]:
    return lambda code: str(choices(code).label)


def stage(code: str) -> str:
    return _("higher education") if code == codes.Stage.HIGHER else str(Stage(code).label)


LIVING = {
    codes.Living.INSTITUTION: lambda: _("in an institution"),
    codes.Living.SCATTERED: lambda: _("in a family"),
}
TIERS = {
    codes.Tier.SPECIAL: lambda: _("in special difficulty"),
    codes.Tier.MEDIUM: lambda: _("in difficulty"),
    codes.Tier.GENERAL: lambda: _("in general difficulty"),
}
ADMISSIONS = {
    codes.Admission.IN_PROVINCE: lambda: _("in the province"),
    codes.Admission.OUT_OF_PROVINCE: lambda: _("outside the province"),
}
WHO = {
    codes.Who.FATHER: lambda: _("father"),
    codes.Who.MOTHER: lambda: _("mother"),
    codes.Who.ONE: lambda: _("father or mother"),
    codes.Who.BOTH: lambda: _("both parents"),
}
AGE_ON = {
    codes.AgeOn.APPLICATION: lambda: _("on the day of application"),
    codes.AgeOn.MONTH_START: lambda: _("on the first of the month"),
    codes.AgeOn.MONTH_END: lambda: _("on the last of the month"),
    codes.AgeOn.YEAR_START: lambda: _("on 1 January"),
    codes.AgeOn.SCHOOL_YEAR_START: lambda: _("on 1 September"),
}


def _told(table: dict[Any, Callable[[], str]]) -> Callable[[str], str]:
    return lambda code: table[code]()


# Conditions in words ------------------------------------------------------------------------------

# Conditions that ask for one of several codes, of which some hold: label and words of a code.
AMONG: dict[type, tuple[str, Callable[[], str], Callable[[str], str]]] = {
    c.Category: ("category", lambda: _("category"), _labels(CategoryCode)),
    c.Economic: ("economic_status", lambda: _("household status"), _labels(EconomicStatus)),
    c.Hukou: ("hukou", lambda: _("household registration"), str),
    c.Residence: ("residence", lambda: _("lives in"), str),
    c.Living: ("living", lambda: _("brought up"), _told(LIVING)),
    c.Tier: ("tier", lambda: _("recognised as"), _told(TIERS)),
    c.Sex: ("sex", lambda: _("sex"), _labels(Sex)),
    c.Receives: ("receives", lambda: _("receives"), str),
    c.Admitted: ("admission", lambda: _("admitted to higher education"), _told(ADMISSIONS)),
}
KINDS: dict[type, str] = {
    **{kind: key for kind, (key, _label, _words) in AMONG.items()},
    c.Always: "always", c.Age: "age", c.Disability: "disability", c.School: "school",
    c.Parents: "parents", c.Parent: "parent", c.Happened: "event", c.Applied: "applied",
    c.Confirmed: "confirmed", c.Fact: "fact",
}  # fmt: skip


def _labelled(label: str, words: str) -> str:
    return _("%(label)s: %(words)s") % {"label": label, "words": words}


def condition(leaf: c.Leaf) -> str:
    """What was asked."""
    if type(leaf) in AMONG:
        _key, label, words = AMONG[type(leaf)]
        asked: Any = leaf
        places = isinstance(leaf, c.Hukou | c.Residence)
        return _labelled(label(), _or(map(words, asked.inside if places else asked.any_of)))
    return _of_its_own(leaf)


def _of_its_own(leaf: c.Leaf) -> str:
    match leaf:
        case c.Age():
            return _age(leaf)
        case c.Disability(pairs, proof):
            return _labelled(PROOFS[proof](), _pairs(pairs))
        case c.School():
            return _school(leaf)
        case c.Parents(any_of):
            return _labelled(_("truth table of the parents"), _or(_advice(one) for one in any_of))
        case c.Parent(who, any_of):
            return _labelled(WHO[codes.Who(who)](), _or(map(_labels(ParentStatusCode), any_of)))
        case c.Happened(any_of):
            return _labelled(_("has happened"), _or(map(_labels(StopEvent), any_of)))
        case c.Applied(is_so):
            return _("has been applied for") if is_so else _("has not been applied for")
        case c.Confirmed(is_so):
            return _("has been confirmed") if is_so else _("has not been confirmed")
        case c.Fact():
            return _fact(leaf)
    return _("every child")


PROOFS: dict[str, Callable[[], str]] = {
    codes.Proof.CERTIFICATE: lambda: _("disability certificate"),
    codes.Proof.DIAGNOSIS: lambda: _("diagnosis"),
    codes.Proof.EITHER: lambda: _("disability certificate or diagnosis"),
}


def _age(leaf: c.Age) -> str:
    words = {
        (True, False, False): _("at least %(at_least)s years old"),
        (False, True, False): _("under %(below)s years old"),
        (True, True, False): _("%(at_least)s to under %(below)s years old"),
        (True, False, True): _("at least %(at_least)s months old"),
        (False, True, True): _("under %(below)s months old"),
        (True, True, True): _("%(at_least)s to under %(below)s months old"),
    }[leaf.at_least is not None, leaf.below is not None, leaf.in_months]
    text = words % {"at_least": leaf.at_least, "below": leaf.below}
    return f"{text} {on}" if (on := _age_on(leaf)) else text


def _age_on(leaf: c.Age) -> str:
    match leaf.on:
        case None:
            return ""
        case date():
            return _("on %(day)s") % {"day": day(leaf.on)}
        case (number, of_month):
            in_year = formats.date_format(date(2001, number, of_month), "MONTH_DAY_FORMAT")
            return _("on %(day)s") % {"day": in_year}
    return AGE_ON[codes.AgeOn(leaf.on)]()


def _pairs(pairs: tuple[Pair, ...]) -> str:
    if set(pairs) == set(SEVERE):
        return _("severe (grade 1–2, intellectual or mental grade 3–4)")
    return _or(_pair(pair) for pair in pairs)


def _pair(pair: Pair) -> str:
    kinds = listed(str(DisabilityKind(kind).label) for kind in pair.kinds) or _("any kind")
    if not pair.grades:
        return kinds
    grades = listed(map(str, pair.grades))
    return _("%(kinds)s grade %(grades)s") % {"kinds": kinds, "grades": grades}


def _school(leaf: c.School) -> str:
    if leaf.in_school is False:
        return _("is not in school")
    parts = [
        listed(map(stage, leaf.stages)),
        _("grade %(grades)s") % {"grades": listed(map(str, leaf.grades))} if leaf.grades else "",
        "" if leaf.boarding is None else boards(leaf.boarding),
        listed(str(Placement(one).label) for one in leaf.placements),
        "" if leaf.last_kindergarten_year is None else (
            _("last year of kindergarten") if leaf.last_kindergarten_year
            else _("not the last year of kindergarten")
        ),
    ]  # fmt: skip
    told = listed(filter(None, parts))
    return _labelled(_("is in school"), told) if told else _("is in school")


def boards(is_so: bool) -> str:
    return _("boards at school") if is_so else _("does not board")


def _advice(code: str) -> str:
    return str(ADVICE[code][0])  # type: ignore[index]


def _fact(leaf: c.Fact) -> str:
    low, high = leaf.at_least, leaf.at_most
    if low is not None and high is not None:
        return _("%(fact)s: %(low)s to %(high)s") % {"fact": leaf.name, "low": low, "high": high}
    if low is not None:
        return _("%(fact)s: at least %(low)s") % {"fact": leaf.name, "low": low}
    if high is not None:
        return _("%(fact)s: at most %(high)s") % {"fact": leaf.name, "high": high}
    return _labelled(leaf.name, _or(map(_own, leaf.any_of)))


def _own(one: c.Value) -> str:
    return (_("yes") if one else _("no")) if isinstance(one, bool) else str(one)


# What was found -----------------------------------------------------------------------------------


def value(leaf: c.Leaf, found: Any) -> str:
    """`found` is the value of the `Answer` to `leaf`."""
    if type(leaf) in AMONG:
        _key, _label, words = AMONG[type(leaf)]
        is_known = isinstance(leaf, c.Hukou | c.Residence | c.Sex)  # of every child, once given
        return listed(words(code) for code in found) or (_("not given") if is_known else _("none"))
    match leaf:
        case c.Age(in_months=in_months):
            return _found_age(found, in_months)
        case c.Disability():
            return listed(map(_proof, found)) or _("none valid")
        case c.School():
            return listed(map(_enrolment, found)) or _("in no school")
        case c.Parents():
            told = in_words(found)
            return f"{told['text']} ({pgettext('between sentences', '; ').join(told['reasons'])})"
        case c.Parent():
            return listed(
                _labelled(
                    WHO[who](), listed(map(_labels(ParentStatusCode), situations)) or _("none")
                )
                for who, situations in zip((codes.Who.FATHER, codes.Who.MOTHER), found, strict=True)
            )
        case c.Happened():
            return listed(map(happening, found)) or _("none")
        case c.Applied() | c.Confirmed():
            return day(found) if found else _("no")
        case c.Fact():
            return listed(map(_own, found)) or _("not given")
    return _("yes")


def _situations(who: codes.Who, situations: tuple[str, ...]) -> str:
    return _labelled(WHO[who](), listed(map(_labels(ParentStatusCode), situations)) or _("none"))


def _found_age(found: int | None, in_months: bool) -> str:
    if found is None:
        return _("not yet born")
    if in_months:
        return ngettext("%(number)s month", "%(number)s months", found) % {"number": found}
    return ngettext("%(number)s year", "%(number)s years", found) % {"number": found}


def _proof(one: f.Certificate | f.Diagnosis) -> str:
    kind = str(DisabilityKind(one.kind).label) if one.kind else _("any kind")
    words = _("%(kinds)s grade %(grades)s") % {"kinds": kind, "grades": one.grade or "?"}
    if isinstance(one, f.Diagnosis):
        return _labelled(_("diagnosis"), words)
    if one.expires is None:
        return words
    return _("%(what)s, valid until %(day)s") % {"what": words, "day": day(one.expires)}


def _enrolment(one: f.Schooling) -> str:
    grade = _("grade %(grades)s") % {"grades": one.grade} if one.grade else ""
    board = boards(True) if one.boarding else ""
    place = "" if one.placement == "ORDINARY" else str(Placement(one.placement).label)
    return " ".join(filter(None, [stage(one.stage), grade, place, board]))
