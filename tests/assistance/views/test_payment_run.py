"""Entitlements and runs as they are met in the browser, from the proposal to the approval."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assistance.jobs import fill_payment_run
from assistance.models import Entitlement, PaymentLine, PaymentRun
from assistance.models.account_doubts import WORDS
from assistance.rules.months import month_of, shifted
from assistance.rules.payment_account import Doubt
from schools.extensions import aid_of
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    ChildFactory,
    EntitlementFactory,
    GapFactory,
    GuardianshipFactory,
    PaymentAccountFactory,
    PaymentLineFactory,
    PaymentRunFactory,
    ProgrammeFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import posted_as

pytestmark = pytest.mark.django_db


def of(child, name, **more):
    return reverse(f"assistance:{name}", kwargs={"case_number": child.case_number, **more})


def acting(client, role):
    posting = posted_as(role)
    sign_in(client, posting)
    return posting


@pytest.fixture
def supervisor(client):
    return acting(client, Role.CHILD_SUPERVISOR)


def test_from_the_proposal_to_an_approved_run(client):
    child = ChildFactory()
    PaymentAccountFactory(child=child, is_in_use=True)
    facts = {
        "programme": ProgrammeFactory().pk, "from_month": "2026-03", "amount": "1,891",
        "grounds": "2026年3月2日申请",
    }  # fmt: skip
    acting(client, Role.CHILD_SUPERVISOR)
    client.post(of(child, "entitlement_add"), facts)
    row = Entitlement.objects.get()
    acting(client, Role.COUNTY_OFFICER)
    client.post(of(child, "entitlement_move", entitlement_id=row.pk), {"move": "CONFIRM"})
    checker = acting(client, Role.CHILD_SUPERVISOR)
    client.post(reverse("assistance:run_list"), {"month": "2026-03", "area": TOWNSHIP})
    run = PaymentRun.objects.get()
    move = reverse("assistance:run_move", args=[run.pk])
    client.post(move, {"move": "CHECK"})
    assert client.post(move, {"move": "APPROVE"}).status_code == 403
    acting(client, Role.COUNTY_OFFICER)

    client.post(move, {"move": "APPROVE"})

    run.refresh_from_db()
    assert (run.state, run.checked_by, run.line_count, run.total) == (
        "APPROVED", checker.user, 1, 1891,
    )  # fmt: skip
    line = PaymentLine.objects.get()
    page = client.get(of(child, "line_detail", line_id=line.pk)).content.decode()
    assert "2026年3月2日申请" in page
    assert checker.user.full_name in page


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"from_month": "2026-13"}, "from_month"),
        ({"from_month": "x\x00"}, "from_month"),
        ({"to_month": "2026-02"}, "to_month"),
        ({"amount": "0"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": "99999999999"}, "amount"),
        ({"programme": "999999999"}, "programme"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, supervisor, facts, field):
    whole = {
        "programme": ProgrammeFactory().pk, "from_month": "2026-03", "amount": "1891",
        "grounds": "申请",
    }  # fmt: skip

    answer = client.post(of(ChildFactory(), "entitlement_add"), whole | facts)

    assert field in answer.context["form"].errors
    assert not Entitlement.objects.exists()


def test_a_second_entitlement_in_the_same_month_is_refused_at_the_field(client, supervisor):
    row = EntitlementFactory(is_running=True)
    facts = {
        "programme": row.programme.pk, "from_month": "2026-03", "amount": "1", "grounds": "申请",
    }  # fmt: skip

    answer = client.post(of(row.child, "entitlement_add"), facts)

    assert "from_month" in answer.context["form"].errors


def test_an_end_needs_its_last_month(client):
    acting(client, Role.COUNTY_OFFICER)
    row = EntitlementFactory(is_running=True, amount=100)
    url = of(row.child, "entitlement_move", entitlement_id=row.pk)

    for facts in ({}, {"end_reason": "AGE_18"}, {"end_reason": "AGE_18", "to_month": "2025-12"}):
        client.post(url, {"move": "END"} | facts)
        row.refresh_from_db()
        assert row.state == "RUNNING"
    client.post(url, {"move": "END", "end_reason": "AGE_18", "to_month": "2026-05"})

    row.refresh_from_db()
    assert (row.state, row.to_month) == ("ENDED", date(2026, 5, 1))


def test_those_ticked_are_confirmed_and_ones_own_are_left(client):
    county = acting(client, Role.COUNTY_OFFICER)
    mine = EntitlementFactory(proposed_by=county.user)
    theirs, unticked = EntitlementFactory(), EntitlementFactory()

    client.post(
        reverse("assistance:entitlement_confirm_many"),
        {"entitlement": [mine.pk, theirs.pk, "x", "99999999999"]},
    )

    states = [Entitlement.objects.get(pk=row.pk).state for row in (mine, theirs, unticked)]
    assert states == ["PROPOSED", "RUNNING", "PROPOSED"]


def test_a_township_opens_no_run_for_another(client, supervisor):
    area(OTHER_TOWNSHIP)

    answer = client.post(
        reverse("assistance:run_list"), {"month": "2026-03", "area": OTHER_TOWNSHIP}
    )

    assert "area" in answer.context["form"].errors
    assert not PaymentRun.objects.exists()


@pytest.mark.parametrize("how_many", [1, 10])
def test_a_run_asks_the_same_number_of_questions(
    client, supervisor, django_assert_max_num_queries, how_many
):
    run = PaymentRunFactory()
    for _n in range(how_many):
        entitlement = EntitlementFactory(is_running=True)
        PaymentLineFactory(
            run=run, entitlement=entitlement, state="PENDING", reason="",
            account=PaymentAccountFactory(
                child=entitlement.child, is_in_use=True, holder_is="OTHER"
            ),
        )  # fmt: skip
        GapFactory(
            child=entitlement.child, programme=entitlement.programme, entitlement=entitlement,
            kind="RECEIVED", reason="TOO_MUCH",
        )  # fmt: skip
    url = reverse("assistance:run_detail", args=[run.pk])
    client.get(url)

    with django_assert_max_num_queries(QUERIES):
        answer = client.get(url)

    found = answer.context
    assert len(found["page"].rows) == len(found["doubts"]) == len(found["not_owed"]) == how_many


def test_before_it_is_approved_a_run_names_whom_money_should_not_go_to(client, supervisor):
    """Accounts of others, and what the rules do not owe: while it can still be stopped."""
    care = GuardianshipFactory(ends_on=None)
    past = GuardianshipFactory(ends_on=timezone.localdate() - timedelta(days=40))
    run = PaymentRunFactory(built_at=timezone.now())

    def pays(holder, child=None, **account):
        row = EntitlementFactory(is_running=True, **({"child": child} if child else {}))
        account = PaymentAccountFactory(
            child=row.child, is_in_use=True, **({"holder": holder} if holder else {}), **account
        )
        PaymentLineFactory(run=run, entitlement=row, state="PENDING", reason="", account=account)
        return row

    good = pays("")
    ours = pays(care.guardian.name, care.child, holder_is="GUARDIAN", guardianship=care)
    named = pays("别家的人")
    former = pays(past.guardian.name, past.child, holder_is="GUARDIAN", guardianship=past)
    for row, facts in ((good, {}), (ours, {"kind": "OWED", "reason": "APPLICATION"}),
                       (named, {"closed_at": timezone.now()})):  # fmt: skip
        GapFactory(child=row.child, programme=row.programme, entitlement=row,
                   **{"kind": "RECEIVED", "reason": "CLOSED"} | facts)  # fmt: skip
    url = reverse("assistance:run_detail", args=[run.pk])

    page = client.get(url)

    doubted = {line.child_id: words for line, words in page.context["doubts"]}
    assert doubted == {
        named.child_id: [str(WORDS[Doubt.OTHER_NAME])],
        former.child_id: [str(WORDS[Doubt.NO_GUARDIAN])],
    }
    assert [gap.child_id for gap in page.context["not_owed"]] == [good.child_id]
    assert "规则不应发放的款项" in page.content.decode()


QUERIES = 15


@pytest.mark.parametrize("how_many", [1, 10])
def test_the_list_asks_the_same_number_of_questions(
    client, supervisor, django_assert_max_num_queries, how_many
):
    for _n in range(how_many):
        EntitlementFactory(is_running=True, amount=100)
    url = reverse("assistance:entitlement_list")
    client.get(url)

    with django_assert_max_num_queries(8):
        answer = client.get(url)

    assert [row.rate_now.amount for row in answer.context["page"].rows] == [100] * how_many


def test_a_run_of_the_county_is_put_together_in_the_background(client):
    county = acting(client, Role.COUNTY_OFFICER)
    entitlement = EntitlementFactory(is_running=True, amount=100)

    answer = client.post(
        reverse("assistance:run_list"), {"month": "2026-03", "area": COUNTY}, follow=True
    )

    run = PaymentRun.objects.get()
    assert (run.built_at, run.lines.count()) == (None, 0)
    assert answer.status_code == 200
    fill_payment_run.func(run_id=run.pk, by_id=county.user.pk)
    fill_payment_run.func(run_id=run.pk, by_id=county.user.pk)
    run.refresh_from_db()
    assert run.built_by == county.user
    assert {line.entitlement for line in run.lines.all()} == {entitlement}


def test_what_came_of_a_payment_is_told_with_who_and_when(client, supervisor):
    line = PaymentLineFactory()

    answer = client.get(of(line.child, "line_detail", line_id=line.pk))

    assert len(answer.context["story"]) == 1


def test_a_growth_record_learns_what_arrived():
    account = PaymentAccountFactory(is_in_use=True)
    line = PaymentLineFactory(
        entitlement__child=account.child, account=account, state="PAID", reason="",
        paid_on=date(2026, 1, 9),
    )  # fmt: skip

    found = aid_of([line.child_id], date(2026, 1, 1), date(2026, 1, 31))

    assert [(aid.on, aid.amount) for aid in found[line.child_id]] == [
        (date(2026, 1, 9), "¥1891.00")
    ]
    assert aid_of([line.child_id], date(2026, 2, 1), date(2026, 2, 28)) == {}


def test_a_month_that_no_run_has_reckoned_is_missing_at_a_glance_not_nothing(client, supervisor):
    month = month_of(timezone.localdate())
    row = EntitlementFactory(is_running=True, amount=100, from_month=shifted(month, -4))
    waiver = ProgrammeFactory(code="WAIVER", paid_to="SCHOOL")
    EntitlementFactory(
        child=row.child, programme=waiver, is_running=True, amount=100,
        from_month=shifted(month, -9),
    )  # fmt: skip
    account = PaymentAccountFactory(child=row.child, is_in_use=True)
    PaymentLineFactory(
        entitlement=row, month=shifted(month, -4), state="PAID", reason="", account=account,
        paid_on=shifted(month, -4), due_on=shifted(month, -4), rate=row.rates.get(),
    )  # fmt: skip

    page = client.get(reverse("assistance:child_aid", args=[row.child.case_number]))

    (glance,) = [found["glance"] for _t, found in page.context["main"] if "glance" in found]
    assert [(month.month, tone) for month, tone, _words in glance[-6:]] == [
        (shifted(month, ago).month, tone)
        for ago, tone in (
            (-5, "UNKNOWN"), (-4, "LOW"), (-3, "overdue"), (-2, "overdue"), (-1, "overdue"),
            (0, "UNKNOWN"),
        )
    ]  # fmt: skip


def test_only_the_county_takes_back_what_was_approved(client):
    run = PaymentRunFactory(
        state="APPROVED", checked_by=UserFactory(), checked_at=timezone.now(), line_count=0,
        total=0, approved_by=UserFactory(), approved_at=timezone.now(),
    )  # fmt: skip
    move = reverse("assistance:run_move", args=[run.pk])
    acting(client, Role.CHILD_SUPERVISOR)
    facts = {"move": "RETURN", "reason": "有误"}
    assert (
        'value="RETURN"'
        not in client.get(reverse("assistance:run_detail", args=[run.pk])).content.decode()
    )
    assert client.post(move, facts).status_code == 403
    acting(client, Role.COUNTY_OFFICER)
    assert (
        'value="RETURN"'
        in client.get(reverse("assistance:run_detail", args=[run.pk])).content.decode()
    )

    client.post(move, facts)

    run.refresh_from_db()
    assert (run.state, run.approved_at) == ("DRAFT", None)
