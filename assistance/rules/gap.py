"""Gaps between what is owed and what arrives: what is missing, and who acts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum

from . import codes, conditions
from . import rulebook as r
from .eligibility import is_met
from .facts import Facts
from .months import period_start, shifted


class Kind(StrEnum):
    OWED = "OWED"  # owed and not received
    RECEIVED = "RECEIVED"  # received and not owed


class Lack(StrEnum):
    """What opens the gap's door, or for what is received: why it is not owed."""

    APPLICATION = "APPLICATION"
    REFUSED = "REFUSED"
    CONFIRMATION = "CONFIRMATION"
    HELD = "HELD"
    AMOUNT = "AMOUNT"
    FAILED = "FAILED"
    ACCOUNT = "ACCOUNT"
    ACCOUNT_PROPOSED = "ACCOUNT_PROPOSED"
    CERTIFICATE = "CERTIFICATE"
    RUN = "RUN"  # nothing is missing, and the last month that should have arrived is in no run
    UNDER_WAY = "UNDER_WAY"  # it is in one that nobody has brought to its end
    CLOSED = "CLOSED"
    AGE = "AGE"
    EXPIRED = "EXPIRED"
    TOO_MUCH = "TOO_MUCH"
    CONDITIONS = "CONDITIONS"


class Who(StrEnum):
    VILLAGE = "VILLAGE"
    TOWNSHIP = "TOWNSHIP"
    COUNTY = "COUNTY"


OF_KIND: dict[Kind, tuple[Lack, ...]] = {
    Kind.OWED: (
        Lack.APPLICATION, Lack.REFUSED, Lack.CONFIRMATION, Lack.HELD, Lack.AMOUNT, Lack.FAILED,
        Lack.ACCOUNT, Lack.ACCOUNT_PROPOSED, Lack.CERTIFICATE, Lack.RUN, Lack.UNDER_WAY,
    ),
    Kind.RECEIVED: (Lack.CLOSED, Lack.AGE, Lack.EXPIRED, Lack.TOO_MUCH, Lack.CONDITIONS),
}  # fmt: skip
# Who takes the next step; the levels above may as well.
WHO: dict[Lack, Who] = {
    Lack.APPLICATION: Who.TOWNSHIP,
    Lack.REFUSED: Who.TOWNSHIP,
    Lack.CONFIRMATION: Who.COUNTY,
    Lack.HELD: Who.COUNTY,
    Lack.AMOUNT: Who.COUNTY,
    Lack.FAILED: Who.TOWNSHIP,
    Lack.ACCOUNT: Who.VILLAGE,
    Lack.ACCOUNT_PROPOSED: Who.TOWNSHIP,
    Lack.CERTIFICATE: Who.VILLAGE,
    Lack.RUN: Who.COUNTY,
    Lack.UNDER_WAY: Who.COUNTY,
    Lack.CLOSED: Who.COUNTY,
    Lack.AGE: Who.COUNTY,
    Lack.EXPIRED: Who.COUNTY,
    Lack.TOO_MUCH: Who.COUNTY,
    Lack.CONDITIONS: Who.COUNTY,
}
# A proposal opens these.
PROPOSABLE = (Lack.APPLICATION, Lack.REFUSED)
# No date of the books says since when: the months before are asked one by one.
LOOKED_BACK = (
    Lack.APPLICATION, Lack.REFUSED, Lack.CERTIFICATE, Lack.AGE, Lack.EXPIRED, Lack.CONDITIONS,
)  # fmt: skip


def acted_by(who: str) -> list[str]:
    """What waits for this level."""
    return [lack.value for lack, level in WHO.items() if level == who]


def with_diagnoses(book: r.Rulebook) -> tuple[r.Rulebook, list[str]]:
    """The rules as if a diagnosis were a certificate, and the programmes for which it matters.

    Whom they owe something and the true ones do not lacks a certificate alone.
    """
    rules = tuple(replace(one, condition=_lenient(one.condition)) for one in book.eligibility)
    changed = {
        new.programme for new, old in zip(rules, book.eligibility, strict=True)
        if new.condition != old.condition
    }  # fmt: skip
    relaxed = r.Rulebook(book.programmes, book.standards, rules, book.overlaps)
    return relaxed, [one.code for one in book.programmes if one.code in changed]


def _lenient(of: conditions.Condition) -> conditions.Condition:
    match of:
        case conditions.All(parts):
            return conditions.All(tuple(_lenient(part) for part in parts))
        case conditions.AnyOf(parts):
            return conditions.AnyOf(tuple(_lenient(part) for part in parts))
        case conditions.Disability(pairs, codes.Proof.CERTIFICATE):
            return conditions.Disability(pairs, codes.Proof.EITHER)
    return of  # behind a `not` a certificate that is missing would speak for the child


def leaves_of(book: r.Rulebook, programme: str) -> list[conditions.Leaf]:
    """All that the rules and standards of a programme ask a child."""
    asked: list[conditions.Condition] = [one.condition for one in book.rules_of(programme)]
    asked += [one.dimensions.when for one in book.standards_of(programme) if one.dimensions.when]
    return [leaf for one in asked for leaf in conditions.leaves(one)]


def since_when(
    book: r.Rulebook, code: str, facts: Facts, month: date, kind: str, back_to: date
) -> date:
    """First month of the unbroken run up to `month` in which the conditions hold (of what is
    received: do not hold), not before `back_to`.
    """
    programme, first, held = book.by_code[code], month, kind == Kind.OWED
    if is_met(programme, book.rules_of(code), facts, month) != held:
        return month  # another programme decides: overlap rules
    earlier = shifted(month, -1)
    while earlier >= back_to:
        if _is_paid_in(programme, earlier):
            if is_met(programme, book.rules_of(code), facts, earlier) != held:
                break
            first = earlier
        earlier = shifted(earlier, -1)
    return first


def paid_before(programme: r.Programme, month: date) -> date | None:
    """The last month before `month` for which the programme has a payment, its day long past.

    None of what is paid once: there the entitlement says which.
    """
    if programme.cadence == codes.Cadence.ONCE:
        return None
    if programme.cadence != codes.Cadence.MONTH:
        return period_start(shifted(month, -1), programme.period_starts)
    earlier = (shifted(month, -back) for back in range(1, 13))
    return next(one for one in earlier if _is_paid_in(programme, one))


def _is_paid_in(programme: r.Programme, month: date) -> bool:
    return not programme.pay_months or month.month in programme.pay_months


def first_month_proposed(programme: r.Programme, month: date, since: date) -> date:
    """From which month an entitlement proposed in `month` runs."""
    after = {
        codes.Start.APPLICATION_MONTH: 0,
        codes.Start.CONFIRMATION_MONTH: 0,
        codes.Start.MONTH_AFTER_APPLICATION: 1,
        codes.Start.MONTH_AFTER_CONFIRMATION: 1,
    }.get(codes.Start(programme.starts))
    if after is None:
        met = 1 if programme.starts == codes.Start.MONTH_AFTER_MET else 0
        first = max(since, shifted(since, met)) if since < month else month
    else:
        first = shifted(month, after)
    return period_start(first, programme.period_starts)


def named(values: Iterable[str]) -> list[str]:
    return [str(value) for value in values]
