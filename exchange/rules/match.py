"""What follows from how a row and its candidates agree: matched, asked of a person, or new."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .match_score import Pattern


class Decision(StrEnum):
    AUTOMATIC = "automatic"
    SUGGESTED = "suggested"
    NEW = "new"


class Ground(StrEnum):
    """Why a row was matched by itself, or why it was not."""

    DECIDED = "DECIDED"  # by a person, before
    NUMBER_AND_NAME = "NUMBER_AND_NAME"
    NAME_BIRTH_AND_FAMILY = "NAME_BIRTH_AND_FAMILY"
    NUMBER_OF_ANOTHER_NAME = "NUMBER_OF_ANOTHER_NAME"
    NUMBER_CONTRADICTS = "NUMBER_CONTRADICTS"
    BIRTH_CONTRADICTS = "BIRTH_CONTRADICTS"
    GUARDIAN_CONTRADICTS = "GUARDIAN_CONTRADICTS"
    NOT_THE_ONLY_ONE = "NOT_THE_ONLY_ONE"  # a twin, or a namesake nearby
    ROW_REPEATED = "ROW_REPEATED"  # another row of the list is this child
    ALIKE_ONLY = "ALIKE_ONLY"


@dataclass(frozen=True)
class Thresholds:
    """Scores from which a child is suggested, and below which none is taken by itself."""

    suggested: float = 0.05
    automatic: float = 0.9


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate of one row. `own_birth`: the row says a birth date itself, instead of the one in
    its number."""

    child_id: int
    pattern: Pattern
    score: float
    own_birth: bool = True
    carers: frozenset[int] = frozenset()  # ids of the child's guardians


_NAMED = ("SAME", "SOUND")
_FAMILY = ("NUMBER", "NAME")
_STILL_ONE_DATE = (None, "SAME", "SWAPPED", "DIGIT", "NEAR")


def ranked(candidates: Sequence[Scored]) -> list[Scored]:
    """Best first. The number outweighs the rest, unless its owner has another name and somebody of
    this very name is there too: of this birth date, of this village where the owner's name is no
    slip of it, or a brother or sister of the owner. Where the owner's name is another one
    altogether, a slip in the name of a brother or sister does not matter, nor in that of who owns
    the row's other number. Then the number stands in the wrong cell, and the name tells who is
    meant."""
    owners = [one for one in candidates if one.pattern.number == "SAME"]
    named = any(one.pattern.name in _NAMED for one in owners)
    return sorted(candidates, key=lambda one: (
        bool(owners) and not named and not _is_told_by_name(one, owners),
        -one.score, one.child_id,
    ))  # fmt: skip


def _is_nearer(one: Scored, owner: Scored) -> bool:
    """Whether the row's name, with a slip in it, is rather this one than the owner's."""
    far = ("PART", "DIFFERENT") if one.pattern.name == "ALIKE" else ("ONE", "PART", "DIFFERENT")
    return one.pattern.name in (*_NAMED, "ALIKE") and owner.pattern.name in far


def _is_told_by_name(one: Scored, owners: Sequence[Scored]) -> bool:
    pattern = one.pattern
    if pattern.sex == "DIFFERENT":
        return False
    is_kin = any(one.carers & owner.carers for owner in owners)
    if (is_kin or pattern.number == "NEAR") and all(_is_nearer(one, owner) for owner in owners):
        return True
    if pattern.name not in _NAMED:
        return False
    if pattern.birth == "SAME" and one.own_birth:
        return True
    if pattern.name != "SAME":
        return False
    is_slip = any(owner.pattern.name in ("ALIKE", "ONE") for owner in owners)
    return is_kin or (pattern.area == "VILLAGE" and not is_slip)


def decide(candidates: Sequence[Scored], thresholds: Thresholds) -> tuple[Decision, Ground]:
    """For `ranked` candidates, those below the threshold among them: they may be twins."""
    best, others = candidates[0], candidates[1:]
    ground = _by_number(best.pattern) if best.pattern.number == "SAME" else _by_name(best, others)
    automatic = ground in (Ground.NUMBER_AND_NAME, Ground.NAME_BIRTH_AND_FAMILY)
    if automatic and best.score < thresholds.automatic:
        return Decision.SUGGESTED, Ground.ALIKE_ONLY
    return (Decision.AUTOMATIC if automatic else Decision.SUGGESTED), ground


def _by_number(pattern: Pattern) -> Ground:
    if pattern.name != "SAME":
        return Ground.NUMBER_OF_ANOTHER_NAME
    if pattern.birth not in _STILL_ONE_DATE and pattern.guardian not in _FAMILY:
        return Ground.BIRTH_CONTRADICTS
    return Ground.NUMBER_AND_NAME


def _by_name(best: Scored, others: Sequence[Scored]) -> Ground:
    pattern = best.pattern
    if pattern.number in ("DIFFERENT", "FAMILY", "ELDER", "UNREADABLE"):
        return Ground.NUMBER_CONTRADICTS
    if any(one.pattern.number == "SAME" for one in others):
        return Ground.NUMBER_OF_ANOTHER_NAME
    if not (pattern.birth == "SAME" and pattern.sex == "SAME" and _has_company(pattern)):
        return Ground.ALIKE_ONLY
    if pattern.guardian in ("DIFFERENT", "ALIKE"):
        return Ground.GUARDIAN_CONTRADICTS
    if any(map(_may_be_meant, others)):
        return Ground.NOT_THE_ONLY_ONE
    return Ground.NAME_BIRTH_AND_FAMILY


def _has_company(pattern: Pattern) -> bool:
    """Village or family beside the name; both, or a number, when the name only sounds alike."""
    if pattern.name == "SAME":
        return pattern.area == "VILLAGE" or pattern.guardian in _FAMILY
    return pattern.name == "SOUND" and (
        pattern.guardian == "NUMBER" or (pattern.guardian == "NAME" and pattern.area == "VILLAGE")
    )


def _may_be_meant(other: Scored) -> bool:
    """A twin, a namesake of the same birth date, or one of the same village."""
    pattern = other.pattern
    near = pattern.area == "VILLAGE" or pattern.guardian in _FAMILY
    if pattern.birth == "SAME":
        return pattern.name in _NAMED or (near and pattern.name in ("ALIKE", "ONE", "PART"))
    return pattern.name in _NAMED and near
