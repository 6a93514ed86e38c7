"""The freshman subsidy: applied for, paid once, proved by the arrival or given back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assistance.actions.entitlement import DoesNotFit
from assistance.actions.freshman import (
    NotOwed,
    apply_for_subsidy,
    decide_subsidy,
    prove_arrival,
    recover_subsidy,
)
from assistance.actions.load_rules import load_rules
from assistance.models import FreshmanSubsidy, PaymentFigure, PaymentLine
from assistance.models.child_facts import facts_of
from assistance.models.owed import owed
from assistance.models.payment_build import fill
from assistance.models.rulebook import kept_rules
from assistance.rules.assess import assess
from assistance.rules.freshman import Move
from children.actions.promises import PromiseBroken
from tests.factories import (
    COUNTY,
    ChildFactory,
    EconomicStatusFactory,
    FreshmanFactory,
    PaymentAccountFactory,
    PaymentRunFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import picture, posted_as

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 8, 20, 2, tzinfo=UTC)
DAY = date(2025, 8, 20)
LATE = date(2025, 9, 13)
RULES = {
    "programmes": [
        {
            "code": "HE_FRESH", "cadence": "ONCE", "department": "EDUCATION",
            "starts": "APPLICATION_MONTH",
            "standards": [
                {"amount": 500, "when": {"admission": "IN_PROVINCE"}, "document": "新生1号"},
                {"amount": 1000, "when": {"admission": "OUT_OF_PROVINCE"}},
            ],
            "eligibility": [
                {"conditions": {"admission": ["IN_PROVINCE", "OUT_OF_PROVINCE"],
                                "economic_status": "DIBAO"}}
            ],
        }
    ]
}  # fmt: skip
FACTS = {
    "college": "某某学院", "level": "OUT_OF_PROVINCE", "admitted_on": date(2025, 8, 1),
    "registers_on": date(2025, 9, 5),
}  # fmt: skip


def child(is_poor=True):
    found = ChildFactory(birth_date=date(2007, 5, 1))
    if is_poor:
        EconomicStatusFactory(child=found, status="DIBAO", starts_on=date(2025, 1, 1))
    return found


def applied(of=None, **facts):
    load_rules(data=RULES, by=None, now=NOW)
    return apply_for_subsidy(
        child=of or child(), facts=FACTS | facts, paper=picture(), by=UserFactory(), now=NOW,
        today=DAY,
    )  # fmt: skip


def decide(row, move=Move.CONFIRM, by=None, **facts):
    return decide_subsidy(
        subsidy=row, move=move, by=by or UserFactory(), now=NOW, today=DAY, **facts
    )


@pytest.mark.parametrize(("level", "amount"), [("IN_PROVINCE", 500), ("OUT_OF_PROVINCE", 1000)])
def test_what_is_confirmed_is_paid_once_by_the_next_run(level, amount):
    row = decide(applied(level=level))
    PaymentAccountFactory(child=row.child, is_in_use=True)
    run = PaymentRunFactory(month=date(2025, 8, 1), area=area(COUNTY))

    fill(run, by_id=None, now=NOW)

    line = PaymentLine.objects.get()
    assert (row.state, line.entitlement, line.amount) == ("CONFIRMED", row.entitlement, amount)
    assert row.notice.sha256


def test_the_deadline_is_the_figure_in_force():
    PaymentFigure.objects.create(
        key="ARRIVAL_PROOF_DAYS", value=10, starts_on=date(2025, 1, 1), document="x"
    )

    assert applied().due_on == date(2025, 9, 15)


def test_what_no_rule_owes_is_not_confirmed():
    row = applied(child(is_poor=False))

    with pytest.raises(NotOwed):
        decide(row)

    assert decide(row, Move.REFUSE, reason="不属资助对象").state == "REFUSED"


def test_a_second_person_decides_and_it_is_given_once():
    row = applied()

    with pytest.raises(PromiseBroken):
        decide(row, by=row.proposed_by)
    with pytest.raises(PromiseBroken):
        applied(row.child)
    decide(row, Move.REFUSE, reason="材料不全")

    assert applied(row.child).state == "APPLIED"


def test_the_arrival_is_proved_with_a_document():
    row = decide(applied())

    done = prove_arrival(
        subsidy=row, arrived_on=date(2025, 9, 6), paper=picture(), by=UserFactory(), now=NOW,
        today=LATE,
    )  # fmt: skip

    assert (done.state, done.arrived_on, done.proof.child) == (
        "ARRIVED", date(2025, 9, 6), row.child,
    )  # fmt: skip
    with pytest.raises(DoesNotFit):
        recover(row)


def recover(row, today=LATE):
    return recover_subsidy(subsidy=row, reason="未报到", by=UserFactory(), now=NOW, today=today)


def test_nothing_is_taken_back_while_the_days_of_the_proof_last():
    row = decide(applied())

    with pytest.raises(DoesNotFit):
        recover(row, today=row.due_on)

    assert recover(row, today=row.due_on + timedelta(days=1)).state == "RECOVERED"


def pay_in_august(row):
    account = PaymentAccountFactory(child=row.child, is_in_use=True)
    august = PaymentRunFactory(month=date(2025, 8, 1), area=area(COUNTY))
    fill(august, by_id=None, now=NOW)
    line = PaymentLine.objects.get()
    line.state, line.paid_on, line.account = "PAID", date(2025, 8, 25), account
    line.save()
    august.state = "CANCELLED"  # out of the way of the next
    august.save()


def test_what_was_paid_is_recovered_by_the_next_run():
    row = decide(applied())
    pay_in_august(row)
    recover(row)
    run = PaymentRunFactory(
        month=date(2025, 9, 1), area=area(COUNTY), arrears_from=date(2025, 8, 1)
    )

    fill(run, by_id=None, now=NOW)

    back = PaymentLine.objects.get(run=run)
    assert (back.kind, back.amount) == ("RECOVERY", Decimal(-1000))


def test_given_back_it_keeps_no_new_one_out_but_two_are_never_paid():
    row = decide(applied())
    pay_in_august(row)

    assert recover(row).entitlement.is_cancelled
    again = applied(row.child, level="IN_PROVINCE")
    with pytest.raises(PromiseBroken):
        applied(row.child)
    with pytest.raises((NotOwed, PromiseBroken)):  # the money is still out
        decide(again)
    run = PaymentRunFactory(
        month=date(2025, 9, 1), area=area(COUNTY), arrears_from=date(2025, 8, 1)
    )
    fill(run, by_id=None, now=NOW)
    back = PaymentLine.objects.get(run=run)
    back.state, back.paid_on = "RECOVERED", LATE
    back.save()

    confirmed = decide(again)
    later = PaymentRunFactory(
        month=date(2025, 10, 1), area=area(COUNTY), arrears_from=date(2025, 8, 1)
    )
    fill(later, by_id=None, now=NOW)

    assert confirmed.entitlement != row.entitlement
    assert [one.amount for one in PaymentLine.objects.filter(run=later)] == [500]


def test_what_was_not_paid_yet_is_paid_no_more():
    row = decide(applied())
    PaymentAccountFactory(child=row.child, is_in_use=True)
    recover(row)

    fill(PaymentRunFactory(month=date(2025, 8, 1), area=area(COUNTY)), by_id=None, now=NOW)

    assert not PaymentLine.objects.exists()


@pytest.mark.parametrize("month", [date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1)])
def test_the_rules_read_an_admission_alike_one_by_one_and_at_once(month):
    rows = [applied(), applied(level="IN_PROVINCE"), applied()]
    decide(rows[2], Move.REFUSE, reason="x")
    ids = [row.child_id for row in rows]
    book = kept_rules().book()

    at_once = {one.child_id: one.amount for one in owed(book, month, ids=ids)}
    facts = facts_of(ids)
    each = {pk: assess(book, facts[pk], month)["HE_FRESH"] for pk in ids}

    assert at_once == {pk: one.amount for pk, one in each.items() if one.owed}
    if month == date(2025, 8, 1):
        assert at_once == {ids[0]: 1000, ids[1]: 500}


# Pages ------------------------------------------------------------------------------------------


def of(row, name, **more):
    return reverse(f"assistance:{name}", kwargs={"case_number": row.case_number, **more})


def test_the_township_enters_it_and_the_county_sees_what_waits(client):
    supervisor = posted_as(Role.CHILD_SUPERVISOR)
    sign_in(client, supervisor)
    one = child()
    typed = {
        "college": "某某学院", "level": "IN_PROVINCE", "admitted_on": "2025-08-01",
        "registers_on": "2025-09-05", "paper": SimpleUploadedFile("n.png", picture()),
    }  # fmt: skip

    wrong = client.post(of(one, "freshman_add"), typed | {"registers_on": "2025-07-01"})
    typed["paper"] = SimpleUploadedFile("n.png", picture())
    client.post(of(one, "freshman_add"), typed)

    assert "registers_on" in wrong.context["form"].errors
    row = FreshmanSubsidy.objects.get()
    assert (row.proposed_by, row.due_on) == (supervisor.user, date(2025, 9, 12))
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    page = client.get(reverse("assistance:freshman_list")).content.decode()
    assert one.name in page


def test_who_entered_it_sees_no_button_and_a_school_no_page(client):
    county = posted_as(Role.COUNTY_OFFICER)
    sign_in(client, county)
    row = FreshmanFactory(proposed_by=county.user)

    page = client.get(of(row.child, "freshman_detail", freshman_id=row.pk)).content.decode()
    refused = client.post(of(row.child, "freshman_move", freshman_id=row.pk), {"move": "CONFIRM"})

    assert 'value="CONFIRM"' not in page
    assert refused.status_code == 403
    sign_in(client, posted_as(Role.PRINCIPAL))
    assert client.get(reverse("assistance:freshman_list")).status_code == 403


def test_a_proof_that_is_late_stands_in_the_childs_due_work(client):
    sign_in(client, posted_as(Role.COUNTY_OFFICER))
    row = decide(applied())
    assert row.due_on < timezone.localdate()

    page = client.get(reverse("children:child_detail", args=[row.child.case_number]))

    link = of(row.child, "freshman_detail", freshman_id=row.pk)
    assert link in page.content.decode()
    asked = client.post(of(row.child, "freshman_move", freshman_id=row.pk), {"move": "RECOVER"})
    assert "reason" in asked.context["move_form"].errors
    client.post(
        of(row.child, "freshman_move", freshman_id=row.pk), {"move": "RECOVER", "reason": "未报到"}
    )
    row.refresh_from_db()
    assert (row.state, row.reason) == ("RECOVERED", "未报到")
