"""`make run` with real processes, in a copy of the tree: up, killed, up again, stopped."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from distress_registry.demo.staff import USERS
from tests.machinery.test_private_postgres import clear, gone_within, is_alive

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = shutil.ignore_patterns(
    ".*", "__pycache__", "tests", "bench", "static_collected", "media", "node_modules"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    """A copy of the tree, and the processes that its `run` starts."""

    def __init__(self, tree: Path) -> None:
        self.tree, self.port, self.process = tree, free_port(), None
        self.log = tree / "run.log"
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("DATABASE", "OWNER_DATABASE", "TEST_DATABASE", "DJANGO"))
        } | {"PORT": str(self.port), "DEMO_CHILDREN": "120"}  # fmt: skip

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "distress_registry.run", *arguments], cwd=self.tree,
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def start(self, seconds: float) -> float:
        """Seconds until all is printed: the logins, and last the page of a guardian."""
        began = time.monotonic()
        self.process = self.run()
        while "guardian's page" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < began + seconds, self.log.read_text()
            time.sleep(0.1)
        return time.monotonic() - began

    def children(self) -> list[int]:
        """Every process below ours, the backends of the server among them."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                pid, rest = status.parent.name, status.read_text().rsplit(")", 1)[1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(pid)] = int(rest.split()[1])
        found = [self.process.pid]
        for above in found:
            found += [pid for pid, parent in parents.items() if parent == above]
        return found

    def login_page(self) -> bytes:
        with urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=30) as page:
            return page.read()

    def database(self) -> psycopg.Connection:
        lines = (self.tree / ".data" / "database.env").read_text().splitlines()
        addresses = dict(line.split("=", 1) for line in lines)
        return psycopg.connect(addresses["OWNER_DATABASE_URL"], autocommit=True)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    tree = tmp_path_factory.mktemp("tree") / "registry"
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED)
    registry = Registry(tree)
    registry.start(seconds=480)  # a slow machine, not a fault
    yield registry
    if registry.process.poll() is None:
        registry.process.terminate()
        registry.process.wait(60)
    clear(tree / ".data" / "postgres")


def test_it_answers_and_prints_one_login_per_role(registry):
    assert b"csrfmiddlewaretoken" in registry.login_page()
    assert f"http://127.0.0.1:{registry.port}/" in registry.log.read_text()
    for username in USERS:
        assert f"  {username} " in registry.log.read_text()


def test_secrets_are_for_the_eyes_of_their_owner(registry):
    assert (registry.tree / ".env").stat().st_mode & 0o077 == 0
    assert (registry.tree / ".data" / "database.env").stat().st_mode & 0o077 == 0


def test_a_port_in_use_gives_one_sentence(registry):
    log = registry.log.read_bytes()

    second = registry.run()

    assert second.wait(30) == 1
    said = registry.log.read_text()
    registry.log.write_bytes(log)
    assert said.startswith(f"Port {registry.port} is in use")
    assert said.count("\n") == 1


def test_data_in_use_is_not_thrown_away(registry):
    log = registry.log.read_bytes()

    reset = registry.run("--reset")

    assert reset.wait(30) == 1
    assert "stop it first" in registry.log.read_text()
    registry.log.write_bytes(log)
    assert registry.login_page()


def test_kill_9_of_everything_loses_nothing_and_the_next_run_is_quick(registry):
    with registry.database() as database:
        database.execute("CREATE TABLE IF NOT EXISTS proof (number integer)")
        database.execute("INSERT INTO proof SELECT generate_series(1, 1000)")
    everything = registry.children()
    assert len(everything) > 6

    for ending in (signal.SIGSTOP, signal.SIGKILL):
        for pid in everything if ending is signal.SIGSTOP else reversed(everything):
            with suppress(ProcessLookupError):  # a backend may have gone by itself
                os.kill(pid, ending)
    registry.process.wait(30)
    assert all(gone_within(pid, 10) for pid in everything)
    registry.start(seconds=120)

    with registry.database() as database:
        assert database.execute("SELECT count(*) FROM proof").fetchone() == (1000,)


def test_ctrl_c_stops_everything_however_often_and_the_next_run_waits_for_its_end(registry):
    if registry.process.poll() is not None:
        registry.start(seconds=120)
    everything, before = registry.children(), registry.process

    before.send_signal(signal.SIGINT)
    registry.start(seconds=120)

    assert before.poll() == 0  # before the next one took what goes away
    assert not [pid for pid in everything if is_alive(pid)]
    assert registry.login_page()
    everything = registry.children()
    for _press in range(3):
        registry.process.send_signal(signal.SIGINT)
    assert registry.process.wait(60) == 0
    assert not [pid for pid in everything if is_alive(pid)]
    assert "Traceback" not in registry.log.read_text()
