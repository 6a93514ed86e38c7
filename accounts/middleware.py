"""Who acts in a request, and in which language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

from accounts.access import scope_of
from accounts.models import Posting
from accounts.scope import acting

SESSION_KEY = "acting_posting"
GetResponse = Callable[[HttpRequest], HttpResponse]


class ActingPostingMiddleware:
    """Sets `request.posting` (None for strangers) and `request.postings`, and enters the scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        postings: list[Posting] = []
        if request.user.is_authenticated:
            postings = list(
                request.user.postings.held_on(timezone.localdate()).select_related(
                    "area", "organisation"
                )
            )
        chosen = request.session.get(SESSION_KEY)
        request.postings = postings
        request.posting = next(
            (posting for posting in postings if posting.pk == chosen),
            postings[0] if postings else None,
        )
        with acting(scope_of(request.posting, request.user.pk)):
            return self.get_response(request)


class LanguageMiddleware(LocaleMiddleware):
    """The user's choice, else the cookie or the browser's language."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
