"""An account is in use only when two people have looked at it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from assistance.actions.payment_account import (
    AlreadyDecided,
    confirm_account,
    propose_account,
    refuse_account,
)
from assistance.models import PaymentAccount
from assistance.models.account_doubts import WORDS, doubts_in_words, others_on
from assistance.rules.payment_account import Doubt
from children.actions.document import Refused
from children.actions.promises import PromiseBroken
from children.models import Document
from tests.factories import (
    OTHER_VILLAGE,
    ChildFactory,
    GuardianshipFactory,
    PaymentAccountFactory,
    UserFactory,
    area,
)
from tests.world import picture

FACTS = {
    "holder_is": "CHILD", "guardianship": None, "holder": "曾小明", "bank": "某银行",
    "account_number": "9900000000000001",
}  # fmt: skip


def propose(child, paper=None, **facts):
    return propose_account(
        child=child, facts=FACTS | facts, paper=picture() if paper is None else paper,
        by=UserFactory(), now=timezone.now(),
    )  # fmt: skip


@pytest.mark.django_db
class TestTwoPeople:
    def test_the_proof_is_stored_with_the_proposal(self):
        row = propose(ChildFactory())

        assert (row.proof.kind, row.proof.child_id) == ("BANK_CARD", row.child_id)

    def test_a_bad_file_leaves_neither_account_nor_document(self):
        with pytest.raises(Refused):
            propose(ChildFactory(), paper=b"nothing")

        assert not PaymentAccount.objects.exists()
        assert not Document.objects.exists()

    def test_a_second_proposal_waits_for_the_first(self):
        child = ChildFactory()
        propose(child)

        with pytest.raises(PromiseBroken, match="account_one_proposal_per_child"):
            propose(child)

    def test_who_proposed_it_cannot_confirm_it(self):
        row = propose(ChildFactory())

        with pytest.raises(PromiseBroken, match="account_confirmed_by_a_second_person"):
            confirm_account(account=row, by=row.proposed_by, now=timezone.now())
        assert PaymentAccount.objects.get().is_proposed

    def test_the_second_persons_word_replaces_the_account_before(self):
        old = PaymentAccountFactory(is_in_use=True)
        row = propose(old.child)

        confirm_account(account=row, by=UserFactory(), now=timezone.now())

        old.refresh_from_db()
        row.refresh_from_db()
        assert (old.state, row.state, row.replaces) == ("REPLACED", "IN_USE", old)
        assert row.changed_on == timezone.localdate()

    def test_a_refused_account_leaves_the_one_in_use(self):
        old = PaymentAccountFactory(is_in_use=True)
        row = propose(old.child)

        refuse_account(account=row, reason="姓名不符", by=UserFactory(), now=timezone.now())

        assert PaymentAccount.objects.in_use().get() == old
        with pytest.raises(AlreadyDecided):
            confirm_account(account=row, by=UserFactory(), now=timezone.now())


@pytest.mark.django_db
class TestDoubts:
    def test_children_of_other_areas_on_the_same_number_are_counted(self):
        number = "9900000000000001"
        row = PaymentAccountFactory(account_number=number)
        for _n in range(3):
            child = ChildFactory(residence_area=area(OTHER_VILLAGE))
            PaymentAccountFactory(child=child, account_number=number, is_in_use=True)

        assert others_on(row) == 3
        assert str(WORDS[Doubt.SHARED]) in doubts_in_words(row, timezone.localdate())

    def test_a_holder_who_is_not_named_like_child_or_guardian_is_told(self):
        today = timezone.localdate()
        care = GuardianshipFactory()
        own = {"child": care.child, "holder_is": "GUARDIAN", "guardianship": care}
        name = care.guardian.name

        def told(**facts):
            row = PaymentAccountFactory.build(**facts, account_number="99000000")
            return doubts_in_words(row, today)

        assert told(child=care.child) == told(**own, holder=name) == []
        assert told(child=care.child, holder="孙某") == [str(WORDS[Doubt.OTHER_NAME])]
        assert told(**own, holder=care.child.name) == [str(WORDS[Doubt.OTHER_NAME])]
        care.ends_on = today
        assert told(**own, holder=name) == []
        care.ends_on = today - timedelta(days=1)
        assert told(**own, holder=name) == [str(WORDS[Doubt.NO_GUARDIAN])]

    def test_a_refused_account_of_another_child_says_nothing(self):
        row = PaymentAccountFactory(account_number="9900000000000001")
        for _n in range(4):
            other = PaymentAccountFactory(account_number="9900000000000001")
            refuse_account(account=other, reason="不符", by=UserFactory(), now=timezone.now())

        assert others_on(row) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_confirm_at_once_one_is_told():
    with transaction.atomic():
        row, people = PaymentAccountFactory(), [UserFactory(), UserFactory()]

    def confirm(user):
        try:
            with acting(EVERYTHING), transaction.atomic():
                confirm_account(account=row, by=user, now=timezone.now())
            return "confirmed"
        except AlreadyDecided:
            return "told"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(confirm, people))

    assert answers == ["confirmed", "told"]
