"""Many at once before the real server: `make bench SIZE=crowd` or `crowd=USERS:SECONDS`."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from distress_registry.run import answers, web_command

ROOT = Path(__file__).resolve().parent.parent.parent
USERS, SECONDS = 200, 1800
MOST = 300  # ms of the 95th percentile, of every page


def measured(environment: dict[str, str], users: int, seconds: int) -> list[tuple[str, float, int]]:
    """(page, seconds, status) of every answer; web server and people are processes of their own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        cookies, found = Path(folder) / "cookies.json", Path(folder) / "found.json"
        cast = [sys.executable, "-m", "bench.crowd.cast", str(users), str(cookies)]
        subprocess.run(cast, cwd=ROOT, env=environment, check=True)
        web = subprocess.Popen(web_command(port), cwd=ROOT, env=environment)
        try:
            assert answers(port, web), "the web server did not start"
            browse = ["-m", "bench.crowd.browse", str(port), str(seconds), str(cookies), str(found)]
            subprocess.run([sys.executable, *browse], cwd=ROOT, env=os.environ, check=True)
        finally:
            web.terminate()
            web.wait()
        return [tuple(one) for one in json.loads(found.read_text())]


def rows_of(n: int, users: int, taken: list[tuple[str, float, int]]) -> list[dict[str, Any]]:
    """The 95th percentile of every page, and how many answers were none."""
    by_page: dict[str, list[float]] = defaultdict(list)
    for page, seconds, _status in taken:
        by_page[page].append(seconds * 1000)
    wrong = sum(status != 200 for _page, _seconds, status in taken)
    rows = [
        _row(f"{users} at once, p95: {page} ({len(times)} answers)", n, _p95(times), "ms", MOST)
        for page, times in sorted(by_page.items())
    ]
    return [*rows, _row(f"{users} at once: errors of {len(taken)} answers", n, wrong, "answers", 0)]


def _p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def _row(name: str, n: int, ours: float, unit: str, most: float) -> dict[str, Any]:
    return {
        "name": name, "n": n, "ours": round(ours, 1), "floor": None, "peer": None, "unit": unit,
        "goal": f"≤ {most} {unit}", "holds": ours <= most,
    }  # fmt: skip
