"""What was said of where pupils go on, once their row of the roll has ended otherwise."""

from collections.abc import Iterable
from datetime import datetime

from simple_history.utils import bulk_update_with_history

from accounts.models import User
from schools.models import GoingOn, GoingState
from schools.models.going_on import ANSWER, SAID


def settle_with_the_roll(*, children: Iterable[int], by: User, now: datetime) -> None:
    """Of children whose row of the roll ended otherwise nothing is waited for any more.

    Inside the transaction that changed the roll, seeing beyond its author's sight.
    """
    rows = list(
        GoingOn.objects.filter(
            child__pk__among=list(children), state__in=SAID,
            enrolment__ends_on__isnull=False,
        ).order_by("pk")
    )  # fmt: skip
    for row in rows:
        row.state, row.answered_by, row.answered_at = GoingState.OVERTAKEN, by, now
        row.version, row.updated_at = row.version + 1, now
    bulk_update_with_history(rows, GoingOn, ANSWER, default_user=by, default_date=now)
