"""Accounts as they are met in the browser: proposed, masked, shown for a reason, confirmed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.roles import Role
from assistance.models import PaymentAccount
from tests.asking import in_chinese
from tests.factories import (
    OTHER_VILLAGE,
    ChildFactory,
    GuardianshipFactory,
    PaymentAccountFactory,
    area,
)
from tests.signing_in import sign_in
from tests.world import picture, posted_as

pytestmark = pytest.mark.django_db
NUMBER = "9900000000000001"


def of(child, name, **more):
    return reverse(f"assistance:{name}", kwargs={"case_number": child.case_number, **more})


def typed(**more):
    facts = {
        "holder_is": "CHILD", "holder": "曾小明", "bank": "某银行", "account_number": NUMBER,
        "again": NUMBER, "paper": SimpleUploadedFile("card.png", picture()),
    }  # fmt: skip
    return facts | more


@pytest.fixture
def supervisor(client):
    posting = posted_as(Role.CHILD_SUPERVISOR)
    sign_in(client, posting)
    return posting


def test_an_account_is_proposed_with_its_proof_and_masked_from_then_on(client, supervisor):
    child = ChildFactory()

    answer = client.post(of(child, "account_add"), typed(), follow=True)

    row = PaymentAccount.objects.get()
    assert (row.proposed_by, row.state, row.account_number) == (
        supervisor.user, "PROPOSED", NUMBER,
    )  # fmt: skip
    page = answer.content.decode()
    assert "****0001" in page
    assert NUMBER not in page


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"again": "9900000000000002"}, "again"),
        ({"account_number": "9.90E+15", "again": "9.90E+15"}, "account_number"),
        ({"account_number": "12", "again": "12"}, "account_number"),
        ({"paper": ""}, "paper"),
        ({"holder_is": "GUARDIAN"}, "guardianship"),
        ({"holder": ""}, "holder"),
        ({"holder": "", "holder_is": "OTHER"}, "holder"),
        ({"holder_is": "x"}, "holder_is"),
    ],
)
def test_what_cannot_be_an_account_is_said_at_its_field(client, supervisor, more, field):
    answer = client.post(of(ChildFactory(), "account_add"), typed(**more))

    assert field in answer.context["form"].errors
    assert not PaymentAccount.objects.exists()


def test_a_guardian_of_another_child_cannot_be_chosen(client, supervisor):
    other = GuardianshipFactory()

    answer = client.post(
        of(ChildFactory(), "account_add"), typed(holder_is="GUARDIAN", guardianship=other.pk)
    )

    assert "guardianship" in answer.context["form"].errors


def test_the_number_is_shown_for_a_reason_that_is_logged(client, supervisor):
    row = PaymentAccountFactory(account_number=NUMBER)
    url = reverse("children:child_reveal", args=[row.child.case_number])
    field = f"account.{row.pk}.account_number"

    without = client.post(url, {"field": field, "reason": ""})
    shown = client.post(url, {"field": field, "reason": "与存折核对"})

    assert NUMBER not in without.content.decode()
    assert NUMBER in shown.content.decode()
    assert AccessEvent.objects.get(kind="REVEALED").subject == field


@pytest.mark.parametrize("field", ["account.{other}.account_number", "account.{own}.holder"])
def test_neither_another_childs_number_nor_another_field_is_shown(client, supervisor, field):
    own, other = PaymentAccountFactory(), PaymentAccountFactory()
    url = reverse("children:child_reveal", args=[own.child.case_number])

    name = field.format(own=own.pk, other=other.pk)
    answer = client.post(url, {"field": name, "reason": "与存折核对"})

    assert answer.status_code == 404


def test_the_one_who_proposed_it_sees_no_button_to_confirm(client, supervisor):
    own = PaymentAccountFactory(proposed_by=supervisor.user)
    others = PaymentAccountFactory()

    mine = client.get(of(own.child, "account_detail", account_id=own.pk))
    theirs = client.get(of(others.child, "account_detail", account_id=others.pk))

    assert 'value="confirm"' not in mine.content.decode()
    assert 'value="confirm"' in theirs.content.decode()
    client.post(of(own.child, "account_decide", account_id=own.pk), {"decision": "confirm"})
    client.post(of(others.child, "account_decide", account_id=others.pk), {"decision": "confirm"})
    own.refresh_from_db()
    others.refresh_from_db()
    assert (own.state, others.state) == ("PROPOSED", "IN_USE")


def test_a_refusal_needs_its_reason(client, supervisor):
    row = PaymentAccountFactory()
    url = of(row.child, "account_decide", account_id=row.pk)

    client.post(url, {"decision": "refuse", "reason": ""})
    row.refresh_from_db()
    assert row.is_proposed

    client.post(url, {"decision": "refuse", "reason": "户名与证件不符"})
    row.refresh_from_db()
    assert (row.state, row.refusal) == ("REFUSED", "户名与证件不符")


def test_an_account_waits_on_the_childs_page_for_a_second_person(client, supervisor):
    own = PaymentAccountFactory(proposed_by=supervisor.user)
    others = PaymentAccountFactory()

    pages = [
        client.get(reverse("children:child_detail", args=[row.child.case_number])).content.decode()
        for row in (own, others)
    ]

    links = [of(row.child, "account_detail", account_id=row.pk) for row in (own, others)]
    assert [link in page for link, page in zip(links, pages, strict=True)] == [False, True]


def test_an_account_of_a_child_elsewhere_does_not_exist(client, supervisor):
    row = PaymentAccountFactory(child__residence_area=area(OTHER_VILLAGE))

    for answer in (
        client.get(of(row.child, "account_detail", account_id=row.pk)),
        client.post(of(row.child, "account_decide", account_id=row.pk), {"decision": "confirm"}),
        client.post(of(row.child, "account_add"), typed()),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("former", [1, 10])
def test_the_page_of_aid_asks_the_same_number_of_questions(
    client, supervisor, django_assert_num_queries, former
):
    row = PaymentAccountFactory(is_in_use=True)
    for _n in range(former):
        PaymentAccountFactory(
            child=row.child, state="REFUSED", refusal="不符", decided_by=row.decided_by,
            decided_at=row.decided_at,
        )  # fmt: skip
    client.get(of(row.child, "child_aid"))

    with django_assert_num_queries(QUERIES):
        answer = client.get(of(row.child, "child_aid"))

    assert len(answer.context["side"][0][1]["former"]) == former


QUERIES = 14


def test_money_for_a_guardian_of_the_past_is_due_until_another_account_is_proposed(
    client, supervisor
):
    care = GuardianshipFactory(ends_on=timezone.localdate() - timedelta(days=1))
    facts = {"child": care.child, "holder_is": "GUARDIAN", "holder": care.guardian.name}
    PaymentAccountFactory(**facts, guardianship=care, is_in_use=True)
    url = reverse("children:child_detail", args=[care.child.case_number])
    told = in_chinese("The account's holder is no guardian any more: enter another.")

    assert told in client.get(url).content.decode()
    assert (
        in_chinese("The holder is not a guardian of the child any more.")
        in client.get(
            reverse("assistance:child_aid", args=[care.child.case_number])
        ).content.decode()
    )
    PaymentAccountFactory(child=care.child)
    assert told not in client.get(url).content.decode()
