"""Tests connect as the application's role: the policies and rights of production hold here too."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import OperationalError, connections
from django.test import TestCase, TransactionTestCase
from django.utils.translation.reloader import translation_file_changed

from accounts.scope import EVERYTHING, acting
from tests import database


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
    """The application's role may not truncate; what migrations filled in is put back."""
    if _rows_removed():
        return
    call_command(
        "flush", verbosity=0, interactive=False, database="owner", reset_sequences=False,
        allow_cascade=True, inhibit_post_migrate=True,
    )  # fmt: skip
    restore_reference_data()


def _rows_removed() -> bool:
    """Once more when an answer of the server, still on its way, held the rows meanwhile."""
    for _try in range(3):
        try:
            return _reference[0].rows_removed()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "40P01":
                raise
    return False


def restore_reference_data() -> None:
    from importlib import import_module

    from django.apps import apps

    migration = import_module("children.migrations.0003_ethnicities")
    with connections["owner"].schema_editor() as editor:
        migration._fill(apps, editor)
        import_module("schools.migrations._first_checklist").fill(apps, editor)
        import_module("children.migrations._first_cadence").fill(apps, editor)
        import_module("children.migrations._first_questions").fill(apps, editor)
    subjects = import_module("schools.migrations._growth")
    with connections["owner"].schema_editor() as editor:
        subjects.fill(apps, editor)
    lists = import_module("exchange.migrations._first_layouts")
    with connections["owner"].schema_editor() as editor:
        lists.fill(apps, editor)
    call_command("migrate", "contenttypes", verbosity=0, database="owner")


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
