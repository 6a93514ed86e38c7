"""Sending: to whom is asked at that moment; nobody is told twice; nothing is lost unseen."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.scope import EVERYTHING, acting
from schools import notice_jobs
from schools.actions import notice_sending
from schools.actions.notice import called, write_notices
from schools.actions.notice_sending import give_up_old_claims, make_ready, send_next
from schools.channels import Outcome, Receipt
from schools.models import NoticeCode, NoticeDelivery
from tests.children.actions.test_simultaneous import at_once, make
from tests.factories import (
    ChildFactory,
    ConcernFactory,
    GuardianFactory,
    GuardianshipFactory,
    NoticeFactory,
)
from tests.schools.notices import (
    FACTS,
    Remembering,
    child_with_guardian,
    send_all,
    teacher_of,
    written,
)

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


def change(row, **facts):
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


def test_each_guardian_gets_a_message_of_their_own_to_their_own_phone():
    child = child_with_guardian("17000000001")
    GuardianshipFactory(child=child, guardian=GuardianFactory(phone="17000000002"))
    written(child)

    sent = send_all()

    assert sorted(message.to for message in sent) == ["17000000001", "17000000002"]
    assert len({message.values["token"] for message in sent}) == 2
    for message in sent:
        other = {"17000000001": "17000000002", "17000000002": "17000000001"}[message.to]
        assert other not in message.text
    assert set(NoticeDelivery.objects.values_list("state", flat=True)) == {"SENT"}


def test_the_message_names_neither_the_child_nor_the_matter_nor_the_number():
    child = child_with_guardian()
    written(child)

    (message,) = send_all()

    code = NoticeCode.objects.get().code
    for secret in (child.name, called(child.name), "家长会", "开会", str(code), child.case_number):
        assert secret not in message.text
    assert message.values["token"] in message.text


@pytest.mark.parametrize(
    ("why", "spoil"),
    [
        ("marked", lambda care: change(care, do_not_notify=True)),
        ("ended", lambda care: change(care, ends_on=today() - timedelta(days=1))),
        ("named in a report", lambda care: ConcernFactory(child=care.child, guardianship=care)),
    ],
)
@pytest.mark.parametrize("when", ["before it is made ready", "before it is sent"])
def test_who_may_not_be_told_when_it_is_sent_is_not_told(why, spoil, when):
    child = child_with_guardian()
    written(child)
    if when == "before it is sent":
        make_ready(now=timezone.now())

    spoil(child.guardianships.get())

    assert send_all() == []
    assert set(NoticeDelivery.objects.values_list("state", flat=True)) <= {"STOPPED"}


def test_a_consent_is_not_asked_of_an_entrusted_carer():
    child = child_with_guardian("17000000001", kind="ENTRUSTED")
    mother = GuardianFactory(phone="17000000002")
    GuardianshipFactory(child=child, guardian=mother, kind="PARENT", relation="MOTHER")
    written(child, kind="CONSENT")

    assert [message.to for message in send_all()] == ["17000000002"]


def test_without_a_phone_it_begins_with_a_call():
    written(child_with_guardian(phone=""))

    assert send_all() == []

    row = NoticeDelivery.objects.get()
    assert (row.state, row.step, row.failure) == ("FAILED", "PHONE", "NO_PHONE")


def test_running_again_sends_nothing_again():
    written(child_with_guardian())
    assert len(send_all()) == 1

    assert send_all() == []


def test_a_worker_killed_between_claim_and_answer_leads_to_a_person_not_to_a_second_message():
    written(child_with_guardian())

    class Killed(BaseException):
        pass

    class Dying(Remembering):
        def send(self, message):
            super().send(message)
            raise Killed

    dying = Dying()
    with pytest.raises(Killed):
        send_all(dying)
    assert len(dying.sent) == 1
    assert send_all() == []
    later = timezone.now() + timedelta(minutes=11)

    assert give_up_old_claims(now=later) == 1

    assert send_all(now=later) == []
    row = NoticeDelivery.objects.get()
    assert (row.state, row.failure) == ("UNKNOWN", "INTERRUPTED")
    assert row.history.count() == 3


@pytest.mark.parametrize(
    ("receipt", "state", "step"),
    [
        (Receipt(Outcome.ACCEPTED), "SENT", "PAGE"),
        (Receipt(Outcome.UNKNOWN, "TIMEOUT"), "UNKNOWN", "PAGE"),
        (Receipt(Outcome.REFUSED, "HTTP_400"), "FAILED", "PHONE"),
        (Receipt(Outcome.RETRY, "UNREACHABLE"), "QUEUED", "PAGE"),
    ],
)
def test_what_the_channel_answers_decides(receipt, state, step):
    written(child_with_guardian())

    send_all(Remembering(receipt))

    row = NoticeDelivery.objects.get()
    assert (row.state, row.step, row.failure) == (state, step, receipt.code)


def test_what_certainly_did_not_go_out_is_tried_again_later_and_not_for_ever():
    written(child_with_guardian())
    down = Remembering(Receipt(Outcome.RETRY, "UNREACHABLE"))
    now = timezone.now()
    send_all(down, now)
    send_all(down, now + timedelta(minutes=1))
    assert len(down.sent) == 1

    for hours in range(1, 9):
        send_all(down, now + timedelta(hours=6 * hours))

    assert len(down.sent) == notice_sending.MOST_TRIES
    row = NoticeDelivery.objects.get()
    assert (row.state, row.step) == ("FAILED", "PHONE")


def test_placeholders_are_filled_once_and_the_child_is_called_as_at_home():
    child = ChildFactory(name="欧阳小明")
    teacher = teacher_of(child)
    teacher.user.full_name = "王{child}"

    row = written(child, by=teacher)

    assert row.body == "小明的家长：请来开会。王{child}"
    assert called("曾小明") == "小明"
    assert called("阿依古丽·买买提") == "阿依古丽·买买提"


def test_many_notices_are_a_constant_number_of_queries(django_assert_num_queries):
    children = [child_with_guardian() for _number in range(12)]
    teacher, now = teacher_of(), timezone.now()

    with django_assert_num_queries(4):  # rows, history rows, a savepoint
        write_notices(children=children, facts=FACTS, by=teacher, now=now)
    with CaptureQueriesContext(connection) as many:
        make_ready(now=now)

    assert NoticeDelivery.objects.count() == 12
    assert len(many) <= 20


def test_one_number_per_guardian_whatever_the_notices():
    child = child_with_guardian()
    written(child)
    send_all()
    written(child)
    send_all()

    assert NoticeCode.objects.count() == 1
    assert NoticeDelivery.objects.count() == 2


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_workers_at_once_send_each_message_once():
    children = [make(child_with_guardian, phone=f"1700000{n:04}") for n in range(6)]
    teacher = make(teacher_of)
    with transaction.atomic():
        write_notices(children=children, facts=FACTS, by=teacher, now=timezone.now())
    channel = Remembering()

    def work():
        with acting(EVERYTHING):
            while make_ready(now=timezone.now()):
                pass
            while send_next(channel=channel, now=timezone.now()):
                pass

    results = at_once(*[work] * 4)

    assert [result for result in results if result is not None] == []
    # A worker that found the notices held by another ends early; the next minute's run goes on.
    work()
    assert sorted(message.to for message in channel.sent) == [f"1700000{n:04}" for n in range(6)]
    with transaction.atomic():
        assert set(NoticeDelivery.objects.values_list("state", flat=True)) == {"SENT"}


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_the_job_sends_what_waits_by_the_channel_of_the_settings(settings, tmp_path):
    settings.NOTICE_CHANNEL, settings.NOTICE_FILE = "file", str(tmp_path / "messages")
    make(lambda: written(child_with_guardian()))

    notice_jobs.send_notices_by_the_clock(timestamp=0)
    notice_jobs.send_notices()

    assert len((tmp_path / "messages").read_text().splitlines()) == 1


def test_a_notice_nobody_may_have_is_over_and_shown_as_such():
    notice = NoticeFactory(expanded_at=None)

    assert make_ready(now=timezone.now()) == 1
    assert make_ready(now=timezone.now()) == 0

    notice.refresh_from_db()
    assert notice.expanded_at
    assert not notice.deliveries.exists()


def test_a_quick_guardian_who_reads_before_the_gateway_answers_stays_read():
    written(child_with_guardian())

    class Quick(Remembering):
        def send(self, message):
            row = NoticeDelivery.objects.get()
            change(row, state="READ", read_at=timezone.now())
            return super().send(message)

    send_all(Quick())

    assert NoticeDelivery.objects.get().state == "READ"
