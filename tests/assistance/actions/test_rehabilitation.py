"""Sessions, claims and their people: nothing is paid twice, nothing without a signature."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.rehabilitation import (
    MovedOn,
    add_sessions,
    end_plan,
    move_application,
    withdraw_session,
)
from assistance.actions.rehabilitation_claim import NotAsChecked, draw_up, move_claim, set_line
from assistance.models import ClaimLine, RehabilitationSession
from assistance.models.rehabilitation_ledger import with_ledgers
from assistance.rules.rehabilitation import ApplicationMove, ClaimMove
from children.actions.promises import PromiseBroken
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    ChildFactory,
    RehabilitationApplicationFactory,
    RehabilitationInstitutionFactory,
    RehabilitationPlanFactory,
    RehabilitationSessionFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


def attended(plan, *days, month=3):
    for day in days:
        RehabilitationSessionFactory(plan=plan, held_on=date(2026, month, day))


def claimed(plan, month=MARCH, place=COUNTY, by=None):
    return draw_up(
        institution=plan.institution, month=month, area=area(place), by=by or UserFactory(),
        now=timezone.now(),
    )  # fmt: skip


def moved(claim, *moves, by=None):
    for move in moves:
        claim = move_claim(
            claim=claim, move=move, by=by or UserFactory(), now=timezone.now(), reason="x",
            paid_on=date(2026, 4, 20) if move == ClaimMove.PAY else None,
        )  # fmt: skip
    return claim


CHECK, APPROVE, PAY = ClaimMove.CHECK, ClaimMove.APPROVE, ClaimMove.PAY


def figures(claim):
    rows = ClaimLine.objects.filter(claim=claim).order_by("pk")
    return [(row.asked_sessions, row.granted_sessions, row.granted_amount) for row in rows]


def test_a_claim_is_drawn_up_from_the_signed_sessions_of_its_month_and_place():
    plan = RehabilitationPlanFactory()
    attended(plan, 3, 4, 5)
    attended(plan, 1, month=4)
    elsewhere = RehabilitationPlanFactory(
        institution=plan.institution,
        application__child=ChildFactory(
            residence_area=area(OTHER_VILLAGE), birth_date=date(2021, 1, 1)
        ),
    )
    attended(elsewhere, 3)

    claim = claimed(plan)

    assert figures(claim) == [(3, 3, Decimal(300))]
    assert ClaimLine.history.count() == 1


def test_drawn_up_again_it_follows_the_sessions_and_leaves_what_was_typed():
    plan, typed = RehabilitationPlanFactory(), None
    attended(plan, 3)
    other = RehabilitationPlanFactory(institution=plan.institution)
    attended(other, 3, 4)
    claim = claimed(plan)
    typed = claim.lines.get(plan=other)
    set_line(
        line=typed, asked_sessions=5, asked_amount=Decimal(600), by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip
    attended(plan, 10)
    attended(other, 10)

    assert claimed(plan).pk == claim.pk
    assert figures(claim) == [(2, 2, Decimal(200)), (5, 3, Decimal(360))]
    before = ClaimLine.history.count()
    claimed(plan)
    assert ClaimLine.history.count() == before


def test_what_was_granted_once_is_not_granted_again():
    plan = RehabilitationPlanFactory()
    attended(plan, 3, 4)
    moved(claimed(plan), CHECK, APPROVE)
    attended(plan, 20)

    assert figures(claimed(plan)) == [(1, 1, Decimal(100))]


def test_quota_and_money_run_out_over_the_months():
    plan = RehabilitationPlanFactory(sessions=4, money=350)
    attended(plan, 3, 4, 5)
    attended(plan, 3, month=4)
    moved(claimed(plan), CHECK, APPROVE, PAY)

    claim = claimed(plan, date(2026, 4, 1))

    assert figures(claim) == [(1, 1, Decimal("87.50"))]
    (row,) = with_ledgers([plan], date(2026, 5, 1))
    assert (row.ledger.attended, row.ledger.granted, row.ledger.paid_money) == (
        4, 3, Decimal("262.50"),
    )  # fmt: skip


def test_no_more_sessions_are_entered_than_the_plan_approved():
    plan = RehabilitationPlanFactory(sessions=3)
    attended(plan, 3, 4)
    withdraw_session(
        session=plan.attended.get(held_on=date(2026, 3, 4)), reason="x", by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip
    attended(plan, 5)

    def by_hand(*days):
        add_sessions(
            plan=plan, days=[date(2026, 3, day) for day in days], hours=Decimal(1),
            signed_by="祖母", by=UserFactory(), now=timezone.now(),
        )  # fmt: skip

    with pytest.raises(PromiseBroken) as refused:
        by_hand(6, 7)

    assert refused.value.constraint == "rehab_session_within_plan"
    by_hand(6)
    assert plan.attended.standing().count() == 3


def test_a_claim_that_was_thrown_away_takes_nothing():
    plan = RehabilitationPlanFactory()
    attended(plan, 3, 4)
    moved(claimed(plan), ClaimMove.CANCEL)

    assert figures(claimed(plan)) == [(2, 2, Decimal(200))]


@pytest.mark.parametrize("step", ["draws up", "checks"])
def test_nobody_approves_what_they_drew_up_or_checked(step):
    plan, user = RehabilitationPlanFactory(), UserFactory()
    attended(plan, 3)
    claim = claimed(plan, by=user if step == "draws up" else None)
    moved(claim, CHECK, by=user if step == "checks" else None)

    with pytest.raises(PromiseBroken):
        moved(claim, APPROVE, by=user)


def test_nobody_approves_a_claim_of_which_they_wrote_a_line():
    plan, typist, again = RehabilitationPlanFactory(), UserFactory(), UserFactory()
    attended(plan, 3)
    claim = claimed(plan)
    typed = {"asked_sessions": 1, "asked_amount": Decimal(90), "now": timezone.now()}
    set_line(line=claim.lines.get(), by=typist, **typed)
    other = RehabilitationPlanFactory(institution=plan.institution)
    attended(other, 4)
    claimed(plan, by=again)
    moved(claim, CHECK)

    for writer in (typist, again):
        with pytest.raises(PromiseBroken) as refused:
            moved(claim, APPROVE, by=writer)
        assert refused.value.constraint == "rehab_claim_approved_by_none_of_its_lines"
    assert moved(claim, APPROVE).state == "APPROVED"


def test_what_changed_since_the_check_is_not_approved():
    plan = RehabilitationPlanFactory()
    attended(plan, 3, 4)
    claim = claimed(plan)
    line = claim.lines.get()
    set_line(
        line=line, asked_sessions=4, asked_amount=Decimal(400), by=UserFactory(),
        now=timezone.now(),
    )  # fmt: skip
    moved(claim, CHECK)
    attended(plan, 9)

    with pytest.raises(NotAsChecked):
        moved(claim, APPROVE)
    with pytest.raises(MovedOn):
        set_line(
            line=line, asked_sessions=3, asked_amount=Decimal(300), by=UserFactory(),
            now=timezone.now(),
        )  # fmt: skip


def test_a_session_that_a_claim_rests_on_cannot_be_withdrawn_and_another_can():
    plan = RehabilitationPlanFactory()
    attended(plan, 3)
    claimed(plan)
    attended(plan, 4)
    first, second = RehabilitationSession.objects.order_by("pk")

    withdraw_session(session=second, reason="x", by=UserFactory(), now=timezone.now())

    with pytest.raises(PromiseBroken) as broken:
        withdraw_session(session=first, reason="x", by=UserFactory(), now=timezone.now())
    assert broken.value.constraint == "claim_line_within_attended_sessions"
    with pytest.raises(MovedOn):
        withdraw_session(session=second, reason="x", by=UserFactory(), now=timezone.now())


def test_no_session_is_deleted():
    row = RehabilitationSessionFactory()

    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        row.delete()


def test_the_days_of_a_sheet_are_entered_all_or_none_and_once():
    plan = RehabilitationPlanFactory()
    attended(plan, 3)
    common = {
        "plan": plan, "hours": Decimal(1), "signed_by": "x", "by": UserFactory(),
        "now": timezone.now(),
    }  # fmt: skip

    assert add_sessions(days=[date(2026, 3, 3), date(2026, 3, 4)], **common) == 1
    with pytest.raises(PromiseBroken) as broken:
        add_sessions(days=[date(2026, 1, 8), date(2026, 3, 6)], **common)
    assert broken.value.constraint == "rehab_session_inside_plan"
    assert RehabilitationSession.objects.count() == 2


@pytest.mark.parametrize(
    ("born", "day", "rule", "is_allowed"),
    [
        (date(2019, 3, 4), date(2026, 3, 3), "DAY", True),
        (date(2019, 3, 3), date(2026, 3, 3), "DAY", False),
        (date(2019, 3, 3), date(2026, 3, 3), "YEAR_START", True),
        (date(2019, 1, 1), date(2026, 3, 3), "YEAR_START", False),
        (date(2019, 1, 2), date(2026, 12, 30), "YEAR_START", True),
        (date(2020, 2, 29), date(2027, 2, 28), "DAY", True),  # in common years on 1 March
        (date(2020, 2, 29), date(2027, 3, 1), "DAY", False),
    ],
)
def test_the_age_limit_counts_on_its_day(born, day, rule, is_allowed):
    plan = RehabilitationPlanFactory(
        application__child=ChildFactory(birth_date=born), age_rule=rule,
        starts_on=date(day.year, 1, 1), ends_on=date(day.year, 12, 31),
    )  # fmt: skip
    act = {"plan": plan, "held_on": day, "entered_on": date(2028, 1, 1)}

    if is_allowed:
        RehabilitationSessionFactory(**act)
    else:
        with pytest.raises(IntegrityError, match="age limit"), transaction.atomic():
            RehabilitationSessionFactory(**act)


def test_a_plan_ends_early_but_not_before_its_sessions():
    plan = RehabilitationPlanFactory()
    attended(plan, 3)
    common = {"plan": plan, "version": 1, "reason": "搬走", "by": UserFactory()}

    with pytest.raises(PromiseBroken):
        end_plan(ends_on=date(2026, 3, 2), now=timezone.now(), **common)
    end_plan(ends_on=date(2026, 3, 3), now=timezone.now(), **common)

    RehabilitationPlanFactory(application=plan.application, starts_on=date(2026, 3, 4))


def test_an_application_given_back_is_submitted_again_and_decided_by_another():
    row, county, director = RehabilitationApplicationFactory(), UserFactory(), UserFactory()

    def step(move, by):
        return move_application(
            application=row, move=move, by=by, now=timezone.now(), reason="缺诊断证明"
        )

    step(ApplicationMove.RETURN, county)
    step(ApplicationMove.SUBMIT, director)
    with pytest.raises(PromiseBroken):
        step(ApplicationMove.APPROVE, director)
    assert step(ApplicationMove.APPROVE, county).is_approved
    with pytest.raises(MovedOn):
        step(ApplicationMove.REJECT, county)


# Two at once -----------------------------------------------------------------------------------


def at_once(*acts):
    """What functions answer that run at the same time, each with a connection of its own."""

    def run(act):
        try:
            with acting(EVERYTHING):
                return act()
        except (MovedOn, PromiseBroken) as told:
            return type(told).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_claims_of_one_month_grant_each_session_once():
    """The township's and the county's, over the same children."""
    with transaction.atomic():
        center = RehabilitationInstitutionFactory()
        for _n in range(5):
            attended(RehabilitationPlanFactory(institution=center), 3, 4)
        plan = center.plans.first()
        people = [UserFactory(), UserFactory()]
        area(TOWNSHIP)

    at_once(
        lambda: claimed(plan, place=TOWNSHIP, by=people[0]),
        lambda: claimed(plan, place=COUNTY, by=people[1]),
    )

    with transaction.atomic():
        assert sum(ClaimLine.objects.values_list("granted_sessions", flat=True)) == 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_session_withdrawn_while_it_is_claimed_is_one_or_the_other(_round):
    with transaction.atomic():
        plan, people = RehabilitationPlanFactory(), [UserFactory(), UserFactory()]
        attended(plan, 3)
        session = plan.attended.get()

    at_once(
        lambda: claimed(plan, by=people[0]).pk,
        lambda: withdraw_session(session=session, reason="x", by=people[1], now=timezone.now()).pk,
    )

    with transaction.atomic():
        granted = ClaimLine.objects.get().granted_sessions
        assert granted == RehabilitationSession.objects.standing().count()
