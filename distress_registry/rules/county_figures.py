"""What the prepared tables of a county count, and which figures must add up. Domain 9.3."""

from dataclasses import dataclass
from enum import StrEnum


class Counting(StrEnum):
    """One statement each, see `models/county_table_sql.py` and `_county_money_sql.py`."""

    CIVIL = "CIVIL"
    GUARANTEES = "GUARANTEES"
    SURVEY = "SURVEY"
    PAYMENTS = "PAYMENTS"
    DROPOUT_MONTH = "DROPOUT_MONTH"
    DROPOUT_QUARTER = "DROPOUT_QUARTER"


@dataclass(frozen=True)
class Equation:
    """`plus` together, less `minus`, are `total`: in every row that has them, the whole too."""

    plus: tuple[str, ...]
    total: str
    minus: tuple[str, ...] = ()

    @property
    def figures(self) -> tuple[str, ...]:
        return (*self.plus, *self.minus, self.total)


@dataclass(frozen=True)
class Block:
    """Figures that stand side by side under one title, told by `key`."""

    key: str
    figures: tuple[str, ...]
    equations: tuple[Equation, ...] = ()


@dataclass(frozen=True)
class Plan:
    """`months` of the period; `apart`: figures of which those of the rows make no sum."""

    blocks: tuple[Block, ...]
    months: int = 1
    apart: frozenset[str] = frozenset()

    @property
    def equations(self) -> tuple[Equation, ...]:
        return tuple(one for block in self.blocks for one in block.equations)

    @property
    def figures(self) -> tuple[str, ...]:
        """Each once, in order; a total may stand in several blocks."""
        every = (figure for block in self.blocks for figure in block.figures)
        return tuple(dict.fromkeys(every))


def _parts(key: str, parts: tuple[str, ...], total: str, minus: tuple[str, ...] = ()) -> Block:
    return Block(key, (*parts, *minus, total), (Equation(parts, total, minus),))


_CIVIL = (
    _parts("DISTRESSED", ("POOR", "OWN", "DE_FACTO"), "DISTRESSED", ("AGAIN",)),
    _parts("ORPHANS", ("NAMED", "UNNAMED"), "ORPHANS"),
    _parts("KEPT", ("INSTITUTION", "SCATTERED"), "ORPHANS", ("KEPT_AGAIN",)),
    Block("NEARBY", ("ADOPTED", "DIBAO", "DESTITUTE", "VAGRANT", "LIVING", "NURSING")),
)

GROUPS = ("ORPHAN", "DESTITUTE", "UNWELL", "OTHER")
GUARANTEES = ("LIVING", "MEDICAL", "EDUCATION", "GUARDIANSHIP", "WELFARE")
ANSWERS = ("YES", "NO")


def _guarantee(code: str) -> Block:
    columns, equations = [], []
    for group in (*GROUPS, "AGAIN", "ALL"):
        columns += [f"{code}_{group}_{answer}" for answer in ANSWERS]
    for answer in ANSWERS:
        of = {group: f"{code}_{group}_{answer}" for group in (*GROUPS, "AGAIN", "ALL")}
        parts = tuple(of[group] for group in GROUPS)
        equations.append(Equation(parts, of["ALL"], (of["AGAIN"],)))
    return Block(code, tuple(columns), tuple(equations))


_SURVEY = (
    _parts("SEX", ("BOYS", "GIRLS"), "ALL"),
    _parts("AGE", ("AGE_0", "AGE_6", "AGE_14"), "ALL"),
    _parts("SCHOOLING", (
        "KINDERGARTEN", "NO_KINDERGARTEN", "PRIMARY", "JUNIOR", "SENIOR", "VOCATIONAL", "DROPOUT",
        "NO_SCHOOL",
    ), "ALL"),
    _parts("CARER", ("GRANDPARENTS", "RELATIVES", "PARENT", "OTHER_CARER", "NO_CARER"), "ALL"),
    _parts("CONDUCT", ("GOOD", "FAIR", "POOR"), "ALL"),
    _parts("HEALTH", ("HEALTHY", "DISABLED", "ILL"), "ALL"),
    _parts("BOARDING", ("BOARDS", "AT_HOME"), "ALL"),
)  # fmt: skip

_PAYMENTS = (
    Block("HEADS", ("BEFORE", "NEW", "STOPPED", "HEADS"),
          (Equation(("BEFORE", "NEW"), "HEADS", ("STOPPED",)),)),
    _parts("CHANGED", ("RAISED", "LOWERED", "SAME", "NEW"), "HEADS"),
    Block("STANDARD", ("LEAST", "MOST")),
    _parts("MONEY", ("REGULAR", "ARREARS", "RECOVERY"), "MONEY"),
    Block("BANK", ("SENT", "RUNS"), (Equation(("SENT",), "RUNS"),)),
)  # fmt: skip

STAGES = ("PRIMARY", "JUNIOR", "NEITHER")
FLOW = ("BEGIN", "CAME", "RETURNED", "LEFT", "END")


def _stage(stage: str) -> Block:
    begin, came, returned, left, end = (f"{stage}_{step}" for step in FLOW)
    flow = Equation((begin, came), end, (returned, left))
    return Block(stage, (begin, came, returned, left, end), (flow,))


def _all_stages() -> Block:
    block = _stage("ALL")
    stages = tuple(
        Equation(tuple(f"{stage}_{step}" for stage in STAGES), f"ALL_{step}") for step in FLOW
    )
    return Block(block.key, block.figures, (*block.equations, *stages))


_DROPOUT = (*(_stage(stage) for stage in STAGES), _all_stages())

PLANS: dict[Counting, Plan] = {
    Counting.CIVIL: Plan(_CIVIL, months=3),
    Counting.GUARANTEES: Plan((
        _parts("CHILDREN", GROUPS, "ALL", ("AGAIN",)), *(_guarantee(code) for code in GUARANTEES)
    )),
    Counting.SURVEY: Plan(_SURVEY),
    Counting.PAYMENTS: Plan(_PAYMENTS, apart=frozenset({"LEAST", "MOST"})),
    Counting.DROPOUT_MONTH: Plan(_DROPOUT),
    Counting.DROPOUT_QUARTER: Plan(_DROPOUT, months=3),
}  # fmt: skip
FIGURES = tuple(sorted({figure for plan in PLANS.values() for figure in plan.figures}))
