"""Who acts in a request, and in which language."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from accounts.access import scope_of
from accounts.http import Request
from accounts.models import Posting
from accounts.roles import IDLE_MINUTES, Role
from accounts.scope import acting
from accounts.sign_in import lacks_second_factor

SESSION_KEY = "acting_posting"
LAST_USED = "last_used"
GetResponse = Callable[[Request], HttpResponse]


class KeptNowhereMiddleware:
    """What somebody signed in was shown stays in no cache: at a desk that is shared, «Back» would
    show it to whoever comes next. Answers that say otherwise themselves keep their word."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        is_signed_in = request.user.is_authenticated  # before the view, which may sign out
        response = self.get_response(request)
        if is_signed_in:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class WithoutNulMiddleware:
    """What an address asks for goes to the database as text here and there, and no text of it can
    hold a NUL: it is left out once, for all pages. Posted texts are refused by their fields.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            asked = request.GET.copy()
            for name, texts in request.GET.lists():
                asked.setlist(name, [text.replace("\x00", "") for text in texts])
            request.GET = asked
        return self.get_response(request)


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
        request.has_lent_password = getattr(request.user, "is_password_lent", False)
        # Until the second factor is given and the password one's own, the database shows nothing.
        shut = request.lacks_second_factor or request.has_lent_password
        entitled = None if shut else posting
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


def page_before(request: HttpRequest) -> str:
    """The page of ours that a request came from; "" for another's, or where none is told."""
    page = request.headers.get("referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if ours else ""


class SignInMiddleware(LoginRequiredMiddleware):
    """Every view is private unless it says otherwise. Whoever pressed something after the session
    had ended is told that nothing was done, and led back to the page with that button."""

    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        if request.headers.get("HX-Request"):  # a part of a page: no sign-in page inside it
            return HttpResponse(render_to_string("components/_signed_out.html", {}, request))
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        query = urlencode({"next": page_before(request) or reverse("home"), "undone": "1"})
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{query}")


class WordsForMiddleware:
    """Django leaves the answer to a wrong method empty: a white page for who comes back to one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page


class LanguageMiddleware(LocaleMiddleware):
    """The user's choice, else the cookie or the browser's language."""

    def process_request(self, request: Any) -> None:
        super().process_request(request)
        chosen = getattr(request.user, "language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = translation.get_language()
