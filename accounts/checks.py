"""Refuses to work with a database role that could look past the locks."""

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def application_role_is_bound(*, databases: Any = None, **_: Any) -> list[CheckMessage]:
    """The application's role must not be superuser, bypass row security or own our tables."""
    if not databases or "default" not in databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (SELECT 1 FROM pg_class c WHERE"
            " c.relowner = r.oid AND c.relkind IN ('r', 'p'))"
            " FROM pg_roles r WHERE r.rolname = current_user"
        )
        is_free = cursor.fetchone()[0]
    if not is_free:
        return []
    return [
        Error(
            "The application's database role is superuser, bypasses row security or owns tables.",
            hint="DATABASE_URL names the application role, OWNER_DATABASE_URL the owner.",
            id="accounts.E001",
        )
    ]
