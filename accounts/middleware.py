"""Who acts in a request, and in which language."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from accounts.access import scope_of
from accounts.http import Request
from accounts.models import Posting
from accounts.roles import IDLE_MINUTES, Role
from accounts.scope import acting
from accounts.sign_in import lacks_second_factor

SESSION_KEY = "acting_posting"
LAST_USED = "last_used"
GetResponse = Callable[[Request], HttpResponse]


class ActingPostingMiddleware:
    """Sets `request.posting` (None for strangers) and `request.postings`, and enters the scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        # `accounts.backends` fetched them with the user; strangers hold none.
        postings: list[Posting] = getattr(request.user, "postings_today", [])
        chosen = request.session.get(SESSION_KEY)
        posting = next(
            (posting for posting in postings if posting.pk == chosen),
            postings[0] if postings else None,
        )
        if posting is not None and _is_idle_too_long(request, posting):
            logout(request)
            postings, posting = [], None
        request.postings, request.posting = postings, posting
        request.lacks_second_factor = lacks_second_factor(request, posting)
        # Until the second factor is given the database shows nothing either.
        entitled = None if request.lacks_second_factor else posting
        with acting(scope_of(entitled, request.user.pk)):
            return self.get_response(request)


def _is_idle_too_long(request: Request, posting: Posting) -> bool:
    """Remembers the last use, written once a minute at most."""
    now, last = int(time.time()), request.session.get(LAST_USED)
    if last is not None and now - last > IDLE_MINUTES[Role(posting.role)] * 60:
        return True
    if last is None or now - last > 60:
        request.session[LAST_USED] = now
    return False


class LanguageMiddleware(LocaleMiddleware):
    """The user's choice, else the cookie or the browser's language."""

    def process_request(self, request: Any) -> None:
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
