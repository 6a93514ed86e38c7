"""How much memory a process and its children take together, looked at again and again."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self

EVERY = 0.1  # seconds
KILOBYTES = 1024  # of a megabyte


class Memory:
    """`idle` before and `peak` of all at one time, in megabytes, of which none is swapped out.

    What the system remembers of a child that ended is no use: it counts the parent it was
    forked from.
    """

    def __enter__(self) -> Self:
        self.idle = self.peak = _together()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.peak = max(self.peak, _together())

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY):
            self.peak = max(self.peak, _together())


def _together() -> float:
    own = os.getpid()
    return (_resident(own) + sum(map(_resident, _children_of(own)))) / KILOBYTES


def _children_of(parent: int) -> list[int]:
    """Asked of its own threads: to go through all processes ten times a second would take a
    twentieth of what is measured."""
    found: list[int] = []
    for path in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):  # the thread has ended
            found += map(int, path.read_text().split())
    return found


def _resident(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0
