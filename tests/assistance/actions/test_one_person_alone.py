"""Nobody makes money flow alone, and whoever changes it says why."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assistance.actions.entitlement import move_entitlement, set_rate
from assistance.actions.payment_run import approve_run, check_run, fill_run, open_run, return_run
from assistance.models import Entitlement, EntitlementRate, PaymentFigure, Standard
from assistance.rules.entitlement import Move
from assistance.rules.months import shifted
from children.actions.promises import PromiseBroken
from tests.assistance.runs import MONTH, built, entitled, finish
from tests.factories import (
    TOWNSHIP,
    PostingFactory,
    StandardFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
APRIL = shifted(MONTH, 1)
ALONE = "run_approved_by_none_of_its_amounts"


def approve(run, by):
    now = timezone.now()
    return approve_run(run=check_run(run=run, by=UserFactory(), now=now), by=by, now=now)


def by_hand(row, by, amount=9999, **basis):
    return set_rate(
        entitlement=row, from_month=MONTH, amount=Decimal(amount), reason="特殊情况", by=by,
        now=timezone.now(), basis=basis,
    )  # fmt: skip


def test_who_set_an_amount_by_hand_does_not_approve_the_run_that_pays_it():
    row, officer = entitled(100), UserFactory()
    by_hand(row, officer)
    run = built()

    with pytest.raises(PromiseBroken) as refused:
        approve(run, officer)

    assert refused.value.constraint == ALONE
    run.refresh_from_db()
    assert run.state == "CHECKED"
    assert approve_run(run=run, by=UserFactory(), now=timezone.now()).state == "APPROVED"


def test_once_another_person_approved_it_the_amount_is_nobodys_alone():
    row, officer = entitled(100), UserFactory()
    by_hand(row, officer)
    finish(built())

    assert approve(built(APRIL), officer).state == "APPROVED"


def test_an_amount_that_the_rules_give_may_be_set_and_approved_unless_the_standard_is_theirs_too():
    officer, other = UserFactory(), UserFactory()
    row = entitled(100)
    standard = StandardFactory(programme=row.programme, amount=9999, from_month=MONTH)
    by_hand(row, officer, standard=standard)
    run = built()
    assert approve(run, officer).state == "APPROVED"
    return_run(run=run, reason="再核", by=other, now=timezone.now())

    standard._history_user, standard._change_reason = officer, "调标"
    standard.save()

    with pytest.raises(PromiseBroken) as refused:
        approve(run, officer)
    assert refused.value.constraint == ALONE


def test_a_proposal_that_another_person_confirmed_is_nobodys_alone():
    officer = UserFactory()
    row = entitled(100)
    rate = row.rates.get()
    EntitlementRate.objects.create(
        child=row.child, entitlement=row, from_month=MONTH, amount=200, set_by=officer,
        set_at=row.confirmed_at,
    )  # fmt: skip
    assert rate.set_by is None

    assert approve(built(), officer).state == "APPROVED"


def test_who_put_the_run_together_first_does_not_approve_it_either():
    entitled(100)
    now, first, second = timezone.now(), UserFactory(), UserFactory()
    run = open_run(month=MONTH, area=area(TOWNSHIP), by=first, now=now)
    fill_run(run=run, by=first, now=now)
    entitled(200)
    fill_run(run=run, by=second, now=now)
    run.refresh_from_db()
    assert run.built_by == second

    for person in (first, second):
        with pytest.raises(PromiseBroken) as refused:
            approve(run, person)
        assert refused.value.constraint == "run_approved_by_another_person"
        run.refresh_from_db()
        if run.state == "CHECKED":
            return_run(run=run, reason="再核", by=UserFactory(), now=now)


# Reasons -----------------------------------------------------------------------------------------


@pytest.fixture
def county(client):
    posting = PostingFactory(role=Role.COUNTY_OFFICER)
    sign_in(client, posting)
    return posting


def test_an_amount_of_one_child_is_set_for_a_reason_which_its_page_tells(client, county):
    row = entitled(100)
    where = [row.child.case_number, row.pk]
    amount = {"from_month": f"{MONTH:%Y-%m}", "amount": "7", "document": "某民〔2026〕1号"}

    refused = client.post(reverse("assistance:rate_add", args=where), amount)
    set_ = client.post(
        reverse("assistance:rate_add", args=where), amount | {"reason": "双胞胎，按家庭补足"}
    )

    assert "reason" in refused.context["rate_form"].errors
    assert set_.status_code == 302
    assert row.rates.latest("pk").remark == "双胞胎，按家庭补足"
    page = client.get(reverse("assistance:entitlement_detail", args=where))
    assert "双胞胎，按家庭补足" in page.content.decode()


def test_what_was_held_is_paid_again_for_a_reason(client, county):
    row = entitled(100)
    move_entitlement(
        entitlement=row, move=Move.HOLD, reason="外出", by=UserFactory(), now=timezone.now()
    )
    address = reverse("assistance:entitlement_move", args=[row.child.case_number, row.pk])

    refused = client.post(address, {"move": "RESUME"})
    again = client.post(address, {"move": "RESUME", "reason": "已返乡"})

    assert "reason" in refused.context["move_form"].errors
    assert refused.content.decode().count('name="reason"') == 1 + 1  # and that of a new amount
    assert again.status_code == 302
    assert Entitlement.objects.get().state == "RUNNING"
    assert row.history.first().history_change_reason == "已返乡"


@pytest.mark.parametrize("kind", [Standard, PaymentFigure])
def test_the_database_keeps_no_change_of_a_person_without_its_reason(kind):
    if kind is Standard:
        row = StandardFactory(amount=100)
    else:
        row = PaymentFigure.objects.create(
            key="ARREARS_MONTHS", value=24, starts_on=MONTH, document="某文"
        )
    row._history_user = UserFactory()

    with pytest.raises(IntegrityError, match="changed_for_a_reason"), transaction.atomic():
        row.save()

    row._history_user, row._change_reason = UserFactory(), "按文件"
    row.save()
