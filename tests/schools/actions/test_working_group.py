"""Forming a group, and who holds its seats."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from children.actions.promises import PromiseBroken
from schools.actions.working_group import SeatChanged, close_seat, form_group, give_seat
from schools.models import Seat, SeatHolder, WorkingGroup
from schools.models.seating import seating
from tests.factories import (
    EnrolmentFactory,
    NormFactory,
    OrganisationFactory,
    PostingFactory,
    SeatFactory,
    SeatHolderFactory,
    WorkingGroupFactory,
    school_of,
    year_of,
)

DAY = date(2026, 3, 20)
pytestmark = pytest.mark.django_db


def posted(school, role="CLASS_TEACHER", **facts):
    return PostingFactory(role=role, organisation=school, **facts)


def formed(school, lead, year=None, today=DAY):
    return form_group(
        school=school_of(school), year=year or year_of(), lead=lead, by=lead.user,
        now=timezone.now(), today=today,
    )  # fmt: skip


def give(seat, holder, shown=None):
    give_seat(
        seat=seat, holder=holder, shown=shown, reason="", by=PostingFactory().user,
        now=timezone.now(), today=DAY,
    )  # fmt: skip


def duties(group):
    """Label → name of the holder, None for an empty seat."""
    found = {line.seat: line.holder for line in seating([group], DAY)}
    return {(s.kind, s.grade, s.class_name, s.subject): found[s] for s in found}


class TestForming:
    def test_the_first_group_has_the_usual_seats_and_one_for_each_class_on_the_roll(self):
        school = OrganisationFactory()
        lead = posted(school, "PRINCIPAL")
        for grade, name in ((4, "1班"), (4, "1班"), (5, "2班")):
            EnrolmentFactory(school=school_of(school), grade=grade, class_name=name)
        EnrolmentFactory(grade=6)  # of another school

        found = duties(formed(school, lead))

        assert found == {
            ("LEAD", None, "", ""): lead, ("COUNSELLOR", None, "", ""): None,
            ("LOGISTICS", None, "", ""): None, ("CLASS_TEACHER", 4, "1班", ""): None,
            ("CLASS_TEACHER", 5, "2班", ""): None,
        }  # fmt: skip
        seat = Seat.objects.filter(kind="LEAD").get()
        assert seat.history.get().history_user == lead.user

    def test_a_new_year_keeps_holders_who_are_still_here_and_classes_keep_their_teacher(self):
        school = OrganisationFactory()
        lead, maths, gone, teacher = (posted(school) for _ in range(4))
        before = WorkingGroupFactory(
            school=school_of(school),
            year=year_of("2024-2025", starts_on=date(2024, 9, 1), ends_on=date(2025, 8, 31)),
        )
        for holder, facts in (
            (maths, {"kind": "SUBJECT_TEACHER", "subject": "数学"}),
            (gone, {"kind": "COUNSELLOR"}),
            (teacher, {"kind": "CLASS_TEACHER", "stage": "PRIMARY", "grade": 3,
                       "class_name": "1班"}),
        ):  # fmt: skip
            SeatHolderFactory(seat=SeatFactory(group=before, **facts), holder=holder)
        gone.ends_on = date(2026, 1, 31)
        gone.save()
        EnrolmentFactory(school=school_of(school), grade=4, class_name="1班")

        found = duties(formed(school, lead))

        assert found["SUBJECT_TEACHER", None, "", "数学"] == maths
        assert found["CLASS_TEACHER", 4, "1班", ""] == teacher
        assert found["COUNSELLOR", None, "", ""] is None
        assert ("CLASS_TEACHER", 3, "1班", "") not in found

    def test_a_second_group_for_the_year_is_refused_in_words(self):
        school = OrganisationFactory()
        lead = posted(school, "PRINCIPAL")
        formed(school, lead)

        with pytest.raises(PromiseBroken) as refused:
            formed(school, lead)

        assert refused.value.constraint == "working_group_once_a_year"
        assert WorkingGroup.objects.count() == 1


class TestSeats:
    def test_a_new_holder_ends_the_old_ones_time(self):
        row = SeatHolderFactory()
        new = posted(row.holder.organisation)

        give(row.seat, new, shown=row.pk)

        row.refresh_from_db()
        assert row.ends_on == DAY
        assert SeatHolder.objects.get(ends_on=None).holder == new

    def test_who_was_shown_another_holder_changes_nothing(self):
        row = SeatHolderFactory()

        with pytest.raises(SeatChanged) as told:
            give(row.seat, posted(row.holder.organisation), shown=None)

        assert told.value.holder == row
        assert SeatHolder.objects.get() == row

    def test_a_seat_is_empty_from_the_day_after_its_holders_posting_ended(self):
        row = SeatHolderFactory()
        row.holder.ends_on = date(2026, 3, 18)
        row.holder.save()

        (line,) = seating([row.seat.group], DAY)
        assert line.holder is None
        assert line.vacancy.since == date(2026, 3, 19)

        new = posted(row.holder.organisation)
        give(row.seat, new, shown=None)
        row.refresh_from_db()
        assert row.ends_on == date(2026, 3, 19)
        assert seating([row.seat.group], DAY)[0].holder == new

    def test_on_the_last_day_of_the_posting_the_seat_is_still_held(self):
        row = SeatHolderFactory()
        row.holder.ends_on = DAY
        row.holder.save()

        assert seating([row.seat.group], DAY)[0].holder == row.holder

    def test_a_holder_who_can_no_longer_sign_in_leaves_the_seat_empty_at_once(self):
        row = SeatHolderFactory()
        row.holder.user.is_active = False
        row.holder.user.save()

        (line,) = seating([row.seat.group], DAY)
        assert line.vacancy.tells_lead
        give(row.seat, posted(row.holder.organisation), shown=None)
        assert seating([row.seat.group], DAY)[0].holder is not None

    def test_the_county_sets_after_how_many_days_an_empty_seat_is_told(self):
        NormFactory(key="EMPTY_SEAT_DAYS", value=30)
        seat = SeatFactory(opened_on=date(2026, 3, 1))

        (line,) = seating([seat.group], DAY)

        assert not line.vacancy.tells_lead

    def test_a_closed_seat_is_no_alert_and_ends_its_holder(self):
        row = SeatHolderFactory()

        for _twice in "12":
            close_seat(
                seat=row.seat, reason="并班", by=row.holder.user, now=timezone.now(), today=DAY
            )

        assert seating([row.seat.group], DAY) == []
        row.refresh_from_db()
        assert row.ends_on == DAY
        assert row.seat.history.count() == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_at_once_for_one_seat_one_sits_and_the_other_is_told_who():
    with acting(EVERYTHING), transaction.atomic():
        seat, school = SeatFactory(), OrganisationFactory()
        holders = [posted(school), posted(school)]
    start, sat, told = threading.Barrier(2), [], []

    def lead(holder):
        try:
            start.wait()
            with acting(EVERYTHING), transaction.atomic():
                give_seat(seat=seat, holder=holder, shown=None, reason="", by=holder.user,
                          now=timezone.now(), today=DAY)  # fmt: skip
            sat.append(holder)
        except SeatChanged as changed:
            told.append(changed.holder.holder)
        finally:
            connection.close()

    threads = [threading.Thread(target=lead, args=[holder]) for holder in holders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sat) == len(told) == 1
    assert told == sat
