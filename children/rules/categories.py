"""Categories of distress: what roots them, until what age they last, which are secret.

Source: domain reference 1.3; 国发〔2016〕36号 for the three roots.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from . import ages


class Category(StrEnum):
    @staticmethod
    def _generate_next_value_(name: str, *_: object) -> str:
        return name

    ORPHAN_INST = auto()
    ORPHAN_SCAT = auto()
    DE_FACTO = auto()
    HIV = auto()
    SEV_DISABLED = auto()
    SEV_ILL = auto()
    DISABLED = auto()
    LOWINC_DIBAO = auto()
    LOWINC_EDGE = auto()
    LOWINC_RIGID = auto()
    POVERTY_MONITOR = auto()
    TEKUN = auto()
    LEFT_BEHIND = auto()
    MIGRANT = auto()
    ABUSED = auto()
    TRAFFIC_RESCUED = auto()
    VAGRANT = auto()
    GUARD_GAP_TEMP = auto()
    CUSTODY_CHILD = auto()
    PSY_BEHAV = auto()
    DROPOUT = auto()
    NO_HUKOU = auto()
    OTHER_LOCAL = auto()


class Root(StrEnum):
    POVERTY = "POVERTY"
    OWN = "OWN"  # own disability or illness
    GUARDIANSHIP = "GUARDIANSHIP"
    RISK = "RISK"
    EDUCATION = "EDUCATION"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Facts:
    """Ages in completed years."""

    roots: tuple[Root, ...]
    ends_at: int = 18  # the category ends on this birthday, unless extended locally
    starts_at: int = 0
    may_continue_in_school: bool = False  # some places, with proof of attendance; others stop


FACTS: dict[Category, Facts] = {
    Category.ORPHAN_INST: Facts((Root.GUARDIANSHIP,), may_continue_in_school=True),
    Category.ORPHAN_SCAT: Facts((Root.GUARDIANSHIP,), may_continue_in_school=True),
    Category.DE_FACTO: Facts((Root.GUARDIANSHIP,), may_continue_in_school=True),
    Category.HIV: Facts((Root.OWN,)),
    Category.SEV_DISABLED: Facts((Root.OWN,)),
    Category.SEV_ILL: Facts((Root.OWN,)),
    Category.DISABLED: Facts((Root.OWN,)),
    Category.LOWINC_DIBAO: Facts((Root.POVERTY,)),
    Category.LOWINC_EDGE: Facts((Root.POVERTY,)),
    Category.LOWINC_RIGID: Facts((Root.POVERTY,)),
    Category.POVERTY_MONITOR: Facts((Root.POVERTY,)),
    Category.TEKUN: Facts(  # 社会救助暂行办法 art. 14
        (Root.POVERTY, Root.GUARDIANSHIP), ends_at=16, may_continue_in_school=True
    ),
    Category.LEFT_BEHIND: Facts((Root.GUARDIANSHIP,), ends_at=16),  # 国发〔2016〕13号
    Category.MIGRANT: Facts((Root.OTHER,), ends_at=16),
    Category.ABUSED: Facts((Root.GUARDIANSHIP,)),
    Category.TRAFFIC_RESCUED: Facts((Root.GUARDIANSHIP,)),
    Category.VAGRANT: Facts((Root.GUARDIANSHIP,)),
    Category.GUARD_GAP_TEMP: Facts((Root.GUARDIANSHIP,)),
    Category.CUSTODY_CHILD: Facts((Root.RISK,)),
    Category.PSY_BEHAV: Facts((Root.RISK,)),
    Category.DROPOUT: Facts((Root.EDUCATION,), ends_at=16, starts_at=6),
    Category.NO_HUKOU: Facts((Root.RISK,)),
    Category.OTHER_LOCAL: Facts((Root.OTHER,)),
}

# Those not entitled do not even learn that such a category exists: S4 of domain reference 7;
# secrecy of victims' identity, L-MPL art. 103.
SECRET = frozenset({Category.HIV, Category.ABUSED, Category.TRAFFIC_RESCUED})

# A child is taken in first; papers follow. Temporary guardianship, L-MPL art. 92.
PROTECTION_FIRST = frozenset(
    {Category.ABUSED, Category.TRAFFIC_RESCUED, Category.VAGRANT, Category.GUARD_GAP_TEMP}
)


def age_ends_on(category: str, birth_date: date) -> date:
    """The birthday on which the category ends by age. Raises ValueError for an unknown one."""
    return ages.reaches_on(birth_date, FACTS[Category(category)].ends_at)


def fits_age(category: str, birth_date: date, day: date) -> bool:
    """Whether the age on `day` is within the category's; local extensions apart."""
    facts = FACTS[Category(category)]
    return ages.reaches_on(birth_date, facts.starts_at) <= day < age_ends_on(category, birth_date)
