"""A notice reaches nobody who may not have it, whatever changed since it was written."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from schools.actions.notice_ladder import climb
from schools.actions.notice_sending import make_ready
from schools.channels import Outcome, Receipt
from schools.models import NoticeDelivery
from schools.models.notice_delivery import notifiable
from schools.models.notice_due import waiting
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    ConcernFactory,
    DeliveryFactory,
    GuardianFactory,
    GuardianshipFactory,
    NoticeFactory,
    ParentStatusFactory,
)
from tests.schools.notices import (
    NUMBER,
    Remembering,
    again,
    child_with_guardian,
    send_all,
    sent_delivery,
    written,
)
from tests.signing_in import sign_in

from .words import at

pytestmark = pytest.mark.django_db
YESTERDAY = timedelta(days=1)


def opened(client, token):
    page = client.post(reverse("guardian_page", args=[token]), {"number": NUMBER})
    return "家长会" in page.content.decode()


def bar(care, how):
    """What keeps somebody from notices, as it is recorded."""
    if how == "marked":
        care.do_not_notify = True
        care.save()
    elif how == "ended":
        care.ends_on = timezone.localdate() - YESTERDAY
        care.save()
    elif how == "revoked":
        care.relation, care.kind = "FATHER", "PARENT"
        care.save()
        ParentStatusFactory(child=care.child, status="GUARDIANSHIP_REVOKED")
    elif how == "merged":
        care.child.merged_into, care.child.status = ChildFactory(), "CLOSED"
        care.child.closed_on, care.child.closing_reason = timezone.localdate(), "DUPLICATE"
        care.child.save()
    else:
        ConcernFactory(child=care.child, guardianship=care)


BARRED = pytest.mark.parametrize("how", ["marked", "ended", "reported", "merged", "revoked"])


@BARRED
def test_who_may_not_have_it_any_more_gets_no_message(how):
    child = child_with_guardian()
    written(child)
    make_ready(now=timezone.now())

    bar(child.guardianships.get(), how)

    assert send_all() == []
    assert NoticeDelivery.objects.get().state == "STOPPED"


@BARRED
def test_the_link_in_the_hand_of_who_may_not_have_it_any_more_opens_nothing(client, how):
    delivery, token = sent_delivery()
    assert opened(client, token)

    bar(delivery.guardianship, how)

    assert not opened(client, token)


@BARRED
@pytest.mark.parametrize("step", ["PHONE", "VISIT", "PAPER"])
def test_nobody_is_sent_to_call_on_them_or_to_hand_them_a_slip(client, teacher, step, how):
    child = child_with_guardian()
    CaseAccessFactory(child=child, user=teacher.user, reason="PAIRING")
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher), guardianship=child.guardianships.get(),
        step=step,
    )  # fmt: skip
    holder = Grant(teacher.user, teacher, Permission.NOTICE_VIEW)
    today = timezone.localdate()
    assert waiting(holder, today, 9) == [way]
    sign_in(client, teacher)

    bar(way.guardianship, how)
    slips = client.get(reverse("schools:notice_slips"), {"notice": way.notice_id, "all": "1"})

    assert waiting(holder, today, 9) == []
    assert slips.context["slips"] == []
    climb(now=timezone.now())
    assert again(way).state == "STOPPED"


@pytest.mark.parametrize("move", ["step", "out"])
def test_the_next_rung_is_not_taken_for_who_may_not_have_it_any_more(client, child, teacher, move):
    way = DeliveryFactory(
        notice=NoticeFactory(child=child, writer=teacher), guardianship=child.guardianships.get(),
        step="PHONE" if move == "step" else "PAPER",
    )  # fmt: skip
    bar(way.guardianship, "reported")
    sign_in(client, teacher)

    client.post(at("delivery_move", child, delivery_id=way.pk), {"move": move, "version": 1})

    assert (again(way).state, again(way).step) == ("STOPPED", way.step)


def test_a_message_that_waited_goes_to_the_phone_recorded_now():
    child = child_with_guardian("17000000001")
    written(child)
    channel = Remembering(Receipt(Outcome.RETRY, "UNREACHABLE"), Receipt(Outcome.ACCEPTED))
    send_all(channel)
    person = child.guardianships.get().guardian
    person.phone = "17000000002"
    person.save()

    send_all(channel, now=timezone.now() + timedelta(hours=1))

    assert [message.to for message in channel.sent] == ["17000000001", "17000000002"]
    assert str(NoticeDelivery.objects.get().phone) == "17000000002"


def test_a_message_that_waited_goes_nowhere_once_no_phone_is_recorded():
    child = child_with_guardian()
    written(child)
    make_ready(now=timezone.now())
    person = child.guardianships.get().guardian
    person.phone = ""
    person.save()

    assert send_all() == []

    way = NoticeDelivery.objects.get()
    assert (way.state, way.step, way.failure) == ("FAILED", "PHONE", "NO_PHONE")


def test_who_only_cares_for_the_child_now_gives_no_consent(client):
    notice = NoticeFactory(kind="CONSENT", asks_answer=True)
    care = GuardianshipFactory(child=notice.child, kind="LEGAL")
    delivery, token = sent_delivery(guardianship=care)
    delivery.notice = notice
    delivery.save()
    assert opened(client, token)

    care.kind = "ENTRUSTED"
    care.save()

    assert not opened(client, token)
    climb(now=timezone.now())
    assert again(delivery).state == "STOPPED"


@pytest.mark.parametrize(("facts", "opens"), [
    ({"name": "李外婆", "phone": "17000000002"}, False),
    ({"phone": "17000000002"}, True),
])  # fmt: skip
def test_a_record_written_over_with_somebody_else_opens_no_link_of_who_stood_there(
    client, facts, opens
):
    delivery, token = sent_delivery()
    assert opened(client, token)
    person = delivery.guardian
    for field, value in facts.items():
        setattr(person, field, value)

    person.save()

    assert opened(client, token) == opens


def of_father(child, **facts):
    return GuardianshipFactory(
        child=child, guardian=GuardianFactory(**{"name": "曾某父", "phone": "17000000009"} | facts),
        relation="FATHER", kind="PARENT",
    )  # fmt: skip


def merged_into(kept):
    """A file of the same child that is continued in `kept`."""
    today = timezone.localdate()
    return ChildFactory(
        merged_into=kept, status="CLOSED", closed_on=today, closing_reason="DUPLICATE"
    )


@pytest.mark.parametrize("here", [{}, {"name": "曾某甫", "id_number": "990101198001010011"}])
def test_a_report_in_the_file_that_was_continued_counts_in_the_one_that_goes_on(here):
    kept = ChildFactory()
    number = {key: value for key, value in here.items() if key == "id_number"}
    father, there = of_father(kept, **here), of_father(merged_into(kept), **number)
    assert father in notifiable(timezone.localdate())

    ConcernFactory(child=there.child, guardianship=there)

    assert father not in notifiable(timezone.localdate())


def test_a_report_names_the_person_however_often_they_are_recorded():
    child = ChildFactory()
    named, again_recorded = of_father(child), of_father(child)
    somebody = GuardianshipFactory(child=child)

    ConcernFactory(child=child, guardianship=named)

    found = notifiable(timezone.localdate()).filter(child=child)
    assert list(found) == [somebody]
    assert again_recorded not in found


def test_a_report_says_nothing_of_another_childs_guardians():
    child, other = ChildFactory(), ChildFactory()
    father, of_other = of_father(child), of_father(other)

    ConcernFactory(child=child, guardianship=father)

    assert of_other in notifiable(timezone.localdate())


def test_a_parent_whose_guardianship_was_given_back_and_the_other_one_are_told():
    child = ChildFactory()
    father = of_father(child)
    mother = GuardianshipFactory(child=child, relation="MOTHER", kind="PARENT")
    day = timezone.localdate()
    ParentStatusFactory(
        child=child, status="GUARDIANSHIP_REVOKED", starts_on=day - 90 * YESTERDAY,
        ends_on=day - YESTERDAY,
    )  # fmt: skip

    assert set(notifiable(day).filter(child=child)) == {father, mother}


def test_a_parent_whose_guardianship_is_revoked_is_told_nothing_as_another_kind_of_carer():
    child = ChildFactory()
    father = of_father(child)
    as_carer = GuardianshipFactory(
        child=child, guardian__name=father.guardian.name, relation="OTHER", kind="ENTRUSTED"
    )
    ParentStatusFactory(child=child, status="GUARDIANSHIP_REVOKED")

    assert as_carer not in notifiable(timezone.localdate())


@pytest.mark.parametrize("status", ["DEAD", "MISSING_DECLARED"])
def test_no_message_goes_to_the_phone_of_a_dead_parent_but_to_who_cares_since(status):
    child, day = ChildFactory(), timezone.localdate()
    father = of_father(child)
    ParentStatusFactory(child=child, status=status, starts_on=day - 30 * YESTERDAY)
    adopts = GuardianshipFactory(
        child=child, relation="FATHER", kind="LEGAL", starts_on=day - 10 * YESTERDAY
    )

    found = notifiable(day).filter(child=child)

    assert father not in found
    assert list(found) == [adopts]
