"""A file handed over to another place: who keeps it, who sees it and who is due, step by step."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission, scope_of
from accounts.scope import acting
from children.models import CaseAccess, Child, DueWork, Transfer
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    PairingFactory,
    PostingFactory,
    TransferFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def sender():
    return PostingFactory(role="CHILD_SUPERVISOR", area=area(TOWNSHIP))


@pytest.fixture
def receiver():
    area(OTHER_VILLAGE)
    return PostingFactory(role="CHILD_SUPERVISOR", area=area(OTHER_TOWNSHIP))


@pytest.fixture
def child():
    return ChildFactory(name="甲小一")


def send(client, child, **typed):
    facts = {
        "to_area": OTHER_TOWNSHIP,
        "moved_on": TODAY,
        "reason": "随母亲搬迁",
        "summary": "走访",
    }
    return client.post(of(child, "transfer_send"), facts | typed)


def answer(client, row, step, **typed):
    facts = {"step": step, "village": OTHER_VILLAGE, "version": row.version}
    return client.post(of(row.child, "transfer_detail", transfer_id=row.pk), facts | typed)


def places(posting, child):
    """Whether the posting keeps the file, sees it shared, and has its due work on its list."""
    grant = Grant(posting.user, posting, Permission.CHILD_VIEW)
    with acting(scope_of(posting)):
        mine = Child.objects.filter(pk=child.pk)
        due = DueWork.objects.permitted(grant).answered_for(posting.area_id).filter(child=child)
        return mine.ours(grant).exists(), mine.permitted(grant).exists(), due.count()


def test_a_file_moves_when_it_is_acknowledged_with_its_work_and_not_before(
    client, sender, receiver, child
):
    helper = PairingFactory(child=child, starts_on=TODAY - DAY).helper
    sign_in(client, sender)
    form = client.get(of(child, "transfer_send")).context["form"]
    assert helper.user.full_name in form.initial["summary"]
    assert places(receiver, child) == (False, False, 0)

    assert send(client, child).status_code == 302
    row = Transfer.objects.get()
    text = in_chinese("This file is being handed over already.")
    assert errors(send(client, child))["__all__"] == [text]
    assert places(sender, child) == (True, True, 1)
    assert places(receiver, child) == (False, True, 0)
    assert shows(client.get(reverse("home")), of(child, "transfer_detail", transfer_id=row.pk))
    # The sender cannot answer for the others.
    assert answer(client, row, "ACKNOWLEDGE").status_code == 404

    sign_in(client, receiver)
    assert shows(client.get(reverse("home")), "甲小一")
    assert client.get(of(child, "child_change")).status_code == 404  # read, not worked on
    assert "village" in errors(answer(client, row, "ACKNOWLEDGE", village=""))
    assert "village" in errors(answer(client, row, "ACKNOWLEDGE", village=VILLAGE))
    assert answer(client, row, "ACKNOWLEDGE", address="3 号").status_code == 302

    child.refresh_from_db()
    assert (child.managing_area_id, child.residence_area_id) == (OTHER_VILLAGE, OTHER_VILLAGE)
    assert (child.address, child.township_code) == ("3 号", OTHER_TOWNSHIP)
    assert places(receiver, child) == (True, True, 1)
    assert places(sender, child) == (False, True, 0)  # reads on for a while
    assert child.history.latest("history_date").history_user == receiver.user
    assert answer(client, row, "REFUSE", answer="x").context["form"].errors  # it is answered
    assert not shows(client.get(reverse("home")), of(child, "transfer_detail", transfer_id=row.pk))

    until = CaseAccess.objects.get(child=child, closed_at__gt=timezone.now())
    assert (until.area_id, (until.closed_at - until.opened_at).days) == (VILLAGE, 30)
    until.closed_at = timezone.now()
    until.save()
    assert places(sender, child) == (False, False, 0)
    sign_in(client, sender)
    assert client.get(of(child, "child_detail")).status_code == 404


def test_refused_or_withdrawn_it_stays_with_the_sender_and_the_other_sees_no_more_of_it(
    client, sender, receiver, child
):
    sign_in(client, sender)
    send(client, child)
    sign_in(client, receiver)
    row = Transfer.objects.get()
    assert "answer" in errors(answer(client, row, "REFUSE", answer=" "))

    assert answer(client, row, "REFUSE", answer="孩子在镇上查无此人").url == reverse("home")

    assert places(receiver, child) == (False, False, 0)
    assert places(sender, child) == (True, True, 1)
    assert not shows(client.get(reverse("home")), "甲小一")
    sign_in(client, sender)
    url = of(child, "transfer_detail", transfer_id=row.pk)
    assert shows(client.get(reverse("home")), url)  # it came back
    assert shows(client.get(of(child, "transfer_detail", transfer_id=row.pk)), "查无此人")

    send(client, child)
    again = Transfer.objects.latest("pk")
    assert places(receiver, child) == (False, True, 0)
    answer(client, again, "WITHDRAW")
    assert places(receiver, child) == (False, False, 0)
    assert Transfer.objects.latest("pk").state == "WITHDRAWN"


def test_it_goes_where_somebody_can_answer_else_on_paper(client, sender, child):
    sign_in(client, sender)
    for wrong in (VILLAGE, TOWNSHIP, COUNTY, OTHER_TOWNSHIP):
        area(wrong)
        assert "to_area" in errors(send(client, child, to_area=wrong)), wrong
    assert not Transfer.objects.exists()
    sheet = client.get(of(child, "transfer_sheet"))
    assert shows(sheet, "甲小一")
    assert shows(sheet, "____")
    PostingFactory(role="COUNTY_OFFICER", area=area(OTHER_COUNTY))
    assert send(client, child).status_code == 302


def test_the_county_is_told_of_what_waits_too_long(client, child, receiver):
    for day, told in ((TODAY - 5 * DAY, False), (TODAY - 6 * DAY, True)):
        Transfer.objects.filter(child=child).delete()
        row = TransferFactory(child=child, answer_by=day)
        sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))
        url = of(child, "transfer_detail", transfer_id=row.pk)
        assert shows(client.get(reverse("home")), url) == told
