"""The rows of a list while they are looked for: packed, so that they take half of the memory."""

import pickle
from collections.abc import Container, Iterable, Iterator

from .sought import Sought


class LongList:
    """`order`: the rows as they came; `unnumbered`: how many have no number."""

    def __init__(self, rows: Iterable[Sought]) -> None:
        self.order: list[int] = []
        self.unnumbered = 0
        self._packed: list[bytes] = []
        for one in rows:
            self.order.append(one.row)
            self.unnumbered += not one.id_number
            self._packed.append(pickle.dumps(tuple(one), protocol=5))

    def __iter__(self) -> Iterator[Sought]:
        return self.besides(())

    def besides(self, rows: Container[int]) -> Iterator[Sought]:
        """All others, unpacked anew."""
        for row, packed in zip(self.order, self._packed, strict=True):
            if row not in rows:
                yield Sought(*pickle.loads(packed))

    def used_up(self, *, besides: Container[int]) -> Iterator[Sought]:
        """The same, each let go as the next is asked for."""
        self._packed.reverse()
        for row in self.order:
            packed = self._packed.pop()
            if row not in besides:
                yield Sought(*pickle.loads(packed))
