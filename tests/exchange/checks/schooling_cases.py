"""M15 – M19, M22: household register, certificates, school roll, attendance, admissions."""

from datetime import date

from children.models import Child
from tests.factories import (
    CategorySpellFactory,
    CertificateFactory,
    CheckFigureFactory,
    EconomicStatusFactory,
    EnrolmentFactory,
    EntitlementFactory,
    ExcuseFactory,
    FreshmanFactory,
    LedgerEntryFactory,
    PlanFactory,
    ProgrammeFactory,
    TermFactory,
    UserFactory,
)

from .cases import edge, finds, leaves
from .people import DAY, NOW, TODAY, child, listed, morning, number

CARD = {"certificate__kind": "5", "certificate__grade": "3"}


def registered(event="PRESENT", **more):
    """On the household register; a school roll has come, and the child is not on it."""
    listed("school_roll", number(9))
    listed("household_registration", number(1), event=event, **more)


def enrolled_until(day):
    EnrolmentFactory(child=child(1), ends_on=day, end_reason="DROPPED_OUT" if day else "")


finds("M15", "on no roll", lambda: registered())
leaves("M15", "not one on the roll", lambda: (registered(), listed("school_roll", number(1))))
leaves("M15", "not who moved away", lambda: registered("OUT"))
leaves("M15", "not where no roll has come",
       lambda: listed("household_registration", number(1), event="PRESENT"))  # fmt: skip
leaves("M15", "not who learns at a school of ours", lambda: (registered(), enrolled_until(None)))
edge(
    "M15",
    "six when the school year began, a day younger",
    lambda: registered(born=date(2019, 9, 1)),
    lambda: registered(born=date(2019, 9, 2)),
)
edge(
    "M15",
    "fifteen when the school year began, sixteen",
    lambda: registered(born=date(2009, 9, 2)),
    lambda: registered(born=date(2009, 9, 1)),
)
edge("M15", "first day no longer at school, last day there",
     lambda: (registered(), enrolled_until(TODAY)),
     lambda: (registered(), enrolled_until(TODAY + DAY)))  # fmt: skip
edge("M15", "taught at home until yesterday, until today",
     lambda: (registered(), PlanFactory(child=child(1), ends_on=TODAY - DAY)),
     lambda: (registered(), PlanFactory(child=child(1), ends_on=TODAY)))  # fmt: skip
edge("M15", "excused until yesterday, until today",
     lambda: (registered(), ExcuseFactory(child=child(1), ends_on=TODAY - DAY)),
     lambda: (registered(), ExcuseFactory(child=child(1), ends_on=TODAY)))  # fmt: skip


def away(since, absence="UNEXCUSED", **more):
    listed("attendance", number(1), absent_from=str(since), absence=absence, **more)


def back(on):
    listed("attendance", number(1), absent_from=str(TODAY - 9 * DAY), absent_to=str(on),
           absence="UNEXCUSED", again=True)  # fmt: skip


# Of the days up to Tuesday 3 March, Sunday is none; Saturday 28 February was made up for.
finds("M16", "away for weeks", lambda: away(TODAY - 20 * DAY))
leaves("M16", "not with leave", lambda: away(TODAY - 20 * DAY, "SICK"))
leaves("M16", "not who is in a ledger already", lambda: (
    away(TODAY - 20 * DAY),
    LedgerEntryFactory(child=child(1), ledger="SUSPECTED", cause="ABSENT")))  # fmt: skip
edge("M16", "away on three school days, on two",
     lambda: away(date(2026, 2, 28)), lambda: away(date(2026, 3, 1)))  # fmt: skip
edge("M16", "school days of a term alone",
     lambda: (spring(), away(date(2026, 3, 2))), lambda: (spring(), away(date(2026, 3, 3))),
     now=morning(date(2026, 3, 4)))  # fmt: skip
edge(
    "M16",
    "where the county waits for two",
    lambda: (waits(2), away(date(2026, 3, 2))),
    lambda: (waits(2), away(date(2026, 3, 3))),
)
edge("M16", "back before that day, back on it",
     lambda: (away(TODAY - 8 * DAY), back(TODAY - 9 * DAY)),
     lambda: (away(TODAY - 8 * DAY), back(TODAY - 8 * DAY)))  # fmt: skip


def spring():
    TermFactory(starts_on=date(2026, 3, 2))


def waits(days):
    CheckFigureFactory(key="ABSENT_DAYS", value=days)


def dropout(**more):
    one = child(1)
    cause = {"ledger": "DROPOUT", "cause": "DROPPED_OUT"} | more
    LedgerEntryFactory(child=one, **cause)
    return one


def poor(one, status="DIBAO", **days):
    EconomicStatusFactory(child=one, status=status, **days)


def disabled(one, **card):
    CertificateFactory(child=one, **card)


def listed_poor(one, **more):
    listed("low_income", number(1), **{"economic": "DIBAO"} | more)


finds("M17", "a dropout of a poor household", lambda: poor(dropout()))
finds("M17", "a dropout with a certificate", lambda: disabled(dropout()))
finds("M17", "a suspected one", lambda: poor(dropout(ledger="SUSPECTED", cause="ABSENT")))
leaves("M17", "not of an ordinary household", lambda: poor(dropout(), "ORDINARY"))
leaves("M17", "not of one that the list calls ordinary",
       lambda: listed_poor(dropout(), economic="ORDINARY"))  # fmt: skip
leaves("M17", "not who is in no ledger", lambda: poor(child(1)))
edge(
    "M17",
    "poor until today, until yesterday",
    lambda: poor(dropout(), ends_on=TODAY),
    lambda: poor(dropout(), ends_on=TODAY - DAY),
)
edge(
    "M17",
    "poor from today, from tomorrow",
    lambda: poor(dropout(), starts_on=TODAY),
    lambda: poor(dropout(), starts_on=TODAY + DAY),
)
edge("M17", "poor by the list until today, until yesterday",
     lambda: listed_poor(dropout(), until=str(TODAY)),
     lambda: listed_poor(dropout(), until=str(TODAY - DAY)))  # fmt: skip
edge(
    "M17",
    "disabled by category until today, until yesterday",
    lambda: CategorySpellFactory(child=dropout(), category="DISABLED", ends_on=TODAY),
    lambda: CategorySpellFactory(child=dropout(), category="DISABLED", ends_on=TODAY - DAY),
)
edge("M17", "by certificate until today, until yesterday",
     lambda: disabled(dropout(), expires_on=TODAY),
     lambda: disabled(dropout(), expires_on=TODAY - DAY))  # fmt: skip


def pupil_to_be(**more):
    """Holds a certificate by the list; a roll has come, and the child is not on it."""
    listed("school_roll", number(9))
    listed("disability_certificates", number(1), **CARD, **more)


def own_card(born):
    listed("school_roll", number(9))
    CertificateFactory(child=child(1, born))


finds("M18", "disabled and on no roll", lambda: pupil_to_be())
finds("M18", "a certificate of our own", lambda: own_card(date(2015, 3, 7)))
leaves("M18", "not where no roll has come", lambda: CertificateFactory(child=child(1)))
leaves("M18", "not one enrolled", lambda: (pupil_to_be(), enrolled_until(None)))
edge(
    "M18",
    "six when the school year began, a day younger",
    lambda: pupil_to_be(born=date(2019, 9, 1)),
    lambda: pupil_to_be(born=date(2019, 9, 2)),
)
edge("M18", "on file: fifteen when the school year began, sixteen",
     lambda: own_card(date(2009, 9, 2)), lambda: own_card(date(2009, 9, 1)))  # fmt: skip
edge("M18", "taught at home until yesterday, until today",
     lambda: (pupil_to_be(), PlanFactory(child=child(1), ends_on=TODAY - DAY)),
     lambda: (pupil_to_be(), PlanFactory(child=child(1), ends_on=TODAY)))  # fmt: skip


def flagged(**flags):
    listed("school_roll", number(1), **flags)


def category(name, last=None):
    CategorySpellFactory(child=child(1), category=name, ends_on=last)


finds("M19", "an orphan by the roll alone", lambda: (child(1), flagged(orphan=True)))
finds("M19", "left behind by the file alone",
      lambda: (category("LEFT_BEHIND"), flagged(left_behind="0")))  # fmt: skip
finds("M19", "disabled by the roll alone", lambda: (child(1), flagged(disability="5")))
leaves("M19", "not where both say so",
       lambda: (category("ORPHAN_SCAT"), flagged(orphan=True)))  # fmt: skip
leaves("M19", "not where the roll says nothing", lambda: (category("ORPHAN_SCAT"), flagged()))
edge("M19", "an orphan by the file until yesterday, until today",
     lambda: (category("ORPHAN_SCAT", TODAY - DAY), flagged(orphan=True)),
     lambda: (category("ORPHAN_SCAT", TODAY), flagged(orphan=True)))  # fmt: skip
edge("M19", "left behind by the file until today, until yesterday",
     lambda: (category("LEFT_BEHIND", TODAY), flagged(left_behind="0")),
     lambda: (category("LEFT_BEHIND", TODAY - DAY), flagged(left_behind="0")))  # fmt: skip
finds("M19", "left behind by the roll, that does not say by whom",
      lambda: (child(1), flagged(left_behind="9")))  # fmt: skip
edge(
    "M19",
    "left behind by the roll: by one parent, by none",
    lambda: (child(1), flagged(left_behind="1")),
    lambda: (child(1), flagged(left_behind="0")),
)
edge("M19", "a certificate valid until today, until yesterday, and none by the roll",
     lambda: (disabled(child(1), expires_on=TODAY), flagged(disability="0")),
     lambda: (disabled(child(1), expires_on=TODAY - DAY), flagged(disability="0")))  # fmt: skip


def admitted(on=date(2025, 8, 20), **more):
    listed("admissions", number(1), admitted_on=str(on), **more)


def freshman(**more):
    FreshmanFactory(child=child(1), **more)
    admitted()


def subsidy(month):
    """An entitlement of that month alone, paid long ago."""
    EntitlementFactory(
        child=child(1), programme=ProgrammeFactory(code="HE_FRESH"), is_running=True,
        from_month=month, to_month=month,
    )  # fmt: skip
    admitted()


finds("M22", "admitted, no aid", lambda: (child(1), admitted()))
leaves("M22", "not who is no child of ours", lambda: admitted())
leaves("M22", "not who left the newest list", lambda: (
    child(1), admitted(), listed("admissions", number(9), again=True)))  # fmt: skip
edge("M22", "paid in the month before the admission, in its month",
     lambda: subsidy(date(2025, 7, 1)), lambda: subsidy(date(2025, 8, 1)))  # fmt: skip
edge("M22", "applied for with an admission of half a year before, of a day later",
     lambda: freshman(admitted_on=date(2025, 2, 19)),
     lambda: freshman(admitted_on=date(2025, 2, 20)))  # fmt: skip
edge("M22", "refused, applied for",
     lambda: freshman(state="REFUSED", reason="材料不全", decided_at=NOW,
                      decided_by=UserFactory()),
     lambda: freshman())  # fmt: skip


def own_pupil(make):
    """A certificate of our own, a roll has come, and what `make` says of the child's place."""
    own_card(date(2015, 3, 7))
    make(Child.objects.get())


edge("M18", "on file: six when the school year began, a day younger",
     lambda: own_card(date(2019, 9, 1)), lambda: own_card(date(2019, 9, 2)))  # fmt: skip
edge(
    "M18",
    "fifteen when the school year began, sixteen",
    lambda: pupil_to_be(born=date(2009, 9, 2)),
    lambda: pupil_to_be(born=date(2009, 9, 1)),
)
for words, factory in (("taught at home", PlanFactory), ("excused", ExcuseFactory)):
    edge(
        "M18",
        f"on file: {words} until yesterday, until today",
        lambda make=factory: own_pupil(lambda one: make(child=one, ends_on=TODAY - DAY)),
        lambda make=factory: own_pupil(lambda one: make(child=one, ends_on=TODAY)),
    )
    edge(
        "M18",
        f"on file: {words} from tomorrow, from today",
        lambda make=factory: own_pupil(lambda one: starting(make, one, TODAY + DAY)),
        lambda make=factory: own_pupil(lambda one: starting(make, one, TODAY)),
    )
    edge(
        "M15",
        f"{words} from tomorrow, from today",
        lambda make=factory: (registered(), starting(make, child(1), TODAY + DAY)),
        lambda make=factory: (registered(), starting(make, child(1), TODAY)),
    )
edge("M18", "on file: first day no longer at school, last day there",
     lambda: own_pupil(lambda one: left(one, TODAY)),
     lambda: own_pupil(lambda one: left(one, TODAY + DAY)))  # fmt: skip
edge("M15", "at a school from tomorrow, from today",
     lambda: (registered(), EnrolmentFactory(child=child(1), starts_on=TODAY + DAY)),
     lambda: (registered(), EnrolmentFactory(child=child(1), starts_on=TODAY)))  # fmt: skip
edge("M19", "an orphan by the file from tomorrow, from today",
     lambda: (begins("ORPHAN_SCAT", TODAY + DAY), flagged(orphan=True)),
     lambda: (begins("ORPHAN_SCAT", TODAY), flagged(orphan=True)))  # fmt: skip
edge("M19", "an orphan by the file until today, until yesterday, and none by the roll",
     lambda: (category("ORPHAN_SCAT", TODAY), flagged(orphan=False)),
     lambda: (category("ORPHAN_SCAT", TODAY - DAY), flagged(orphan=False)))  # fmt: skip
edge("M19", "left behind by the file until yesterday, until today, and by the roll",
     lambda: (category("LEFT_BEHIND", TODAY - DAY), flagged(left_behind="2")),
     lambda: (category("LEFT_BEHIND", TODAY), flagged(left_behind="2")))  # fmt: skip


def starting(make, one, day):
    make(child=one, starts_on=day, ends_on=date(2026, 7, 3))


def left(one, day):
    EnrolmentFactory(child=one, ends_on=day, end_reason="DROPPED_OUT")


def begins(name, day):
    CategorySpellFactory(child=child(1), category=name, starts_on=day)
