"""Awards put together from the roll: once, by the rules, at the school of the day of counting."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assistance.actions.education_award import build_awards, confirm_awards
from assistance.actions.education_follow import follow_roll
from assistance.actions.education_settlement import pay_settlement, settle
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.load_rules import load_rules
from assistance.models import EducationAward, Entitlement, PaymentLine, PaymentRun
from assistance.models._award_sql import PERIOD
from assistance.models.payment_build import fill
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
    COUNTY,
    ChildFactory,
    EconomicStatusFactory,
    EducationAwardFactory,
    EnrolmentFactory,
    EntitlementFactory,
    OverlapRuleFactory,
    PaymentAccountFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    RecognitionFactory,
    SchoolFactory,
    UserFactory,
    area,
    term_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 9, 10, 2, tzinfo=UTC)
DAY = date(2025, 9, 10)
LATER = date(2025, 11, 3)
POOR = {"any": [{"tier": ["SPECIAL", "MEDIUM", "GENERAL"]}, {"economic_status": "DIBAO"}]}
RULES = {
    "programmes": [
        {
            "code": "CE_BOARD", "cadence": "TERM", "department": "EDUCATION", "starts": "MONTH_MET",
            "standards": [{"amount": 1250, "per": "YEAR", "document": "财教〔2024〕1号"}],
            "eligibility": [
                {"conditions": {"school": {"stages": "PRIMARY", "boarding": True}, **POOR}}
            ],
        },
        {
            "code": "CE_NONBOARD", "cadence": "TERM", "department": "EDUCATION",
            "starts": "MONTH_MET",
            "standards": [{"formula": {"kind": "PERCENT", "percent": 50, "of": "CE_BOARD"}}],
            "eligibility": [
                {"conditions": {"school": {"stages": "PRIMARY", "boarding": False}, **POOR}}
            ],
        },
        {
            "code": "SE_FREE", "cadence": "TERM", "department": "EDUCATION", "paid_to": "SCHOOL",
            "starts": "MONTH_MET", "standards": [{"amount": 800, "per": "YEAR"}],
            "eligibility": [{"conditions": {"school": {"stages": "SENIOR"}, **POOR}}],
        },
        {
            "code": "SE_GRANT", "cadence": "TERM", "department": "EDUCATION", "starts": "MONTH_MET",
            "standards": [{"tiers": "SPECIAL", "amount": 3300, "per": "YEAR"},
                          {"tiers": ["MEDIUM", "GENERAL"], "amount": 2300, "per": "YEAR"}],
            "eligibility": [
                {"conditions": {"school": {"stages": "SENIOR"},
                                "tier": ["SPECIAL", "MEDIUM", "GENERAL"]}}
            ],
        },
    ],
    "overlaps": [{"kind": "HIGHER_OF", "among": ["CE_BOARD", "CE_NONBOARD"]}],
}  # fmt: skip


@pytest.fixture
def autumn():
    load_rules(data=RULES, by=None, now=NOW)
    return term_of(1)


def pupil(school=None, tier="SPECIAL", **facts):
    child = ChildFactory()
    roll = {"stage": "SENIOR", "grade": 1, "school": school or SchoolFactory(), **facts}
    EnrolmentFactory(child=child, **roll)
    if tier:
        RecognitionFactory(child=child, is_confirmed=True, tier=tier)
    return child


def build(term, today=DAY, **facts):
    place = facts if "school" in facts else {"area": COUNTY, **facts}
    return build_awards(term=term, today=today, now=NOW, **{"by": None, **place})


def awards(child):
    return {
        row.programme.code: (row.amount, row.state)
        for row in EducationAward.objects.filter(child=child).counting().select_related("programme")
    }


def confirm(term, rows=None, by=None):
    rows = EducationAward.objects.select_related("programme") if rows is None else rows
    return confirm_awards(
        term=term, awards=list(rows), area=COUNTY, by=by or UserFactory(), now=NOW
    )


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


def test_the_database_refuses_what_an_overlap_rule_keeps_apart(autumn):
    child = pupil(stage="PRIMARY", is_boarding=True)
    build(autumn)
    other = ProgrammeFactory(code="OTHER_WAIVER", paid_to="SCHOOL")
    OverlapRuleFactory(programmes=["OTHER_WAIVER"], others=["CE_BOARD"])

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        EducationAwardFactory(child=child, term=autumn, programme=other)

    assert refused.value.__cause__.diag.constraint_name == "award_beside_what_excludes_it"


def left(child, day, reason="DROPPED_OUT"):
    row = Enrolment.objects.get(child=child, ends_on=None)
    row.ends_on, row.end_reason = day, reason
    row.save()


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


def test_a_grant_is_paid_by_the_next_run_and_a_waiver_is_not(autumn):
    child = pupil()
    PaymentAccountFactory(child=child, is_in_use=True)
    build(autumn)
    done, left_over = confirm(autumn)
    run: PaymentRun = PaymentRunFactory(month=date(2025, 9, 1), area=area(COUNTY))

    fill(run, by_id=None, now=NOW)

    assert (done, left_over) == (2, 0)
    line = PaymentLine.objects.get()
    award = EducationAward.objects.get(programme__code="SE_GRANT")
    assert (line.entitlement, line.amount) == (award.entitlement, 1650)
    assert (award.entitlement.from_month, award.entitlement.to_month) == (
        date(2025, 9, 1), date(2026, 2, 1),
    )  # fmt: skip
    waiver = EducationAward.objects.get(programme__code="SE_FREE")
    assert (waiver.state, waiver.entitlement) == ("CONFIRMED", None)


def test_money_in_a_run_is_not_taken_back_by_the_roll(autumn):
    child = pupil(starts_on=date(2024, 9, 1))
    PaymentAccountFactory(child=child, is_in_use=True)
    build(autumn)
    confirm(autumn)
    fill(PaymentRunFactory(month=date(2025, 9, 1), area=area(COUNTY)), by_id=None, now=NOW)
    left(child, date(2025, 8, 31))

    build(autumn)

    assert awards(child) == {"SE_GRANT": (Decimal(1650), "CONFIRMED")}


def test_who_built_them_does_not_confirm_them(autumn):
    pupil()
    by = UserFactory()
    build(autumn, by=by)

    assert confirm(autumn, by=by) == (0, 2)
    assert confirm(autumn) == (2, 0)
    assert confirm(autumn) == (0, 2)
    assert Entitlement.objects.count() == 1


def test_a_family_that_has_such_an_entitlement_is_left(autumn):
    child = pupil()
    build(autumn)
    grant = EducationAward.objects.get(programme__code="SE_GRANT")
    EntitlementFactory(child=child, programme=grant.programme, from_month=date(2025, 10, 1))

    assert confirm(autumn) == (1, 1)

    grant.refresh_from_db()
    assert grant.is_proposed


def test_a_settlement_is_counted_from_the_awards_and_later_ones_go_into_the_next(autumn):
    school = SchoolFactory(stages=["SENIOR"])
    pupil(school), pupil(school), pupil()
    build(autumn)
    confirm(autumn)
    by = UserFactory()

    first = settle(school=school, term=autumn, by=by, now=NOW)
    with pytest.raises(DoesNotFit):
        settle(school=school, term=autumn, by=by, now=NOW)
    pupil(school)
    build(autumn, today=LATER)
    confirm(autumn)
    second = settle(school=school, term=autumn, by=by, now=NOW)

    assert (first.number, first.award_count, first.total) == (1, 2, 800)
    assert (second.number, second.award_count, second.total) == (2, 1, 400)
    paid = pay_settlement(settlement=first, paid_on=LATER, voucher="凭证1", by=by, now=NOW)
    rows = EducationAward.objects.waivers().with_paid_on()
    assert {row.settlement_id: row.arrived_on for row in rows.filter(school=school)} == {
        paid.pk: LATER, second.pk: None,
    }  # fmt: skip
    with pytest.raises(DoesNotFit):
        pay_settlement(settlement=first, paid_on=LATER, voucher="2", by=by, now=NOW)


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


def test_what_an_overlap_rule_keeps_apart_is_left_out_and_told_and_the_rest_is_built(autumn):
    """The rule ends with the month the term begins in, the award is asked for the month after."""
    spring = term_of(2)
    spring.starts_on = date(2026, 2, 24)
    spring.save()
    child = pupil()
    OverlapRuleFactory(
        kind="EXCLUDES", programmes=["SE_GRANT"], others=["SE_FREE"], to_month=date(2026, 2, 1)
    )

    built = build(spring, today=date(2026, 3, 3))

    assert (built.new, built.apart) == (1, 1)
    assert list(awards(child)) == ["SE_GRANT"]
    assert build(spring, today=date(2026, 3, 3)).new == 0


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
