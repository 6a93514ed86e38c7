"""Files of strangers are opened by a process of its own: what it tells, and when it dies."""

import io
import subprocess
import sys

import pytest

from children.frames import framed
from children.opened import BASE, Died, frames_of


def served(frames):
    """What comes out of a process that writes the frames of that expression."""
    code = f"from children.opening import serve; serve({frames}, lambda wrong: wrong.value)"
    told = subprocess.run([sys.executable, "-c", code], cwd=BASE, capture_output=True, check=True)
    return io.BytesIO(told.stdout)


def test_what_takes_too_much_memory_is_told_and_not_the_machines_end():
    out = served("(bytes(size) for size in (1, 4 * 2**30))")

    assert [framed(out), framed(out)] == [b"\0", "TOO_MUCH"]


def test_a_failure_of_the_reader_is_told_after_what_was_read():
    out = served("(1 / row for row in (1, 0))")

    assert [framed(out), framed(out)] == [1.0, "DAMAGED"]


def test_a_process_that_ends_in_the_midst_has_died():
    with frames_of("json.tool", "no such file") as frames, pytest.raises(Died):
        list(frames)
