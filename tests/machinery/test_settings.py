"""Settings: nothing required has a default, everything is told, production has no warning."""

import base64
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.machinery.test_run import NOT_COPIED

ROOT = Path(__file__).resolve().parents[2]
KEY = base64.b64encode(bytes(32)).decode()
PRODUCTION = {
    "SECRET_KEY": "".join(chr(ord("a") + number % 26) + str(number) for number in range(40)),
    "ALLOWED_HOSTS": "registry.example.gov.cn",
    "DATABASE_URL": "postgres://registry_app:secret@127.0.0.1:1/registry",
    "OWNER_DATABASE_URL": "postgres://registry_owner:secret@127.0.0.1:1/registry",
    "FIELD_KEYS": f"1:{KEY}",
    "FIELD_HASH_KEYS": f"1:{KEY}",
    "MEDIA_ROOT": "/srv/registry/documents",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The code without this machine's .env."""
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("bare") / "tree", ignore=NOT_COPIED)


def check(tree: Path, settings: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options], cwd=tree, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]} | settings,
    )  # fmt: skip


def test_production_has_no_warning(tree):
    done = check(tree, PRODUCTION, "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"OWNER_DATABASE_URL"}))
def test_a_missing_setting_stops_the_start_by_its_name(tree, name):
    given = {other: value for other, value in PRODUCTION.items() if other != name}

    done = check(tree, given)

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("command", ["migrate", "rotate_keys", "rebuild_hashes"])
def test_what_the_owner_does_says_when_it_does_not_know_the_owner(tree, command):
    given = {name: value for name, value in PRODUCTION.items() if name != "OWNER_DATABASE_URL"}

    done = subprocess.run(
        [sys.executable, "manage.py", command], cwd=tree, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]} | given,
    )  # fmt: skip

    assert done.returncode != 0
    assert done.stderr.startswith("CommandError: Set OWNER_DATABASE_URL"), done.stderr


@pytest.mark.parametrize("name", ["FIELD_KEYS", "FIELD_HASH_KEYS", "FIELD_HASH_KEY"])
def test_a_key_of_the_wrong_length_is_refused_without_showing_it(tree, name):
    short = base64.b64encode(b"too short").decode()

    done = check(tree, PRODUCTION | {name: short if name == "FIELD_HASH_KEY" else f"1:{short}"})

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]
    assert short not in done.stderr


def test_the_hash_key_of_older_installations_is_key_one(tree):
    given = {name: value for name, value in PRODUCTION.items() if name != "FIELD_HASH_KEYS"}
    shown = "from django.conf import settings; print(sorted(settings.FIELD_HASH_KEYS))"

    for more, keys in (({}, "[1]"), ({"FIELD_HASH_KEYS": f"2:{KEY}"}, "[1, 2]")):
        done = subprocess.run(
            [sys.executable, "-c", shown], cwd=tree, text=True, capture_output=True,
            env={"PATH": os.environ["PATH"], "FIELD_HASH_KEY": KEY}
            | {"DJANGO_SETTINGS_MODULE": "distress_registry.settings"} | given | more,
        )  # fmt: skip
        assert done.stdout.strip() == keys, done.stderr


def test_keys_without_their_number_are_refused_by_name(tree):
    done = check(tree, PRODUCTION | {"FIELD_KEYS": KEY})

    assert done.returncode != 0
    assert "FIELD_KEYS" in done.stderr.splitlines()[-1]


def test_every_setting_is_told_in_the_example():
    settings = (ROOT / "distress_registry" / "settings.py").read_text()
    used = set(re.findall(r"env(?:\.\w+)?\(\s*\"([A-Z_]+)\"", settings))
    told = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert used
    assert used - told <= {"TEST_DATABASE_NAME"}


def test_the_demos_public_passwords_never_enter_production(tree):
    done = subprocess.run(
        [sys.executable, "manage.py", "load_demo"], cwd=tree, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]} | PRODUCTION,
    )  # fmt: skip

    assert done.returncode != 0
    assert "DEBUG is off" in done.stderr


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"NOTICE_CHANNEL": "pigeon"}, "NOTICE_CHANNEL"),
        ({"NOTICE_CHANNEL": "console"}, "for developing"),
        ({"NOTICE_CHANNEL": "sms"}, "SMS_URL"),
        ({"NOTICE_CHANNEL": "sms", "SMS_URL": "https://sms.example", "SMS_SUCCESS": "("},
         "SMS_SUCCESS"),
        ({"NOTICE_CHANNEL": "sms", "SMS_URL": "https://sms.example"}, "PUBLIC_ADDRESS"),
    ],
)  # fmt: skip
def test_settings_by_which_no_message_could_leave_are_refused(tree, spoiled, told):
    done = check(tree, PRODUCTION | spoiled)

    assert done.returncode != 0
    assert told in done.stderr
