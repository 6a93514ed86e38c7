"""A promise that a trigger of the database keeps: its name and its words stand with the model."""

from typing import Any

from django.db.models import BaseConstraint


class HeldByTrigger(BaseConstraint):
    """Adds no SQL: a migration installs the trigger, which refuses with this name.

    For what compares rows of several tables, where no plain constraint reaches.
    """

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return None

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Only the database can say."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, HeldByTrigger):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = BaseConstraint.__hash__
