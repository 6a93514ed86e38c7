"""M20, M21, M28: aid that is owed and not given, given and not owed, and no rehabilitation."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from tests.factories import (
    CategorySpellFactory,
    CertificateFactory,
    CheckFigureFactory,
    EconomicStatusFactory,
    EducationAwardFactory,
    EntitlementFactory,
    FileMergeFactory,
    GapFactory,
    ProgrammeFactory,
    RecognitionFactory,
    RehabilitationApplicationFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    SchoolYearFactory,
    UserFactory,
)

from .cases import edge, finds, leaves
from .people import DAY, NOW, TODAY, child, listed, morning, number

CARD = {"certificate__kind": "5", "certificate__grade": "3"}


def grant(code="SE_GRANT"):
    return ProgrammeFactory(code=code, department="EDUCATION", name="普通高中国家助学金")


def gap(reason="APPLICATION", kind="OWED", one=None, **more):
    GapFactory(
        child=one or child(), kind=kind, reason=reason,
        programme=more.pop("programme", None) or grant(), **more,
    )  # fmt: skip


def on_the_roll(gets=True, who=1):
    listed("school_roll", number(who), one_subsidy=gets)


finds("M20", "owed, nobody has proposed it", lambda: gap())
finds("M20", "owed, the proposal was refused", lambda: gap("REFUSED"))
edge(
    "M20", "until it is proposed",
    lambda: gap("APPLICATION"), lambda: gap("CONFIRMATION"),
)  # fmt: skip
edge(
    "M20", "while the gap stands",
    lambda: gap(), lambda: gap(closed_at=NOW),
)  # fmt: skip
edge(
    "M20", "unless the school pays the living subsidy",
    lambda: (gap(one=child(1)), on_the_roll(gets=False)),
    lambda: (gap(one=child(1)), on_the_roll(gets=True)),
)  # fmt: skip
leaves("M20", "not a programme that the check does not look at", lambda: gap(programme=grant("X")))
leaves("M20", "not what is received", lambda: gap("CONDITIONS", "RECEIVED"))
leaves("M20", "not what speaks of a secret category", lambda: gap(is_secret=True))
leaves("M20", "not of a closed file", lambda: gap(one=closed()))
leaves(
    "M20", "not what somebody set aside",
    lambda: gap(aside_at=NOW, aside_by=UserFactory(), aside_reason="就读外省"),
)  # fmt: skip


def closed():
    return child(status="CLOSED", closed_on=date(2026, 2, 1), closing_reason="ADOPTED")


def unfounded(*, poor_until=None, card_until=None, reason="CONDITIONS"):
    """Received without conditions; a list says otherwise up to a day."""
    gap(reason, "RECEIVED", child(1))
    if poor_until is not None:
        listed("low_income", number(1), economic="DIBAO", until=str(poor_until))
    if card_until is not None:
        card = {"certificate__expires_on": str(card_until)}
        listed("disability_certificates", number(1), **CARD, **card)


finds("M21", "received, and the conditions are not met", lambda: unfounded())
finds("M21", "received by an adult, whatever the lists say",
      lambda: unfounded(reason="AGE", poor_until=TODAY))  # fmt: skip
edge(
    "M21", "poor by the list until today",
    lambda: unfounded(poor_until=TODAY - DAY), lambda: unfounded(poor_until=TODAY),
)  # fmt: skip
edge(
    "M21", "a certificate valid until today",
    lambda: unfounded(card_until=TODAY - DAY), lambda: unfounded(card_until=TODAY),
)  # fmt: skip
leaves("M21", "not what is paid too high alone", lambda: unfounded(reason="TOO_MUCH"))
leaves("M21", "not what is owed", lambda: gap())


def subsidised(*, make=lambda one: None, gets=True):
    """A child of ours whom the roll gives the living subsidy; the county's poor are listed."""
    make(child(1))
    listed("low_income", number(9), economic="DIBAO")
    on_the_roll(gets)


def poor_until(day):
    return lambda one: EconomicStatusFactory(child=one, starts_on=date(2025, 1, 1), ends_on=day)


def card_until(day):
    return lambda one: CertificateFactory(child=one, expires_on=day)


def recognised(first, last):
    return lambda one: RecognitionFactory(
        child=one, state="CONFIRMED", decided_by=UserFactory(), decided_at=NOW,
        year=SchoolYearFactory(name="2025-2026", starts_on=first, ends_on=last),
    )  # fmt: skip


def entitled_until(month):
    return lambda one: EntitlementFactory(
        child=one, is_running=True, programme=grant("CE_BOARD"), to_month=month
    )


finds("M21", "the living subsidy by the roll, and nothing on file", lambda: subsidised())
leaves("M21", "not who gets none", lambda: subsidised(gets=False))
leaves("M21", "not where no list of the poor has come", lambda: (child(1), on_the_roll()))
leaves("M21", "not pupils without a file",
       lambda: (listed("low_income", number(9), economic="DIBAO"), on_the_roll()))  # fmt: skip
edge(
    "M21", "poor by the file until today",
    lambda: subsidised(make=poor_until(TODAY - DAY)), lambda: subsidised(make=poor_until(TODAY)),
)  # fmt: skip
edge(
    "M21", "disabled by the file until today",
    lambda: subsidised(make=card_until(TODAY - DAY)), lambda: subsidised(make=card_until(TODAY)),
)  # fmt: skip
edge(
    "M21", "recognised in a school year that ends today",
    lambda: subsidised(make=recognised(date(2025, 9, 1), TODAY - DAY)),
    lambda: subsidised(make=recognised(date(2025, 9, 1), TODAY)),
)  # fmt: skip
edge(
    "M21", "entitled until this month",
    lambda: subsidised(make=entitled_until(date(2026, 2, 1))),
    lambda: subsidised(make=entitled_until(date(2026, 3, 1))),
)  # fmt: skip
edge(
    "M21", "left behind is no ground, destitute is one",
    lambda: subsidised(make=lambda one: CategorySpellFactory(child=one, category="LEFT_BEHIND")),
    lambda: subsidised(make=lambda one: CategorySpellFactory(child=one, category="TEKUN")),
)  # fmt: skip

SMALL, SECOND = date(2021, 3, 1), timedelta(seconds=1)
SEVENTH = date(2019, 3, 3)  # seven on TODAY


def small(born=SMALL, **card):
    """On file, disabled, helped by nobody."""
    one = child(1, born)
    CertificateFactory(child=one, **card)
    return one


def planned(one, ends_on):
    institution = RehabilitationInstitutionFactory(starts_on=date(2024, 1, 1))
    RehabilitationPlanFactory(
        application__child=one, institution=institution, starts_on=date(ends_on.year, 1, 1),
        ends_on=ends_on,
        application__decided_at=timezone.make_aware(datetime(2025, 1, 5)),
    )  # fmt: skip
    return one


def applied(one, state, decided_at=None):
    RehabilitationApplicationFactory(
        child=one, state=state, reason="材料不实", decided_at=decided_at,
        decided_by=UserFactory() if decided_at else None,
    )  # fmt: skip


def midnight(days_ago):
    """As it strikes here, when the clock of the database shows yesterday."""
    return timezone.make_aware(datetime.combine(TODAY - days_ago * DAY, time.min))


def merged(into, other):
    other.status, other.closed_on, other.closing_reason = "CLOSED", date(2026, 2, 1), "DUPLICATE"
    other.save()
    FileMergeFactory(child=into, merged=other)
    other.merged_into = into
    other.save()


def card_of_a_list(born=SMALL, **more):
    listed("disability_certificates", number(1, born), born=born, **CARD, **more)


finds("M28", "a holder on the list whom nobody knows", lambda: card_of_a_list())
finds("M28", "on file with a certificate", lambda: small())
finds("M28", "on file with a diagnosis alone", lambda: small(number="", diagnosis="市妇幼保健院"))
finds("M28", "by category alone", lambda: CategorySpellFactory(
    child=child(1, SMALL), category="DISABLED"))  # fmt: skip
finds("M28", "found once by list and file", lambda: (small(), card_of_a_list()))
finds("M28", "applied for and refused", lambda: applied(small(), "REJECTED", NOW))
edge(
    "M28", "on the list, until the seventh birthday",
    lambda: card_of_a_list(SEVENTH + DAY), lambda: card_of_a_list(SEVENTH),
)  # fmt: skip
edge(
    "M28", "on file, until the seventh birthday",
    lambda: small(SEVENTH + DAY), lambda: small(SEVENTH),
)  # fmt: skip
edge(
    "M28", "where the county helps until ten",
    lambda: (ten(), small(date(2015, 3, 4))), lambda: (ten(), small(date(2015, 3, 3))),
)  # fmt: skip
edge(
    "M28", "on the list, a certificate valid until today",
    lambda: card_of_a_list(certificate__expires_on=str(TODAY)),
    lambda: card_of_a_list(certificate__expires_on=str(TODAY - DAY)),
)  # fmt: skip
edge(
    "M28", "on file, a certificate valid until today",
    lambda: small(expires_on=TODAY), lambda: small(expires_on=TODAY - DAY),
)  # fmt: skip
edge(
    "M28", "the last plan ended 90 days ago",
    lambda: planned(small(), TODAY - 91 * DAY), lambda: planned(small(), TODAY - 90 * DAY),
)  # fmt: skip
edge(
    "M28", "approved 90 days ago, no institution chosen",
    lambda: applied(small(), "APPROVED", midnight(90) - SECOND),
    lambda: applied(small(), "APPROVED", midnight(90)),
)  # fmt: skip
leaves("M28", "not while a plan runs", lambda: planned(small(), date(2026, 12, 31)))
leaves("M28", "not while an application waits", lambda: applied(small(), "SUBMITTED"))
leaves("M28", "not where the plan is in a file continued in this one", lambda: merged(
    small(), planned(child(3, SMALL), TODAY - 30 * DAY)))  # fmt: skip
leaves("M28", "not on a certificate that is not valid", lambda: small(status="CANCELLED"))


def ten():
    CheckFigureFactory(key="REHAB_AGE_TO", value=10)


edge(
    "M21", "entitled from the next month, from this one",
    lambda: subsidised(make=entitled_from(date(2026, 4, 1))),
    lambda: subsidised(make=entitled_from(date(2026, 3, 1))),
)  # fmt: skip
edge(
    "M21", "destitute from tomorrow, from today",
    lambda: subsidised(make=destitute_from(TODAY + DAY)),
    lambda: subsidised(make=destitute_from(TODAY)),
)  # fmt: skip
edge(
    "M28", "disabled by category until today, until yesterday",
    lambda: CategorySpellFactory(child=child(1, SMALL), category="DISABLED", ends_on=TODAY),
    lambda: CategorySpellFactory(child=child(1, SMALL), category="DISABLED", ends_on=TODAY - DAY),
)  # fmt: skip
edge(
    "M28", "a holder on the list, whose plan ended 91 days ago, 90 days",
    lambda: (planned(child(1, SMALL), TODAY - 91 * DAY), card_of_a_list()),
    lambda: (planned(child(1, SMALL), TODAY - 90 * DAY), card_of_a_list()),
)  # fmt: skip


def entitled_from(month):
    return lambda one: EntitlementFactory(
        child=one, is_running=True, programme=grant("CE_BOARD"), from_month=month
    )


def destitute_from(day):
    return lambda one: CategorySpellFactory(child=one, category="TEKUN", starts_on=day)


def awarded(now):
    """A grant of the term from March on, of which the facts are others today."""
    one = child(1)
    row = EntitlementFactory(
        child=one, is_running=True, programme=grant(), from_month=date(2026, 3, 1)
    )
    EducationAwardFactory(
        child=one, is_confirmed=True, programme=row.programme, paid_to="FAMILY", entitlement=row
    )
    gap("CONDITIONS", "RECEIVED", one, programme=row.programme, entitlement=row)
    return now


edge(
    "M21", "a grant of the term on the day its pupils are counted, the day after",
    lambda: awarded(morning(date(2026, 3, 31))), lambda: awarded(morning(date(2026, 4, 1))),
)  # fmt: skip
