"""The tests' database: migrated once for a state of the code, then copied for each worker."""

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

ROOT = Path(settings.BASE_DIR)
# Everything that migrations, and what is installed after them, are made from.
SOURCES = (
    "*/migrations/*.py", "*/models/*.py", "*/models.py", "*/apps.py", "*/rules/*.py",
    "accounts/*.py", "accounts/guard/*.py", "accounts/actions/*.py", "accounts/crypto/*.py",
    "distress_registry/settings.py", "requirements/runtime.txt",
)  # fmt: skip
VACUUM_TRIES = 60  # half a second each
ADDRESSES = ("DATABASE_URL", "OWNER_DATABASE_URL")


def _state() -> str:
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(name: str) -> None:
    """In a process of its own, as the owner would on a new machine."""
    elsewhere = {key: urlsplit(os.environ[key])._replace(path=f"/{name}") for key in ADDRESSES}
    environment = os.environ | {key: url.geturl() for key, url in elsewhere.items()}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _migration_files() -> dict[str, str]:
    patterns = (
        "*/migrations/*.py",
        "*/rules/default_*.py",
        "*/rules/code_tables.py",
        "*/models/*_sql.py",
    )
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    return {str(p.relative_to(ROOT)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


def _earlier(server: psycopg.Connection, known: set[str]) -> list[str]:
    """Templates made from files that all still are as they were, the fullest last.

    On such a one only the new migrations are to run, as in every county's database at an update.
    """
    files = _migration_files()
    fit: dict[int, str] = {}
    for name in known:
        row = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
        made_from = json.loads(row[0]) if row and row[0] else {}
        if made_from and made_from.items() <= files.items():
            fit[len(made_from)] = name
    return [fit[number] for number in sorted(fit)]


def _template(server: psycopg.Connection) -> str:
    """Name of the migrated database that is copied; others that look like one are dropped."""
    name = f"test_template_{_state()}"
    server.execute("SELECT pg_advisory_lock(hashtext('test template'))")
    found = server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_template_%'")
    known = {row[0] for row in found}
    if name not in known:
        making = f"{name}_"
        _drop(server, making)
        earlier = _earlier(server, known)
        origin, made = sql.Identifier(["template1", *earlier][-1]), sql.Identifier(making)
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, origin))
        _migrate(making)
        made_from = json.dumps(_migration_files())
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(made, made_from))
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(made, sql.Identifier(name)))
        # The last two stay: the migration that is being written is written more than once.
        for old in known - set(earlier[-2:]):
            _drop(server, old)
    return name


def _drop(server: psycopg.Connection, name: str) -> None:
    """Others' connections end. The server's own vacuuming may not be ended, and is waited for."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _try in range(VACUUM_TRIES):
        try:
            server.execute(statement)
            return
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.5)
    server.execute(statement)


def make() -> str:
    """A fresh copy under this worker's name; "owner" and "default" lead there from now on."""
    name = connections["owner"].creation._get_test_db_name()
    copy(name)
    return name


def copy(name: str) -> None:
    """Anew under this name: what was there is gone, once nobody is connected as the application."""
    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as server:
        for wait in (0.2, 0.5, 1, 2, 0):  # an answer of the tests' server may be on its way
            try:
                _drop(server, name)
                break
            except psycopg.errors.InsufficientPrivilege:
                if not wait:
                    raise
                time.sleep(wait)
        template = _template(server)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template)))
        )
    for connection in (connections["owner"], connections["default"]):
        settings.DATABASES[connection.alias]["NAME"] = name
        connection.settings_dict["NAME"] = name


class Reference:
    """What migrations filled in, as the copy was made: it stays from test to test.

    Truncating all of a large schema and filling it again would take longer than most tests.
    """

    def __init__(self) -> None:
        with connections["owner"].cursor() as cursor:
            names = connections["owner"].introspection.django_table_names(only_existing=True)
            self.tables = sorted(set(names) - {"django_migrations"})
            self.filled = set(self._filled(cursor))
            cursor.execute(
                "SELECT conrelid::regclass::text, confrelid::regclass::text"
                " FROM pg_constraint WHERE contype = 'f'"
            )
            references = cursor.fetchall()
            self.before = self._fingerprint(cursor)
        # Truncated, these would take rows of reference with them.
        self.leading = set(self.filled)
        while more := {to for of, to in references if of in self.leading} - self.leading:
            self.leading |= more
        self.leading -= self.filled

    def _filled(self, cursor: Any) -> list[str]:
        cursor.execute(
            " UNION ALL ".join(
                f"(SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table}))" for table in self.tables
            )
        )
        return [row[0] for row in cursor.fetchall()]

    def _fingerprint(self, cursor: Any) -> list[tuple]:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', count(*), sum(hashtextextended(t::text, 0)) FROM {table} t"
                for table in sorted(self.filled)
            )
        )
        return cursor.fetchall()

    def rows_removed(self) -> bool:
        """All rows but those of reference; False, with nothing done, where these were changed."""
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            if self._fingerprint(cursor) != self.before:
                return False
            found = set(self._filled(cursor)) - self.filled
            if gone := sorted(found - self.leading):
                cursor.execute(f"TRUNCATE {', '.join(gone)} CASCADE")
            cursor.execute("SET LOCAL registry.maintenance = 'key rotation'")
            for table in sorted(found & self.leading):
                cursor.execute(f"DELETE FROM {table}")
        return True


def drop(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as server:
        _drop(server, name)
