"""Measuring one case: the page, its bare SQL, the empty page; medians in milliseconds."""

import gc
import statistics
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
    notes: dict = field(default_factory=dict)


def case(name: str, **options: Any) -> Callable:
    """Register a case; later rooms add theirs with it."""

    def register(ask: Callable) -> Callable:
        CASES.append(Case(name, ask, **options))
        return ask

    return register


def median(act: Callable[[], Any], repeats: int) -> float:
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
    return statistics.median(taken) * 1000


def statements(act: Callable[[], Any]) -> list[str]:
    """The SQL of one page as it was sent, transactions and savepoints left out."""
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as captured:
        act()
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [q["sql"] for q in captured.captured_queries if not q["sql"].startswith(skipped)]


def bare(server: Any, settings: str, sql: list[str], repeats: int) -> tuple[float, float]:
    """Median of all statements together, and of the slowest one, on a plain connection."""
    together, slowest = [], 0.0
    for _ in range(2):
        _once(server, settings, sql)
    singles: list[list[float]] = [[] for _ in sql]
    for _ in range(repeats):
        times = _once(server, settings, sql)
        together.append(sum(times))
        for single, taken in zip(singles, times, strict=True):
            single.append(taken)
    if singles:
        slowest = max(statistics.median(single) for single in singles)
    return statistics.median(together) * 1000, slowest * 1000


def _once(server: Any, settings: str, sql: list[str]) -> list[float]:
    times = []
    with server.transaction(force_rollback=True):
        server.execute(settings)
        for statement in sql:
            start = time.perf_counter()
            cursor = server.execute(statement)
            if cursor.description:
                cursor.fetchall()
            times.append(time.perf_counter() - start)
    return times
