"""The page of one notice for its guardian: no account, no script, nothing of the file but it.

Let in without signing in, hence: no scope (the database shows no table), link and number asked on
every request, one answer for all that does not open, and never a status that would leave the
address in a log. No cookie is needed: the page's buttons send a proof back, which nobody else
has, so that a forged form could do nothing.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from accounts.actions.access_log import client_address
from accounts.scope import NOBODY, acting
from schools.actions.guardian_page import Page, answer_page, open_page

LANGUAGES = ("zh-hans", "en")
HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@csrf_exempt
@login_not_required
def guardian_page(request: HttpRequest, token: str) -> HttpResponse:
    """Chinese unless English is chosen here: old phones' browsers claim all kinds of languages."""
    chosen = (request.POST if request.method == "POST" else request.GET).get("l", "")
    language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    context: dict[str, Any] = {"language": language, "other": LANGUAGES[language == LANGUAGES[0]]}
    with acting(NOBODY), translation.override(language):
        if request.method == "POST":
            context |= {"page": _page(request, token), "was_sent": True}
        response = render(request, "guardian/page.html", context)
    response["Content-Language"] = language
    for name, value in HEADERS.items():
        response[name] = value
    return response


def _page(request: HttpRequest, token: str) -> Page | None:
    told: dict[str, Any] = {
        "token": token[:40], "address": client_address(request), "now": timezone.now(),
    }  # fmt: skip
    proof = request.POST.get("proof", "")[:300]
    if not proof:
        return open_page(typed=request.POST.get("number", ""), **told)
    answer, words = request.POST.get("answer", ""), request.POST.get("words", "")[:2_000]
    return answer_page(proof=proof, answer=answer, words=words, **told)
