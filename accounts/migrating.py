"""Migrations run in strides: models are made anew once for many operations, not for each.

Django makes every model that is related to a changed one anew, operation by operation. Here all
are related through the child; a new installation would take minutes for that alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.operations import CreateExtension
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.signals import class_prepared

# Of one field, constraint or index of a model.
_OF_A_PART = (
    AddField,
    AlterField,
    RemoveField,
    AddConstraint,
    RemoveConstraint,
    AddIndex,
    RemoveIndex,
)


@dataclass
class Stride:
    """Operations of one migration or several that can be told apart by their outcome alone: none
    changes what another of them made."""

    operations: list[tuple[Migration, Operation]] = field(default_factory=list)
    made: set[tuple[str, str]] = field(default_factory=set)
    bound: set[tuple[str, str]] = field(default_factory=set)  # models with new constraints
    parts: set[tuple[str, str, str]] = field(default_factory=set)
    is_closed: bool = False

    def takes(self, migration: Migration, operation: Operation) -> bool:
        """Adds the operation where it belongs in this stride."""
        if self.is_closed or not self._bears(migration.app_label, operation):
            return False
        self.operations.append((migration, operation))
        return True

    def _bears(self, app: str, operation: Operation) -> bool:
        if isinstance(operation, RunSQL | CreateExtension) and _leaves_models(operation):
            return True  # has no use for models
        if type(operation) is AlterModelOptions:
            return True  # does nothing to the database
        if type(operation) is CreateModel:
            self.made.add((app, operation.name_lower))
            return True
        if type(operation) in _OF_A_PART:
            return self._bears_part(app, operation)
        self.is_closed = True  # code that wants the models as they are at its place
        return not self.operations

    def _bears_part(self, app: str, operation: Any) -> bool:
        whole = getattr(operation, "constraint", None) or getattr(operation, "index", operation)
        part = (app, operation.model_name_lower, whole.name)
        if part[:2] in self.made or part in self.parts:
            return False
        if type(operation) in (AlterField, RemoveField) and part[:2] in self.bound:
            return False  # looks in the database for constraints that the models before know
        if type(operation) in (AddConstraint, AddIndex):
            self.bound.add(part[:2])
        if type(operation) not in (RemoveConstraint, RemoveIndex):  # the name may come again
            self.parts.add(part)
        return True


def _leaves_models(operation: Operation) -> bool:
    """Whether it changes rows or the server alone, so that the models after it are those before."""
    if isinstance(operation, RunSQL):
        return not operation.state_operations
    return isinstance(operation, RunPython | CreateExtension)


def strides(migrations: Iterable[Migration]) -> Iterator[Stride]:
    current = Stride()
    for migration in migrations:
        for operation in migration.operations:
            if not current.takes(migration, operation):
                yield current
                current = Stride()
                current.takes(migration, operation)
    yield current


@contextmanager
def _models_made_quickly() -> Iterator[None]:
    """For every model and reference made anew Django asks the whole registry; nothing of what it
    answers changes meanwhile, and nobody listens for the models of the past."""
    listening, class_prepared.receivers = class_prepared.receivers, []
    apps.get_swappable_settings_name = cache(apps.get_swappable_settings_name)  # type: ignore
    try:
        yield
    finally:
        class_prepared.receivers = listening
        del apps.get_swappable_settings_name  # the method of the class again


class InStrides(MigrationExecutor):
    """Django's own statements in their order; only the models are made anew less often."""

    def _migrate_all_forwards(
        self, state: ProjectState, plan: Any, full_plan: Any, fake: bool, fake_initial: bool
    ) -> ProjectState:
        if fake or fake_initial:
            ready: ProjectState = super()._migrate_all_forwards(  # type: ignore[misc]
                state, plan, full_plan, fake, fake_initial
            )
            return ready
        wanted = {migration for migration, _ in plan}
        in_order = [migration for migration, _ in full_plan if migration in wanted]
        between: dict[int, tuple[ProjectState, ProjectState]] = {}
        for stride in strides(in_order):
            after = state
            if not all(_leaves_models(operation) for _, operation in stride.operations):
                after = state.clone()
                after.__dict__.pop("apps", None)
            for migration, operation in stride.operations:
                operation.state_forwards(migration.app_label, after)
                between[id(operation)] = (state, after)
            state = after
        with _models_made_quickly():
            for migration in in_order:
                self._apply(migration, between)
        return state

    def _apply(
        self, migration: Migration, between: dict[int, tuple[ProjectState, ProjectState]]
    ) -> None:
        if self.progress_callback:
            self.progress_callback("apply_start", migration, False)
        with self.connection.schema_editor(atomic=migration.atomic) as editor:
            for operation in migration.operations:
                # Taken out: what no operation needs any more is forgotten.
                before, after = between.pop(id(operation))
                operation.database_forwards(migration.app_label, editor, before, after)
            is_recorded = not editor.deferred_sql
            if is_recorded:
                self.record_migration(migration)  # type: ignore[call-arg,arg-type]
        if not is_recorded:
            self.record_migration(migration)  # type: ignore[call-arg,arg-type]
        if self.progress_callback:
            self.progress_callback("apply_success", migration, False)
