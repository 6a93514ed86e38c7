"""`migrate` works as the owner of the tables unless told otherwise, and in strides."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from accounts.management.owner import need_the_owner
from accounts.migrating import InStrides


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def execute(self, *args: Any, **options: Any) -> str | None:
        if options["database"] == "owner":
            need_the_owner()
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        migrate.MigrationExecutor = InStrides  # type: ignore[attr-defined]
        super().handle(*args, **options)
