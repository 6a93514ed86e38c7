"""`make run`: everything on one machine, for trying and developing, in the foreground.

Private PostgreSQL, migrations, the demo county, web and worker; Ctrl-C stops all of it in order.
The children die with us, however we end (see `private_postgres`).
"""

import argparse
import base64
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from distress_registry.private_postgres import CannotStart, _stop_with_parent, running

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

    path.touch(mode=0o600)
    path.write_text(
        "# Written by make for developing on this machine; see .env.example.\n"
        "DEBUG=True\n"
        f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
        "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]\n"
        f"FIELD_KEYS=1:{key()}\n"
        f"FIELD_HASH_KEY={key()}\n"
    )


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _state_of_code() -> str:
    """Changes whenever migrations, models, translations or static files may have."""
    digest = hashlib.sha256(sys.version.encode())
    for pattern in ("*/models/*.py", "*/migrations/*.py", "accounts/guard/*.py", "locale/**/*.po"):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def prepare(environment: dict[str, str]) -> None:
    """Migrations, translations, demo county; skipped when nothing changed since the last time."""
    stamp = DATA / "prepared"
    state = _state_of_code()
    if stamp.exists() and stamp.read_text() == state:
        return
    print("Preparing the database …", flush=True)
    commands = (
        ["migrate", "--verbosity", "0"], ["compile_translations"], ["load_demo"],
    )  # fmt: skip
    for command in commands:
        subprocess.run([*MANAGE, *command], env=environment, check=True)
    stamp.write_text(state)


def _leave_addresses(database: dict[str, str]) -> None:
    """So that `manage.py` works from another terminal; settings read it while developing."""
    path = DATA / "database.env"
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={value}\n" for name, value in database.items()))


def serve(environment: dict[str, str], port: int) -> int:
    """Web and worker until one ends or we are told to stop."""
    workers = min(4, os.cpu_count() or 1)
    web = [
        sys.executable, "-m", "gunicorn", "distress_registry.wsgi", "--bind", f"127.0.0.1:{port}",
        "--workers", str(workers), "--worker-class", "sync", "--log-level", "warning",
        "--timeout", "60",
    ]  # fmt: skip
    worker = [*MANAGE, "procrastinate", "worker", "--concurrency", "2"]
    arrange = _stop_with_parent(os.getpid())
    children = [
        subprocess.Popen(command, env=environment, cwd=ROOT, preexec_fn=arrange, process_group=0)
        for command in (web, worker)
    ]
    _wait_for(port)
    print(f"\nThe registry is at http://127.0.0.1:{port}/   (Ctrl-C stops it)\n", flush=True)
    subprocess.run([*MANAGE, "demo_logins"], env=environment, check=False)
    sys.stdout.flush()
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.3)
        return next(child.returncode for child in children if child.poll() is not None)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        for child in children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_for(port: int, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def reset() -> None:
    """Throw the demo's data away; the next run loads it anew."""
    from distress_registry.private_postgres import PrivatePostgres

    home = PrivatePostgres(DATA / "postgres").home
    for path in (home, DATA / "documents", DATA / "prepared"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    print("The demo's data is gone; `make run` loads it anew.")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--write-env", action="store_true")
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()
    write_env()
    if options.write_env:
        return 0
    if options.reset:
        reset()
        return 0
    port = int(os.environ.get("PORT", "8000"))
    if not port_is_free(port):
        print(f"Port {port} is in use: stop what uses it, or choose another: make run PORT=8001")
        return 1
    signal.signal(signal.SIGTERM, _interrupt)
    DATA.mkdir(exist_ok=True)
    try:
        with running(DATA / "postgres") as database:
            _leave_addresses(database)
            environment = os.environ | database
            prepare(environment)
            return serve(environment, port)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"«{' '.join(map(str, error.cmd[1:]))}» failed; see above.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
