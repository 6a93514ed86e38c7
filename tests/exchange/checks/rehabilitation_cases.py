"""M29: rehabilitation that is claimed and was not given.

What the database refuses – a claimed session without a signature, beyond the plan, at two
institutions of one day of one file – is tried in `tests/promises/assistance.py`.
"""

from datetime import date

from tests.factories import (
    ClaimLineFactory,
    FileExitFactory,
    RehabilitationClaimFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
)

from .aid_cases import merged
from .cases import edge, finds, leaves
from .people import DAY, NOW, child, listed, number

SMALL = date(2021, 3, 1)
TENTH = date(2026, 3, 10)


def plan_of(one, **more):
    return RehabilitationPlanFactory(application__child=one, **more)


def claimed(plan, days=(TENTH,), asked=None, state="DRAFT", granted=None):
    """Sessions on those days of March, and what the institution asks for them."""
    for day in days:
        RehabilitationSessionFactory(plan=plan, held_on=day)
    return line(plan, len(days) if asked is None else asked,
                len(days) if granted is None else granted, state)  # fmt: skip


def line(plan, asked, granted, state="DRAFT"):
    by = {}
    if state == "PAID":
        by = {
            "checked_by": UserFactory(), "checked_at": NOW, "approved_by": UserFactory(),
            "approved_at": NOW, "paid_on": date(2026, 4, 2), "paid_by": UserFactory(),
        }  # fmt: skip
    claim = RehabilitationClaimFactory(
        institution=plan.institution, month=date(2026, 3, 1), state=state,
        **by,
    )  # fmt: skip
    return ClaimLineFactory(
        plan=plan, claim=claim, asked_sessions=asked, asked_amount=asked * 100,
        granted_sessions=granted, granted_amount=granted * 100,
    )  # fmt: skip


def small():
    return child(1, SMALL)


def asked_for(sessions, state="DRAFT"):
    """Two days were signed for."""
    claimed(plan_of(small()), (TENTH, TENTH + DAY), asked=sessions, granted=2, state=state)


def again(asked):
    """One of two days was granted with an earlier claim."""
    plan = plan_of(small())
    claimed(plan, (TENTH, TENTH + DAY), asked=1, granted=1, state="PAID")
    line(plan, asked, 1)


finds("M29", "more is asked for than was signed for", lambda: asked_for(5))
leaves("M29", "not of a claim that was cancelled", lambda: asked_for(5, "CANCELLED"))
leaves("M29", "not of one that is paid: what was granted was given",
       lambda: asked_for(5, "PAID"))  # fmt: skip
leaves(
    "M29",
    "not while nothing is claimed",
    lambda: (dead(), RehabilitationSessionFactory(plan=plan_of(small()), held_on=TENTH)),
)
edge("M29", "one session more than was signed for, as many",
     lambda: asked_for(3), lambda: asked_for(2))  # fmt: skip
edge("M29", "what an earlier claim was granted counts once",
     lambda: again(2), lambda: again(1))  # fmt: skip
edge("M29", "days of another month do not count",
     lambda: months(date(2026, 4, 1)), lambda: months(date(2026, 3, 31)))  # fmt: skip


def months(second):
    claimed(plan_of(small()), (TENTH, second), asked=2, granted=1)


def dead(on=TENTH):
    listed("deaths", number(1, SMALL), born=SMALL, died_on=str(on))


edge("M29", "the day after the child's death, the day itself",
     lambda: (claimed(plan_of(small())), dead(TENTH - DAY)),
     lambda: (claimed(plan_of(small())), dead(TENTH)))  # fmt: skip
finds("M29", "after the child's death, and paid", lambda: (
    claimed(plan_of(small()), state="PAID"), dead(TENTH - DAY)))  # fmt: skip


def closed(on, reason="MOVED_OUT"):
    """After its session was entered and claimed."""
    one = small()
    claimed(plan_of(one))
    one.status, one.closed_on, one.closing_reason = "CLOSED", on, reason
    one.save()
    return one


def died_in_the_file(on):
    FileExitFactory(
        child=closed(date(2026, 3, 20), "CHILD_DEATH"), reason="CHILD_DEATH", event_on=on
    )


edge("M29", "the day after the file was closed, the day itself",
     lambda: closed(TENTH - DAY), lambda: closed(TENTH))  # fmt: skip
edge("M29", "the day after the death that the closed file tells, the day itself",
     lambda: died_in_the_file(TENTH - DAY), lambda: died_in_the_file(TENTH))  # fmt: skip


def born(day, **plan):
    """The birth date was corrected after the session."""
    one = small()
    claimed(plan_of(one, **plan))
    one.birth_date = day
    one.save()


edge("M29", "seven on the day, the day before",
     lambda: born(date(2019, 3, 10)), lambda: born(date(2019, 3, 11)))  # fmt: skip
edge("M29", "seven on 1 January where that day counts, a day later",
     lambda: born(date(2019, 1, 1), age_rule="YEAR_START"),
     lambda: born(date(2019, 1, 2), age_rule="YEAR_START"))  # fmt: skip


def designated_until(day):
    institution = RehabilitationInstitutionFactory()
    claimed(plan_of(small(), institution=institution))
    institution.ends_on = day
    institution.save()


edge("M29", "the day after the designation ended, its last day",
     lambda: designated_until(TENTH - DAY), lambda: designated_until(TENTH))  # fmt: skip


def two_files(day, elsewhere):
    """Found to be one child after the claims were paid."""
    here = plan_of(small())
    claimed(here)
    other = child(3, SMALL)
    plan = plan_of(other, **({} if elsewhere else {"institution": here.institution}))
    RehabilitationSessionFactory(plan=plan, held_on=day)
    merged(here.child, other)


edge("M29", "at another institution on the same day, the day after",
     lambda: two_files(TENTH, True), lambda: two_files(TENTH + DAY, True))  # fmt: skip
edge("M29", "on one day at two institutions, at one",
     lambda: two_files(TENTH, True), lambda: two_files(TENTH, False))  # fmt: skip
