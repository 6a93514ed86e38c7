"""The doors for departments' systems: JSON in, JSON out, by token.

Let in without a session, hence: no scope until a living token has named its agreement, no cookie
read, and every answer – refusals too – the same few shapes.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.actions.access_log import client_address
from exchange import jobs
from exchange.actions.department_call import Answer, Sent, answer_call, refusal
from exchange.rules.department_message import MOST_BYTES, Action, Refused, Registry
from exchange.rules.department_openapi import document

HEADERS = {"Cache-Control": "no-store, private", "X-Robots-Tag": "noindex, nofollow"}


@csrf_exempt
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of all doors; it tells nothing of anybody."""
    if request.method not in ("GET", "HEAD"):
        return _refused(Refused(405, "err.request.bad", "GET."), allowed="GET, HEAD")
    return JsonResponse(document())


@csrf_exempt
@login_not_required
def no_door(request: HttpRequest) -> HttpResponse:
    """Any other address, in the shape of all refusals, whatever the method and the token."""
    words = "No such address: /api/openapi.json describes them all."
    return _refused(Refused(404, "err.request.not_found", words))


def unread(request: HttpRequest) -> HttpResponse:
    """Under a host name that is not ours, say; which names are, is told to nobody."""
    words = "The request could not be read: look at the host name it was sent to."
    return _refused(Refused(400, "err.request.bad", words))


def broken(request: HttpRequest) -> HttpResponse:
    """What went wrong at our end is in our log alone."""
    return _refused(
        Refused(500, "err.service.unavailable", "It broke at our end. Ask again later.")
    )


@csrf_exempt
@login_not_required
def call(request: HttpRequest, registry: Registry, action: Action, is_later: bool) -> HttpResponse:
    try:
        answer = answer_call(_sent(request, registry, action, is_later), timezone.now())
    except Refused as refused:
        answer = refusal(refused)
    if answer.job is not None:
        jobs.answer_department_search.defer(search_id=answer.job)
    return _response(answer)


def _sent(request: HttpRequest, registry: Registry, action: Action, is_later: bool) -> Sent:
    """Raises Refused for what is not read at all."""
    if request.method != "POST":
        raise Refused(405, "err.request.bad", "POST.")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        body = request.body if length <= MOST_BYTES else b""
    except RequestDataTooBig:
        length, body = MOST_BYTES + 1, b""
    except (UnreadablePostError, ValueError):
        raise Refused(400, "err.request.bad", "The body could not be read.") from None
    if length > MOST_BYTES:
        raise Refused(413, "err.request.bad", f"At most {MOST_BYTES} bytes.")
    return Sent(
        registry=registry, action=action, is_later=is_later, body=body,
        authorization=request.headers.get("Authorization", ""),
        content_type=request.headers.get("Content-Type", ""), address=client_address(request),
    )  # fmt: skip


def _refused(refused: Refused, allowed: str = "") -> HttpResponse:
    return _response(refusal(refused), allowed)


def _response(answer: Answer, allowed: str = "POST") -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    for name, value in HEADERS.items():
        response[name] = value
    if answer.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if answer.status == 429:
        response["Retry-After"] = "60"
    if answer.status == 405:
        response["Allow"] = allowed
    return response
