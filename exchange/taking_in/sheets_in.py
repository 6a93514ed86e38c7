"""Lists of institutions on their way into the books of rehabilitation, by their kind."""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from assistance.actions.claim_sheet import enter_claims
from assistance.actions.session_sheet import enter_sessions
from exchange.models import FeedKind, ListImport

from .claims_in import judge_claims
from .find_children import Found
from .listing import Listing
from .sessions_in import judge_sessions
from .sheet import NobodyAnswers, Sheet

_JUDGES = {
    FeedKind.REHABILITATION_SESSIONS: judge_sessions,
    FeedKind.REHABILITATION_CLAIMS: judge_claims,
}


def judge_sheet(
    *, listing: Listing, found: list[Found | None], prints: list[bytes],
    known: Collection[bytes], locks: bool,
) -> Sheet:  # fmt: skip
    """Takes what cannot be entered out of `listing.good`, `found` and `prints`; of the other kinds
    nothing is.
    """
    judge = _JUDGES.get(FeedKind(listing.kind))
    if judge is None:
        return Sheet()
    return judge(listing=listing, found=found, prints=prints, known=known, locks=locks)


def enter(*, sheet: Sheet, record: ListImport, by: User | None, now: datetime) -> None:
    """In the transaction that takes the list in. Raises NobodyAnswers."""
    if not sheet.entries and not sheet.claims:
        return
    if by is None:
        raise NobodyAnswers
    reason = f"{record.kind} #{record.pk}"
    enter_sessions(entries=sheet.entries, by=by, now=now, reason=reason)
    enter_claims(entries=sheet.claims, by=by, now=now, reason=reason)
