"""Measuring one case: the page, its bare SQL, the empty page; milliseconds of the fastest round.

Whatever else a machine does only adds to a round, so the fastest is the least disturbed one. The
three are measured in turns, and a statement finds the caches as cold as the page's own did.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

CASES: list["Case"] = []


@dataclass
class Case:
    """`ask(client, world)` gets one page; `goal` is the most that ours / floor may be."""

    name: str
    ask: Callable[[Client, Any], Any]
    role: str = "county"  # whose eyes: township, county, everywhere
    goal: float = 1.5
    peer: str = ""  # name of the stock case it stands beside
    times: float = 0  # how many times faster than the peer it must be
    most_queries: int = 12
    has_floor: bool = True  # its statements can be sent again by themselves
    notes: dict = field(default_factory=dict)


def case(name: str, **options: Any) -> Callable:
    """Register a case; later rooms add theirs with it."""

    def register(ask: Callable) -> Callable:
        CASES.append(Case(name, ask, **options))
        return ask

    return register


def fastest(act: Callable[[], Any], repeats: int) -> float:
    """Milliseconds; two runs warm up."""
    for _ in range(2):
        act()
    gc.collect()
    gc.disable()
    taken = []
    try:
        for _ in range(repeats):
            start = time.perf_counter()
            act()
            taken.append(time.perf_counter() - start)
    finally:
        gc.enable()
    return min(taken) * 1000


def statements(act: Callable[[], Any]) -> list[str]:
    """The SQL of one page as it was sent, transactions and savepoints left out."""
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as captured:
        act()
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(skipped)]


def in_turns(acts: dict[str, Callable[[], float | None]], rounds: int) -> dict[str, float]:
    """Milliseconds of each act; one that answers with seconds has timed itself."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(rounds + 2):  # two warm up
        gc.collect()
        gc.disable()
        for name, act in acts.items():
            start = time.perf_counter()
            own = act()
            spent = time.perf_counter() - start if own is None else own
            if number >= 2:
                taken[name].append(spent)
        gc.enable()
    return {name: min(times) * 1000 for name, times in taken.items()}


class Bare:
    """A page's statements on a plain connection; `slowest` is the slowest one's time, in ms."""

    def __init__(self, server: Any, settings: str, sql: list[str]) -> None:
        self.server, self.settings, self.sql = server, settings, sql
        self.singles: list[list[float]] = [[] for _ in sql]

    def __call__(self) -> float:
        """Seconds of all of them together, in their transaction and under their scope."""
        begun = time.perf_counter()
        with self.server.transaction(force_rollback=True):
            self.server.execute(self.settings)
            for statement, single in zip(self.sql, self.singles, strict=True):
                start = time.perf_counter()
                cursor = self.server.execute(statement)
                if cursor.description:
                    cursor.fetchall()
                single.append(time.perf_counter() - start)
        return time.perf_counter() - begun

    @property
    def slowest(self) -> float:
        return max((min(single) for single in self.singles), default=0) * 1000
