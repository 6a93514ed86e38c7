"""What every page knows about the person who reads it."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from accounts.access import ROLE_PERMISSIONS, Permission
from accounts.roles import Role


class _May:
    """In a template: `{% if may.child_enter %}`. An unknown name is an error, not a no."""

    def __init__(self, posting: Any) -> None:
        self.held = _held(Role(posting.role)) if posting is not None else NOTHING

    def __getitem__(self, name: str) -> bool:
        try:
            return self.held[name]
        except KeyError:
            raise ValueError(f"no permission {name}") from None


@cache
def _held(role: Role) -> dict[str, bool]:
    return {p.value: p in ROLE_PERMISSIONS[role] for p in Permission}


NOTHING = {permission.value: False for permission in Permission}


def acting(request: HttpRequest) -> dict[str, Any]:
    posting = getattr(request, "posting", None)
    return {
        "acting_posting": posting,
        "held_postings": getattr(request, "postings", []),
        "may": _May(posting),
    }
