"""Categories of distress: what roots them, until what age they last, which are secret.

Source: domain reference 1.3; 国发〔2016〕36号 for the three roots.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


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
    roots: tuple[Root, ...]
    ends_at: int = 18  # completed years at which the category ends, unless extended locally


FACTS: dict[Category, Facts] = {
    Category.ORPHAN_INST: Facts((Root.GUARDIANSHIP,)),
    Category.ORPHAN_SCAT: Facts((Root.GUARDIANSHIP,)),
    Category.DE_FACTO: Facts((Root.GUARDIANSHIP,)),
    Category.HIV: Facts((Root.OWN,)),
    Category.SEV_DISABLED: Facts((Root.OWN,)),
    Category.SEV_ILL: Facts((Root.OWN,)),
    Category.DISABLED: Facts((Root.OWN,)),
    Category.LOWINC_DIBAO: Facts((Root.POVERTY,)),
    Category.LOWINC_EDGE: Facts((Root.POVERTY,)),
    Category.LOWINC_RIGID: Facts((Root.POVERTY,)),
    Category.POVERTY_MONITOR: Facts((Root.POVERTY,)),
    Category.TEKUN: Facts((Root.POVERTY, Root.GUARDIANSHIP), ends_at=16),  # L-SAR art. 14
    Category.LEFT_BEHIND: Facts((Root.GUARDIANSHIP,), ends_at=16),  # 国发〔2016〕13号
    Category.MIGRANT: Facts((Root.OTHER,), ends_at=16),
    Category.ABUSED: Facts((Root.GUARDIANSHIP,)),
    Category.TRAFFIC_RESCUED: Facts((Root.GUARDIANSHIP,)),
    Category.VAGRANT: Facts((Root.GUARDIANSHIP,)),
    Category.GUARD_GAP_TEMP: Facts((Root.GUARDIANSHIP,)),
    Category.CUSTODY_CHILD: Facts((Root.RISK,)),
    Category.PSY_BEHAV: Facts((Root.RISK,)),
    Category.DROPOUT: Facts((Root.EDUCATION,), ends_at=16),  # ages 6–15
    Category.NO_HUKOU: Facts((Root.RISK,)),
    Category.OTHER_LOCAL: Facts((Root.OTHER,)),
}

# Those not entitled do not even learn that such a category exists. Domain 1.3, 7; L-MPL 103.
SECRET = frozenset({Category.HIV, Category.ABUSED, Category.TRAFFIC_RESCUED})
