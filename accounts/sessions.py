"""Sessions in the database, as Django keeps them, read by one plain statement."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.prepared import prepared


class SessionStore(db.SessionStore):
    """Every request reads one: going through the ORM would take most of that time."""

    def load(self) -> dict[str, Any]:
        with prepared() as cursor:
            cursor.execute(
                "SELECT session_data FROM django_session"
                " WHERE session_key = %s AND expire_date > %s",
                [self.session_key, timezone.now()],
            )
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])  # type: ignore[no-any-return]


def end_others(user_id: int, kept: str | None) -> None:
    """Every session of the user but the one under the key `kept`. All sessions are looked through:
    whose one is stands inside it."""
    store = SessionStore()
    rows = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=kept or "")
    gone = [
        key for key, data in rows.values_list("session_key", "session_data").iterator()
        if store.decode(data).get(SESSION_KEY) == str(user_id)
    ]  # fmt: skip
    Session.objects.filter(session_key__in=gone).delete()
