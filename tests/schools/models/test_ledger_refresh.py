"""The ledgers of a whole county say what the rule says of each child, with true history."""

import random
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from children.models import Child
from schools.actions.ledger import refresh_all
from schools.actions.pairing import pair
from schools.models import LedgerEntry, Norm, Placement
from schools.models.calendar import calendar_of
from schools.models.ledger_refresh import lines_by_sql
from schools.rules.ledger import Departure, Place, Situation, assess
from tests.factories import (
    COUNTY,
    AbsenceFactory,
    CertificateFactory,
    ChildFactory,
    EnrolmentFactory,
    ExcuseFactory,
    GoingOnFactory,
    LedgerEntryFactory,
    NormFactory,
    OrganisationFactory,
    PairingFactory,
    PersuasionFactory,
    PostingFactory,
    SchoolBreakFactory,
    SchoolFactory,
    SchoolYearFactory,
    TermFactory,
    UserFactory,
    area,
    school_of,
)
from tests.file_gone import deleted

pytestmark = pytest.mark.django_db
TODAY = date(2026, 4, 15)  # a Wednesday in the spring term
NOW = datetime(2026, 4, 15, 0, 30, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def _calendar():
    year = SchoolYearFactory()
    TermFactory(year=year, season=1, starts_on=date(2025, 9, 1), ends_on=date(2026, 1, 22))
    TermFactory(year=year)
    SchoolBreakFactory(name="春假", starts_on=date(2026, 4, 8), ends_on=date(2026, 4, 8))


def around(chance, days):
    return TODAY - timedelta(days=chance.choice(days))


def invent(chance, schools):
    """A child with a random past, and the same as the rule is told it."""
    birth = date(chance.choice([2008, 2009, 2010, 2012, 2016, 2019, 2020]), *chance.choice(
        [(2, 28), (8, 31), (9, 1), (9, 2), (12, 31)]))  # fmt: skip
    if chance.random() < 0.05:
        birth = date(2016, 2, 29)
    child = ChildFactory(birth_date=birth, opened_on=date(2026, 4, 1))
    facts = {"birth_date": birth}
    if chance.random() < 0.5:
        reason = chance.choice(["MOVED_UP", "TRANSFERRED", "GRADUATED", "DROPPED_OUT", "NOT_FOUND",
                                "DIED", "EMIGRATED"])  # fmt: skip
        stage = chance.choice(["PRESCHOOL", "PRIMARY", "JUNIOR"])
        left = around(chance, [1, 3, 12, 13, 14, 15, 16, 17, 18, 40, 300, 700])
        EnrolmentFactory(
            child=child, school=chance.choice(schools), stage=stage, grade=2, end_reason=reason,
            starts_on=date(2022, 9, 1), ends_on=left,
        )  # fmt: skip
        facts["departure"] = Departure(reason, left)
        facts["has_finished"] = stage == "JUNIOR" and reason == "GRADUATED"
    if chance.random() < 0.6:
        starts = (facts["departure"].ended_on if "departure" in facts else TODAY) + timedelta(
            days=chance.choice([0, 0, 0, -1, 1]) if "departure" not in facts else 0
        )
        place = Place(
            chance.choice(["PRESCHOOL", "PRIMARY", "PRIMARY", "JUNIOR", "SENIOR"]),
            chance.choice(["ENROLLED", "ENROLLED", "SUSPENDED", "RETURNED"]),
            chance.choice(Placement.values), starts,
        )  # fmt: skip
        here = EnrolmentFactory(
            child=child, school=chance.choice(schools), stage=place.stage, grade=1,
            status=place.status, placement=place.placement, starts_on=starts,
        )  # fmt: skip
        if chance.random() < 0.3:
            sent_on(chance, here, facts)
        if starts <= TODAY:
            facts["place"] = place
            facts["has_finished"] = facts.get("has_finished") or place.stage == "SENIOR"
    if chance.random() < 0.25:
        kind, back = chance.choice([("UNEXCUSED", None), ("UNEXCUSED", TODAY), ("ILL", None),
                                    ("UNEXCUSED", TODAY + timedelta(days=2))])  # fmt: skip
        away = around(chance, [0, 1, 2, 3, 4, 5, 12, 13, 14, 15, 30])
        AbsenceFactory(child=child, kind=kind, starts_on=away, ends_on=back)
        if kind == "UNEXCUSED" and back != TODAY:
            facts["absent_since"] = away
    if chance.random() < 0.15:
        until = around(chance, [-30, 0, 1])
        ExcuseFactory(child=child, ends_on=until)
        facts["is_excused"] = until >= TODAY
    if chance.random() < 0.3:
        entry = LedgerEntryFactory(
            child=child, cleared_on=TODAY, proposed_at=NOW, proposed_by=PostingFactory().user,
            proposal="x", closed_at=NOW - timedelta(days=chance.choice([10, 500])),
            closed_by=PostingFactory().user,
        )  # fmt: skip
        for outcome in chance.choice(
            [["REFUSED"], ["PROMISED", "REFUSED"], ["REFUSED", "PROMISED"]]
        ):
            said = PersuasionFactory(
                entry=entry, outcome=outcome, happened_on=around(chance, [3, 3, 2, 40])
            )
            newest = facts.get("newest")
            if newest is None or (said.happened_on, said.pk) > (newest.happened_on, newest.pk):
                facts["newest"] = said
    newest = facts.pop("newest", None)
    if newest is not None and newest.outcome == "REFUSED":
        facts["refused_on"] = newest.happened_on
    if chance.random() < 0.3:
        status = chance.choice(["VALID", "EXPIRED", "CANCELLED", "MOVED", "LOST_REISSUED"])
        CertificateFactory(child=child, status=status)
        facts["is_disabled"] = status not in ("CANCELLED", "MOVED")
    return child, Situation(**facts)


def sent_on(chance, here, facts):
    """What was said of where the child goes on; what was said last holds."""
    GoingOnFactory(
        child=here.child, enrolment=here, state="REFUSED", answer="x", answered_by=UserFactory(),
        answered_at=NOW, day=around(chance, [30]),
    )  # fmt: skip
    state = chance.choice(["WAITING", "STAYS", "ELSEWHERE"])
    day = around(chance, [-3, 0, 1, 2, 3, 30])
    GoingOnFactory(
        child=here.child, enrolment=here, state=state, note="x", day=day,
        to_school=None if state != "WAITING" else SchoolFactory(),
    )  # fmt: skip
    if state != "STAYS":
        facts["sent_on_for"] = day


@pytest.mark.parametrize("seed", range(3))
def test_the_set_based_rule_agrees_with_the_rule_of_one_child(seed):
    chance = random.Random(seed)
    NormFactory(key="SUSPECTED_AFTER_DAYS", value=chance.choice([2, 3]))
    schools = [SchoolFactory() for _ in range(3)]
    told = dict(invent(chance, schools) for _ in range(120))
    norms, calendar = Norm.objects.in_force(TODAY), calendar_of(TODAY)

    found = lines_by_sql(None, TODAY)

    expected = {
        (child.pk, line.ledger, line.cause, line.since)
        for child, situation in told.items()
        for line in assess(situation, calendar, norms)
    }
    assert set(found) == expected
    assert len(found) == len(expected)
    assert {line[1] for line in found} == {"NO_ROLL", "SUSPECTED", "DROPOUT", "UNPLACED"}
    refresh_all(now=NOW, today=TODAY)
    standing = LedgerEntry.objects.not_closed().filter(cleared_on__isnull=True)
    kept = set(standing.values_list("child_id", "ledger", "cause"))
    assert kept == {line[:3] for line in expected}


def same_as_history(entry):
    newest = entry.history.latest("history_id")
    tracked = [f.attname for f in LedgerEntry._meta.concrete_fields]
    return {n: getattr(newest, n) for n in tracked} == {n: getattr(entry, n) for n in tracked}


def check_constraints_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_a_line_is_opened_moved_cleared_and_reopened_with_its_history():
    school = school_of(OrganisationFactory())
    child = ChildFactory()
    EnrolmentFactory(child=child, school=school)
    absence = AbsenceFactory(
        child=child, school=school, kind="UNEXCUSED", starts_on=date(2026, 4, 13)
    )

    refresh_all(now=NOW, today=date(2026, 4, 14))
    assert not LedgerEntry.objects.exists()
    assert refresh_all(now=NOW, today=TODAY) == 1
    entry = LedgerEntry.objects.get()
    assert (entry.ledger, entry.cause, entry.since) == ("SUSPECTED", "ABSENT", date(2026, 4, 13))
    assert (entry.opened_on, entry.due_on) == (TODAY, TODAY + timedelta(days=2))
    assert same_as_history(entry)

    assert refresh_all(now=NOW, today=TODAY) == 0  # a second run writes nothing
    later = date(2026, 4, 24)
    assert refresh_all(now=NOW, today=later) == 1
    entry.refresh_from_db()
    assert (entry.ledger, entry.opened_on) == ("DROPOUT", later)

    absence.ends_on = later
    absence.save()
    assert refresh_all(now=NOW, today=later) == 1
    entry.refresh_from_db()
    assert (entry.cleared_on, entry.state) == (later, "CLEARED")
    entry.proposed_by, entry.proposed_at, entry.proposal = PostingFactory().user, NOW, "已返校"
    entry.closed_by, entry.closed_at = PostingFactory().user, NOW
    entry.save()
    assert refresh_all(now=NOW, today=later) == 0

    AbsenceFactory(child=child, school=school, kind="UNEXCUSED", starts_on=date(2026, 5, 6))
    assert refresh_all(now=NOW, today=date(2026, 5, 8)) == 1
    entry.refresh_from_db()
    assert (entry.state, entry.ledger, entry.proposal) == ("OPEN", "SUSPECTED", "")
    assert same_as_history(entry)
    assert [row.history_type for row in entry.history.order_by("history_id")] == list("+~~~~")
    check_constraints_now()


def test_who_answers_is_the_helper_then_the_principal_then_township_then_county():
    school = SchoolFactory()
    absent = {"kind": "UNEXCUSED", "starts_on": date(2026, 4, 1), "school": school}
    alone, led = ChildFactory(), ChildFactory()
    EnrolmentFactory(child=led, school=school)
    AbsenceFactory(child=led, **absent)
    county = PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY))
    refresh_all(now=NOW, today=TODAY)
    assert {e.owner for e in LedgerEntry.objects.all()} == {county}

    supervisor = PostingFactory()
    refresh_all(now=NOW, today=TODAY)
    owners = {e.child_id: e.owner for e in LedgerEntry.objects.all()}
    assert owners == {alone.pk: supervisor, led.pk: supervisor}

    principal = PostingFactory(role="PRINCIPAL", organisation=school.organisation)
    refresh_all(now=NOW, today=TODAY)
    assert LedgerEntry.objects.get(child=led).owner == principal

    helper = PostingFactory(role="CLASS_TEACHER", organisation=school.organisation)
    PairingFactory(child=led, helper=helper)
    refresh_all(now=NOW, today=TODAY)
    assert LedgerEntry.objects.get(child=led).owner == helper


def test_who_takes_a_child_over_answers_for_its_line_the_same_day():
    school = SchoolFactory()
    old, new = (
        PostingFactory(role="CLASS_TEACHER", organisation=school.organisation) for _ in range(2)
    )
    child, today = ChildFactory(birth_date=date(2015, 5, 1)), timezone.localdate()
    EnrolmentFactory(child=child, school=school)
    AbsenceFactory(child=child, school=school, kind="UNEXCUSED", starts_on=date(2026, 3, 2))
    told = {"child": child, "is_main": True, "reason": "", "by": old.user, "now": timezone.now()}
    row = pair(helper=old, replaces=None, today=today, **told)
    refresh_all(now=timezone.now(), today=today)
    assert LedgerEntry.objects.get().owner == old

    pair(helper=new, replaces=row.pk, today=today, **told)

    assert LedgerEntry.objects.get().owner == new


def test_for_who_left_for_elsewhere_the_township_answers_for_a_dropout_still_the_school():
    supervisor = PostingFactory()
    principal = PostingFactory(role="PRINCIPAL")
    school = school_of(principal.organisation)
    left = {"starts_on": date(2024, 9, 1), "ends_on": date(2026, 2, 1), "school": school}
    rows = {
        reason: EnrolmentFactory(end_reason=reason, **left).child
        for reason in ("TRANSFERRED", "GRADUATED", "DROPPED_OUT")
    }

    refresh_all(now=NOW, today=TODAY)

    owners = {reason: LedgerEntry.objects.get(child=child).owner for reason, child in rows.items()}
    assert owners == {
        "TRANSFERRED": supervisor, "GRADUATED": supervisor, "DROPPED_OUT": principal
    }  # fmt: skip


def test_a_refresh_of_one_child_leaves_the_others_alone():
    one, other = ChildFactory(), ChildFactory()
    from schools.models.ledger_refresh import refresh_lines

    refresh_lines(children=[one.pk], now=NOW, today=TODAY, user_id=None, reason="")
    assert [e.child for e in LedgerEntry.objects.all()] == [one]
    refresh_all(now=NOW, today=TODAY)
    refresh_lines(children=[one.pk], now=NOW, today=TODAY, user_id=None, reason="")
    assert LedgerEntry.objects.filter(cleared_on__isnull=True).count() == 2
    assert {e.child for e in LedgerEntry.objects.all()} == {one, other}


def test_a_line_is_deleted_with_its_file_alone_and_before_anybody_wanted_it_closed():
    with pytest.raises(IntegrityError, match="with its file alone"):
        deleted(LedgerEntryFactory(), "ledger_goes_with_its_file", with_its_file=False)

    line = LedgerEntryFactory()
    line.cleared_on, line.proposed_at, line.proposed_by = TODAY, NOW, UserFactory()
    line.proposal = "已返校"
    line.save()
    with pytest.raises(IntegrityError, match="wanted closed"):
        deleted(line, "ledger_goes_with_its_file", with_its_file=True)

    other = LedgerEntryFactory()
    deleted(other, "ledger_goes_with_its_file", with_its_file=True)
    assert not Child.objects.filter(pk=other.child_id).exists()
