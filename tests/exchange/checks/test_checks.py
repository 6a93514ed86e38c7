"""Each check: what it finds, what it leaves alone, and the day on which the one becomes the other.

The first of each pair makes the rows of a case that is found; the others change one thing of it.
"""

from datetime import date

import pytest

from exchange.checks import CHECKS
from exchange.models import Check
from tests.factories import (
    OTHER_VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    CheckFigureFactory,
    EconomicStatusFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianshipFactory,
    LedgerEntryFactory,
    ParentStatusFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    area,
)

from . import aid_cases, cases  # noqa: F401 – each adds its cases
from .people import DAY, TODAY, adult, child, found, listed, number, with_parent

pytestmark = pytest.mark.django_db
CARD = {"certificate__kind": "5", "certificate__grade": "3"}
EIGHTEEN = date(2008, 3, 3)  # eighteen on TODAY


def status(one, parent="FATHER", code="LOST_CONTACT", since=date(2025, 1, 1)):
    ParentStatusFactory(child=one, parent=parent, status=code, starts_on=since)


CASES = {
    "M01 a holder without a file": (1, lambda: listed("disability_certificates", number(1))),
    "M01 not one with a file": (
        0, lambda: (child(1), listed("disability_certificates", number(1)))
    ),
    "M01 not from the eighteenth birthday on": (
        0, lambda: listed("disability_certificates", number(1), born=EIGHTEEN)
    ),
    "M01 but on the day before": (
        1, lambda: listed("disability_certificates", number(1), born=EIGHTEEN + DAY)
    ),
    "M01 not who left the newest list": (
        0, lambda: (listed("disability_certificates", number(1)),
                    listed("disability_certificates", child=child(3), again=True))
    ),
    "M02 severe, not on the roll": (
        1, lambda: (listed("two_subsidy_roll", number(9), subsidy="NURSING"),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M02 not one who is paid": (
        0, lambda: (listed("two_subsidy_roll", number(1), subsidy="BOTH"),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M02 not where no roll has come": (
        0, lambda: listed("disability_certificates", number(1), **CARD)
    ),
    "M02 not grade 3 of a physical disability": (
        0, lambda: (listed("two_subsidy_roll", number(9), subsidy="NURSING"),
                    listed("disability_certificates", number(1), certificate__kind="4",
                           certificate__grade="3"))
    ),
    "M03 disabled and poor, no living subsidy": (
        1, lambda: (listed("two_subsidy_roll", number(1), subsidy="NURSING"),
                    listed("low_income", number(1), economic="DIBAO"),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M03 not near the threshold alone": (
        0, lambda: (listed("two_subsidy_roll", number(1), subsidy="NURSING"),
                    listed("low_income", number(1), economic="NEAR_THRESHOLD"),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M04 paid on an expired certificate": (
        1, lambda: (listed("two_subsidy_roll", number(1), subsidy="LIVING"),
                    listed("disability_certificates", number(1),
                           certificate__expires_on=str(TODAY - DAY)))
    ),
    "M04 not on its last day": (
        0, lambda: (listed("two_subsidy_roll", number(1), subsidy="LIVING"),
                    listed("disability_certificates", number(1),
                           certificate__expires_on=str(TODAY)))
    ),
    "M05 expires on the ninetieth day": (
        1, lambda: CertificateFactory(child=child(), expires_on=TODAY + 90 * DAY)
    ),
    "M05 not on the day after": (
        0, lambda: CertificateFactory(child=child(), expires_on=TODAY + 91 * DAY)
    ),
    "M06 dead and entitled": (
        1, lambda: (EntitlementFactory(child=child(1), is_running=True),
                    listed("deaths", number(1), died_on="2026-02-10"))
    ),
    "M06 not where the entitlement has ended": (
        0, lambda: (EntitlementFactory(child=child(1)),
                    listed("deaths", number(1), died_on="2026-02-10"))
    ),
    "M07 a father died": (
        1, lambda: (with_parent(), listed("deaths", adult(2), died_on="2026-02-10"))
    ),
    "M07 not where the file knows it": (
        0, lambda: (status(with_parent(), code="DEAD"),
                    listed("deaths", adult(2), died_on="2026-02-10"))
    ),
    "M08 a father in prison": (
        1, lambda: (with_parent(), listed("prison_results", adult(2), answer="YES"))
    ),
    "M08 not after the last day of the term": (
        0, lambda: (with_parent(), listed("prison_results", adult(2), answer="YES",
                                          until=str(TODAY - DAY)))
    ),
    "M09 released, and the file says imprisoned": (
        1, lambda: (status(with_parent(), code="IMPRISONED"),
                    listed("prison_results", adult(2), answer="RELEASED"))
    ),
    "M09 not while inside": (
        0, lambda: (status(with_parent(), code="IMPRISONED"),
                    listed("prison_results", adult(2), answer="YES"))
    ),
    "M10 lost for six months": (1, lambda: status(child(), since=date(2025, 9, 3))),
    "M10 not a day less": (0, lambda: status(child(), since=date(2025, 9, 4))),
    "M11 a parent's guardianship revoked": (
        1, lambda: status(child(), code="GUARDIANSHIP_REVOKED")
    ),
    "M11 not where the category followed": (
        0, lambda: CategorySpellFactory(
            child=_with_status("GUARDIANSHIP_REVOKED"), category="DE_FACTO")
    ),
    "M12 a child seriously ill": (
        1, lambda: (child(1), listed("severe_illness", number(1), diagnosed_on="2026-01-05"))
    ),
    "M12 not one already known so": (
        0, lambda: (CategorySpellFactory(child=child(1), category="SEV_ILL"),
                    listed("severe_illness", number(1)))
    ),
    "M13 a poor household's child": (
        1, lambda: listed("low_income", number(1), economic="DIBAO")
    ),
    "M13 not after the household's last day": (
        0, lambda: listed("low_income", number(1), economic="DIBAO", until=str(TODAY - DAY))
    ),
    "M14 gone from the newest list": (1, lambda: _left_the_list(number(7))),
    "M14 not while it stands there": (0, lambda: _left_the_list(number(1))),
    "M15 on no roll": (
        1, lambda: (listed("school_roll", number(9)),
                    listed("household_registration", number(1), event="PRESENT"))
    ),
    "M15 not one on the roll": (
        0, lambda: (listed("school_roll", number(1)),
                    listed("household_registration", number(1), event="PRESENT"))
    ),
    "M15 not younger than six when the year began": (
        0, lambda: (listed("school_roll", number(9)),
                    listed("household_registration", number(1), born=date(2019, 9, 2)))
    ),
    "M15 but six on its first day": (
        1, lambda: (listed("school_roll", number(9)),
                    listed("household_registration", number(1), born=date(2019, 9, 1)))
    ),
    "M16 away on the third day": (
        1, lambda: listed("attendance", number(1), absent_from=str(TODAY - 3 * DAY))
    ),
    "M16 not on the second": (
        0, lambda: listed("attendance", number(1), absent_from=str(TODAY - 2 * DAY))
    ),
    "M16 not with leave": (
        0, lambda: listed("attendance", number(1), absent_from="2026-02-02", absence="SICK")
    ),
    "M17 a dropout of a poor household": (1, lambda: _dropout("DIBAO")),
    "M17 not of an ordinary one": (0, lambda: _dropout("ORDINARY")),
    "M18 disabled and on no roll": (
        1, lambda: (listed("school_roll", number(9)),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M18 a certificate of our own, and no roll has come": (
        0, lambda: CertificateFactory(child=child(1))
    ),
    "M18 a certificate of our own, and the roll has come": (
        1, lambda: (listed("school_roll", number(9)), CertificateFactory(child=child(1)))
    ),
    "M18 not one enrolled": (
        0, lambda: (listed("school_roll", number(9)), EnrolmentFactory(child=child(1)),
                    listed("disability_certificates", number(1), **CARD))
    ),
    "M19 an orphan by the roll alone": (
        1, lambda: (child(1), listed("school_roll", number(1), orphan=True))
    ),
    "M19 not where both say so": (
        0, lambda: (CategorySpellFactory(child=child(1), category="ORPHAN_SCAT"),
                    listed("school_roll", number(1), orphan=True))
    ),
    "M22 admitted, no aid": (1, lambda: (child(1), listed("admissions", number(1)))),
    "M22 not who is no child of ours": (0, lambda: listed("admissions", number(1))),
    "M23 on the rolls of two schools": (
        1, lambda: (listed("school_roll", number(1), school_code="2133000001"),
                    listed("school_roll", number(1), school_code="2133000002"))
    ),
    "M23 not twice on one": (
        0, lambda: (listed("school_roll", number(1), school_code="2133000001"),
                    listed("school_roll", number(1), school_code="2133000001"))
    ),
    "M24 somebody else's account": (
        1, lambda: PaymentAccountFactory(child=child(), holder_is="OTHER", is_in_use=True)
    ),
    "M24 not the child's own": (
        0, lambda: PaymentAccountFactory(child=child(), is_in_use=True)
    ),
    "M25 eighteen on the last day of next month": (
        1, lambda: CategorySpellFactory(child=child(1, born=date(2008, 4, 30)))
    ),
    "M25 not on the day after": (
        0, lambda: CategorySpellFactory(child=child(1, born=date(2008, 5, 1)))
    ),
    "M26 closed and entitled": (1, lambda: EntitlementFactory(child=_closed(), is_running=True)),
    "M26 not where nothing runs": (0, lambda: EntitlementFactory(child=_closed())),
    "M27 moved away": (
        1, lambda: (child(1, hukou_area=area("330127100201")),
                    listed("household_registration", number(1), event="OUT",
                           event_on="2026-02-01"))
    ),
    "M27 not where the file knows another place": (
        0, lambda: (child(1, hukou_area=area(OTHER_VILLAGE)),
                    listed("household_registration", number(1), event="OUT",
                           event_on="2026-02-01"))
    ),
    "M30 an orphan with the living subsidy": (
        1, lambda: (CategorySpellFactory(child=child(1), category="ORPHAN_SCAT"),
                    listed("two_subsidy_roll", number(1), subsidy="LIVING"))
    ),
    "M30 not with the nursing subsidy": (
        0, lambda: (CategorySpellFactory(child=child(1), category="ORPHAN_SCAT"),
                    listed("two_subsidy_roll", number(1), subsidy="NURSING"))
    ),
    "M31 a month not paid": (1, lambda: _owed()),
    "M31 not while it may still come": (0, lambda: _owed(grace=31)),
    "M31 not one paid": (0, lambda: _owed(paid=True)),
    "M34 came along, asks for aid": (
        1, lambda: listed("school_roll", number(1), migrant=True, needs_aid=True)
    ),
    "M34 not without need": (0, lambda: listed("school_roll", number(1), migrant=True)),
    "M35 the main carer is in prison": (1, lambda: _carer_is("IMPRISONED")),
    "M35 not where nothing is known": (0, lambda: _carer_is("NONE")),
}  # fmt: skip


def _with_status(code):
    one = child()
    status(one, code=code)
    return one


def _left_the_list(newest):
    EconomicStatusFactory(child=child(1), status="DIBAO")
    listed("low_income", number(1), economic="DIBAO")
    listed("low_income", newest, economic="DIBAO", again=True)


def _dropout(economic):
    one = child()
    EconomicStatusFactory(child=one, status=economic)
    LedgerEntryFactory(child=one, ledger="DROPOUT", cause="DROPPED_OUT")


def _closed():
    return child(status="CLOSED", closed_on=date(2026, 2, 1), closing_reason="ADOPTED")


def _owed(paid=False, grace=30):
    CheckFigureFactory(key="PAY_GRACE_DAYS", value=grace)
    row = EntitlementFactory(child=child(), is_running=True, to_month=date(2026, 1, 1))
    line = PaymentLineFactory(entitlement=row)
    if paid:
        account = PaymentAccountFactory(child=row.child, is_in_use=True)
        line.state, line.paid_on, line.reason = "PAID", date(2026, 1, 10), ""
        line.account = account
        line.save()


def _carer_is(code):
    one = child()
    GuardianshipFactory(child=one, relation="FATHER", kind="PARENT", is_main_carer=True)
    status(one, code=code)


@pytest.mark.parametrize("name", cases.CASES)
def test_the_check_finds_what_its_case_says(name):
    case = cases.CASES[name]
    case.make()

    rows = found(case.code)

    assert len(rows) == case.count
    assert all(row.area_code.startswith("330127") for row in rows)
    assert all(row.told for row in rows if row.facts)


@pytest.mark.parametrize("case", CASES)
def test_the_check_finds(case):
    count, make = CASES[case]
    make()

    rows = found(case[:3])

    assert len(rows) == count
    assert all(row.area_code.startswith("330127") for row in rows)
    assert all(row.told for row in rows if row.facts)


def test_each_check_has_a_row_words_and_a_case():
    from exchange.checks.words import ADVICE, TITLES

    codes = set(Check.objects.values_list("code", flat=True))
    assert codes == set(TITLES) == set(ADVICE) == {f"M{n:02}" for n in range(1, 36)}
    assert set(CHECKS) - {case[:3] for case in (*CASES, *cases.CASES)} == {
        "M32"
    }  # overdue work is due_sql's
