"""Python's own work done while the database is at its: neither needs the other's processor."""

import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import Any

_WAITS = 0.00002  # seconds


@contextmanager
def beside(is_long: bool) -> Iterator[Executor]:
    """One thread, for work that asks the database nothing; of what is not long, each piece is done
    when it is handed in.

    The database's answers come by the dozen, and Python lets whoever reads them wait for a busy
    thread, 5 ms for each unless told otherwise.
    """
    if not is_long:
        yield _AtOnce()
        return
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_WAITS)
    try:
        with ThreadPoolExecutor(1) as executor:
            yield executor
    finally:
        sys.setswitchinterval(usual)


def ahead(
    executor: Executor, work: Callable[[Any], Any], parts: Iterable[Any], most: int
) -> Iterator[Any]:
    """`work` of each part, in their order. The first `most` are handed in at once, and so many are
    ahead of whoever goes through them: what is done waits in memory."""
    rest = iter(parts)
    waiting = deque(executor.submit(work, part) for part in islice(rest, most))

    def done() -> Iterator[Any]:
        while waiting:
            first = waiting.popleft().result()
            waiting.extend(executor.submit(work, part) for part in islice(rest, 1))
            yield first

    return done()


class _AtOnce(Executor):
    def submit(self, work: Any, /, *args: Any, **kwargs: Any) -> Any:
        future: Future[Any] = Future()
        future.set_result(work(*args, **kwargs))
        return future
