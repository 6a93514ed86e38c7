"""How one row and one child agree, field by field."""

from exchange.rules import match_date
from exchange.rules.match_name import best_level, cleaned, level
from exchange.rules.match_score import Pattern

from .facts import Known
from .sought import Person

GENERATION = 15  # years


def pattern_of(person: Person, known: Known) -> Pattern:
    number = number_level(person, known)
    # What the number says of date and sex is compared by the number, or is somebody else's.
    by_number = known.number is not None or number in ("FAMILY", "ELDER")
    return Pattern(
        name=_name(person, known),
        birth=_birth_by_number(person, known, number)
        if by_number and not person.has_own_birth
        else _birth(person, known),
        sex=None if by_number and not person.has_own_sex else _equal(person.sex, known.sex),
        number=number,
        guardian=_guardian(person, known),
        area=_area(person.area_code, known),
        phone=_phone(person, known),
    )


def _name(person: Person, known: Known) -> str | None:
    if not person.names:
        return None
    theirs = [cleaned(known.name), *map(cleaned, known.other_names)]
    found = str(best_level(person.names, theirs))
    if found in ("PART", "DIFFERENT") and _is_crossed(person, theirs, known):
        return "ALIKE"
    return found


def _is_crossed(person: Person, theirs: list[str], known: Known) -> bool:
    """Child and guardian each stand in the other's cell."""
    if person.guardian_name not in theirs:
        return False
    return any(cleaned(one) in person.names for one in known.guardians)


def _birth(person: Person, known: Known) -> str | None:
    if person.birth_date is None:
        return None
    return str(match_date.level(person.birth_date, known.birth_date))


def _birth_by_number(person: Person, known: Known, number: str | None) -> str | None:
    """A number that was mistyped after its birth date, so that it is well formed again, still
    tells that one. Another one is that of whose number it is, and tells nothing."""
    is_it = number == "DIFFERENT" and person.born_by_number == known.birth_date
    return "SAME" if is_it else None


def _equal(ours: str, theirs: str) -> str | None:
    if not ours or not theirs:
        return None
    return "SAME" if ours == theirs else "DIFFERENT"


def number_level(person: Person, known: Known) -> str | None:
    """`FAMILY`: one stands in the other's cell, the guardian's for the child's or the reverse.
    `ELDER`: the number of somebody a generation older, of which family nothing says.
    """
    theirs = {known.number, *(known.other_numbers or ())} - {None}
    if person.number is None:
        return None
    if person.number in theirs:
        return "SAME"
    if not theirs.isdisjoint(person.repaired):
        return "NEAR"
    if person.number in (known.family or ()) or not theirs.isdisjoint(person.family):
        return "FAMILY"
    born = person.born_by_number
    if born is not None and known.birth_date.year - born.year >= GENERATION:
        return "ELDER"
    if not theirs:
        return None
    return "DIFFERENT" if person.number_is_good else "UNREADABLE"


def _guardian(person: Person, known: Known) -> str | None:
    if known.family and not set(person.family).isdisjoint(known.family):
        return "NUMBER"
    if not person.guardian_name or not known.guardians:
        return None
    found = {level(person.guardian_name, cleaned(one)) for one in known.guardians}
    if not found.isdisjoint(("SAME", "SOUND")):
        return "NAME"
    return "ALIKE" if not found.isdisjoint(("ALIKE", "ONE")) else "DIFFERENT"


def _area(code: str, known: Known) -> str | None:
    """By the place that agrees furthest, of those where the child lives, is registered, is kept."""
    if len(code) < 6:
        return None
    shared = max(
        _common(code, place)
        for place in (known.residence, known.hukou, known.managing)
        if place is not None
    )
    if shared >= 12:
        return "VILLAGE"
    if shared >= 9:
        return "TOWNSHIP"
    return "COUNTY" if shared >= 6 else "ELSEWHERE"


def _common(code: str, place: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(code, place, strict=False)) if a != b),
                min(len(code), len(place)))  # fmt: skip


def _phone(person: Person, known: Known) -> str | None:
    theirs = {known.phone, *(known.phones or ())} - {None}
    if not person.phones or not theirs:
        return None
    return "DIFFERENT" if theirs.isdisjoint(person.phones) else "SAME"
