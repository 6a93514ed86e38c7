"""Half-typed forms, kept on the server so that an ended session or a dead battery loses nothing."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import QueryDict

from accounts.access import Grant
from accounts.models import Draft

KEPT_FOR = timedelta(days=7)
MOST_CHARACTERS = 100_000
NOT_KEPT = {"csrfmiddlewaretoken", "submission", "draft", "as", "reason_for_reveal"}


def save(*, grant: Grant, form: str, posted: QueryDict, now: datetime) -> None:
    """Keep what was posted under the form's name; the newest wins. Too long a text is not kept."""
    data = json.dumps({k: posted.getlist(k) for k in posted if k not in NOT_KEPT})
    if len(data) > MOST_CHARACTERS:
        return
    try:
        with transaction.atomic():
            _write(grant, form, data, now)
    except IntegrityError:  # two at once: the other had made the row in between
        _write(grant, form, data, now)


def _write(grant: Grant, form: str, data: str, now: datetime) -> None:
    row = _rows(grant).filter(form=form).first() or Draft(
        user=grant.user, posting=grant.posting, form=form
    )
    row.data, row.saved_at, row.expires_at = data, now, now + KEPT_FOR
    row.save()


def load(*, grant: Grant, form: str, now: datetime) -> tuple[dict[str, Any], datetime] | None:
    """Initial values and when they were kept; None without a living draft."""
    row = _rows(grant).alive(now).filter(form=form).first()
    if row is None:
        return None
    data = json.loads(row.data)
    return {k: v[0] if len(v) == 1 else v for k, v in data.items() if v}, row.saved_at


def discard(*, grant: Grant, form: str) -> None:
    _rows(grant).filter(form=form).delete()


def forget_expired(*, now: datetime) -> int:
    return Draft.objects.filter(expires_at__lte=now).delete()[0]


def _rows(grant: Grant) -> Any:
    return Draft.objects.filter(user=grant.user, posting=grant.posting)
