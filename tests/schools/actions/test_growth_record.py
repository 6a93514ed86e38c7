"""Growth records in the database: started once, closed for good, corrected with a reason."""

import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from schools import extensions
from schools.actions.growth_mark import RecordsClosed, StaleMarks, give_marks
from schools.actions.growth_record import (
    RecordIsClosed,
    close_records,
    correct_record,
    fill_record,
    start_records,
)
from schools.actions.pairing import pair
from schools.models import GrowthCorrection, GrowthMark, GrowthRecord, Subject
from schools.rules.growth_mark import MarkEntry
from tests.factories import (
    AbsenceFactory,
    ChildFactory,
    ClosedGrowthRecordFactory,
    ContactFactory,
    DeliveryFactory,
    EnrolmentFactory,
    GrowthMarkFactory,
    GrowthRecordFactory,
    NoticeFactory,
    OrganisationFactory,
    PairingFactory,
    PostingFactory,
    UserFactory,
    school_of,
    term,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 9)  # a Monday of the spring term


def school_and_helper():
    organisation = OrganisationFactory()
    return school_of(organisation), PostingFactory(role="CLASS_TEACHER", organisation=organisation)


def paired_child(helper, school, **facts):
    child = ChildFactory(**facts)
    EnrolmentFactory(child=child, school=school)
    PairingFactory(child=child, helper=helper)
    return child


def start(**facts):
    return start_records(term=term(), day=DAY, by=None, now=timezone.now(), **facts)


def maths():
    return Subject.objects.get(code="maths")


def test_every_paired_child_gets_one_record_and_a_second_run_none():
    school, helper = school_and_helper()
    child = paired_child(helper, school)
    before = ClosedGrowthRecordFactory(child=child, way_to_school="WALK", distance_km=2)
    paired_child(helper, school, status="CLOSED", closed_on=DAY, closing_reason="OTHER")
    ChildFactory()

    assert [start(), start()] == [1, 0]

    row = GrowthRecord.objects.get(term=term())
    assert (row.child, row.school, row.stage, row.grade) == (child, school, "PRIMARY", 4)
    assert (row.way_to_school, row.distance_km) == (before.way_to_school, 2)
    assert row.history.get().history_type == "+"


def test_pairing_starts_the_record_of_the_running_term():
    _school, helper = school_and_helper()
    child = ChildFactory()
    running = term()

    pair(
        child=child, helper=helper, is_main=True, replaces=None, reason="", by=UserFactory(),
        now=timezone.now(), today=running.starts_on,
    )  # fmt: skip

    assert GrowthRecord.objects.get(child=child).term == running


def test_in_the_holidays_nothing_begins():
    _school, helper = school_and_helper()
    term()

    pair(
        child=ChildFactory(), helper=helper, is_main=True, replaces=None, reason="",
        by=UserFactory(), now=timezone.now(), today=date(2026, 8, 1),
    )  # fmt: skip

    assert not GrowthRecord.objects.exists()


def test_closing_keeps_the_figures_of_that_day():
    row = GrowthRecordFactory()
    ContactFactory(child=row.child, happened_on=DAY)
    ContactFactory(child=row.child, happened_on=DAY + timedelta(days=1), is_reached=False)
    ContactFactory(child=row.child, happened_on=date(2025, 12, 1))  # of another term
    AbsenceFactory(child=row.child, starts_on=DAY, ends_on=DAY + timedelta(days=7))
    notice = NoticeFactory(child=row.child, written_at=timezone.make_aware(_noon(DAY)))
    DeliveryFactory(notice=notice)
    lead = UserFactory()

    assert close_records(term=row.term, ids=[row.pk], by=lead, now=timezone.now()) == 1
    ContactFactory(child=row.child, happened_on=DAY)

    row.refresh_from_db()
    assert row.figures["contacts"] == [["GUARDIAN", 1, "2026-03-09"]]
    assert row.figures["attendance"] == {"days": 5, "by_kind": {"ILL": 5}}
    assert row.figures["notices"][0][:3] == ["2026-03-09", "家长会", "GRANDFATHER_PATERNAL"]
    assert (row.state, row.closed_by, row.version) == ("CLOSED", lead, 2)
    newest = row.history.latest("history_id")
    assert (newest.history_type, newest.history_user, newest.figures) == ("~", lead, row.figures)


def _noon(day):
    return datetime(day.year, day.month, day.day, 12)


def test_aid_comes_from_whoever_keeps_it(monkeypatch):
    row = GrowthRecordFactory()
    aid = extensions.Aid(DAY, "寄宿生生活补助", "625元")
    monkeypatch.setattr(extensions, "AID", [lambda children, first, last: {row.child_id: [aid]}])

    close_records(term=row.term, ids=[row.pk], by=UserFactory(), now=timezone.now())

    row.refresh_from_db()
    assert row.figures["aid"] == [["2026-03-09", "寄宿生生活补助", "625元"]]


def test_closing_a_term_takes_the_same_statements_for_one_record_and_for_twenty():
    one = GrowthRecordFactory()
    many = [GrowthRecordFactory() for _ in range(20)]
    for row in many:
        ContactFactory(child=row.child, happened_on=DAY)
        AbsenceFactory(child=row.child, starts_on=DAY, ends_on=DAY + timedelta(days=2))
    lead = UserFactory()

    def close(rows):
        with CaptureQueriesContext(connection) as queries:
            close_records(term=term(), ids=[row.pk for row in rows], by=lead, now=timezone.now())
        return len(queries)

    assert close([one]) == close(many)
    assert not GrowthRecord.objects.still_open().exists()


# Each way past the correction, straight in the database: what it does to a closed record.
PAST_THE_CORRECTION = {
    "changing a field": "UPDATE schools_growthrecord SET comment = 'x' WHERE id = %(id)s",
    "opening it again": "UPDATE schools_growthrecord SET state = 'OPEN', closed_at = NULL,"
    " closed_by_id = NULL, figures = NULL WHERE id = %(id)s",
    "changing its figures": "UPDATE schools_growthrecord SET figures = '{}' WHERE id = %(id)s",
    "deleting it": "DELETE FROM schools_growthrecord WHERE id = %(id)s",
    "changing a mark": "UPDATE schools_growthmark SET level = 'FAIR' WHERE record_id = %(id)s",
    "deleting a mark": "DELETE FROM schools_growthmark WHERE record_id = %(id)s",
    "moving a mark elsewhere": "UPDATE schools_growthmark SET record_id = record_id + 1"
    " WHERE record_id = %(id)s",
    "adding a mark": "INSERT INTO schools_growthmark (uuid, version, updated_at, record_id,"
    " child_id, subject_id, level, given_by_id) SELECT gen_random_uuid(), 1, now(), r.id,"
    " r.child_id, (SELECT id FROM schools_subject WHERE code = 'chinese'), 'GOOD', %(posting)s"
    " FROM schools_growthrecord r WHERE r.id = %(id)s",
}


@pytest.mark.parametrize("way", PAST_THE_CORRECTION)
def test_the_database_refuses_every_way_past_the_correction(way):
    mark = GrowthMarkFactory()
    close_records(term=mark.record.term, ids=[mark.record_id], by=UserFactory(), now=timezone.now())

    with (
        pytest.raises(IntegrityError, match=r"growth record|keeps its record"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            PAST_THE_CORRECTION[way], {"id": mark.record_id, "posting": mark.given_by_id}
        )


@pytest.mark.parametrize("way", ["opening it again", "changing its figures", "deleting it"])
def test_not_even_a_correction_opens_a_record_or_alters_its_figures(way):
    row = ClosedGrowthRecordFactory(figures={"attendance": None, "contacts": [[1]]})

    GrowthCorrection.objects.create(
        record=row, child=row.child, reason="漏记", by=UserFactory(), at=timezone.now()
    )
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(PAST_THE_CORRECTION[way], {"id": row.pk})


def test_a_mark_belongs_to_the_child_of_its_record():
    with pytest.raises(IntegrityError, match="the child of its record"), transaction.atomic():
        GrowthMarkFactory(child=ChildFactory())


def test_a_correction_cannot_be_altered_afterwards():
    row = ClosedGrowthRecordFactory()
    correct(row, facts={"comment": "补充"})

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE schools_growthcorrection SET reason = 'x'")


def correct(row, facts=None, marks=(), reason="漏记"):
    return correct_record(
        record=row, version=row.version, facts=facts or {}, marks=marks, reason=reason,
        by=PostingFactory(role="PRINCIPAL"), now=timezone.now(),
    )  # fmt: skip


def test_a_correction_changes_marks_and_facts_with_its_reason_and_keeps_the_figures():
    row = ClosedGrowthRecordFactory()
    entry = MarkEntry(row.pk, maths().pk, "GOOD", Decimal(80))

    assert correct(row, {"comment": "补充"}, [entry], "登记时漏了数学")

    row.refresh_from_db()
    assert (row.comment, row.state, row.marks.get().level) == ("补充", "CLOSED", "GOOD")
    assert row.corrections.get().reason == "登记时漏了数学"
    assert row.history.latest("history_id").history_change_reason == "登记时漏了数学"
    assert row.marks.get().history.get().history_change_reason == "登记时漏了数学"


def test_a_correction_that_changes_nothing_leaves_no_trace():
    row = ClosedGrowthRecordFactory()

    assert not correct(row, {"comment": row.comment})
    assert not row.corrections.exists()


def fill(row, facts=None, marks=(), version=None):
    return fill_record(
        record=row, version=version or row.version, facts=facts or {}, marks=marks,
        by=PostingFactory(role="CLASS_TEACHER"), now=timezone.now(),
    )  # fmt: skip


def test_filling_a_record_that_was_closed_meanwhile_writes_nothing():
    row = GrowthRecordFactory()
    close_records(term=row.term, ids=[row.pk], by=UserFactory(), now=timezone.now())

    with pytest.raises(RecordIsClosed):
        fill(row, {"comment": "x"})
    with pytest.raises(RecordsClosed):
        give_marks(
            entries=[MarkEntry(row.pk, maths().pk, "GOOD")], by=PostingFactory(),
            now=timezone.now(),
        )  # fmt: skip
    row.refresh_from_db()
    assert row.comment == ""


def test_marks_of_two_subjects_never_collide():
    row = GrowthRecordFactory()
    chinese = Subject.objects.get(code="chinese")

    fill(row, marks=[MarkEntry(row.pk, maths().pk, "GOOD")])
    fill(row, {"comment": "好"}, [MarkEntry(row.pk, chinese.pk, "FAIR")], version=1)

    assert dict(row.marks.values_list("subject__code", "level")) == {
        "maths": "GOOD", "chinese": "FAIR",
    }  # fmt: skip


def test_a_mark_that_another_changed_meanwhile_is_not_overwritten():
    mark = GrowthMarkFactory(level="FAIR")
    entry = MarkEntry(mark.record_id, mark.subject_id, "EXCELLENT", None, "GOOD")

    with pytest.raises(StaleMarks):
        fill(mark.record, {"comment": "x"}, [entry])

    mark.refresh_from_db()
    assert (mark.level, GrowthRecord.objects.get().comment) == ("FAIR", "")


def test_marks_of_a_class_are_added_changed_and_taken_away_with_true_history():
    changed, removed = GrowthMarkFactory(), GrowthMarkFactory()
    fresh = GrowthRecordFactory()
    by = PostingFactory(role="CLASS_TEACHER")
    entries = [
        MarkEntry(changed.record_id, changed.subject_id, "FAIR", Decimal("61.5"), "GOOD"),
        MarkEntry(removed.record_id, removed.subject_id, "", None, "GOOD"),
        MarkEntry(fresh.pk, maths().pk, "EXCELLENT"),
    ]

    assert give_marks(entries=entries, by=by, now=timezone.now()) == 3

    kinds = [
        list(GrowthMark.history.filter(record=pk).order_by("history_id")
             .values_list("history_type", "level", "history_user"))[-1]
        for pk in (changed.record_id, removed.record_id, fresh.pk)
    ]  # fmt: skip
    assert kinds == [
        ("~", "FAIR", by.user_id), ("-", "GOOD", by.user_id), ("+", "EXCELLENT", by.user_id),
    ]  # fmt: skip
    assert GrowthMark.objects.get(pk=changed.pk).version == 2
    assert not GrowthMark.objects.filter(pk=removed.pk).exists()


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_mark_given_while_the_record_is_being_closed_is_in_it_or_refused():
    with transaction.atomic():
        row = GrowthRecordFactory()
        by, lead = PostingFactory(role="CLASS_TEACHER"), UserFactory()
        entry = MarkEntry(row.pk, maths().pk, "GOOD")
    gate, outcome = threading.Barrier(2), {}

    def run(name, act):
        try:
            with acting(EVERYTHING):
                gate.wait(10)
                act()
            outcome[name] = "done"
        except RecordsClosed:
            outcome[name] = "closed"
        finally:
            connection.close()

    acts = {
        "mark": lambda: give_marks(entries=[entry], by=by, now=timezone.now()),
        "close": lambda: close_records(term=row.term, ids=[row.pk], by=lead, now=timezone.now()),
    }
    threads = [threading.Thread(target=run, args=item) for item in acts.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    with transaction.atomic():
        assert outcome["close"] == "done"
        assert GrowthMark.objects.exists() == (outcome["mark"] == "done")
