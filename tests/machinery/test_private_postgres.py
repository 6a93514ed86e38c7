"""The private PostgreSQL with real processes: killed, doubled, hidden away, left half made."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from distress_registry.private_postgres import PrivatePostgres

ROOT = Path(__file__).resolve().parents[2]
SHELL = [sys.executable, "-m", "distress_registry.private_postgres", "--data"]
WRITER = """
import os, psycopg, time
with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as registry:
    registry.execute("CREATE TABLE IF NOT EXISTS proof (number integer)")
    for number in range(10**9):
        registry.execute("INSERT INTO proof VALUES (%s)", [number])
        print(number, flush=True)
"""
READER = """
import os, psycopg
with psycopg.connect(os.environ["OWNER_DATABASE_URL"]) as registry:
    print(registry.execute("SELECT max(number) FROM proof").fetchone()[0])
"""


def without_addresses() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}


def server_pid(data: Path) -> int:
    return int((PrivatePostgres(data).data / "postmaster.pid").read_text().split()[0])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


def clear(folder: Path) -> None:
    """Whatever still runs there is stopped; nothing of it stays."""
    server = PrivatePostgres(folder)
    if (server.data / "postmaster.pid").exists() and is_alive(pid := server_pid(folder)):
        os.kill(pid, signal.SIGQUIT)
        assert gone_within(pid, 10)
    shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(server.sockets, ignore_errors=True)


@pytest.fixture
def data(tmp_path):
    yield tmp_path / "postgres"
    clear(tmp_path / "postgres")


@pytest.fixture
def run(data):
    """Starts Python code under a server of its own; its pipes are closed after the test."""
    started = []

    def start(code: str) -> subprocess.Popen[str]:
        started.append(subprocess.Popen(
            [*SHELL, str(data), "--", sys.executable, "-c", code], cwd=ROOT, text=True,
            env=without_addresses(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        ))  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):  # those it started may outlive it
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for the tests that only look."""
    folder = tmp_path_factory.mktemp("shared") / "postgres"
    server = PrivatePostgres(folder)
    server.start()
    yield server
    server.stop()
    clear(folder)


def test_roles_own_no_more_than_they_need(server):
    roles = "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolcanlogin"

    with psycopg.connect(server.url("registry_owner")) as registry:
        found = {row[0]: row[1:] for row in registry.execute(roles)}

    assert found["registry_owner"] == (False, False, True)
    assert found["registry_app"] == (False, False, False)


def test_the_application_may_not_create_tables(server):
    with (
        psycopg.connect(server.url("registry_app")) as registry,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        registry.execute("CREATE TABLE mine (number integer)")


def test_checksums_are_on_and_no_port_is_open(server):
    with server.connect() as postgres:
        settings = dict(postgres.execute("SELECT name, setting FROM pg_settings").fetchall())

    assert settings["data_checksums"] == settings["fsync"] == "on"
    assert settings["listen_addresses"] == ""


def test_nobody_else_reaches_the_socket_or_the_passwords(server):
    assert server.sockets.stat().st_mode & 0o077 == 0
    for password in server.home.glob("*.password"):
        assert password.stat().st_mode & 0o077 == 0


def test_the_server_never_runs_as_root(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text()

    assert "Uid:\t0" not in status


def test_a_second_start_uses_the_running_server_and_leaves_it_running(server):
    second = PrivatePostgres(server.home)

    second.start()
    second.stop()

    with server.connect() as postgres:
        assert postgres.execute("SELECT 1").fetchone() == (1,)


def test_two_servers_never_share_one_directory(server):
    binaries = server._binaries()
    own_sockets = server._own(server.sockets / "second")

    second = server._spawn(
        [str(binaries / "postgres"), "-D", str(server.data), "-c", "listen_addresses=",
         "-c", f"unix_socket_directories={own_sockets}"],
        stderr=subprocess.PIPE,
    )  # fmt: skip
    complaint = second.communicate(timeout=30)[1]

    assert b"postmaster.pid" in complaint
    assert second.returncode != 0


def test_the_server_stops_cleanly_when_its_starter_is_killed(data, run):
    starter = run("print('up', flush=True); import time; time.sleep(60)")
    assert starter.stdout.readline() == "up\n", starter.stderr.read()
    pid = server_pid(data)

    starter.kill()

    assert gone_within(pid, 10)
    log = PrivatePostgres(data).home / "server.log"
    assert "database system is shut down" in log.read_text()


def test_nothing_committed_is_lost_when_everything_is_killed_at_once(data, run):
    starter = run(WRITER)
    assert starter.stdout.readline() == "0\n", starter.stderr.read()
    for _ in range(200):
        acknowledged = int(starter.stdout.readline())
    pid = server_pid(data)

    os.killpg(starter.pid, signal.SIGSTOP)  # so that none of them can tidy up
    os.killpg(pid, signal.SIGKILL)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait()

    again = run(READER)
    output, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    assert int(output) >= acknowledged


def test_the_command_ends_with_its_own_code_and_its_server_with_it(data, run):
    command = run("raise SystemExit(7)")

    assert command.wait(60) == 7
    assert not (PrivatePostgres(data).data / "postmaster.pid").exists()


def test_given_addresses_go_before_a_server_of_our_own(data):
    done = subprocess.run(
        [*SHELL, str(data), "--", sys.executable, "-c",
         "import os; print(os.environ['DATABASE_URL'])"],
        cwd=ROOT, env=os.environ | {"DATABASE_URL": "postgres://theirs"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout == "postgres://theirs\n"
    assert not data.exists()


def test_a_start_while_the_one_before_still_stops_comes_up(data):
    before, after = PrivatePostgres(data), PrivatePostgres(data)
    before.start()
    before.process.send_signal(signal.SIGINT)  # as `stop` does first
    while before.answers():
        time.sleep(0.02)
    stopping = threading.Thread(target=before.stop)

    stopping.start()
    after.start()
    stopping.join()

    assert after.answers()
    after.stop()


def test_an_interrupted_start_leaves_nobody_who_writes_into_the_next_one(data):
    starter = subprocess.Popen(
        [sys.executable, "-c", "import sys; from pathlib import Path\n"
         "from distress_registry.private_postgres import PrivatePostgres\n"
         "PrivatePostgres(Path(sys.argv[1])).start()", str(data)],
        cwd=ROOT, env=without_addresses(), stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    server = PrivatePostgres(data)
    while not (server.home / "cluster.new" / "base").exists():
        assert starter.poll() is None
        time.sleep(0.005)

    starter.send_signal(signal.SIGINT)  # to it alone, not to what it started

    starter.wait(30)
    writers = [
        pid for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
        if str(server.home).encode() in _command_of(pid)
    ]  # fmt: skip
    assert not [pid for pid in writers if not gone_within(pid, 2)]
    server.start()
    server.stop()


def _command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_half_of_a_cluster_left_by_a_killed_start_is_made_anew(data):
    server = PrivatePostgres(data)
    unfinished = server.home / "cluster.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")

    server.start()
    server.stop()

    assert server.data.exists()
    assert not unfinished.exists()


def test_a_folder_that_the_server_may_not_enter_is_left_as_it_is(tmp_path):
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    server = PrivatePostgres(private / "postgres")

    server.start()
    server.stop()
    clear(private / "postgres")

    assert private.stat().st_mode & 0o777 == 0o700


def test_binaries_out_of_reach_are_copied_beside_the_data(server):
    copy = server._copy_of(server._binaries().parent)

    version = server._spawn([str(copy / "bin" / "postgres"), "--version"], stdout=subprocess.PIPE)

    assert b"PostgreSQL" in version.communicate(timeout=30)[0]
    assert copy.is_relative_to(server.home)
