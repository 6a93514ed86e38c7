"""The access log: who reads it, and that its lines tell codes, never values."""

import ast

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent, AccessKind
from accounts.models.access_log import SUBJECTS
from accounts.roles import Role
from tests.architecture import SOURCES
from tests.asking import of, shows, text_of
from tests.factories import COUNTY, OTHER_VILLAGE, ChildFactory, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
LOG = "access_log"


@pytest.fixture
def auditor():
    return sign_in(Client(), PostingFactory(role=Role.AUDITOR, area=area(COUNTY)))


@pytest.fixture
def supervisor():
    return PostingFactory(role=Role.CHILD_SUPERVISOR)


def look(posting, child):
    assert sign_in(Client(), posting).get(of(child, "child_detail")).status_code == 200


def test_the_auditor_reads_who_opened_which_file_without_the_childs_name(auditor, supervisor):
    child = ChildFactory(name="曾小明")
    look(supervisor, child)

    page = auditor.get(reverse(LOG))

    assert [event.child_id for event in page.context["events"]] == [child.pk]
    assert shows(page, supervisor.user.full_name)
    assert "曾小明" not in text_of(page)


def test_the_auditor_of_a_county_reads_no_other_countys_log(auditor):
    other = PostingFactory(role=Role.CHILD_DIRECTOR, area=area(OTHER_VILLAGE))
    look(other, ChildFactory(residence_area=area(OTHER_VILLAGE)))

    assert auditor.get(reverse(LOG)).context["events"] == []


def test_the_log_is_filtered_and_turned_page_by_page(auditor, supervisor):
    child = ChildFactory()
    client = sign_in(Client(), supervisor)
    for _time in range(60):
        client.get(of(child, "child_detail"))
    client.get(of(child, "child_detail"), {"print": "1"})

    seen, before = [], ""
    while True:
        page = auditor.get(reverse(LOG), {"before": before} if before else {})
        seen += [event.pk for event in page.context["events"]]
        before = page.context["older"]
        if not before:
            break
    assert len(seen) == len(set(seen)) == 61
    printed = auditor.get(reverse(LOG), {"kind": "PRINTED"}).context["events"]
    assert [event.kind for event in printed] == ["PRINTED"]


def test_a_look_that_breaks_leaves_neither_page_nor_line(supervisor, monkeypatch):
    """The line is in the transaction of what it tells of."""
    from children.views import child as views

    def broken(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(views, "Overview", broken)
    client = sign_in(Client(raise_request_exception=False), supervisor)

    assert client.get(of(ChildFactory(), "child_detail")).status_code == 500
    assert not AccessEvent.objects.exists()


def test_a_refused_look_is_no_look(supervisor):
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))

    assert sign_in(Client(), supervisor).get(of(child, "child_detail")).status_code == 404
    assert not AccessEvent.objects.exists()


def test_a_user_who_has_looked_cannot_be_deleted(supervisor):
    look(supervisor, ChildFactory())

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_posting WHERE id = %s", [supervisor.pk])
        cursor.execute("DELETE FROM accounts_user WHERE id = %s", [supervisor.user_id])
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def test_the_address_comes_from_the_nearest_proxy(supervisor):
    child = ChildFactory()
    client = sign_in(Client(), supervisor)

    client.get(of(child, "child_detail"), headers={"X-Real-IP": "10.1.2.3"})

    assert AccessEvent.objects.get().address == "10.1.2.3"


@pytest.mark.parametrize("claimed", ["x", "999.1.1.1", "1.1.1.1, 2.2.2.2", "'; --", "\u4e00"])
def test_a_claimed_address_that_is_none_breaks_no_page(supervisor, claimed):
    child = ChildFactory()
    client = sign_in(Client(), supervisor)

    answer = client.get(of(child, "child_detail"), HTTP_X_REAL_IP=claimed)

    assert answer.status_code == 200
    assert AccessEvent.objects.count() == 1


def test_the_auditor_finds_all_looks_at_one_file_by_its_number(auditor, supervisor):
    looked_at, other = ChildFactory(), ChildFactory()
    look(supervisor, looked_at)
    look(supervisor, other)

    page = auditor.get(reverse(LOG), {"file": looked_at.case_number})

    assert [event.child_id for event in page.context["events"]] == [looked_at.pk]
    assert shows(page, looked_at.case_number)
    assert not shows(page, other.case_number)


def test_no_number_of_another_countys_file_is_told_or_found(auditor, supervisor):
    """A line may have been written when the child was ours; its number is of whom it is now."""
    child = ChildFactory()
    look(supervisor, child)
    child.residence_area = child.managing_area = area(OTHER_VILLAGE)
    child.save()

    page = auditor.get(reverse(LOG))

    assert len(page.context["events"]) == 1
    assert not shows(page, child.case_number)
    assert auditor.get(reverse(LOG), {"file": child.case_number}).context["events"] == []


def test_a_name_is_posted_and_the_address_has_a_key_in_its_place(auditor, supervisor):
    director = PostingFactory(role=Role.CHILD_DIRECTOR)
    child = ChildFactory()
    look(supervisor, child)
    look(director, child)

    answer = auditor.post(reverse(LOG), {"who": director.user.username, "kind": "OPENED"})

    assert answer.status_code == 302
    assert director.user.username not in answer.url
    events = auditor.get(answer.url).context["events"]
    assert {event.user_id for event in events} == {director.user_id}


def test_of_several_people_of_one_name_the_auditor_chooses(auditor, supervisor):
    namesake = PostingFactory(role=Role.CHILD_DIRECTOR, user__full_name="同名同姓").user
    other = PostingFactory(role=Role.CHILD_SUPERVISOR, user__full_name="同名同姓").user

    page = auditor.post(reverse(LOG), {"who": "同名"})

    assert page.status_code == 200
    assert set(page.context["form"].people) == {namesake, other}
    nobody = auditor.post(reverse(LOG), {"who": "无此人"})
    assert nobody.context["form"].errors.keys() == {"who"}


def test_days_of_the_log_are_whole_and_the_wrong_way_round_is_said(auditor, supervisor):
    look(supervisor, ChildFactory())
    today = timezone.localdate().isoformat()

    shown = auditor.get(reverse(LOG), {"first": today, "last": today}).context["events"]
    wrong = auditor.post(reverse(LOG), {"first": today, "last": "2026-01-01"})

    assert len(shown) == 1
    assert wrong.context["form"].errors.keys() == {"last"}


def test_home_of_the_auditor_counts_what_was_done_and_by_whom(auditor, supervisor):
    for _time in range(3):
        look(supervisor, ChildFactory())

    block = dict(auditor.get("/").context["blocks"])["_home_access.html"]

    assert dict(block["kinds"])[AccessKind.OPENED] == 3
    assert [(person["pk"], person["count"]) for person in block["people"]] == [
        (supervisor.user_id, 3)
    ]


def _subjects_told():
    """Codes that our own code writes into the log, part by part, as its text has them."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and any(part.arg == "kind" for part in node.keywords):
                for part in node.keywords:
                    if part.arg == "subject":
                        yield from _texts(part.value)


def _texts(value):
    parts = value.values if isinstance(value, ast.JoinedStr) else [value]
    written = [part.value for part in parts if isinstance(part, ast.Constant)]
    return [code for text in written for code in str(text).split(".") if code]


def test_each_thing_looked_at_has_words_in_the_log():
    told = set(_subjects_told())

    assert {"child", "notice_code", "county_table"} <= told
    assert told - set(SUBJECTS) == set()
