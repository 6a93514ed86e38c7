"""M06, M14, M26, M27: deaths, low-income lists and household register beside files and rolls."""

from datetime import date

from tests.factories import (
    EconomicStatusFactory,
    EntitlementFactory,
    FileExitFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    area,
)

from .cases import edge, finds, leaves
from .people import DAY, EIGHTEEN, TODAY, child, listed, number

FEBRUARY, MARCH, APRIL = date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)


def died(on="2026-02-10", who=1, **more):
    listed("deaths", number(who), died_on=str(on), **more)


def entitled(one, to_month=None, state="RUNNING"):
    return EntitlementFactory(child=one, is_running=True, to_month=to_month)


def paid_in(month, state):
    """A line of an entitlement that has ended."""
    row = entitled(child(1), to_month=date(2026, 1, 1))
    account = PaymentAccountFactory(child=row.child, is_in_use=True)
    PaymentLineFactory(
        entitlement=row, month=month, run__month=month, state=state, account=account, reason=""
    )


def on_the_roll(month, **more):
    listed("two_subsidy_roll", number(1), subsidy="NURSING", month=str(month), **more)


finds("M06", "dead and entitled", lambda: (entitled(child(1)), died()))
leaves("M06", "not where the entitlement was only proposed",
       lambda: (EntitlementFactory(child=child(1)), died()))  # fmt: skip
leaves("M06", "not somebody else's death", lambda: (entitled(child(1)), died(who=3)))
edge(
    "M06",
    "entitled until the month after the death, until its month",
    lambda: (entitled(child(1), MARCH), died()),
    lambda: (entitled(child(1), FEBRUARY), died()),
)
edge("M06", "died on the last of a month, on the first of the next",
     lambda: (entitled(child(1), MARCH), died("2026-02-28")),
     lambda: (entitled(child(1), MARCH), died("2026-03-01")))  # fmt: skip
edge(
    "M06",
    "on the roll in the month after the death, in its month",
    lambda: (on_the_roll(MARCH), died()),
    lambda: (on_the_roll(FEBRUARY), died()),
)
edge(
    "M06",
    "a payment on its way of the month after, of its month",
    lambda: (paid_in(MARCH, "PENDING"), died()),
    lambda: (paid_in(FEBRUARY, "PENDING"), died()),
)
edge("M06", "without a file, until the eighteenth birthday",
     lambda: (on_the_roll(MARCH), died(born=EIGHTEEN + DAY)),
     lambda: (on_the_roll(MARCH), died(born=EIGHTEEN)))  # fmt: skip


def household(newest, *, until=None, newest_until=None, begins=date(2024, 1, 1), ends=None):
    """Poor by the file; on an earlier list, and whoever `newest` is on a later one."""
    EconomicStatusFactory(child=child(1), status="DIBAO", starts_on=begins, ends_on=ends)
    mark = {"until": str(until)} if until else {}
    listed("low_income", number(1), economic="DIBAO", **mark)
    if newest:
        mark = {"until": str(newest_until)} if newest_until else {}
        listed("low_income", number(newest), economic="DIBAO", again=True, **mark)


finds("M14", "gone from the newest list", lambda: household(7))
leaves("M14", "not while it stands there", lambda: household(1))
leaves("M14", "not where the file says nothing of poverty",
       lambda: (child(1), listed("low_income", number(1), until=str(TODAY - DAY))))  # fmt: skip
edge("M14", "its last day on the list was yesterday, is today",
     lambda: household(0, until=TODAY - DAY), lambda: household(0, until=TODAY))  # fmt: skip
edge(
    "M14",
    "on the newest list until yesterday, until today",
    lambda: household(1, newest_until=TODAY - DAY),
    lambda: household(1, newest_until=TODAY),
)
edge("M14", "poor by the file until today, until yesterday",
     lambda: household(7, ends=TODAY), lambda: household(7, ends=TODAY - DAY))  # fmt: skip
edge("M14", "poor by the file from today, from tomorrow",
     lambda: household(7, begins=TODAY), lambda: household(7, begins=TODAY + DAY))  # fmt: skip


def closed(on=date(2026, 2, 1), reason="ADOPTED"):
    return child(status="CLOSED", closed_on=on, closing_reason=reason)


def left_with(exit_to, to_month=None):
    """A parent was found; support goes on until the transition ends."""
    one = closed(date(2026, 1, 20), "PARENT_FOUND")
    FileExitFactory(child=one, event_on=date(2026, 1, 20), effective_month=FEBRUARY,
                    transition_until=exit_to)  # fmt: skip
    return entitled(one, to_month)


finds("M26", "closed and entitled", lambda: entitled(closed()))
leaves("M26", "not where nothing runs", lambda: EntitlementFactory(child=closed()))
leaves("M26", "not of an open file", lambda: entitled(child()))
edge("M26", "closed on the last of February, on the first of March, and paid in March",
     lambda: entitled(closed(date(2026, 2, 28)), MARCH),
     lambda: entitled(closed(date(2026, 3, 1)), MARCH))  # fmt: skip
edge("M26", "closed in January, entitled until this month, until the last",
     lambda: entitled(closed(date(2026, 1, 31)), MARCH),
     lambda: entitled(closed(date(2026, 1, 31)), FEBRUARY))  # fmt: skip
edge("M26", "a transition that ends before next month, before the one after",
     lambda: left_with(APRIL), lambda: left_with(date(2026, 5, 1)))  # fmt: skip
edge("M26", "entitled in the first month after the transition, in its last",
     lambda: left_with(APRIL, APRIL), lambda: left_with(APRIL, MARCH))  # fmt: skip
edge("M26", "the exit says from this month on, from the next",
     lambda: _exit(MARCH), lambda: _exit(APRIL))  # fmt: skip


def _exit(effective):
    one = closed(date(2026, 3, 2), "MOVED_OUT")
    FileExitFactory(child=one, reason="MOVED_OUT", effective_month=effective)
    return entitled(one, MARCH)


HERE = "330127100201"


def moved(event="OUT", on="2026-02-01", place=HERE, again=False):
    listed("household_registration", number(1), event=event, event_on=str(on), place=place,
           again=again)  # fmt: skip


def ours(hukou=HERE, **more):
    return child(1, hukou_area=area(hukou), **more)


finds("M27", "moved away", lambda: (ours(), moved()))
finds("M27", "struck off", lambda: (ours(), moved("CANCELLED")))
leaves("M27", "not of a closed file", lambda: (
    ours(status="CLOSED", closed_on=TODAY, closing_reason="MOVED_OUT"), moved()))  # fmt: skip
leaves("M27", "not a birth", lambda: (ours(), moved("BIRTH")))
edge("M27", "registered in this county, in another",
     lambda: (ours(), moved()), lambda: (ours(FAR), moved()))  # fmt: skip
edge("M27", "moved on the day on which the file was opened, the day before",
     lambda: (ours(opened_on=date(2026, 2, 1)), moved()),
     lambda: (ours(opened_on=date(2026, 2, 2)), moved()))  # fmt: skip
edge("M27", "moved in from a county that keeps the file, within the county",
     lambda: (kept_elsewhere(), moved("IN")), lambda: (ours(), moved("IN")))  # fmt: skip
edge("M27", "moved away and back: the later list counts",
     lambda: (ours(), moved("IN"), moved("OUT", again=True)),
     lambda: (ours(), moved("OUT"), moved("IN", again=True)))  # fmt: skip

FAR = "330106001001"


def kept_elsewhere():
    return child(1, residence_area=area(FAR))


edge("M06", "died on the last of a month, on the first of the next, and on the roll in that",
     lambda: (on_the_roll(MARCH), died("2026-02-28")),
     lambda: (on_the_roll(MARCH), died("2026-03-01")))  # fmt: skip
edge("M06", "died on the last of a month, on the first of the next, and paid in that",
     lambda: (paid_in(MARCH, "PENDING"), died("2026-02-28")),
     lambda: (paid_in(MARCH, "PENDING"), died("2026-03-01")))  # fmt: skip
