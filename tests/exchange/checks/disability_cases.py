"""M02 – M05, M30: certificates beside the roll of the two subsidies."""

from datetime import date

from tests.factories import (
    CategorySpellFactory,
    CertificateFactory,
    CheckFigureFactory,
    EntitlementFactory,
    ProgrammeFactory,
)

from .cases import edge, finds, leaves
from .people import DAY, EIGHTEEN, TODAY, child, listed, number

CARD = {"certificate__kind": "5", "certificate__grade": "3"}


def roll(who=9, subsidy="NURSING", **more):
    listed("two_subsidy_roll", number(who), subsidy=subsidy, **more)


def holder(kind="5", grade="3", until=None, **more):
    until = {"certificate__expires_on": str(until)} if until else {}
    listed("disability_certificates", number(1), certificate__kind=kind, certificate__grade=grade,
           **until, **more)  # fmt: skip


def entitled(code, to_month, one=None):
    """Of a child on file."""
    EntitlementFactory(
        child=one or child(1),
        programme=ProgrammeFactory(code=code),
        is_running=True,
        to_month=to_month,
    )


FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)

finds("M02", "severe, not on the roll", lambda: (roll(), holder()))
finds("M02", "severe by the file", lambda: (roll(), CertificateFactory(child=child(1))))
finds("M02", "on the roll for the other subsidy alone",
      lambda: (roll(1, "LIVING"), holder()))  # fmt: skip
leaves("M02", "not one who is paid", lambda: (roll(1, "BOTH"), holder()))
leaves("M02", "not where no roll has come", lambda: holder())
leaves(
    "M02",
    "not of a closed file",
    lambda: (roll(), holder(), child(1, status="CLOSED", closed_on=TODAY, closing_reason="OTHER")),
)
edge("M02", "physical: grade 2, grade 3",
     lambda: (roll(), holder("4", "2")), lambda: (roll(), holder("4", "3")))  # fmt: skip
edge("M02", "grade 4: mental, multiple",
     lambda: (roll(), holder("6", "4")), lambda: (roll(), holder("7", "4")))  # fmt: skip
edge(
    "M02",
    "a certificate valid until today",
    lambda: (roll(), holder(until=TODAY)),
    lambda: (roll(), holder(until=TODAY - DAY)),
)
edge("M02", "on file, a certificate valid until today",
     lambda: (roll(), CertificateFactory(child=child(1), expires_on=TODAY)),
     lambda: (roll(), CertificateFactory(child=child(1), expires_on=TODAY - DAY)))  # fmt: skip
edge(
    "M02",
    "until the eighteenth birthday",
    lambda: (roll(), holder(born=EIGHTEEN + DAY)),
    lambda: (roll(), holder(born=EIGHTEEN)),
)
edge("M02", "entitled until this month",
     lambda: (roll(), holder(), entitled("NURSING", FEBRUARY)),
     lambda: (roll(), holder(), entitled("NURSING", MARCH)))  # fmt: skip


def poor(economic="DIBAO", until=None, card_until=None, **card):
    """Disabled, in a household of the low-income list, on the roll for nursing alone."""
    roll(1)
    until = {"until": str(until)} if until else {}
    listed("low_income", number(1), economic=economic, **until)
    holder(until=card_until, **card)


def poor_and(category, last_day):
    CategorySpellFactory(child=child(1), category=category, ends_on=last_day)
    poor()


finds("M03", "disabled and poor, no living subsidy", lambda: poor())
leaves("M03", "not near the threshold alone", lambda: poor("NEAR_THRESHOLD"))
leaves("M03", "not one who is paid", lambda: (roll(1, "LIVING"), poor()))
edge("M03", "the household's last day on the list",
     lambda: poor(until=TODAY), lambda: poor(until=TODAY - DAY))  # fmt: skip
edge(
    "M03",
    "until the eighteenth birthday",
    lambda: poor(born=EIGHTEEN + DAY),
    lambda: poor(born=EIGHTEEN),
)
edge("M03", "the certificate's last day",
     lambda: poor(card_until=TODAY), lambda: poor(card_until=TODAY - DAY))  # fmt: skip
edge(
    "M03",
    "an orphan until yesterday, until today",
    lambda: poor_and("ORPHAN_SCAT", TODAY - DAY),
    lambda: poor_and("ORPHAN_SCAT", TODAY),
)
edge(
    "M03",
    "entitled until this month",
    lambda: (poor(), entitled("LIVING", FEBRUARY)),
    lambda: (poor(), entitled("LIVING", MARCH)),
)


def paid(subsidy="LIVING", born=None, **card):
    """On the roll; with what the newest certificate says."""
    born = {"born": born} if born else {}
    roll(1, subsidy, **born)
    if card:
        listed("disability_certificates", number(1), **card, **born)
    else:
        listed("disability_certificates", number(9))


finds("M04", "paid without a certificate", lambda: paid())
finds("M04", "paid on a cancelled one", lambda: paid(certificate__status="CANCELLED"))
leaves("M04", "not on a valid one", lambda: paid(certificate__status="VALID"))
leaves("M04", "not where no list of certificates has come", lambda: roll(1))
leaves("M04", "not who is no longer paid", lambda: (
    roll(1, pay_status="STOPPED"), listed("disability_certificates", number(9))))  # fmt: skip
edge("M04", "the certificate's last day",
     lambda: paid(certificate__expires_on=str(TODAY - DAY)),
     lambda: paid(certificate__expires_on=str(TODAY)))  # fmt: skip
edge("M04", "without a file, until the eighteenth birthday",
     lambda: paid(born=EIGHTEEN + DAY), lambda: paid(born=EIGHTEEN))  # fmt: skip


def expires(day, **more):
    CertificateFactory(child=child(), expires_on=day, **more)


finds("M05", "expires soon", lambda: expires(TODAY + 30 * DAY))
leaves("M05", "not one that was cancelled", lambda: expires(TODAY + DAY, status="CANCELLED"))
edge("M05", "on the ninetieth day, on the day after",
     lambda: expires(TODAY + 90 * DAY), lambda: expires(TODAY + 91 * DAY))  # fmt: skip
edge("M05", "today, yesterday", lambda: expires(TODAY), lambda: expires(TODAY - DAY))
edge("M05", "where the county looks thirty days ahead",
     lambda: (thirty(), expires(TODAY + 30 * DAY)),
     lambda: (thirty(), expires(TODAY + 31 * DAY)))  # fmt: skip


def thirty():
    """Two figures: of today, and one that holds from tomorrow on."""
    CheckFigureFactory(key="EXPIRY_DAYS", value=30, starts_on=TODAY)
    CheckFigureFactory(key="EXPIRY_DAYS", value=300, starts_on=TODAY + DAY)


def both(category="ORPHAN_SCAT", subsidy="LIVING", last_day=None):
    CategorySpellFactory(child=child(1), category=category, ends_on=last_day)
    roll(1, subsidy)


def destitute(until=None, **more):
    until = {"until": str(until)} if until else {}
    listed("low_income", number(1), economic="DESTITUTE", **until)
    roll(1, "NURSING", **more)


finds("M30", "an orphan with the living subsidy", lambda: both())
finds("M30", "destitute with the nursing subsidy", lambda: both("TEKUN", "NURSING"))
finds("M30", "destitute by the list", lambda: destitute())
leaves("M30", "not an orphan with the nursing subsidy", lambda: both(subsidy="NURSING"))
leaves("M30", "not poor alone", lambda: (
    listed("low_income", number(1), economic="DIBAO"), roll(1, "LIVING")))  # fmt: skip
edge("M30", "an orphan until today, until yesterday",
     lambda: both(last_day=TODAY), lambda: both(last_day=TODAY - DAY))  # fmt: skip
edge("M30", "destitute by the list until today, until yesterday",
     lambda: destitute(until=TODAY), lambda: destitute(until=TODAY - DAY))  # fmt: skip
edge("M30", "without a file, until the eighteenth birthday",
     lambda: destitute(born=EIGHTEEN + DAY), lambda: destitute(born=EIGHTEEN))  # fmt: skip


def by_file(born=None, **more):
    roll()
    return CertificateFactory(child=child(1, born) if born else child(1), **more).child


edge("M02", "on file, until the eighteenth birthday",
     lambda: by_file(EIGHTEEN + DAY), lambda: by_file(EIGHTEEN))  # fmt: skip
edge("M02", "on file, physical: grade 2, grade 3",
     lambda: by_file(kind=4, grade=2), lambda: by_file(kind=4, grade=3))  # fmt: skip
edge("M02", "on file, entitled until the last month, until this one",
     lambda: entitled("NURSING", FEBRUARY, by_file()),
     lambda: entitled("NURSING", MARCH, by_file()))  # fmt: skip
edge("M30", "an orphan from today, from tomorrow",
     lambda: from_day(TODAY), lambda: from_day(TODAY + DAY))  # fmt: skip


def from_day(day):
    CategorySpellFactory(child=child(1), category="ORPHAN_SCAT", starts_on=day)
    roll(1, "LIVING")
