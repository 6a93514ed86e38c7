"""A request as it reaches our views: what our middleware has put on it."""

from typing import Any

from django.http import HttpRequest

from accounts.models import Posting, User


class Request(HttpRequest):
    user: User  # type: ignore[assignment]
    posting: Posting | None
    postings: list[Posting]
    lacks_second_factor: bool
    htmx: Any
