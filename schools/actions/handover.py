"""When a helper leaves: all their children to others in one act, and nobody's child left unseen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.history_rows import write_history
from accounts.models import Posting, User
from children.models import AccessReason, CaseAccess
from schools.models import Pairing

from .access import beyond_own_sight
from .pairing import HeldByAnother, end_assistance, pair


@dataclass(frozen=True)
class Successor:
    """Who takes over `pairing`; None only for an assistant's."""

    pairing: Pairing
    helper: Posting | None


class PairingsChanged(Exception):
    """Somebody changed the helper's pairings since they were shown; nothing was written."""


@transaction.atomic
def hand_over(
    *, helper: Posting, successors: Iterable[Successor], reason: str, by: User, now: datetime,
    today: date,
) -> None:  # fmt: skip
    """Every pairing of `helper` to its successor, or none of them.

    Raises PairingsChanged, PromiseBroken.
    """
    lines = sorted(successors, key=lambda line: (line.pairing.child_id, line.pairing.pk))
    common = {"reason": reason, "by": by, "now": now, "today": today}
    for line in lines:
        child = line.pairing.child
        if line.pairing.is_main:
            if line.helper is None:
                raise PairingsChanged
            try:
                pair(child=child, helper=line.helper, is_main=True, replaces=line.pairing.pk,
                     **common)  # type: ignore[arg-type]  # fmt: skip
            except HeldByAnother as held:
                raise PairingsChanged from held
            continue
        end_assistance(pairing=line.pairing, **common)  # type: ignore[arg-type]
        if line.helper is not None and not _helps(line.helper, line.pairing, today):
            pair(child=child, helper=line.helper, is_main=False, replaces=None,
                 **common)  # type: ignore[arg-type]  # fmt: skip
    with beyond_own_sight():
        if Pairing.objects.on(today).filter(helper=helper).exists():
            raise PairingsChanged


def _helps(helper: Posting, pairing: Pairing, today: date) -> bool:
    with beyond_own_sight():
        return Pairing.objects.on(today).filter(child=pairing.child_id, helper=helper).exists()


_LOCK = """
SELECT id FROM children_child WHERE id IN (SELECT child_id FROM schools_pairing WHERE id = ANY(%s))
ORDER BY id FOR NO KEY UPDATE
"""
_END = """
UPDATE schools_pairing p
SET ends_on = greatest(p.starts_on, least(%(today)s, coalesce(g.ends_on + 1, %(today)s))),
    ended_because = %(reason)s, version = p.version + 1, updated_at = %(now)s
FROM accounts_posting g
WHERE p.id = ANY(%(pairings)s) AND g.id = p.helper_id
  AND (p.ends_on IS NULL OR p.ends_on > %(today)s)
RETURNING p.id
"""
_CLOSE = """
UPDATE children_caseaccess a SET closed_at = greatest(a.opened_at, %(now)s)
WHERE a.closed_at IS NULL AND a.reason = %(why)s
  AND (a.child_id, a.user_id) IN (
    SELECT p.child_id, g.user_id
    FROM schools_pairing p JOIN accounts_posting g ON g.id = p.helper_id
    WHERE p.id = ANY(%(ended)s))
  AND NOT EXISTS (
    SELECT 1 FROM schools_pairing o JOIN accounts_posting h ON h.id = o.helper_id
    WHERE o.child_id = a.child_id AND h.user_id = a.user_id
      AND o.starts_on <= %(today)s AND (o.ends_on IS NULL OR o.ends_on > %(today)s))
RETURNING a.id
"""
# What was shared with who stands in for them, as `unshare_with_deputies` does for one child.
_CLOSE_TO_DEPUTIES = """
UPDATE children_caseaccess a SET closed_at = greatest(a.opened_at, %(now)s)
WHERE a.closed_at > %(now)s AND a.reason = %(why)s
  AND (a.child_id, a.user_id) IN (
    SELECT p.child_id, d.user_id
    FROM schools_pairing p JOIN accounts_posting g ON g.id = p.helper_id
    JOIN accounts_posting s ON s.user_id = g.user_id
    JOIN accounts_posting d ON d.stands_in_for_id = s.id AND d.ends_on >= %(today)s
    WHERE p.id = ANY(%(ended)s) AND NOT EXISTS (
      SELECT 1 FROM schools_pairing o JOIN accounts_posting h ON h.id = o.helper_id
      WHERE o.child_id = p.child_id AND h.user_id = g.user_id
        AND o.starts_on <= %(today)s AND (o.ends_on IS NULL OR o.ends_on > %(today)s)))
RETURNING a.id
"""


def release_children_of_the_gone(
    *, by: User | None, now: datetime, today: date, user_id: int | None = None
) -> int:
    """End the pairings of helpers who are no longer there (of one user, or of all); how many.

    Set-based, with history; the children then show as without a helper. Running it again changes
    nothing.
    """
    with transaction.atomic(), beyond_own_sight(), connection.cursor() as cursor:
        gone = Pairing.objects.left_behind(today)
        if user_id is not None:
            gone = gone.filter(helper__user=user_id)
        pairings = list(gone.order_by().values_list("pk", flat=True))
        if not pairings:
            return 0
        reason, who = _("The helper is no longer posted here."), by.pk if by else None
        cursor.execute(_LOCK, [pairings])
        told: dict[str, Any] = {"pairings": pairings, "today": today, "now": now, "reason": reason}
        cursor.execute(_END, told)
        ended = [key for (key,) in cursor.fetchall()]
        write_history(Pairing, ended, "~", by_id=who, now=now, reason=reason)
        cursor.execute(_CLOSE, told | {"ended": ended, "why": AccessReason.PAIRING.value})
        closed = [key for (key,) in cursor.fetchall()]
        cursor.execute(
            _CLOSE_TO_DEPUTIES, told | {"ended": ended, "why": AccessReason.DEPUTY.value}
        )
        closed += [key for (key,) in cursor.fetchall()]
        write_history(CaseAccess, closed, "~", by_id=who, now=now, reason=reason)
    return len(ended)
