"""Rehabilitation of disabled children: who may attend, and what an institution is paid for.

Domain reference 2.3 (disability prevention and rehabilitation regulations, art. 26).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")


class ApplicationStep(StrEnum):
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class ApplicationMove(StrEnum):
    APPROVE = "APPROVE"
    RETURN = "RETURN"
    REJECT = "REJECT"
    SUBMIT = "SUBMIT"
    WITHDRAW = "WITHDRAW"


A, M = ApplicationStep, ApplicationMove
APPLICATION_MOVES: dict[tuple[ApplicationStep, ApplicationMove], ApplicationStep] = {
    (A.SUBMITTED, M.APPROVE): A.APPROVED,
    (A.SUBMITTED, M.RETURN): A.RETURNED,
    (A.SUBMITTED, M.REJECT): A.REJECTED,
    (A.SUBMITTED, M.WITHDRAW): A.WITHDRAWN,
    (A.RETURNED, M.SUBMIT): A.SUBMITTED,
    (A.RETURNED, M.WITHDRAW): A.WITHDRAWN,
}
OPEN_APPLICATION = (A.SUBMITTED, A.RETURNED)
DECIDING = (M.APPROVE, M.RETURN, M.REJECT)


class PlanStep(StrEnum):
    """Proposed by one person and approved by another, with its sessions and its money."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class PlanMove(StrEnum):
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"  # also by who proposed it, and sees a mistake


class ClaimStep(StrEnum):
    DRAFT = "DRAFT"
    CHECKED = "CHECKED"
    APPROVED = "APPROVED"
    PAID = "PAID"
    CANCELLED = "CANCELLED"


class ClaimMove(StrEnum):
    CHECK = "CHECK"
    RETURN = "RETURN"
    APPROVE = "APPROVE"
    PAY = "PAY"
    CANCEL = "CANCEL"


C = ClaimStep
CLAIM_MOVES: dict[tuple[ClaimStep, ClaimMove], ClaimStep] = {
    (C.DRAFT, ClaimMove.CHECK): C.CHECKED,
    (C.DRAFT, ClaimMove.CANCEL): C.CANCELLED,
    (C.CHECKED, ClaimMove.RETURN): C.DRAFT,
    (C.CHECKED, ClaimMove.APPROVE): C.APPROVED,
    (C.APPROVED, ClaimMove.PAY): C.PAID,
}
OPEN_CLAIM = (C.DRAFT, C.CHECKED, C.APPROVED)


@dataclass(frozen=True)
class Room:
    """What a plan still has room for; `attended`: signed sessions of the month not yet granted.

    `month_money` is None where the plan has no limit by month. Yuan.
    """

    attended: int
    sessions: int
    money: Decimal
    month_money: Decimal | None = None


class Cut(StrEnum):
    """Why less is granted than was asked for."""

    SESSIONS = "SESSIONS"  # claimed without a signed session
    QUOTA = "QUOTA"  # more than the plan's sessions
    MONEY = "MONEY"  # more than the plan's money
    MONTH = "MONTH"  # more than the plan's money of a month


def granted(asked: int, amount: Decimal, room: Room) -> tuple[int, Decimal, list[Cut]]:
    """Sessions and yuan that may be paid of those asked for, and why not all.

    Sessions that fall away take their share of the money with them.
    """
    sessions = max(min(asked, room.attended, room.sessions), 0)
    cuts = [Cut.SESSIONS] if asked > room.attended else []
    cuts += [Cut.QUOTA] if asked > room.sessions else []
    share = amount if sessions == asked else amount * sessions / asked
    share = share.quantize(CENT, ROUND_HALF_UP)
    if share > room.money:
        cuts.append(Cut.MONEY)
    if room.month_money is not None and share > room.month_money:
        cuts.append(Cut.MONTH)
        share = room.month_money
    return sessions, max(min(share, room.money), Decimal(0)), cuts


def proposed(plan_sessions: int, plan_money: Decimal, room: Room) -> tuple[int, Decimal]:
    """What is to be expected of an institution: the attended sessions, each at the plan's price."""
    sessions = max(min(room.attended, room.sessions), 0)
    price = plan_money * sessions / plan_sessions
    most = min(room.money, room.month_money) if room.month_money is not None else room.money
    return sessions, max(min(price.quantize(CENT, ROUND_HALF_UP), most), Decimal(0))


class AgeRule(StrEnum):
    DAY = "DAY"  # the age on the day of the session
    YEAR_START = "YEAR_START"  # the age on 1 January: who began the year in time finishes it


def counted_on(day: date, rule: str) -> date:
    """The day whose age counts for a session on `day`."""
    return date(day.year, 1, 1) if rule == AgeRule.YEAR_START else day


@dataclass(frozen=True)
class Attendance:
    """A running plan: `last_on` is its last session, None before the first."""

    starts_on: date
    ends_on: date
    sessions: int
    attended: int
    last_on: date | None


class Worry(StrEnum):
    GAP = "GAP"
    UNUSED = "UNUSED"


def worries(row: Attendance, today: date, *, gap_days: int, end_days: int) -> list[Worry]:
    """Nobody came for `gap_days`; or the plan ends within `end_days` and sessions are left."""
    if not row.starts_on <= today <= row.ends_on or row.attended >= row.sessions:
        return []
    since = row.last_on or row.starts_on
    found = [Worry.GAP] if (today - since).days >= gap_days else []
    return found + ([Worry.UNUSED] if row.ends_on - today <= timedelta(days=end_days) else [])
