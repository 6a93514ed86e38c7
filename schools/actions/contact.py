"""Logging one talk with a family, for each of its children that it was about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Posting
from children.actions.record import add_record
from children.models import Child, Guardianship
from schools.models import GuardianContact

# What was seen of one child says nothing of another.
OF_ONE_CHILD = ("mental_state", "physical_state")


def log_contact(
    *, child: Child, facts: Mapping[str, Any], siblings: Sequence[Guardianship], by: Posting,
    now: datetime,
) -> None:  # fmt: skip
    """A row for `child`, and one for the child of each of `siblings`: cares of the same guardian.

    All or none. Raises PromiseBroken.
    """
    rows = [GuardianContact(child=child, helper=by, **facts)]
    for care in siblings:
        theirs = {**facts, **dict.fromkeys(OF_ONE_CHILD, ""), "child_seen_alone": None}
        theirs["guardianship"] = care
        rows.append(GuardianContact(child_id=care.child_id, helper=by, **theirs))
    with transaction.atomic():  # in the order of their keys, so that two wait and never deadlock
        for row in sorted(rows, key=lambda row: row.child_id):
            add_record(row=row, by=by.user, now=now)
