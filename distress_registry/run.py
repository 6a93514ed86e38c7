"""`make run`: everything on one machine, for trying and developing, in the foreground.

Private PostgreSQL, migrations, the demo county, web and worker; Ctrl-C stops all of it in order.
The children die with us, however we end (see `private_postgres`).
"""

import argparse
import base64
import contextlib
import fcntl
import functools
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from distress_registry.private_postgres import (
    CannotStart,
    PrivatePostgres,
    running,
    stop_with_parent,
    write_private,
)

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".data"
MANAGE = [sys.executable, str(ROOT / "manage.py")]


def write_env() -> None:
    """Secrets of this machine alone, never committed; what is there stays."""
    path = ROOT / ".env"
    if path.exists():
        return

    def key() -> str:
        return base64.b64encode(os.urandom(32)).decode()

    write_private(
        path,
        "# Written by make for developing on this machine; see .env.example.\n"
        "DEBUG=True\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]\n"
        f"FIELD_KEYS=1:{key()}\n"
        f"FIELD_HASH_KEYS=1:{key()}\n",
    )


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


# What a prepared database, translation or demo county is made from.
SOURCES = (
    "*/models/*.py", "*/migrations/*.py", "accounts/guard/*", "accounts/roles.py",
    "distress_registry/demo/**/*.py", "distress_registry/demo/**/*.csv",
    "locale/**/*.po", "requirements/runtime.txt",
)  # fmt: skip


def _state(environment: dict[str, str]) -> str:
    """Changes whenever there is something to prepare, and with the database."""
    digest = hashlib.sha256(environment.get("OWNER_DATABASE_URL", "").encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    translated = all(po.with_suffix(".mo").exists() for po in ROOT.glob("locale/**/*.po"))
    return f"{digest.hexdigest()} {translated}"


def prepare(environment: dict[str, str]) -> None:
    """Migrations, translations, demo county; skipped when nothing changed since the last time."""
    stamp = DATA / "prepared"
    if stamp.exists() and stamp.read_text() == _state(environment):
        return
    print("Preparing the database …", flush=True)
    children = environment.get("DEMO_CHILDREN")
    demo = ["load_demo", *(["--children", children] if children else [])]
    for command in (["migrate", "--verbosity", "0"], ["compile_translations"], demo):
        subprocess.run([*MANAGE, *command], env=environment, check=True)
    stamp.write_text(_state(environment))


def _leave_addresses(database: dict[str, str]) -> None:
    """So that `manage.py` works from another terminal; settings read it while developing."""
    path = DATA / "database.env"
    path.unlink(missing_ok=True)
    if not database:  # the addresses were given to us
        return
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in database.items()))


def web_command(port: int) -> list[str]:
    """The web server: as many processes as there are processors, four at most."""
    workers = min(4, os.cpu_count() or 1)
    return [
        sys.executable, "-m", "gunicorn", "distress_registry.wsgi", "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--worker-class", "sync", "--log-level", "warning",
        "--timeout", "60", "--preload",
    ]  # fmt: skip


def serve(environment: dict[str, str], port: int) -> int:
    """Web and worker until one ends or we are told to stop."""
    worker = [*MANAGE, "procrastinate", "worker", "--concurrency", "2"]
    children = {
        name: subprocess.Popen(
            command, env=environment, cwd=ROOT, preexec_fn=stop_with_parent(os.getpid()),
            process_group=0,
        )
        for name, command in (("web", web_command(port)), ("worker", worker))
    }  # fmt: skip
    try:
        if not answers(port, children["web"]):
            print("The web server did not start; see above.", file=sys.stderr)
            return 1
        print(f"\nThe registry is at http://127.0.0.1:{port}/   (Ctrl-C stops it)\n", flush=True)
        subprocess.run([*MANAGE, "demo_logins"], env=environment, check=False)
        while all(child.poll() is None for child in children.values()):
            time.sleep(0.3)
        ended = next(name for name, child in children.items() if child.poll() is not None)
        print(f"The {ended} ended by itself; stopping the rest.", file=sys.stderr)
        return 1
    finally:
        _end(list(children.values()))


def _end(children: list["subprocess.Popen[bytes]"]) -> None:
    """In order, and with patience for the request or the job in hand; then without."""
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def answers(port: int, web: "subprocess.Popen[bytes]", seconds: float = 60) -> bool:
    """Whether a page comes within `seconds`; False at once when the server has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and web.poll() is None:
        with contextlib.suppress(OSError, HTTPException):
            page = HTTPConnection("127.0.0.1", port, timeout=seconds)
            page.request("GET", "/accounts/login/")
            return page.getresponse().status < 500
        time.sleep(0.1)
    return False


def reset() -> int:
    """Throw the demo's data away; the next run loads it anew."""
    wait_for_the_one_before()
    server = PrivatePostgres(DATA / "postgres")
    if server.answers():
        print("The registry is running: stop it first.", file=sys.stderr)
        return 1
    for path in (server.home, DATA / "documents", DATA / "prepared", DATA / "database.env"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print("The demo's data is gone; `make run` loads it anew.")
    return 0


def _interrupt(*_: object) -> None:
    """Once: whoever presses again while all of it stops would leave half of it running."""
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, signal.SIG_IGN)
    fcntl.flock(_leaving(), fcntl.LOCK_SH)
    raise KeyboardInterrupt


@functools.cache
def _leaving() -> int:
    """A file that those told to stop share until their end; then the kernel gives it back."""
    DATA.mkdir(exist_ok=True)
    return os.open(DATA / "leaving", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def wait_for_the_one_before(seconds: float = 120) -> None:
    """Its port and its database are there until it has stopped, and then they are not.

    Raises CannotStart.
    """
    deadline, told = time.monotonic() + seconds, False
    while True:
        try:
            fcntl.flock(_leaving(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"The registry that ran here has not stopped in {seconds:.0f} seconds."
                ) from None
            if not told:
                print("The registry that ran here still stops; waiting …", flush=True)
                told = True
            time.sleep(0.1)
        else:
            fcntl.flock(_leaving(), fcntl.LOCK_UN)
            return


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write-env", action="store_true")
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()
    write_env()
    if options.write_env:
        return 0
    port = int(os.environ.get("PORT", "8000"))
    # Said outright: started in the background, a shell would have us ignore Ctrl-C.
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _interrupt)
    DATA.mkdir(exist_ok=True)
    try:
        if options.reset:
            return reset()
        wait_for_the_one_before()
        if not port_is_free(port):
            raise CannotStart(
                f"Port {port} is in use: stop what uses it, or choose another: "
                f"make run PORT={port + 1}"
            )
        with running(DATA / "postgres") as database:
            _leave_addresses(database)
            environment = os.environ | database
            environment.setdefault("PUBLIC_ADDRESS", f"http://127.0.0.1:{port}")
            prepare(environment)
            return serve(environment, port)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"«{' '.join(map(str, error.cmd[1:]))}» failed; see above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main())
