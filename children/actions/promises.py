"""What the database refused, in words for people."""

from django.apps import apps
from django.db import IntegrityError
from django.utils.translation import gettext as _

OURS = ("children", "accounts", "schools", "assistance", "exchange", "distress_registry")


class PromiseBroken(Exception):
    """A constraint refused the change; `message` is for the user, `constraint` its name."""

    def __init__(self, constraint: str, message: str) -> None:
        super().__init__(constraint)
        self.constraint, self.message = constraint, message


def broken_promise(error: IntegrityError) -> PromiseBroken:
    """The promise behind an IntegrityError. Raises the error itself when it is none of ours."""
    diagnosis = getattr(error.__cause__, "diag", None)
    name = (diagnosis.constraint_name if diagnosis else None) or ""
    if said := promise_in_words(name):
        return PromiseBroken(name, said)
    if getattr(error.__cause__, "sqlstate", "") == "23503":
        return PromiseBroken(name, _("This is still needed by other records."))
    raise error


def promise_in_words(name: str) -> str:
    """What the constraint of this name promises; empty for none of ours."""
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for constraint in model._meta.constraints:
                if constraint.name == name:
                    return str(constraint.get_violation_error_message())
    return ""
