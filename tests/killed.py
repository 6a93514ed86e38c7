"""A worker that dies by kill -9 in the middle of its work."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connections


def killed_in(
    work: Callable[[], Any], module: Any, name: str, *, at: int = 1, is_done: bool = True
) -> None:
    """`work` in a process of its own, which dies at the `at`th call of `module.name`: when that is
    done (`is_done`) and nothing is committed, or before it."""
    connections.close_all()
    ready, tell = os.pipe()
    worker = os.fork()
    if worker == 0:
        true, calls = getattr(module, name), []

        def waiting(*args: Any, **facts: Any) -> Any:
            calls.append(name)
            is_last = len(calls) == at
            answer = true(*args, **facts) if is_done or not is_last else None
            if is_last:
                os.write(tell, b".")
                time.sleep(60)
            return answer

        setattr(module, name, waiting)
        try:
            work()
        finally:
            os._exit(1)
    os.read(ready, 1)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    os.close(ready)
    os.close(tell)
