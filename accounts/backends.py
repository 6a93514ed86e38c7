"""The signed-in user of a request, together with the postings of today: one statement."""

from datetime import date
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import models
from django.utils import timezone

from accounts.models import Area, Organisation, Posting, User
from accounts.prepared import prepared


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """With `postings_today`, which `ActingPostingMiddleware` reads."""
        user = _with_postings(user_id, timezone.localdate())
        return user if self.user_can_authenticate(user) else None


def _with_postings(user_id: int, day: date) -> User | None:
    with prepared() as cursor:
        cursor.execute(_sql(), [day, day, user_id])
        rows = cursor.fetchall()
    if not rows:
        return None
    user: Any = _instance(User, rows[0], 0)
    user.postings_today = [_posting(user, row) for row in rows if row[_start(1)] is not None]
    return user  # type: ignore[no-any-return]


def _posting(user: User, row: tuple[Any, ...]) -> Posting:
    posting: Posting = _instance(Posting, row, 1)
    posting.user = user
    posting.area = _instance(Area, row, 2) if posting.area_id else None
    posting.organisation = _instance(Organisation, row, 3) if posting.organisation_id else None
    return posting


_MODELS: tuple[type[models.Model], ...] = (User, Posting, Area, Organisation)
_LEFT_OUT = {"search_keys"}


@cache
def _fields(model: type[models.Model]) -> tuple[models.Field, ...]:
    return tuple(f for f in model._meta.concrete_fields if f.name not in _LEFT_OUT)


@cache
def _start(number: int) -> int:
    """Where the columns of the model begin in a row."""
    return sum(len(_fields(model)) for model in _MODELS[:number])


def _instance(model: type[models.Model], row: tuple[Any, ...], number: int) -> Any:
    fields, start = _fields(model), _start(number)
    names = [field.attname for field in fields]
    return model.from_db("default", names, row[start : start + len(fields)])


@cache
def _sql() -> str:
    """The rule of the day is that of `PostingQuerySet.held_on`; a test compares the two."""
    columns = ", ".join(
        f't{number}."{field.column}"'
        for number, model in enumerate(_MODELS)
        for field in _fields(model)
    )
    return (
        f"SELECT {columns} FROM accounts_user t0"
        " LEFT JOIN accounts_posting t1 ON t1.user_id = t0.id AND t1.starts_on <= %s"
        "  AND (t1.ends_on IS NULL OR t1.ends_on >= %s)"
        " LEFT JOIN accounts_area t2 ON t2.code = t1.area_id"
        " LEFT JOIN accounts_organisation t3 ON t3.id = t1.organisation_id"
        " WHERE t0.id = %s ORDER BY t1.starts_on, t1.id"
    )
