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


def _key(request: HttpRequest) -> str | None:
    """Several forms of one page tell themselves apart by what follows the page's key."""
    told = request.POST.get(FIELD, "")
    try:
        key = uuid.UUID(told[:36])
    except ValueError:
        return None
    return str(uuid.uuid5(key, told[36:100]) if told[36:] else key)


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate below `@requires`. A second sending is answered as the first was.

    A simultaneous one waits for the first. Only answers that redirect count as an effect; after
    any other (a form with errors) the key is free again. What the view logged stays.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, grant: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request) if request.method == "POST" else None
        if key is None:
            return view(request, grant, *args, **kwargs)
        # The request is one transaction; what the view raises takes all of it back.
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_submission (key, user_id, answer) VALUES (%s, %s, '')"
                " ON CONFLICT DO NOTHING",
                [key, grant.user.pk],
            )
            if not cursor.rowcount:
                cursor.execute(
                    "SELECT answer FROM accounts_submission WHERE key = %s AND user_id = %s",
                    [key, grant.user.pk],
                )
                row = cursor.fetchone()
                return HttpResponseRedirect(row[0] if row else "/")
            response = view(request, grant, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                cursor.execute(
                    "UPDATE accounts_submission SET answer = %s WHERE key = %s",
                    [response.url[:500], key],
                )
            else:
                cursor.execute("DELETE FROM accounts_submission WHERE key = %s", [key])
        return response

    return wrapped
