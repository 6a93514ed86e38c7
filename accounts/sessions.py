"""Sessions in the database, as Django keeps them, read by one plain statement."""

from typing import Any

from django.contrib.sessions.backends import db
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
