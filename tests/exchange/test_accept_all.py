"""All changes of a filter accepted or refused at once: what was told is done, and nothing else."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Posting
from accounts.roles import Role
from children.models import (
    Child,
)
from exchange.actions import change_batch
from exchange.actions.proposed_change import accept
from exchange.models import ChangeBatch
from tests.asking import text_of
from tests.exchange.change_batches import (
    ASK,
    LIST,
    a_list,
    again,
    asked,
    certificate,
    child,
    outcomes,
    page,
    proposed,
    run,
    started,
    supervisor,
)
from tests.exchange.lists import number
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    ChildFactory,
    ListImportFactory,
    PostingFactory,
    ProposedChangeFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting(client):
    return supervisor(client)


@pytest.fixture
def came():
    return a_list()


def test_all_of_a_filter_are_told_confirmed_and_accepted_and_no_other(client, posting, came):
    rows = [proposed(came, "address"), proposed(came, "address", "5组")]
    other = proposed(came, "name", "王新")

    batch = asked(client, field="address")
    told = page(client, batch)
    assert {again(row).state for row in rows} == {"OPEN"}, "nothing before it is confirmed"
    later = proposed(came)
    started(client, batch)
    run(batch)

    assert (told.context["waiting"], told.context["facts"][0]["count"]) == (2, 2)
    assert [again(row).state for row in (*rows, other, later)] == [
        "ACCEPTED", "ACCEPTED", "OPEN", "OPEN",
    ]  # fmt: skip
    assert again(rows[0].child).address == "3组9号"
    past = rows[0].child.history.latest("history_id")
    assert (past.history_user, past.history_change_reason, past.acting_posting_id) == (
        posting.user, f"register #{came.pk}", posting.pk,
    )  # fmt: skip
    assert past.history_date == rows[0].decided_at == rows[0].history.latest().history_date
    assert (batch.state, outcomes(batch)) == ("DONE", {row.pk: "DONE" for row in rows})
    run(batch)  # a worker that comes again
    assert rows[0].child.history.count() == 2


def test_a_place_narrows_the_list_and_all_of_it(client, posting, came):
    here = proposed(came)
    there = proposed(came, whose=ChildFactory(residence_area=area(VILLAGE[:9] + "299")))

    lines = client.get(LIST, {"inside": VILLAGE}).context["lines"]
    batch = asked(client, inside=VILLAGE)

    assert [line["change"] for line in lines] == [here]
    assert outcomes(batch) == {here.pk: ""}
    assert area(VILLAGE).name in text_of(page(client, batch))
    assert there.state == "OPEN"


def test_refused_all_with_one_reason_and_not_without(client, posting, came):
    rows = [proposed(came), proposed(came)]
    batch = asked(client, "REFUSE")

    assert started(client, batch).context["mistake"]
    assert again(batch).state == "ASKED"
    started(client, batch, reason="名单有误")
    run(batch)

    assert {(again(row).state, row.reason) for row in rows} == {("REFUSED", "名单有误")}
    assert again(rows[0].child).address == "1组1号"


@pytest.mark.parametrize("looked_at", [10_000, 2], ids=["at once", "in parts"])
def test_what_stays_is_told_before_and_after_with_its_reason(
    client, posting, came, monkeypatch, looked_at
):
    """Changed since; two of one fact; refused by the database; decided, moved on meanwhile."""
    monkeypatch.setattr(change_batch, "LOOKED_AT", looked_at)
    stale = proposed(ListImportFactory(at=timezone.now()))
    stale.child.address = "家访所见"
    stale.child.save()
    two = child()
    both = [proposed(came, "address", text, two) for text in ("2组", "4组")]
    ChildFactory(residence_area=area(VILLAGE), id_number=number(1))
    taken = proposed(came, "id_number", number(1))
    good, fast, moved, late = (proposed(came) for _ in range(4))

    batch = asked(client)
    told = page(client, batch)
    started(client, batch)
    accept(change=fast, anyway=False, by=posting.user, now=timezone.now())
    moved.child = child()
    moved.save()
    late.child.address = "又变了"
    late.child._history_date = came.at + timedelta(minutes=1)
    late.child.save()
    run(batch)

    assert told.context["waiting"] == 5
    assert {str(one["count"]) for one in told.context["stays"]} == {"1", "2"}
    assert outcomes(batch) == {
        stale.pk: "STALE", both[0].pk: "TWO_SAY", both[1].pk: "TWO_SAY", taken.pk: "BROKEN",
        good.pk: "DONE", fast.pk: "DECIDED", moved.pk: "GONE", late.pk: "STALE",
    }  # fmt: skip
    assert again(taken).state == again(moved).state == "OPEN"
    assert again(stale.child).address == "家访所见"
    said = text_of(page(client, batch))
    assert str(Child._meta.constraints[2].get_violation_error_message()) in said or "已" in said
    assert said.count(stale.child.name) >= 1


def test_only_what_waits_for_them_and_only_while_they_hold_the_posting(client, posting, came):
    theirs = ProposedChangeFactory(
        child=ChildFactory(residence_area=area(OTHER_VILLAGE)), list_import=came
    )
    secret = proposed(came, "category", "HIV")
    ours = proposed(came)
    batch = asked(client)
    assert outcomes(batch) == {ours.pk: ""}

    started(client, batch)
    held = Posting.objects.get(pk=posting.pk)
    held.ends_on = held.starts_on
    held.save()
    run(batch)

    assert (batch.state, outcomes(batch)) == ("DONE", {ours.pk: "NOT_YOURS"})
    assert {again(row).state for row in (theirs, secret, ours)} == {"OPEN"}


def test_nobody_confirms_for_another_nor_a_filter_that_nobody_understands(client, posting, came):
    proposed(came)
    batch = asked(client)
    colleague = PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(TOWNSHIP))

    for junk in ({"field": "shoe_size"}, {"inside": "99"}, {"import": "x"}):
        assert client.post(ASK, {"move": "ACCEPT", **junk})["Location"] == LIST
    assert ChangeBatch.objects.count() == 1
    sign_in(client, colleague)
    started(client, batch)

    assert again(batch).state == "ASKED"
    sign_in(client, posting)
    batch.at -= timedelta(hours=25)
    batch.save()
    started(client, batch)
    assert again(batch).state == "ASKED", "told too long ago"
    change_batch.forget_unconfirmed(now=timezone.now())
    assert (again(batch).state, batch.lines.count()) == ("CANCELLED", 0)


def test_pressed_twice_or_cancelled_on_the_way(client, posting, came, monkeypatch):
    rows = [proposed(came) for _ in range(3)]
    monkeypatch.setattr(change_batch, "AT_ONCE", 1)
    batch = asked(client)
    key = page(client, batch).context["keys"]["start"]
    for _ in range(2):
        started(client, batch, submission=key)
    started(client, batch)

    change_batch._part(batch.pk, posting, timezone.now())
    client.post(reverse("exchange:batch_cancel", args=[batch.pk]))
    run(batch)

    assert batch.state == "CANCELLED"
    assert sorted(again(row).state for row in rows) == ["ACCEPTED", "OPEN", "OPEN"]
    assert page(client, batch).context["waiting"] == 2


def test_queries_do_not_grow_with_the_changes(client, posting, came):
    def new():
        proposed(came, "certificate", certificate())
        proposed(came, "economic", "DIBAO")
        proposed(came, "hukou_area", OTHER_VILLAGE)
        proposed(came, "guardian", json.dumps({"name": "李大娘", "relation": "MOTHER"}))
        proposed(came, "category", "DE_FACTO")

    def spent():
        batch = asked(client)
        with CaptureQueriesContext(connection) as telling:
            page(client, batch)
        started(client, batch)
        with CaptureQueriesContext(connection) as doing:
            run(batch)
        assert set(outcomes(batch).values()) == {"DONE"}
        return len(telling), len(doing)

    area(OTHER_VILLAGE)
    for _ in range(2):
        new()
    few = spent()
    for _ in range(6):
        new()
    assert spent() == few
