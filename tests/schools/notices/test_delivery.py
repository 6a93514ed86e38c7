"""The rungs of the ladder as the teacher works on them: call, visit, slip, reading number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from children.models.trail import changes, in_short
from schools.actions.notice_ladder import climb
from schools.models import GuardianContact, NoticeCode
from schools.models.notice_due import unread_by_school
from tests.asking import in_chinese, text_of
from tests.factories import (
    CaseAccessFactory,
    DeliveryFactory,
    EnrolmentFactory,
    GuardianFactory,
    GuardianshipFactory,
    NoticeCodeFactory,
    NoticeFactory,
    PostingFactory,
    SchoolFactory,
)
from tests.schools.notices import again, send_all
from tests.signing_in import sign_in

from .words import at, today

pytestmark = pytest.mark.django_db


def test_a_call_that_tells_becomes_a_contact_and_the_notice_is_read(client, child, teacher):
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher, asks_answer=True),
        guardianship=child.guardianships.get(), step="PHONE",
    )  # fmt: skip
    sign_in(client, teacher)
    data = {"means": "PHONE", "is_reached": "yes", "answer": "YES", "words": "会来", "version": 1}

    answer = client.post(at("delivery_tell", child, delivery_id=way.pk), data)

    assert answer.status_code == 302
    row, contact = again(way), GuardianContact.objects.get()
    assert (row.state, row.answer, row.answer_text) == ("ANSWERED", "YES", "会来")
    assert (contact.guardianship, contact.means) == (way.guardianship, "PHONE")
    assert contact.is_reached
    assert "会来" in contact.summary


def test_a_call_in_vain_is_a_contact_too_and_the_notice_stays_unread(client, child, teacher):
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher),
        guardianship=child.guardianships.get(), step="VISIT",
    )  # fmt: skip
    sign_in(client, teacher)
    data = {"means": "IN_PERSON", "is_reached": "no", "version": 1}

    client.post(at("delivery_tell", child, delivery_id=way.pk), data)

    assert again(way).state == "SENT"
    assert not GuardianContact.objects.get().is_reached
    assert GuardianContact.objects.get().kind == "HOME_VISIT"


def test_of_two_who_act_on_one_delivery_the_second_is_told(client, child, teacher):
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher), guardianship=child.guardianships.get()
    )
    sign_in(client, teacher)
    url = at("delivery_move", child, delivery_id=way.pk)

    for _twice in range(2):
        answer = client.post(url, {"move": "step", "version": 1}, follow=True)

    assert again(way).step == "PHONE"
    too_late = in_chinese("This notice has moved on in the meantime. Look at it again.")
    assert too_late in text_of(answer)


def test_a_new_link_goes_to_the_phone_recorded_now_and_kills_the_old_one(client, child, teacher):
    care = child.guardianships.get()
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher), guardianship=care, state="UNKNOWN",
        link_hash=bytes(32), link_ends_at=timezone.now(),
    )  # fmt: skip
    care.guardian.phone = "17000009999"
    care.guardian.save()
    sign_in(client, teacher)

    client.post(at("delivery_move", child, delivery_id=way.pk), {"move": "again", "version": 1})
    sent = send_all()

    assert [message.to for message in sent] == ["17000009999"]
    assert bytes(again(way).link_hash) != bytes(32)


@pytest.mark.parametrize("state", ["READ", "STOPPED", "QUEUED"])
def test_what_is_done_or_on_its_way_is_not_sent_again(client, child, teacher, state):
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher), guardianship=child.guardianships.get(),
        state=state, read_at=timezone.now(),
    )  # fmt: skip
    sign_in(client, teacher)
    url = at("delivery_move", child, delivery_id=way.pk)

    for move in ("again", "step", "out", "back", "x", ""):
        assert client.post(url, {"move": move, "version": 1}).status_code == 302

    assert again(way).version == 1


def test_the_slip_prints_one_guardian_each_and_comes_back_signed(client, child, teacher):
    notice = NoticeFactory(child=child, writer=teacher)
    other = GuardianshipFactory(
        child=child, guardian=GuardianFactory(name="李外婆", phone="17000005678")
    )
    for care in (child.guardianships.exclude(pk=other.pk).get(), other):
        way = DeliveryFactory(notice=notice, guardianship=care, step="PAPER")
    sign_in(client, teacher)

    page = client.get(reverse("schools:notice_slips"), {"notice": notice.pk})

    slips = text_of(page).split("<article")[1:]
    assert len(slips) == 2
    assert [("李外婆" in slip, "曾大山" in slip) for slip in slips] in (
        [(True, False), (False, True)], [(False, True), (True, False)]
    )  # fmt: skip
    assert "1700000" not in text_of(page)
    assert (
        len(client.get(reverse("schools:notice_slips")).context["slips"]) == 2
    )  # as the door says
    assert AccessEvent.objects.filter(kind="PRINTED", child_id=child.pk).exists()
    url = at("delivery_move", child, delivery_id=way.pk)
    client.post(url, {"move": "out", "version": 1})
    assert again(way).state == "DELIVERED"
    assert way not in client.get(reverse("schools:notice_slips")).context["slips"]
    client.post(url, {"move": "back", "version": 2})
    assert again(way).state == "READ"


def test_slips_of_others_desks_and_of_a_whole_township_are_not_printed(client, child, teacher):
    DeliveryFactory(notice=NoticeFactory(child=child, writer=teacher), step="PAPER")
    colleague = PostingFactory(role="CLASS_TEACHER", organisation=teacher.organisation)
    CaseAccessFactory(child=child, user=colleague.user, reason="PAIRING")
    for posting in (colleague, PostingFactory(role="CHILD_SUPERVISOR")):
        sign_in(client, posting)

        page = client.get(reverse("schools:notice_slips"))

        assert page.context["slips"] == []


def test_the_reading_number_is_shown_on_request_and_logged(client, child, teacher):
    care = child.guardianships.get()
    way = DeliveryFactory(notice=NoticeFactory(child=child, writer=teacher), guardianship=care)
    NoticeCodeFactory(guardian=care.guardian, code="246810")
    sign_in(client, teacher)
    url = at("delivery_number", child, delivery_id=way.pk)

    assert "246810" not in text_of(client.get(url))
    assert "246810" in text_of(client.post(url))
    assert AccessEvent.objects.get(kind="REVEALED").child_id == child.pk
    client.post(url, {"new": "1"})
    assert NoticeCode.objects.get().code != "246810"


def test_the_ladder_climbs_a_rung_when_its_days_are_over_and_only_then():
    now = timezone.now()
    made = {step: DeliveryFactory(step=step) for step in ("PAGE", "PHONE", "VISIT", "PAPER")}
    read = DeliveryFactory(state="READ", read_at=now)

    def steps():
        return [again(way).step for way in made.values()]

    climb(now=now + timedelta(days=2))
    assert steps() == ["PAGE", "PHONE", "VISIT", "PAPER"]
    assert climb(now=now + timedelta(days=3)) == 2
    assert climb(now=now + timedelta(days=3)) == 0
    assert steps() == ["PHONE", "VISIT", "VISIT", "PAPER"]
    climb(now=now + timedelta(days=7))
    assert steps() == ["VISIT", "VISIT", "PAPER", "PAPER"]
    assert again(read).step == "PAGE"
    assert again(made["PAGE"]).history.count() == 3


def test_nobody_of_the_old_school_has_to_call_about_a_child_who_left_it(client, child, teacher):
    cares = [
        child.guardianships.get(),
        GuardianshipFactory(child=child, guardian=GuardianFactory()),
    ]
    paper, page = (
        DeliveryFactory(
            notice=NoticeFactory(child=child, writer=teacher), guardianship=care, step=step
        )
        for care, step in zip(cares, ("PHONE", "PAGE"), strict=True)
    )
    now = timezone.now()
    roll = child.enrolments.get()
    roll.ends_on, roll.end_reason = today(), "DROPPED_OUT"
    roll.save()
    climb(now=now)
    assert again(paper).state == "SENT"  # still theirs to bring back

    EnrolmentFactory(child=child, school=SchoolFactory(), starts_on=today())
    climb(now=now)
    assert (again(paper).state, again(page).state) == ("STOPPED", "SENT")
    assert [row.unread for row in unread_by_school()] == [1]
    climb(now=now + timedelta(days=3))  # when a call would be due
    assert (again(page).state, again(page).step) == ("STOPPED", "PAGE")
    assert unread_by_school() == []


def test_the_file_in_short_tells_the_notice_and_not_each_step_of_its_delivery(child):
    DeliveryFactory(
        notice=NoticeFactory(child=child), guardianship=child.guardianships.get(), step="PHONE"
    )

    told = {kind for kind, *_rest in in_short(child, 50)}
    whole = {change.kind for change in changes(child)}

    assert "notice" in told
    assert "delivery" not in told
    assert "delivery" in whole
