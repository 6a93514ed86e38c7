"""What the two commands say to somebody whose machine is not ready."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE = shutil.which("make")
TOO_OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = '#!/bin/sh\ncase "$*" in *ensurepip*) exit 1;; esac\nexit 0\n'

pytestmark = pytest.mark.skipif(MAKE is None, reason="apt-get install make")


@pytest.fixture
def make(tmp_path):
    """`make TARGET` in a bare folder where every Python is the given script."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("sh", "touch", "test", "echo"):
        (commands / name).symlink_to(shutil.which(name) or f"/bin/{name}")

    def run(target: str, python: str) -> subprocess.CompletedProcess[str]:
        for name in ("python3", *(f"python3.{minor}" for minor in range(11, 15))):
            (commands / name).write_text(python)
            (commands / name).chmod(0o755)
        return subprocess.run(
            [MAKE, target], cwd=tmp_path, env={"PATH": str(commands)},
            capture_output=True, text=True,
        )  # fmt: skip

    return run


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_python_too_old_gives_one_sentence(make, target):
    done = make(target, TOO_OLD)

    sentence, *rest = done.stderr.splitlines()
    assert sentence == "Python 3.11 or newer is needed; install it and try again."
    assert all(line.startswith("make: ***") for line in rest)


@pytest.mark.parametrize("target", ["run", "test"])
def test_a_missing_venv_module_gives_one_sentence(make, target, tmp_path):
    done = make(target, WITHOUT_VENV)

    sentence = done.stderr.splitlines()[0]
    assert sentence == "Python's venv module is missing; on Debian: apt-get install python3-venv"
    assert not (tmp_path / ".venv").exists()


def test_lock_files_pin_every_package_with_hashes_and_name_no_place():
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        pins = [line for line in text.splitlines() if line and line[0].isalpha()]

        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins), lock.name
        assert "://" not in text, lock.name
        assert not any(word in text for word in ("--index-url", "--find-links", "--trusted-host"))


def test_the_lock_of_developing_keeps_the_versions_that_run():
    def pins(name: str) -> set[str]:
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        return {line.removesuffix(" \\") for line in lines if line and line[0].isalpha()}

    assert pins("runtime.txt") <= pins("dev.txt")


def test_secrets_and_data_of_a_machine_are_never_committed():
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        return
    paths = [".env", ".data/database.env", ".venv/x", "locale/zh_Hans/LC_MESSAGES/django.mo"]

    done = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "check-ignore", *paths],
        cwd=ROOT, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip

    assert done.stdout.splitlines() == paths
