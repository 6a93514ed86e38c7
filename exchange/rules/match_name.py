"""How alike two names are: the same, sounding the same, one slip apart, of one surname."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from children.rules import names
from children.rules.surnames import COMPOUND_SURNAMES

from .match_characters import fold, look_alike


class NameLevel(StrEnum):
    SAME = "SAME"  # the same characters, in whichever form, or a name recorded earlier
    SOUND = "SOUND"  # the same syllables: 张晓明, 张小明
    ALIKE = "ALIKE"  # one character for one that looks or nearly sounds so
    # One character changed, missing, added or out of its place; of a name of many the half alone.
    ONE = "ONE"
    PART = "PART"  # the surname or the given name alone
    DIFFERENT = "DIFFERENT"


_ORDER = list(NameLevel)
_LONG = 5  # characters from which a name is compared as a whole: minority and Latin names
_HALVED = 4  # characters from which half a name is still one: 扎西次仁
_PLAIN = re.compile("[\u4e00-\u9fff]+")
# Syllables that the ear and the keyboard of much of the country do not tell apart.
_NEARLY = (
    (re.compile("^(z|c|s)h"), r"\1"),
    (re.compile("^n(?!g)"), "l"),
    (re.compile("^r"), "l"),
    (re.compile("^hu(?=.)"), "f"),
    (re.compile("(?<=[aeiu])ng$"), "n"),
)


@lru_cache(maxsize=50_000)
def cleaned(name: str) -> str:
    return fold(name if _PLAIN.fullmatch(name) else names.clean(name))


@lru_cache(maxsize=50_000)
def sounds(name: str) -> frozenset[str]:
    """Every reading as one run of letters."""
    return frozenset(filter(None, ("".join(reading) for reading in names.readings(name))))


@lru_cache(maxsize=5_000)
def _near_sounds(character: str) -> frozenset[str]:
    return frozenset(_nearly(reading) for reading in sounds(character))


def _nearly(syllable: str) -> str:
    for pattern, kept in _NEARLY:
        syllable = pattern.sub(kept, syllable)
    return syllable


def best_level(ours: Iterable[str], theirs: Iterable[str]) -> NameLevel:
    """The closest pair of two people's names, former ones among them; all `cleaned`."""
    theirs = list(theirs)
    found = (level(a, b) for a in ours for b in theirs)
    return min(found, key=_ORDER.index, default=NameLevel.DIFFERENT)


def level(one: str, other: str) -> NameLevel:
    """Of two cleaned names."""
    if one == other:
        return NameLevel.SAME
    return _level(one, other) if one < other else _level(other, one)


@lru_cache(maxsize=200_000)
def _level(one: str, other: str) -> NameLevel:
    if not one or not other:
        return NameLevel.DIFFERENT
    if one.replace("·", "") == other.replace("·", ""):
        return NameLevel.SAME
    if sounds(one) & sounds(other):
        return NameLevel.SOUND
    if _is_cut(*sorted((one, other), key=len)):
        return NameLevel.ONE
    if max(len(one), len(other)) >= _LONG:
        return _long(one, other)
    if OSA.distance(one, other) == 1 and min(len(one), len(other)) >= 2:
        return _one_apart(one, other)
    return _parts(one, other)


def _is_cut(short: str, whole: str) -> bool:
    """次仁 for 扎西次仁, 阿牛莫 for 吉克阿牛莫. What follows a `·` alone is the father's name."""
    if len(whole) < _HALVED or not 2 <= len(short) < len(whole) or short in COMPOUND_SURNAMES:
        return False
    return whole.startswith(short) or ("·" not in whole and whole.endswith(short))


def _one_apart(one: str, other: str) -> NameLevel:
    """One edit between them: a slip of the pen only when enough of the name is left."""
    if len(one) != len(other):  # 张明, 张小明
        return NameLevel.ONE if names.split(one)[0] == names.split(other)[0] else NameLevel.PART
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(differing) == 1 and is_slip(*differing[0]):
        return NameLevel.ALIKE
    return NameLevel.ONE if len(one) > 2 else NameLevel.PART


def is_slip(one: str, other: str) -> bool:
    """Whether a character is written for the other by eye, ear or keyboard."""
    return look_alike(one, other) or bool(_near_sounds(one) & _near_sounds(other))


def _parts(one: str, other: str) -> NameLevel:
    (surname, given), (other_surname, other_given) = names.split(one), names.split(other)
    if given and other_given and sounds(given) & sounds(other_given) and len(given) > 1:
        return NameLevel.ONE if is_slip(surname[0], other_surname[0]) else NameLevel.PART
    if len(given) == len(other_given) > 0 and _same_surname(surname, other_surname):
        pairs = list(zip(given, other_given, strict=True))
        if all(a == b or is_slip(a, b) for a, b in pairs):
            return NameLevel.ONE
    return NameLevel.PART if _same_surname(surname, other_surname) else NameLevel.DIFFERENT


def _same_surname(one: str, other: str) -> bool:
    return one == other or bool(surname_sounds(one) & surname_sounds(other))


@lru_cache(maxsize=5_000)
def surname_sounds(surname: str) -> frozenset[str]:
    return frozenset("".join(reading) for reading in names.surname_readings(surname))


def _long(one: str, other: str) -> NameLevel:
    """Names with `·`, of Latin letters or of many characters, as runs of letters."""
    likeness = max(
        (ratio(a, b) for a in sounds(one) for b in sounds(other)), default=ratio(one, other)
    )
    first, other_first = one.split("·")[0], other.split("·")[0]
    if likeness >= 88:
        return NameLevel.ALIKE
    if likeness >= 75 or ("·" in one + other and first == other_first):
        return NameLevel.ONE
    return NameLevel.PART if likeness >= 60 else NameLevel.DIFFERENT
