"""What every page knows about the person who reads it."""

from typing import Any

from django.http import HttpRequest

from accounts.access import Permission, may


class _May:
    """In a template: `{% if may.child_enter %}`. An unknown name is an error, not a no."""

    def __init__(self, posting: Any) -> None:
        self.posting = posting

    def __getitem__(self, name: str) -> bool:
        return may(self.posting, Permission(name))


def acting(request: HttpRequest) -> dict[str, Any]:
    posting = getattr(request, "posting", None)
    return {
        "acting_posting": posting,
        "held_postings": getattr(request, "postings", []),
        "may": _May(posting),
    }
