"""What a process that opens a file of strangers tells (`children.opening`), as it is read here."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from .frames import framed

BASE = Path(__file__).resolve().parents[1]


class Died(Exception):
    """The process ended in the midst: out of memory or of time."""


@contextmanager
def frames_of(module: str, *arguments: str) -> Iterator[Iterator[Any]]:
    """Frames that `python -m module …` writes; the last one says so. Raises Died while read."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=BASE,
    )  # fmt: skip
    out: IO[bytes] = process.stdout  # type: ignore[assignment]
    try:
        yield _read(out)
    finally:
        process.kill()
        process.wait()
        out.close()


def _read(out: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            found = framed(out)
        except (EOFError, ValueError, TypeError):
            raise Died from None
        yield found
