"""One line of words for each door of the school's page: what waits behind it.

Nothing is counted further than `MOST`; each function asks one to five queries, however many rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Grant, Permission

from .absence import Absence
from .coverage import enrolled_without_helper
from .digest import RECIPIENTS, Digest, monday_of
from .due import overdue_for, paired_with
from .going_on import GoingOn, number_late
from .group_overview import MOST as MOST_NAMED
from .group_overview import group_overview
from .growth_due import due_records
from .ledger import LedgerEntry
from .move_up import MoveUp
from .notice_delivery import NoticeDelivery
from .notice_due import waiting
from .observation import Observation
from .pairing import Pairing
from .referral import Referral

MOST = 50


@dataclass(frozen=True)
class State:
    """`tone` is "overdue", "due" or "" (nothing to do)."""

    text: str
    tone: str = ""


QUIET = State("")


def _number(found: int, most: int = MOST) -> str:
    return f"{most}+" if found > most else str(found)


def _found(rows: QuerySet[Any]) -> int:
    """How many, `MOST` + 1 for more."""
    return len(rows.order_by().values_list("pk")[: MOST + 1])


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def contacts(grant: Grant, today: date) -> State:
    rows = paired_with(grant)
    count = _found(rows.filter(due_on__lte=today))
    if count:
        text = ngettext("%(number)s contact is due", "%(number)s contacts are due", count)
        return State(text % {"number": _number(count)}, "due")
    following = rows.order_by("due_on").values_list("due_on", flat=True).first()
    if following is None:
        return State(_("nobody is paired yet"))
    return State(_("next contact by %(day)s") % {"day": _day(following)})


def overdue(grant: Grant, today: date) -> State:
    count = _found(overdue_for(grant, today))
    if not count:
        return State(_("every family was contacted in time"))
    text = ngettext(
        "%(number)s family was not contacted in time",
        "%(number)s families were not contacted in time",
        count,
    )
    return State(text % {"number": _number(count)}, "overdue")


def handovers(grant: Grant, today: date) -> State:
    rows = Pairing.objects.permitted(grant).on(today)
    count = _found(rows.filter(helper__in=grant.posting.desks, confirmed_at__isnull=True))
    if not count:
        return QUIET
    text = ngettext(
        "%(number)s child was handed over to you: read and confirm",
        "%(number)s children were handed over to you: read and confirm",
        count,
    )
    return State(text % {"number": _number(count)}, "due")


def observations(grant: Grant, today: date) -> State:
    """Of the paired children, for this month."""
    mine = Pairing.objects.permitted(grant).on(today)
    mine = mine.filter(helper__in=grant.posting.desks)
    seen = Observation.objects.permitted(grant).filter(
        observed_by=grant.user, month=today.replace(day=1)
    )
    count = _found(mine.exclude(child__in=seen.values("child")))
    if not count:
        return State(_("observe a child from its school page"))
    text = ngettext(
        "%(number)s child is not observed this month yet",
        "%(number)s children are not observed this month yet",
        count,
    )
    return State(text % {"number": _number(count)}, "due")


def referrals(rows: Sequence[Referral], has_more: bool) -> State:
    """Of the open ones, urgent first, as they are shown; more are told by a sign."""
    if not rows:
        return State(_("no referral is open"))
    text = ngettext("%(number)s referral is open", "%(number)s referrals are open", len(rows))
    number = f"{len(rows)}+" if has_more else str(len(rows))
    return State(text % {"number": number}, "overdue" if rows[0].is_urgent else "due")


def absences(grant: Grant, today: date) -> State:
    rows = Absence.objects.permitted(grant).on(today).filter(school=grant.posting.organisation_id)
    count = _found(rows)
    if not count:
        return State(_("nobody is noted as away today"))
    text = ngettext("%(number)s child is away today", "%(number)s children are away today", count)
    return State(text % {"number": _number(count)}, "due")


def ledgers(grant: Grant, today: date) -> State:
    rows = LedgerEntry.objects.permitted(grant).not_closed()
    late = _found(rows.overdue(today))
    if late:
        text = ngettext(
            "%(number)s line is past its deadline", "%(number)s lines are past their deadline", late
        )
        return State(text % {"number": _number(late)}, "overdue")
    count = _found(rows)
    if not count:
        return State(_("every child of school age is at school"))
    text = ngettext("%(number)s line is open", "%(number)s lines are open", count)
    return State(text % {"number": _number(count)}, "due")


def group(grant: Grant, today: date) -> State:
    if grant.posting.organisation_id is None:
        count = len(enrolled_without_helper(grant, today, most=MOST + 1))
        return _without_helper(count) or State(_("every child on a roll has a helper"))
    leads = grant.allows(Permission.GROUP_LEAD)
    found = group_overview(grant, today, leads=leads)
    if found.group is None:
        return State(_("no group is formed for this school year"), "overdue" if leads else "")
    unhelped = _without_helper(len(found.without_helper), MOST_NAMED)
    if unhelped:
        return unhelped
    if not found.empty:
        return State(_("every seat is held"))
    text = ngettext("%(number)s seat is empty", "%(number)s seats are empty", len(found.empty))
    return State(text % {"number": _number(len(found.empty))}, "due" if found.alerts else "")


def _without_helper(count: int, most: int = MOST) -> State | None:
    if not count:
        return None
    text = ngettext(
        "%(number)s child is without a helper", "%(number)s children are without a helper", count
    )
    return State(text % {"number": _number(count, most)}, "overdue")


def move_up(grant: Grant, today: date) -> State:
    """Of one school; an office has many."""
    school = grant.posting.organisation_id
    if school is None:
        return QUIET
    last = MoveUp.objects.permitted(grant).of_own_classes()
    last = last.filter(school=school, undone_at__isnull=True)
    day = last.order_by("-day").values_list("day", flat=True).first()
    return State(_("last moved up on %(day)s") % {"day": _day(day)}) if day else QUIET


def going_on(grant: Grant, today: date) -> State:
    """Who waits to be taken in here; else who of the own children nobody took in, or is unsaid."""
    school = grant.posting.organisation_id
    count = _found(GoingOn.objects.permitted(grant).waiting_for(school)) if school else 0
    if count:
        text = ngettext(
            "%(number)s pupil waits to be taken in", "%(number)s pupils wait to be taken in", count
        )
        return State(text % {"number": _number(count)}, "due")
    late = number_late(grant, today)
    if late:
        text = ngettext(
            "%(number)s pupil was taken in by no school",
            "%(number)s pupils were taken in by no school",
            late,
        )
        return State(text % {"number": _number(late)}, "overdue")
    return QUIET


def growth(grant: Grant, today: date) -> State:
    found = due_records(grant, today)
    if found is None:
        return State(_("no record is due"))
    text = _("%(term)s: close the records by %(day)s")
    words = text % {"term": found.term, "day": _day(found.last_day)}
    return State(words, "overdue" if found.is_overdue else "due")


def notices(grant: Grant, today: date) -> State:
    """What waits for a call, a visit or a slip; for those who oversee, what nobody read."""
    if grant.sees_own_area or grant.allows(Permission.GROUP_LEAD):
        count = _found(NoticeDelivery.objects.permitted(grant).unread())
        unread = ngettext("%(number)s is unread", "%(number)s are unread", count)
        return State(unread % {"number": _number(count)}, "due") if count else _all_read()
    count = len(waiting(grant, today, MOST + 1))
    if not count:
        return _all_read()
    text = ngettext(
        "%(number)s waits for a call, a visit or a slip",
        "%(number)s wait for a call, a visit or a slip",
        count,
    )
    return State(text % {"number": _number(count)}, "due")


def _all_read() -> State:
    return State(_("nothing waits"))


def digest(grant: Grant, today: date) -> State:
    if grant.role not in RECIPIENTS:
        return State(_("for leads and townships"))
    row = Digest.objects.permitted(grant).order_by("-week_on").first()
    if row is None:
        return State(_("the first one comes on Monday morning"))
    words = _("week from %(day)s") % {"day": _day(row.week_on)}
    return State(words, "due" if row.week_on == monday_of(today) and row.total else "")
