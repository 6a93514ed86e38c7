"""Pairs that a list leaves open: shown masked side by side, answered once, never asked again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.models import AccessEvent
from accounts.once import new_key
from children.models import Child
from exchange.models import ListRow, MatchDecision, MatchPair, ProposedChange
from exchange.views.hub import pairs_wait
from tests.asking import in_chinese
from tests.exchange import lists
from tests.exchange.lists import BORN, EAST, number
from tests.exchange.taking_in.test_import_list import run
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    MatchPairFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
HEAD = ["姓名", "性别", "出生日期", "乡镇", "村", "住址", "联系电话", "监护人姓名"]
ROW = ["张晓明", "男", "2015-03-07", "千岛湖镇", "大源村", "3组9号", "17000000001", None]


@pytest.fixture(autouse=True)
def _places():
    lists.county()


@pytest.fixture
def known():
    """Sounds like the child of the list; only the name is written otherwise."""
    child = ChildFactory(
        name="张小明", sex="MALE", birth_date=BORN, id_number=number(1), phone="17000000099",
        residence_area=area(EAST),
    )  # fmt: skip
    carer = GuardianFactory(name="李大娘", recorded_in=area(EAST))
    GuardianshipFactory(child=child, guardian=carer, is_main_carer=True)
    return child


@pytest.fixture
def county(client):
    return sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(lists.COUNTY)))


def take_in(tmp_path, *rows):
    run(tmp_path, [HEAD, *rows], "--commit", "--within", lists.COUNTY)


def answer(client, pair, said, version=None, **more):
    return client.post(
        reverse("exchange:pair_answer", args=[pair.pk]),
        {"answer": said, "version": version or pair.version, "submission": new_key(), **more},
        follow=True,
    )


def test_a_list_leaves_a_pair_for_each_child_that_a_row_may_be(tmp_path, known):
    take_in(tmp_path, ROW)

    pair = MatchPair.objects.get()
    assert (pair.child, pair.list_row, pair.state) == (known, ListRow.objects.get(), "OPEN")
    assert pair.pattern.name == "SOUND"
    assert pair.history.get().history_type == "+"


def test_both_sides_stand_beside_each_other_masked_with_how_they_agree(tmp_path, known, county):
    take_in(tmp_path, ROW)
    pair = MatchPair.objects.get()

    page = county.get(reverse("exchange:pair_detail", args=[pair.pk])).content.decode()

    assert [name in page for name in ("张晓明", "张小明", "李大娘")] == [True] * 3
    for secret in (number(1), "17000000001", "17000000099", "3组9号", "2015-03-07"):
        assert secret not in page
    assert in_chinese("sounds the same") in page
    assert AccessEvent.objects.get(subject="pair").child_id == known.pk


def test_a_value_is_revealed_with_its_reason_in_the_log(tmp_path, known, county):
    take_in(tmp_path, ROW)
    pair = MatchPair.objects.get()
    where = reverse("exchange:pair_reveal", args=[pair.pk])

    refused = county.post(where, {"field": "left.phone", "reason": ""})
    shown = county.post(where, {"field": "left.phone", "reason": "电话核实"})
    theirs = county.post(where, {"field": "right.id_number", "reason": "电话核实"})

    assert "17000000001" not in refused.content.decode()
    assert "17000000001" in shown.content.decode()
    assert number(1) in theirs.content.decode()
    log = AccessEvent.objects.filter(kind="REVEALED").order_by("pk")
    assert [(e.subject, e.reason, e.child_id) for e in log] == [
        ("pair.row.phone", "电话核实", known.pk), ("id_number", "电话核实", known.pk),
    ]  # fmt: skip
    assert county.post(where, {"field": "left.name", "reason": "电话核实"}).status_code == 404


def test_the_same_child_gets_what_the_list_says_otherwise_as_proposals(tmp_path, known, county):
    take_in(tmp_path, ROW)
    pair = MatchPair.objects.get()

    answer(county, pair, "same", reason="问过村里")

    pair.refresh_from_db()
    assert (pair.state, pair.reason) == ("SAME", "问过村里")
    said = {change.field for change in ProposedChange.objects.filter(child=known)}
    assert {"name", "phone", "address"} <= said
    known.refresh_from_db()
    assert (known.name, known.version) == ("张小明", 1)


def test_another_child_of_a_register_opens_its_own_file(tmp_path, known, county):
    take_in(tmp_path, ROW)

    answer(county, MatchPair.objects.get(), "distinct")

    opened = Child.objects.exclude(pk=known.pk).get()
    assert (opened.name, opened.birth_date, opened.managing_area_id) == ("张晓明", BORN, EAST)


def test_another_child_whose_number_was_registered_meanwhile_opens_no_second_file(tmp_path, county):
    unnumbered = ChildFactory(
        name="张小明", sex="MALE", birth_date=BORN, residence_area=area(EAST), id_type="NONE",
        id_number="",
    )  # fmt: skip
    run(tmp_path, [[*HEAD, "身份证号"], [*ROW, number(3)]], "--commit", "--within", lists.COUNTY)
    pair = MatchPair.objects.get(child=unnumbered)
    ChildFactory(name="张晓明", birth_date=BORN, id_number=number(3), residence_area=area(EAST))

    page = answer(county, pair, "distinct")

    pair.refresh_from_db()
    assert (page.status_code, pair.state) == (200, "DISTINCT")
    assert Child.objects.count() == 2


def test_a_decided_pair_never_comes_back_until_a_fact_changes(tmp_path, known, county):
    take_in(tmp_path, ROW)
    answer(county, MatchPair.objects.get(), "same")

    take_in(tmp_path, [*ROW[:5], "5组2号", *ROW[6:]])
    assert not MatchPair.objects.waiting().exists()

    take_in(tmp_path, [*ROW[:4], "西坡村", *ROW[5:]])  # the list names another village now
    assert MatchPair.objects.waiting().count() == 1


def test_a_changed_file_is_asked_about_again(tmp_path, known, county):
    take_in(tmp_path, ROW)
    answer(county, MatchPair.objects.get(), "same")
    known.refresh_from_db()
    known.name = "张小鸣"
    known.save()

    take_in(tmp_path, [*ROW[:5], "5组2号", *ROW[6:]])

    assert MatchPair.objects.waiting().count() == 1


def test_the_second_of_two_people_is_told_what_the_first_said(tmp_path, known, county):
    take_in(tmp_path, ROW)
    pair = MatchPair.objects.get()
    answer(county, pair, "same")

    page = answer(county, pair, "distinct", version=pair.version)

    pair.refresh_from_db()
    assert pair.state == "SAME"
    assert MatchDecision.objects.count() == 1
    assert any(message.level_tag == "warning" for message in page.context["messages"])


def test_later_puts_the_pair_behind_the_others_and_asks_it_again(tmp_path, known, county):
    take_in(tmp_path, ROW, ["张小鸣", *ROW[1:]])
    first, second = MatchPair.objects.waiting().in_order()

    page = answer(county, first, "later")

    assert page.redirect_chain[-1][0] == reverse("exchange:pair_detail", args=[second.pk])
    assert list(MatchPair.objects.waiting().in_order()) == [second, first]


def test_next_goes_through_all_pairs_and_then_begins_again(known, county):
    others = [
        MatchPairFactory(
            child=known, other=ChildFactory(residence_area=area(EAST)), list_row=None,
            score=score, put_off_at=off,
        )
        for score, off in ((0.9, None), (0.5, None), (0.5, None), (0.7, timezone.now()))
    ]  # fmt: skip
    pair, seen = others[0], []

    for _ in others:
        seen.append(pair)
        page = county.get(reverse("exchange:pair_detail", args=[pair.pk]))
        pair = MatchPair.objects.get(pk=page.context["following"])

    assert seen == others == list(MatchPair.objects.waiting().in_order())
    assert pair == others[0]


def test_after_an_answer_no_pair_comes_that_the_answer_settled(tmp_path, known, county):
    ChildFactory(
        name="张晓鸣", sex="MALE", birth_date=BORN, residence_area=area(EAST), id_type="NONE",
        id_number="",
    )  # fmt: skip
    take_in(tmp_path, ROW)
    other = MatchPairFactory(
        child=known, other=ChildFactory(residence_area=area(EAST)), list_row=None, score=0.01
    )

    page = answer(county, MatchPair.objects.waiting().in_order()[0], "same")

    assert page.redirect_chain[-1][0] == reverse("exchange:pair_detail", args=[other.pk])


def test_one_answer_settles_the_other_children_that_the_row_might_have_been(
    tmp_path, known, county
):
    twin = ChildFactory(
        name="张晓鸣", sex="MALE", birth_date=BORN, residence_area=area(EAST), id_type="NONE",
        id_number="",
    )  # fmt: skip
    take_in(tmp_path, ROW)
    pairs = {pair.child_id: pair for pair in MatchPair.objects.all()}
    assert set(pairs) == {known.pk, twin.pk}

    answer(county, pairs[known.pk], "same")

    pairs[twin.pk].refresh_from_db()
    assert pairs[twin.pk].state == "SETTLED"


def test_the_township_next_door_neither_lists_nor_opens_the_pair(tmp_path, known, client):
    take_in(tmp_path, ROW)
    area("330127101")
    next_door = sign_in(
        client, PostingFactory(role="CHILD_SUPERVISOR", area=area("330127101")), False
    )

    assert next_door.get(reverse("exchange:pair_list")).context["pairs"] == []
    where = reverse("exchange:pair_detail", args=[MatchPair.objects.get().pk])
    assert next_door.get(where).status_code == 404


def test_pairs_of_files_only_shared_or_merged_are_neither_listed_nor_counted(known, client):
    area("330127101")
    shared, merged = ChildFactory(residence_area=area(EAST)), ChildFactory(
        residence_area=area("330127101"), status="CLOSED", closed_on=BORN.replace(year=2026),
        closing_reason="DUPLICATE", merged_into=known,
    )  # fmt: skip
    for child in (known, shared, merged):
        CaseAccessFactory(child=child, area=area("330127101"), reason="HUKOU")
    MatchPairFactory(child=known, other=shared, list_row=None)
    MatchPairFactory(child=known, other=merged, list_row=None)
    there = sign_in(client, PostingFactory(role="CHILD_SUPERVISOR", area=area("330127101")), False)

    assert there.get(reverse("exchange:pair_list")).context["pairs"] == []
    holder = PostingFactory(role="CHILD_SUPERVISOR", area=area("330127101"))
    grant = Grant(holder.user, holder, Permission.PAIR_DECIDE)
    assert pairs_wait(grant, BORN).text == ""
    keeper = PostingFactory(role="CHILD_SUPERVISOR", area=area("330127100"))
    grant = Grant(keeper.user, keeper, Permission.PAIR_DECIDE)
    assert MatchPair.objects.ours(grant).get().other == shared


def test_the_list_is_narrowed_by_kind_place_and_import(tmp_path, known, county):
    take_in(tmp_path, ROW)
    where, row = reverse("exchange:pair_list"), ListRow.objects.get()

    def found(**query):
        return len(county.get(where, query).context["pairs"])

    assert found(kind="register", inside="330127100", **{"import": row.list_import_id}) == 1
    assert found(kind="deaths") == found(inside="330127101") == found(kind="files") == 0
    assert found(**{"import": row.list_import_id + 1}) == 0


def test_the_list_asks_as_often_for_ten_pairs_as_for_one(tmp_path, known, county):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            county.get(reverse("exchange:pair_list"))
        return len(asked)

    take_in(tmp_path, ROW)
    queries()
    one = queries()
    take_in(tmp_path, *([f"张{c}明", *ROW[1:]] for c in "筱肖霄潇宵销萧硝"))
    assert MatchPair.objects.count() >= 8

    assert queries() == one


def test_a_pair_of_a_place_nobody_chose_is_not_there(county):
    assert county.get(reverse("exchange:pair_detail", args=[987654])).status_code == 404
