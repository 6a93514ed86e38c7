"""Writing notices: one for a child, or one text for many, each with its history."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from simple_history.utils import bulk_create_with_history

from accounts.models import Posting
from children.actions.promises import broken_promise
from children.models import Child
from children.rules import names
from schools.models import Notice
from schools.rules.notice import filled


def called(child_name: str) -> str:
    """The child as at home: without the family name. It reads well, and names nobody to others."""
    return names.split(child_name)[1] or child_name


def write_notices(
    *, children: Iterable[Child], facts: Mapping[str, Any], by: Posting, now: datetime
) -> list[Notice]:
    """One notice per child, all of one batch, waiting to be sent. Raises PromiseBroken.

    Placeholders in subject and body are filled in here, so that what was sent is what is kept.
    """
    batch = uuid.uuid4()
    school = by.organisation.name if by.organisation else ""
    rows = []
    for child in children:
        values = {"child": called(child.name), "school": school, "writer": by.user.full_name}
        texts = {name: filled(facts[name], values) for name in ("subject", "body")}
        told = {**facts, **texts}
        rows.append(Notice(**told, child=child, writer=by, batch=batch, written_at=now))
    try:
        with transaction.atomic():
            return bulk_create_with_history(rows, Notice, default_user=by.user, default_date=now)
    except IntegrityError as error:
        raise broken_promise(error) from error
