"""A list says that a certificate on file holds no more, or again: proposed, accepted, undone."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from children.models import DisabilityCertificate
from exchange.actions.proposed_change import refuse
from exchange.models import ProposedChange
from tests.asking import text_of
from tests.exchange import lists
from tests.exchange.actions.test_renewed_certificate import (
    LATER,
    NEW,
    OLD,
    TODAY,
    effect,
    held,
    taken,
    undone,
)
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import ChildFactory, PostingFactory, UserFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "身份证号", "出生日期", "乡镇", "村", "残疾证号", "有效期至", "证件状态"]
FEDERATION = "disability_certificates"


@pytest.fixture
def child():
    lists.county()
    return ChildFactory(
        name="张三", sex="MALE", birth_date=BORN, id_type="RESIDENT_ID", id_number=number(1),
        residence_area=area(EAST),
    )  # fmt: skip


def listed(tmp_path, status, expires=None, paper=OLD, kind=FEDERATION):
    """What waits after a list in which the certificate stands so."""
    row = ["张三", "男", number(1), BORN, "千岛湖镇", "大源村", paper, expires, status]
    run(tmp_path, [HEAD, row], "--commit", kind=kind)
    return list(ProposedChange.objects.filter(state="OPEN"))


def on_file():
    rows = DisabilityCertificate.objects.order_by("pk")
    return [(row.status, row.status_from, row.expires_on) for row in rows]


@pytest.mark.parametrize("kind", ["register", FEDERATION])
@pytest.mark.parametrize(
    ("word", "status"),
    [("注销", "CANCELLED"), ("冻结", "FROZEN"), ("迁出", "MOVED"), ("过期", "EXPIRED")],
)
def test_what_holds_no_more_ends_with_the_day_of_the_list_and_goes_back_with_it(
    tmp_path, child, kind, word, status
):  # fmt: skip
    row = held(child)
    before = on_file()

    (change,) = listed(tmp_path, word, kind=kind)
    assert "the certificate on file becomes" in effect(change)
    assert on_file() == before
    taken(change)

    assert on_file() == [(status, TODAY, before[0][2])]
    past = row.history.latest("history_id")
    change.refresh_from_db()
    assert (past.history_date, past.history_user) == (change.decided_at, change.decided_by)
    assert past.history_change_reason.startswith(kind)
    assert undone() == 1
    assert on_file() == before


def test_the_last_day_that_a_list_tells_of_an_expired_one_is_its_last_day(tmp_path, child):
    held(child)
    last = TODAY - timedelta(days=40)

    (change,) = listed(tmp_path, "过期", last)
    taken(change)

    assert on_file() == [("EXPIRED", None, last)]


def test_a_last_day_gone_by_ends_what_the_file_held_without_one(tmp_path, child):
    held(child, expires=None)
    last = TODAY - timedelta(days=40)

    (change,) = listed(tmp_path, "", last)
    taken(change)

    assert on_file() == [("EXPIRED", None, last)]


@pytest.mark.parametrize(
    ("expires", "status", "said", "day"),
    [
        (LATER, "VALID", "有效", None),
        (LATER, "VALID", "", TODAY - timedelta(days=9)),  # the list may be older than a renewal
        (LATER, "VALID", "换证", None),  # that of the new one may be told so
        (TODAY - timedelta(days=9), "VALID", "过期", None),
        (LATER, "CANCELLED", "冻结", None),
        (LATER, "CANCELLED", "", None),
        (TODAY - timedelta(days=9), "EXPIRED", "有效", None),
    ],
)
def test_what_the_file_knows_as_well_is_not_proposed(tmp_path, child, expires, status, said, day):
    held(child, expires=expires, status=status)

    assert listed(tmp_path, said, day) == []


def test_one_that_is_valid_again_by_its_word_is_restored_and_may_end_again(tmp_path, child):
    held(child)
    (frozen,) = listed(tmp_path, "冻结")
    taken(frozen)

    (thawed,) = listed(tmp_path, "正常")
    assert effect(thawed) == "the certificate on file is valid again"
    taken(thawed)
    assert [row[:2] for row in on_file()] == [("VALID", None)]
    (again,) = listed(tmp_path, "冻结")

    assert again.pk != frozen.pk
    assert again.new_value == frozen.new_value


def test_one_that_was_replaced_is_not_restored_beside_the_new_one(tmp_path, child):
    held(child, status="CANCELLED")
    held(child, NEW)

    assert listed(tmp_path, "正常") == []


def test_a_row_that_came_in_before_says_so_again_and_a_refusal_holds(tmp_path, child):
    assert listed(tmp_path, "注销")[0].field == "certificate"
    ProposedChange.objects.all().delete()
    row = held(child)

    (change,) = listed(tmp_path, "注销")
    refuse(change=change, reason="已核实有效", by=UserFactory(), now=timezone.now())
    assert listed(tmp_path, "注销") == []
    row.expires_on = LATER
    row.save()

    assert len(listed(tmp_path, "注销")) == 1


def test_a_register_says_nothing_again_by_the_same_row(tmp_path, child):
    listed(tmp_path, "注销", kind="register")
    ProposedChange.objects.all().delete()
    held(child)

    assert listed(tmp_path, "注销", kind="register") == []


def test_what_a_list_would_change_is_not_counted_as_unchanged(tmp_path, child):
    rows = [HEAD, ["张三", "男", number(1), BORN, "千岛湖镇", "大源村", OLD, None, "注销"]]
    run(tmp_path, rows, "--commit", kind=FEDERATION)
    ProposedChange.objects.all().delete()
    held(child)

    _status, report = run(tmp_path, rows, kind=FEDERATION)

    assert report["unchanged"] == 0


def test_in_bulk_side_by_side_in_the_line(tmp_path, child, client):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(EAST[:9])))
    held(child)
    other = ChildFactory(
        name="李四", sex="MALE", birth_date=BORN, id_type="RESIDENT_ID", id_number=number(3),
        residence_area=area(EAST),
    )  # fmt: skip
    held(other, number(3) + "62")
    rows = [
        [name, "男", own, BORN, "千岛湖镇", "大源村", paper, None, "注销"]
        for name, own, paper in (("张三", number(1), OLD), ("李四", number(3), number(3) + "62"))
    ]
    run(tmp_path, [HEAD, *rows], "--commit", kind=FEDERATION)
    changes = list(ProposedChange.objects.filter(state="OPEN").values_list("pk", flat=True))

    page = text_of(client.get(reverse("exchange:change_list")))
    client.post(reverse("exchange:change_decide"), {"change": changes, "move": "ACCEPT"})

    assert "有效" in page
    assert "档案中的残疾人证改为：已注销" in page
    assert [row[:2] for row in on_file()] == [("CANCELLED", TODAY)] * 2


def test_a_certificate_replaced_by_a_newer_one_held_until_that_one_was_issued(tmp_path, child):
    held(child)
    issued = date(TODAY.year - 1, 5, 2)
    row = ["张三", "男", number(1), BORN, "千岛湖镇", "大源村", NEW, issued, LATER]
    head = [*HEAD[:7], "发证日期", "有效期至"]
    run(tmp_path, [head, row], "--commit", kind=FEDERATION)

    taken(ProposedChange.objects.get(state="OPEN"))

    assert [row[:2] for row in on_file()] == [("CANCELLED", issued), ("VALID", None)]


@pytest.mark.parametrize(
    ("typed", "status", "since"),
    [
        ({"status": "CANCELLED"}, "CANCELLED", TODAY),
        ({"status": "FROZEN", "status_from": "2026-01-05"}, "FROZEN", date(2026, 1, 5)),
        ({"status": "EXPIRED", "expires_on": "2026-01-04"}, "EXPIRED", None),
        ({"status": "VALID", "status_from": "2026-01-05"}, "VALID", None),
    ],
)
def test_by_hand_too_it_held_until_the_day_on_which_it_ended(child, client, typed, status, since):
    sign_in(client, PostingFactory(role=Role.CHILD_SUPERVISOR, area=area(EAST[:9])))
    row = held(child)
    url = reverse("children:record_change", args=[child.case_number, "certificate", row.pk])
    sent = {
        "number": row.masked_number, "issued_on": row.issued_on, "expires_on": row.expires_on,
        "version": row.version, "reason": "残联通知", "kind": row.kind, "grade": row.grade,
    }  # fmt: skip

    answer = client.post(url, sent | typed)

    assert answer.status_code == 302, text_of(answer)
    row.refresh_from_db()
    assert (row.status, row.status_from) == (status, since)
    if since:
        page = text_of(client.get(reverse("children:child_detail", args=[child.case_number])))
        assert f"自 {since:%Y-%m-%d} 起无效" in page
