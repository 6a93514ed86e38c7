"""What was read of a row, and everything that is wrong with it."""

from dataclasses import dataclass, field
from typing import Any

from .faults import Fault

Facts = dict[str, Any]


@dataclass(slots=True)
class Checked:
    row: int
    facts: Facts
    faults: list[Fault] = field(default_factory=list)
    sheet: str = ""

    @property
    def is_good(self) -> bool:
        return not self.faults

    def refuse(self, key: str, problem: str, **facts: Any) -> None:
        self.faults.append(Fault(self.row, key, str(problem), facts, self.sheet))

    def blames(self, key: str) -> bool:
        return any(fault.key == key for fault in self.faults)
