"""A request as it reaches our views: what our middleware has put on it."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Posting, User


def whole_number(text: str) -> int | None:
    """The number typed or posted; None for what no column of ours can hold."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class Request(HttpRequest):
    user: User  # type: ignore[assignment]
    posting: Posting | None
    postings: list[Posting]
    lacks_second_factor: bool
    has_lent_password: bool
    htmx: Any
