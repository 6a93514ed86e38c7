"""A form sent twice has its effect once: the key that came with it is taken first."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

FIELD = "submission"


def new_key() -> str:
    return str(uuid.uuid4())


def key_of(request: HttpRequest) -> str | None:
    """Several forms of one page tell themselves apart by what follows the page's key."""
    return as_key(request.POST.get(FIELD, ""))


def as_key(told: str) -> str | None:
    try:
        key = uuid.UUID(told[:36])
    except ValueError:
        return None
    return str(uuid.uuid5(key, told[36:100]) if told[36:] else key)


def take(key: str, user_id: int) -> str | None:
    """Take `key` for what the running transaction does: None, or the answer that is kept for it.

    A simultaneous one waits for the first. "" is answered for a key of somebody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_submission (key, user_id, answer) VALUES (%s, %s, '')"
            " ON CONFLICT DO NOTHING",
            [key, user_id],
        )
        return None if cursor.rowcount else kept_answer(key, user_id)


def kept_answer(key: str, user_id: int) -> str:
    """Where what came with `key` led to; "" for one not taken, or by somebody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answer FROM accounts_submission WHERE key = %s AND user_id = %s",
            [key, user_id],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def keep_answer(key: str, answer: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_submission SET answer = %s WHERE key = %s", [answer[:500], key]
        )


def set_free(key: str) -> None:
    """What came with it had no effect: it may come again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_submission WHERE key = %s", [key])


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate below `@requires`. A second sending is answered as the first was.

    A simultaneous one waits for the first. Only answers that redirect count as an effect; after
    any other (a form with errors) the key is free again. What the view logged stays.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, grant: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        key = key_of(request) if request.method == "POST" else None
        if key is None:
            return view(request, grant, *args, **kwargs)
        # The request is one transaction; what the view raises takes all of it back.
        with transaction.atomic(savepoint=False):
            answer = take(key, grant.user.pk)
            if answer is not None:
                return HttpResponseRedirect(answer or "/")
            response = view(request, grant, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                keep_answer(key, response.url)
            else:
                set_free(key)
        return response

    return wrapped
