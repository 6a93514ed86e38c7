"""Tests connect as the application's role: the policies and rights of production hold here too."""

import os
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import TestCase, TransactionTestCase
from django.utils import translation
from django.utils.translation.reloader import translation_file_changed
from hypothesis import HealthCheck
from hypothesis import settings as properties

from accounts.scope import EVERYTHING, acting
from tests import database

# Properties are searched, not timed: a busy machine must not fail them.
properties.register_profile(
    "registry", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
properties.load_profile("registry")


def pytest_configure(config):
    """The pages speak Chinese from the first test on; workers find it compiled."""
    if not hasattr(config, "workerinput"):
        call_command("compile_translations")
        translation_file_changed(sender=None, file_path=Path("any.mo"))  # forget what was read


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file of the machinery starts processes and servers of its own: one worker has all of it."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFileOfMachinery(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return nodeid.split("::")[0] if "tests/machinery/" in nodeid else nodeid

    return ByFileOfMachinery(config, log) if config.getvalue("dist") == "loadscope" else None


_reference: list[database.Reference] = []


def _flush_as_owner(self: TransactionTestCase) -> None:
    """The application's role may not truncate. Where a test changed what migrations filled in, the
    whole database is copied anew."""
    if not _rows_removed():
        database.copy(connections["owner"].settings_dict["NAME"])


def _rows_removed() -> bool:
    """Once more when an answer of the server, still on its way, held the rows meanwhile."""
    for _try in range(3):
        try:
            return _reference[0].rows_removed()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "40P01":
                raise
    return False


def _with_owner(cls: type[TransactionTestCase]) -> frozenset[str]:
    """Tests that really commit name "default" alone; tidying up after them needs "owner"."""
    tidying = set() if issubclass(cls, TestCase) else {"owner"}
    return frozenset({*cls.databases} | tidying)


TransactionTestCase._fixture_teardown = _flush_as_owner
TransactionTestCase._validate_databases = classmethod(_with_owner)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """The owner makes the test database; "default" reaches it as the application."""
    with django_db_blocker.unblock():
        name = database.make()
        assert connections["default"].settings_dict["NAME"].startswith("test_")
        _reference[:] = [database.Reference()]
    yield
    with django_db_blocker.unblock():
        database.drop(name)


@pytest.fixture(autouse=True)
def _whole_registry():
    """Arranging and asserting see every row; a request narrows it to its own posting."""
    with acting(EVERYTHING):
        yield


@pytest.fixture(autouse=True)
def _nothing_of_the_test_before():
    """A request of the test client leaves its reader's language in the thread, a sign-in its used
    code in the cache; copied anew, the database gives the same key to the next test's user."""
    cache.clear()
    with translation.override(project.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _documents_apart(settings, tmp_path):
    """Evidence files of a test lie in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """At the gate nothing is skipped: what cannot run there has failed."""
    report = yield
    if report.skipped and os.environ.get("REFUSE_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skips are refused: {call.excinfo.value}"
    return report
