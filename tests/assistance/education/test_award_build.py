"""Awards put together from the roll: once, by the rules, at the school of the day of counting."""

from datetime import date
from decimal import Decimal

import pytest

from assistance.actions.education_follow import follow_roll
from assistance.models import EducationAward, Entitlement
from assistance.models._award_sql import PERIOD
from assistance.rules.education_award import (
    Verdict,
    counted_on,
    first_month,
    last_month,
    verdict,
)
from assistance.rules.months import month_of, shifted
from schools.models import Enrolment
from tests.factories import (
    EconomicStatusFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    UserFactory,
    term_of,
)

from .awards import DAY, LATER, NOW, awards, build, confirm, left, pupil

pytestmark = pytest.mark.django_db


def test_the_rules_award_by_stage_tier_and_boarding_and_say_on_what(autumn):
    senior, boarder = pupil(), pupil(stage="PRIMARY", is_boarding=True, tier=None)
    EconomicStatusFactory(child=boarder, status="DIBAO", starts_on=date(2025, 1, 1))
    pupil(tier=None)

    built = build(autumn)

    assert built.new == 3
    assert awards(senior) == {
        "SE_FREE": (Decimal(400), "PROPOSED"), "SE_GRANT": (Decimal(1650), "PROPOSED"),
    }  # fmt: skip
    assert awards(boarder) == {"CE_BOARD": (Decimal(625), "PROPOSED")}
    row = EducationAward.objects.get(child=boarder)
    assert (row.standard.document, row.rule.programme.code, row.history.count()) == (
        "财教〔2024〕1号", "CE_BOARD", 1,
    )  # fmt: skip
    assert EducationAward.objects.get(child=senior, programme__code="SE_GRANT").tier == "SPECIAL"


def test_building_again_changes_nothing(autumn):
    pupil(), pupil(stage="PRIMARY")
    build(autumn)
    before = list(EducationAward.objects.order_by("pk").values_list("pk", "version"))

    again = build(autumn, by=UserFactory())

    assert (again.new, again.changed, again.ended) == (0, 0, 0)
    assert list(EducationAward.objects.order_by("pk").values_list("pk", "version")) == before


def test_a_school_builds_for_its_own_pupils_alone(autumn):
    mine, other = pupil(), pupil()

    build(autumn, school=mine.enrolments.get().school)

    assert awards(mine)
    assert not awards(other)


def moved(child, day):
    left(child, day, "TRANSFERRED")
    EnrolmentFactory(child=child, stage="SENIOR", grade=1, starts_on=day)


def home(child, day):
    school = child.enrolments.get().school
    left(child, day, "MOVED_UP")
    EnrolmentFactory(
        child=child, school=school, stage="PRIMARY", grade=4, placement="HOME_TEACHING",
        starts_on=day,
    )  # fmt: skip


ROLL = [
    # what happens, on which day, looked at on → awards by state, and where
    (left, date(2025, 8, 31), DAY, "ended LEFT"),
    (left, date(2025, 9, 10), DAY, "kept"),  # owed at the term's beginning
    (left, date(2025, 11, 1), LATER, "kept"),
    (moved, date(2025, 9, 8), DAY, "moved"),
    (moved, date(2025, 10, 20), LATER, "kept"),
]


@pytest.mark.parametrize("is_confirmed", [False, True])
@pytest.mark.parametrize(("change", "day", "today", "then"), ROLL)
def test_a_change_of_the_roll_counts_from_the_right_term(
    autumn, change, day, today, then, is_confirmed
):
    child = pupil(starts_on=date(2024, 9, 1))
    first = child.enrolments.get().school
    build(autumn)
    if is_confirmed:
        confirm(autumn)
    change(child, day)

    build(autumn, today=today)

    rows = EducationAward.objects.filter(child=child)
    where = {row.school_id for row in rows.counting()}
    if then == "kept":
        assert (where, rows.filter(state="ENDED").count()) == ({first.pk}, 0)
    elif then == "ended LEFT":
        assert {row.end_reason for row in rows} == {"LEFT"}
        assert not where
    else:
        assert where == {child.enrolments.get(ends_on=None).school_id}
        ended = rows.filter(state="ENDED")
        assert {row.end_reason for row in ended} == ({"MOVED"} if is_confirmed else set())
    states = set(Entitlement.objects.filter(child=child).values_list("state", flat=True))
    if is_confirmed:
        assert states == ({"RUNNING"} if then == "kept" else {"CANCELLED"})


def test_home_teaching_before_the_term_ends_the_boarders_subsidy_and_opens_the_other(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True, starts_on=date(2024, 9, 1))
    build(autumn)
    home(child, date(2025, 8, 31))

    build(autumn)

    assert awards(child) == {"CE_NONBOARD": (Decimal("312.50"), "PROPOSED")}
    ended = EducationAward.objects.get(child=child, state="ENDED")
    assert ended.end_reason == "HOME_TEACHING"


def test_home_teaching_within_the_term_counts_from_the_next(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True, starts_on=date(2024, 9, 1))
    build(autumn)
    home(child, date(2025, 9, 8))

    build(autumn)
    build(term_of(2), today=date(2026, 3, 10))

    by_term = {
        (one.term_id, one.programme.code, one.state)
        for one in EducationAward.objects.select_related("programme")
    }
    assert by_term == {
        (autumn.pk, "CE_BOARD", "PROPOSED"), (term_of(2).pk, "CE_NONBOARD", "PROPOSED"),
    }  # fmt: skip


def test_boarding_that_begins_after_the_counting_waits_for_the_next_term(autumn):
    child = pupil(stage="PRIMARY", starts_on=date(2024, 9, 1))
    build(autumn)
    row = Enrolment.objects.get(child=child)
    row.is_boarding = True
    row.save()

    build(autumn, today=LATER)
    build(term_of(2), today=date(2026, 3, 10))

    by_term = {
        (one.term_id, one.programme.code)
        for one in EducationAward.objects.select_related("programme")
    }
    assert by_term == {(autumn.pk, "CE_NONBOARD"), (term_of(2).pk, "CE_BOARD")}


def test_the_rule_and_the_statement_agree_on_what_is_kept():
    """The cases of the table of rules are those of the tests above; here the two ends."""
    facts = {"state": "CONFIRMED", "is_owed": False, "is_same": False, "counted": counted_on(
        date(2025, 9, 1))}  # fmt: skip
    assert verdict(is_under_way=False, today=DAY, **facts) == Verdict.END
    assert verdict(is_under_way=False, today=LATER, **facts) == Verdict.KEEP


def test_the_night_follows_the_roll_where_people_began(autumn):
    mine, alone = pupil(starts_on=date(2024, 9, 1)), pupil()
    follow_roll(now=NOW, today=DAY)
    assert not EducationAward.objects.exists()
    build(autumn)
    left(mine, date(2025, 8, 31))

    follow_roll(now=NOW, today=DAY)
    follow_roll(now=NOW, today=DAY)

    assert not awards(mine)
    assert len(awards(alone)) == 2
    assert EducationAward.objects.filter(child=mine).first().history.count() == 2


@pytest.mark.parametrize("starts_on", [date(2026, 2, 24), date(2026, 3, 2), date(2025, 9, 1)])
def test_the_months_an_award_serves_are_those_of_the_rule(starts_on):
    from django.db import connection

    programme = ProgrammeFactory(cadence="TERM", period_starts=[3, 9])
    ends_on = shifted(month_of(starts_on), 4)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.* FROM (SELECT %s::date AS starts_on, %s::date AS ends_on) t,"
            f" assistance_programme p, LATERAL ({PERIOD}) x WHERE p.id = %s",
            [starts_on, ends_on, programme.pk],
        )
        month, after = (found.date() for found in cursor.fetchone())

    first = first_month(starts_on, ends_on, programme.period_starts)
    assert (month, after) == (first, shifted(last_month(first, [3, 9]), 1))
