"""Tests connect as the application's role: the policies and rights of production hold here too."""

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase

from accounts.scope import EVERYTHING, acting


def _flush_as_owner(self: TransactionTestCase) -> None:
    """The application's role may not truncate; what migrations filled in is put back."""
    call_command(
        "flush", verbosity=0, interactive=False, database="owner", reset_sequences=False,
        allow_cascade=True, inhibit_post_migrate=True,
    )  # fmt: skip
    restore_reference_data()


def restore_reference_data() -> None:
    from importlib import import_module

    from django.apps import apps
    from django.db import connections

    migration = import_module("children.migrations.0003_ethnicities")
    with connections["owner"].schema_editor() as editor:
        migration._fill(apps, editor)
    call_command("migrate", "contenttypes", verbosity=0, database="owner")


TransactionTestCase._fixture_teardown = _flush_as_owner


@pytest.fixture(autouse=True)
def _whole_registry():
    """Arranging and asserting see every row; a request narrows it to its own posting."""
    with acting(EVERYTHING):
        yield
