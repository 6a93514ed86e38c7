"""M23 – M25, M31, M32: rolls, accounts, entitlements and payments beside each other."""

from datetime import date

from django.utils import timezone

from children.models import DueWork
from schools.models import DueContact
from tests.factories import (
    CategorySpellFactory,
    CheckFigureFactory,
    ContactFactory,
    EntitlementFactory,
    EntitlementRateFactory,
    HomeVisitFactory,
    OverlapRuleFactory,
    PairingFactory,
    PaymentAccountFactory,
    PaymentFigureFactory,
    PaymentLineFactory,
    ProgrammeFactory,
)

from .cases import edge, finds, leaves
from .people import DAY, EIGHTEEN, child, listed, morning, number

FEBRUARY, MARCH, APRIL, MAY = (date(2026, month, 1) for month in (2, 3, 4, 5))
A, B = "2133000001", "2133000002"


def pupil(school, who=1, **more):
    listed("school_roll", number(who), school_code=school, **more)


def paid_at(place, month=MARCH, **more):
    listed("two_subsidy_roll", number(1), subsidy="NURSING", month=str(month), place=place, **more)


HERE, THERE, NEAR = "330127100201", "330127101201", "330127100202"


def both(
    to_month=None, from_month=date(2026, 1, 1), to_month_of_rule=None, from_month_of_rule=None
):
    """Two entitlements that a rule keeps apart which was made after them: under it nobody confirms
    the one beside the other."""
    who, one, other = child(1), ProgrammeFactory(code="ONE"), ProgrammeFactory(code="OTHER")
    EntitlementFactory(child=who, programme=one, is_running=True)
    EntitlementFactory(
        child=who, programme=other, is_running=True, from_month=from_month, to_month=to_month
    )
    OverlapRuleFactory(
        kind="EXCLUDES", programmes=["ONE"], others=["OTHER"], to_month=to_month_of_rule,
        from_month=from_month_of_rule,
    )  # fmt: skip


finds("M23", "on the rolls of two schools", lambda: (pupil(A), pupil(B)))
finds("M23", "two programmes that exclude each other", lambda: both())
leaves("M23", "not twice on one roll", lambda: (pupil(A), pupil(A)))
leaves("M23", "not two pupils", lambda: (pupil(A), pupil(B, 3)))
leaves("M23", "not who left the one for the other",
       lambda: (pupil(A), pupil(B, again=True)))  # fmt: skip
edge(
    "M23",
    "paid in two townships, in two villages of one",
    lambda: (paid_at(HERE), paid_at(THERE)),
    lambda: (paid_at(HERE), paid_at(NEAR)),
)
edge(
    "M23",
    "paid in two townships in one month, in two",
    lambda: (paid_at(HERE), paid_at(THERE)),
    lambda: (paid_at(HERE), paid_at(THERE, FEBRUARY)),
)
edge("M23", "both run until this month, one until the last",
     lambda: both(MARCH), lambda: both(FEBRUARY))  # fmt: skip
edge("M23", "the other begins this month, the next",
     lambda: both(from_month=MARCH), lambda: both(from_month=APRIL))  # fmt: skip
edge("M23", "the rule holds until this month, until the last",
     lambda: both(to_month_of_rule=MARCH), lambda: both(to_month_of_rule=FEBRUARY))  # fmt: skip


def shared(children, figure=2):
    """As many children on one account."""
    PaymentFigureFactory(key="ACCOUNT_CHILDREN", value=figure)
    for sequence in range(1, 2 * children, 2):
        PaymentAccountFactory(
            child=child(sequence), is_in_use=True,
            account_number="99000000000000",
        )  # fmt: skip


finds(
    "M24",
    "somebody else's account",
    lambda: PaymentAccountFactory(child=child(), holder_is="OTHER", is_in_use=True),
)
leaves("M24", "not the child's own", lambda: PaymentAccountFactory(child=child(), is_in_use=True))
leaves("M24", "not one that waits for a second person",
       lambda: PaymentAccountFactory(child=child(), holder_is="OTHER"))  # fmt: skip
edge("M24", "more children than are usual, as many",
     lambda: shared(3), lambda: shared(2), count=3)  # fmt: skip
edge("M24", "where four are usual",
     lambda: shared(5, 4), lambda: shared(4, 4), count=5)  # fmt: skip


def turning(born, category="DE_FACTO", **days):
    CategorySpellFactory(child=child(1, born=born), category=category, **days)


def entitled(to_month, born=date(2008, 4, 10)):
    EntitlementFactory(child=child(1, born=born), is_running=True, to_month=to_month)


finds("M25", "eighteen next month", lambda: turning(date(2008, 4, 10)))
leaves("M25", "not who has nothing that ends", lambda: child(1, born=date(2008, 4, 10)))
leaves("M25", "not for a secret category", lambda: turning(date(2008, 4, 10), "HIV"))
edge("M25", "on the first of next month, the day before",
     lambda: turning(date(2008, 4, 1)), lambda: turning(date(2008, 3, 31)))  # fmt: skip
edge("M25", "on the last of next month, the day after",
     lambda: turning(date(2008, 4, 30)), lambda: turning(date(2008, 5, 1)))  # fmt: skip
edge(
    "M25",
    "sixteen, destitute and disabled",
    lambda: turning(date(2010, 4, 10), "TEKUN"),
    lambda: turning(date(2010, 4, 10), "DISABLED"),
)
edge("M25", "born on 29 February: in common years on 1 March",
     lambda: turning(date(2008, 2, 29)), lambda: turning(date(2008, 2, 29)),
     now=morning(date(2026, 2, 10)), left_now=morning(date(2026, 1, 10)))  # fmt: skip
edge("M25", "entitled in the month after the birthday, until its month",
     lambda: entitled(MAY), lambda: entitled(APRIL))  # fmt: skip
edge("M25", "a category that lasts into the month after, that ends before",
     lambda: turning(date(2008, 4, 10), ends_on=MAY),
     lambda: turning(date(2008, 4, 10), ends_on=MAY - DAY))  # fmt: skip


def owed(*, grace=31, paid=None, until=date(2026, 1, 1), from_month=date(2026, 1, 1), back=None):
    """A month owed, `paid` with so much of its 1,891 yuan."""
    CheckFigureFactory(key="PAY_GRACE_DAYS", value=grace)
    if back:
        CheckFigureFactory(key="MONTHS_BACK", value=back)
    row = EntitlementFactory(child=child(), is_running=True, from_month=from_month, to_month=until)
    rate = EntitlementRateFactory(entitlement=row, from_month=from_month)
    if paid is not None:
        account = PaymentAccountFactory(child=row.child, is_in_use=True)
        PaymentLineFactory(
            entitlement=row, rate=rate, state="PAID", paid_on=date(2026, 1, 10), reason="",
            account=account, amount=paid,
        )  # fmt: skip


finds("M31", "a month not paid", lambda: owed(grace=30))
leaves("M31", "not one paid", lambda: owed(grace=30, paid=1891))
edge("M31", "when the month's grace is over, a day before",
     lambda: owed(grace=30), lambda: owed(grace=31))  # fmt: skip
edge("M31", "a yuan too little, nothing too little",
     lambda: owed(grace=30, paid=1890), lambda: owed(grace=30, paid=1891))  # fmt: skip
edge(
    "M31",
    "a fen too much, nothing too much",
    lambda: owed(grace=30, paid="1891.01"),
    lambda: owed(grace=30, paid="1891.00"),
)
edge("M31", "in the first month looked back to, in the one before",
     lambda: owed(from_month=date(2025, 10, 1), until=date(2025, 10, 1), back=3),
     lambda: owed(from_month=date(2025, 9, 1), until=date(2025, 9, 1), back=3))  # fmt: skip


def visit_late(days, status="ACTIVE"):
    """So many days after the day on which the next visit was due."""
    one = child(opened_on=timezone.localdate() - 400 * DAY, risk_level="LOW", status=status)
    HomeVisitFactory(child=one, visited_on=timezone.localdate() - 300 * DAY)
    return morning(DueWork.objects.get(child=one).visit_on + days * DAY)


def contact_late(days):
    one = child(risk_level="LOW")
    PairingFactory(child=one, is_main=True)
    ContactFactory(child=one, happened_on=timezone.localdate() - 300 * DAY)
    due_on = DueContact.objects.get(child=one).due_on
    HomeVisitFactory(child=one, visited_on=timezone.localdate())  # the next one is not due for long
    return morning(due_on + days * DAY)


finds("M32", "a visit two months late", lambda: visit_late(60))
leaves("M32", "not one that is due today", lambda: visit_late(0))
edge("M32", "a visit 31 days late, 30 days",
     lambda: visit_late(31), lambda: visit_late(30))  # fmt: skip
edge("M32", "a contact 31 days late, 30 days",
     lambda: contact_late(31), lambda: contact_late(30))  # fmt: skip
edge("M32", "where ten days are a delay",
     lambda: (ten(), visit_late(11))[1], lambda: (ten(), visit_late(10))[1])  # fmt: skip


def ten():
    CheckFigureFactory(key="OVERDUE_DAYS", value=10)


edge("M23", "without a file, until the eighteenth birthday",
     lambda: (paid_at(HERE, born=EIGHTEEN + DAY), paid_at(THERE, born=EIGHTEEN + DAY)),
     lambda: (paid_at(HERE, born=EIGHTEEN), paid_at(THERE, born=EIGHTEEN)))  # fmt: skip
edge(
    "M23",
    "the rule holds from this month on, from the next",
    lambda: both(from_month_of_rule=MARCH),
    lambda: both(from_month_of_rule=APRIL),
)
edge("M25", "sixteen: a category that lasts into the month after, that ends before",
     lambda: turning(date(2010, 4, 10), "TEKUN", ends_on=MAY),
     lambda: turning(date(2010, 4, 10), "TEKUN", ends_on=MAY - DAY))  # fmt: skip
