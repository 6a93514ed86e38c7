"""A withdrawn notice: nothing more goes out, nobody reads it, its sender learns who had."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from schools.actions.notice import (
    AlreadyWithdrawn,
    NotTheirs,
    withdraw_notice,
    write_notices,
)
from schools.actions.notice_sending import give_up_old_claims, make_ready, send_next
from schools.models import Notice, NoticeDelivery, NoticeTry
from schools.models.notice_due import sent_in
from tests.asking import errors, in_chinese, shows, text_of
from tests.children.actions.test_simultaneous import at_once, make
from tests.factories import CaseAccessFactory, PostingFactory
from tests.schools.notices import (
    FACTS,
    NUMBER,
    Remembering,
    again,
    child_with_guardian,
    send_all,
    sent_delivery,
    teacher_of,
    written,
)
from tests.signing_in import sign_in

from .words import at, form, paired, today

pytestmark = pytest.mark.django_db


def withdraw(notice, by=None, **more):
    told = {"with_batch": False, "reason": "日期写错了", "now": timezone.now()} | more
    return withdraw_notice(notice=notice, by=by or notice.writer, **told)


@pytest.fixture
def delivery(child, teacher):
    row, token = sent_delivery()
    row.token = token
    return row


def opened(client, delivery, **more):
    return client.post(reverse("guardian_page", args=[delivery.token]), {"number": NUMBER, **more})


def test_what_has_not_gone_out_stops():
    waiting = written(child_with_guardian("17000000001"))
    written(child_with_guardian("17000000002"))
    make_ready(now=timezone.now())

    withdraw(waiting)

    assert [message.to for message in send_all()] == ["17000000002"]
    assert waiting.deliveries.get().state == "WITHDRAWN"


def test_what_is_not_even_made_ready_goes_to_nobody():
    withdraw(written(child_with_guardian()))

    assert send_all() == []
    assert not NoticeDelivery.objects.exists()


def test_a_message_that_leaves_while_it_is_withdrawn_is_settled_as_withdrawn():
    notice = written(child_with_guardian())

    class Crossing(Remembering):
        def send(self, message):
            withdraw(notice)
            return super().send(message)

    send_all(Crossing())

    row = notice.deliveries.get()
    assert row.state == "WITHDRAWN"
    assert row.sent_at is not None  # the message is on the phone; its page says what became of it


def test_a_claim_whose_worker_died_is_settled_as_withdrawn(delivery):
    row = again(delivery)
    row.state, row.claimed_at = "CLAIMED", timezone.now() - timedelta(hours=1)
    row.save()
    withdraw(delivery.notice)
    assert again(delivery).state == "CLAIMED"

    give_up_old_claims(now=timezone.now())

    assert again(delivery).state == "WITHDRAWN"


def test_the_guardians_page_says_so_without_a_word_of_it_and_takes_no_answer(client, delivery):
    page = opened(client, delivery)
    before = again(delivery)
    withdraw(delivery.notice)

    later = opened(client, delivery)
    pressed = opened(client, delivery, proof=page.context["page"].proof, answer="YES")

    notice = delivery.notice
    for answer in (later, pressed):
        assert in_chinese("This message was withdrawn") in text_of(answer)
        assert notice.writer.user.full_name in text_of(answer)
        for part in (notice.subject, notice.body, "小明", "日期写错了"):
            assert part not in text_of(answer)
    row = again(delivery)
    assert (row.state, row.answer, row.opened_at) == ("WITHDRAWN", "", before.opened_at)
    assert NoticeTry.objects.filter(is_right=True).count() == 2  # opened twice; buttons are none


def test_without_the_number_a_withdrawn_notice_shows_nothing(client, delivery):
    withdraw(delivery.notice)

    answer = client.post(reverse("guardian_page", args=[delivery.token]), {"number": "000000"})

    assert answer.context["page"] is None
    assert in_chinese("This message was withdrawn") not in text_of(answer)


def test_the_sender_sees_it_struck_and_who_had_read_it_already(client, child, teacher):
    sign_in(client, teacher)
    client.post(at("notice_add", child), form())
    send_all()
    notice = Notice.objects.get()
    way = notice.deliveries.get()
    way.state = "READ"
    way.opened_at = way.read_at = timezone.now()
    way.save()
    url = at("notice_detail", child, notice_id=notice.pk)
    assert shows(client.get(url), in_chinese("Withdraw this notice"))

    answer = client.post(at("notice_withdraw", child, notice_id=notice.pk), {"reason": "日期错了"})

    assert answer.url == url
    page = client.get(url)
    assert f'<del class="muted">{notice.subject}</del>' in text_of(page)
    assert shows(page, "日期错了")
    assert [way.guardian.name for way in page.context["seen"]] == ["曾大山"]
    assert not shows(page, in_chinese("Withdraw this notice"))
    assert f"<del>{notice.subject}</del>" in text_of(client.get(reverse("schools:notice_list")))
    assert again(way).state == "READ"
    notice.refresh_from_db()
    assert notice.history.first().history_user == teacher.user
    assert sent_in([child.pk], today(), today()) == {}


def test_those_written_in_the_same_go_are_withdrawn_with_it_when_asked(client, school, teacher):
    children = [paired(school, teacher) for _ in range(3)]
    rows = write_notices(children=children, facts=FACTS, by=teacher, now=timezone.now())
    alone = written(children[0], by=teacher)
    sign_in(client, teacher)
    url = at("notice_withdraw", children[0], notice_id=rows[0].pk)
    assert client.get(url).context["form"].fields["with_batch"]

    client.post(url, {"reason": "错了", "with_batch": "on"})

    gone = Notice.objects.filter(withdrawn_at__isnull=False)
    assert set(gone) == set(rows)
    assert alone not in gone


def test_only_its_writer_and_the_lead_of_the_school_withdraw_a_notice(
    client, child, school, teacher
):
    notice = written(child, by=teacher)
    colleague = PostingFactory(role=Role.CLASS_TEACHER, organisation=school)
    elsewhere = PostingFactory(role=Role.PRINCIPAL)
    for stranger in (colleague, elsewhere):
        with pytest.raises(NotTheirs):
            withdraw(notice, by=stranger)
    CaseAccessFactory(child=child, user=colleague.user, reason="PAIRING")
    sign_in(client, colleague)
    url = at("notice_withdraw", child, notice_id=notice.pk)
    assert "__all__" in errors(client.post(url, {"reason": "x"}))
    assert not shows(
        client.get(at("notice_detail", child, notice_id=notice.pk)),
        in_chinese("Withdraw this notice"),
    )

    lead = PostingFactory(role=Role.PRINCIPAL, organisation=school)
    sign_in(client, lead)
    assert "reason" in errors(client.post(url, {"reason": ""}))
    assert client.post(url, {"reason": "x"}).status_code == 302
    assert client.get(url).status_code == 404
    with pytest.raises(AlreadyWithdrawn):
        withdraw(notice, by=teacher)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_withdrawn_while_workers_send_nothing_is_left_as_sent():
    children = [make(child_with_guardian, phone=f"1700000{n:04}") for n in range(4)]
    teacher = make(teacher_of)
    with transaction.atomic():
        rows = write_notices(children=children, facts=FACTS, by=teacher, now=timezone.now())

    def work():
        make_ready(now=timezone.now())
        while send_next(channel=Remembering(), now=timezone.now()):
            pass

    def end():
        return withdraw(rows[0], with_batch=True)

    results = at_once(work, end, work)

    assert [type(result) for result in results] == [type(None), list, type(None)]
    work()
    assert set(NoticeDelivery.objects.values_list("state", flat=True)) <= {"WITHDRAWN"}
