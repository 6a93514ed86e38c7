"""Where a class goes at the end of a school year."""

from collections.abc import Collection
from dataclasses import dataclass

# Last grade of each stage; a fourth year of junior secondary exists where primary has five and is
# chosen by hand.
LAST = {"PRESCHOOL": 3, "PRIMARY": 6, "JUNIOR": 3, "SENIOR": 3, "VOCATIONAL": 3}
# What follows without an examination, in the same school if it teaches that stage.
FOLLOWING = {"PRESCHOOL": "PRIMARY", "PRIMARY": "JUNIOR"}

UP, STAY, GRADUATED, TRANSFERRED = "UP", "STAY", "GRADUATED", "TRANSFERRED"


@dataclass(frozen=True)
class Step:
    """`stage` and `grade` after it; those of now for who stays or leaves."""

    move: str
    stage: str
    grade: int


def propose(stage: str, grade: int, status: str, taught: Collection[str]) -> Step:
    """The usual step. `taught` are the stages of the school; who is suspended stays."""
    if status == "SUSPENDED":
        return Step(STAY, stage, grade)
    return upwards(stage, grade, taught) or Step(GRADUATED, stage, grade)


def upwards(stage: str, grade: int, taught: Collection[str]) -> Step | None:
    """The next grade in the same school; None when it has none."""
    if grade < LAST[stage]:
        return Step(UP, stage, grade + 1)
    following = FOLLOWING.get(stage)
    return Step(UP, following, 1) if following in taught and following else None
