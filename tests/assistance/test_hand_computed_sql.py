"""The table computed by hand, once more over the register: facts become rows, the answer is SQL's.

Cases with facts that the register does not hold are left to the rules over one child.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.scope import EVERYTHING, acting
from assistance.models.owed import owed
from assistance.rules.facts import Facts
from tests.factories import (
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    EconomicStatusFactory,
    EnrolmentFactory,
    EntitlementFactory,
    GuardianshipFactory,
    ParentStatusFactory,
    ProgrammeFactory,
    SchoolFactory,
    UserFactory,
    area,
)

from .rules.test_hand_computed import BOOK, CASES

LONG_AGO = date(2000, 1, 1)


def is_held_by_the_register(facts: Facts) -> bool:
    elsewhere = (facts.costs, facts.received, facts.tiers, facts.admission, facts.other, facts.paid)
    odd = any(one.since for one in facts.certificates) or len(facts.certificates) > 1
    events = [one for one in facts.events if one.until or one.programme]
    return not (any(elsewhere) or odd or events or len(facts.events) > 1)


HELD = [(case, expect) for case, expect in CASES if is_held_by_the_register(case.facts)]


def put_down(facts: Facts, programmes, school, verifier):
    """The facts as rows of a child."""
    first = facts.events[0] if facts.events else None
    ends_category = first and any(one.ends == first.on for one in facts.categories)
    closing = {} if first is None or ends_category else {
        "status": "CLOSED", "closed_on": first.on, "closing_reason": first.kind,
        "opened_on": facts.birth_date,
    }  # fmt: skip
    child = ChildFactory(
        birth_date=facts.birth_date, hukou_area=area(facts.hukou[0].value), **closing
    )
    for one in facts.categories:
        reason = first.kind if ends_category and one.ends == first.on else ""
        CategorySpellFactory(child=child, category=one.value, starts_on=one.starts or LONG_AGO,
                             ends_on=one.ends, ending_reason=reason)  # fmt: skip
    for one in facts.economic:
        EconomicStatusFactory(child=child, status=one.value, starts_on=one.starts or LONG_AGO,
                              ends_on=one.ends)  # fmt: skip
    if facts.living and not facts.categories:
        GuardianshipFactory(child=child, kind="INSTITUTION", starts_on=LONG_AGO)
    for parent, situations in (("FATHER", facts.father), ("MOTHER", facts.mother)):
        for one in situations:
            ParentStatusFactory(
                child=child, parent=parent, status=one.status, evidence="x",
                starts_on=max(one.starts_on, LONG_AGO), ends_on=one.ends_on,
                verified_by=verifier, verified_on=date(2025, 1, 1),
            )  # fmt: skip
    for one in facts.certificates:
        CertificateFactory(child=child, kind=one.kind, grade=one.grade, issued_on=one.issued,
                           expires_on=one.expires, status=one.status)  # fmt: skip
    for one in facts.schooling:
        ends = one.ends + timedelta(days=1) if one.ends else None
        EnrolmentFactory(
            child=child, school=school, stage=one.stage, grade=one.grade, starts_on=one.starts,
            ends_on=ends, end_reason="DROPPED_OUT" if ends else "", is_boarding=one.boarding,
        )  # fmt: skip
    for code, papers in facts.applications.items():
        confirmed = {"state": "RUNNING", "confirmed_at": noon(papers.confirmed),
                     "confirmed_by": verifier} if papers.confirmed else {}  # fmt: skip
        EntitlementFactory(child=child, programme=programmes[code],
                           proposed_at=noon(papers.applied), **confirmed)  # fmt: skip
    return child


def noon(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.mark.django_db
def test_the_register_answers_the_same_as_the_hand():
    wrong = {}
    with acting(EVERYTHING):
        programmes = {one.code: ProgrammeFactory(code=one.code) for one in BOOK.programmes}
        school, verifier = SchoolFactory(), UserFactory()

        for case, expect in HELD:
            child = put_down(case.facts, programmes, school, verifier)
            told = {
                one.programme: (float(one.amount), one.to_open or None)
                for one in owed(BOOK, case.on, ids=[child.pk])
            }
            wanted = {
                code: (float(one["amount"]), one.get("to_open"))
                for code, one in expect["owed"].items()
            }
            if told != wanted:
                wrong[case.name] = (told, wanted)

    assert wrong == {}
    assert len(HELD) >= 60
