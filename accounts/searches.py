"""What was searched for, kept in the session: a name never stands in an address."""

import secrets
from typing import Any

SEARCHES = "searches"  # session: token → text typed
MOST_KEPT = 20


def keep_search(request: Any) -> str:
    """The token under which the posted `text` is found again; "" for none."""
    text = request.POST.get("text", "").replace("\x00", "").strip()[:100]
    if not text:
        return ""
    token = secrets.token_urlsafe(8)
    kept = list(request.session.get(SEARCHES, {}).items())[-MOST_KEPT:]
    request.session[SEARCHES] = dict([*kept, (token, text)])
    return token


def kept_search(request: Any, token: str) -> str:
    return str(request.session.get(SEARCHES, {}).get(token, ""))
