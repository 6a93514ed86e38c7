"""Writes what the models promise into PostgreSQL, after every migration, as the tables' owner.

Rights of the application role, row-level security, the history guard. Running it again changes
nothing; a model added tomorrow is guarded without a line here.
"""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from django.db.backends.utils import CursorWrapper

from .history import AT_COMMIT, history_guard
from .policies import Policy, RowSecurity
from .references import Reference, pointed_to, pointing
from .sql import OLDER_HASH, SIGHT, STATISTICS, WITHHELD

OWNER = "owner"


def application_role() -> str:
    return settings.DATABASES["default"]["USER"]


def guarded_models() -> list[type[models.Model]]:
    """Our own models: those that state `row_security`."""
    return [model for model in apps.get_models() if hasattr(model, "row_security")]


def history_model(model: type[models.Model]) -> type[models.Model] | None:
    manager = getattr(model, "history", None)
    return manager.model if manager is not None else None


def insert_only_tables() -> list[str]:
    tables = [m._meta.db_table for m in guarded_models() if getattr(m, "is_insert_only", False)]
    histories = [history_model(model) for model in guarded_models()]
    return tables + [history._meta.db_table for history in histories if history is not None]


def derived_tables() -> list[str]:
    """Of models that say `is_derived`: triggers write them, nobody else."""
    return [m._meta.db_table for m in guarded_models() if getattr(m, "is_derived", False)]


def undeletable_tables() -> list[str]:
    """Of models that say `is_never_deleted`: rows change with their history, none disappears."""
    models_ = [m for m in guarded_models() if getattr(m, "is_never_deleted", False)]
    return [model._meta.db_table for model in models_]


def references_in_sets() -> list[Reference]:
    """Of models that say `references_in_sets`, and who wrote their history."""
    found = []
    for model in guarded_models():
        if not getattr(model, "references_in_sets", False):
            continue
        fields: list[Any] = [f for f in model._meta.concrete_fields if f.is_relation]
        history = history_model(model)
        if history is not None:
            fields.append(history._meta.get_field("history_user"))
        found += [_reference(field) for field in fields]
    return found


def _reference(field: Any) -> Reference:
    parent = field.remote_field.model._meta
    kind = "text" if isinstance(parent.pk, models.CharField) else "bigint"
    return Reference(
        field.model._meta.db_table, field.column, parent.db_table, parent.pk.column, kind
    )


def tracked_columns(model: type[models.Model]) -> list[str]:
    """Columns that history keeps, in the order of the model."""
    history = history_model(model)
    assert history is not None
    kept = {field.column for field in history._meta.concrete_fields}
    return [f.column for f in model._meta.concrete_fields if f.column and f.column in kept]


def install(using: str = OWNER, **_: Any) -> None:
    """Receiver of `post_migrate`. Does nothing unless the owner migrated."""
    connection = connections[using]
    if connection.settings_dict["USER"] == application_role():
        return
    with transaction.atomic(using=using), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        present = [model for model in guarded_models() if model._meta.db_table in tables]
        # First of all: autovacuum gives way to a lock, but a right granted on a table that it is
        # in the middle of, and then the lock, is a deadlock that ends the migration.
        cursor.execute(f"LOCK TABLE {', '.join(tables)}")
        _grant(cursor)
        cursor.execute(OLDER_HASH)
        cursor.execute(STATISTICS)
        if "accounts_owedatcommit" in tables:
            cursor.execute(AT_COMMIT)
        if "children_caseaccess" in tables:
            cursor.execute(SIGHT)
        if "children_concern" in tables:
            cursor.execute(WITHHELD)
        for model in present:
            security: RowSecurity = model.row_security  # type: ignore[attr-defined]
            _secure(cursor, model._meta.db_table, security.policy())
            history = history_model(model)
            if history is not None:
                _secure(cursor, history._meta.db_table, security.history_policy())
                cursor.execute(
                    history_guard(
                        model._meta.db_table,
                        history._meta.db_table,
                        tracked_columns(model),
                        str(model._meta.pk.column),
                    )
                )
        _refer(cursor, tables)


def _grant(cursor: CursorWrapper) -> None:
    role = connections[OWNER].ops.quote_name(application_role())
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
    cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}")
    cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}")
    existing = set(connections[OWNER].introspection.table_names(cursor))
    for table in insert_only_tables():
        if table in existing:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    for table in derived_tables():
        if table in existing:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {role}")
    for table in undeletable_tables():
        if table in existing:
            cursor.execute(f"REVOKE DELETE, TRUNCATE ON {table} FROM {role}")


def _refer(cursor: CursorWrapper, tables: list[str]) -> None:
    references = [
        one for one in references_in_sets() if one.table in tables and one.parent in tables
    ]
    for table in sorted({one.table for one in references}):
        cursor.execute(pointing([one for one in references if one.table == table]))
    for parent in sorted({one.parent for one in references}):
        cursor.execute(pointed_to(parent, [one for one in references if one.parent == parent]))


def _secure(cursor: CursorWrapper, table: str, policy: Policy | None) -> None:
    cursor.execute(f"DROP POLICY IF EXISTS registry_rows ON {table}")
    if policy is None:
        cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        return
    # ENABLE, not FORCE: the owner must be able to dump and to migrate data.
    cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    cursor.execute(
        f"CREATE POLICY registry_rows ON {table} USING ({policy.using}) WITH CHECK ({policy.check})"
    )
