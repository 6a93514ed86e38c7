"""The rows of a list while they are looked for: packed, so that they take half of the memory."""

import pickle
from collections.abc import Container, Iterable, Iterator

from .sought import Sought


class LongList:
    """`order`: the rows as they came; `unnumbered`: how many have no number."""

    def __init__(self, rows: Iterable[Sought]) -> None:
        self.order: list[int] = []
        self.unnumbered = 0
        self._packed: dict[int, bytes] = {}
        for one in rows:
            self.order.append(one.row)
            self.unnumbered += not one.id_number
            self._packed[one.row] = pickle.dumps(tuple(one), protocol=5)

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[Sought]:
        return map(unpacked, self._packed.values())

    def parts(self, length: int) -> Iterator[list[bytes]]:
        """As they are packed: `unpacked` gives each."""
        rows = list(self._packed.values())
        return (rows[start : start + length] for start in range(0, len(rows), length))

    def keep(self, rows: Container[int]) -> None:
        """The others are looked for no more."""
        self._packed = {row: one for row, one in self._packed.items() if row in rows}

    def leave(self, rows: Container[int]) -> None:
        self._packed = {row: one for row, one in self._packed.items() if row not in rows}

    def take(self, row: int) -> Sought:
        return unpacked(self._packed.pop(row))


def unpacked(packed: bytes) -> Sought:
    return Sought(*pickle.loads(packed))  # packed above, in this process
