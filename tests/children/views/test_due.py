"""Lists of what is due, putting it off, confirming facts."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from accounts.access import Grant, Permission
from children.models import DueKind, DueWork, FactConfirmation, PutOff
from children.models.due import Item
from children.views.due import due_block
from children.views.put_off import _say
from tests.asking import errors, in_chinese, of, shows
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    FactConfirmationFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DUE = reverse("children:due_list")
PLACES = reverse("children:due_villages")


def days(count):
    return timedelta(days=count)


@pytest.fixture
def director(client):
    posting = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
    sign_in(client, posting)
    return posting


def due_in(count, place=VILLAGE, **facts):
    """A child whose first visit is due in `count` days."""
    return ChildFactory(residence_area=area(place), opened_on=TODAY + days(count - 14), **facts)


def listed(client, **query):
    return [line.row.child for line in client.get(DUE, query).context["lines"]]


def test_overdue_stands_first_then_today_then_the_week(client, director):
    today, late, week = due_in(0), due_in(-3), due_in(7)
    due_in(8)

    assert listed(client) == [late, today, week]
    assert listed(client, part="overdue") == [late]
    assert listed(client, part="today") == [today]
    assert listed(client, part="week") == [week]


def test_a_high_risk_that_is_overdue_stands_before_what_has_waited_longer(
    client, director, monkeypatch
):
    monkeypatch.setattr("children.views.due.ON_HOME", 2)
    longest, _longer = due_in(-9), due_in(-8)
    high = due_in(-3, risk_level="HIGH")

    block = due_block(Grant(director.user, director, Permission.VISIT_VIEW), TODAY)
    counts = {count["part"]: count["count"] for count in block["counts"]}

    assert [line.row.child for line in block["lines"]] == [high, longest]
    assert counts == {"high": 1, "overdue": 3, "today": 0, "week": 0}
    assert listed(client, part="high") == [high]


def test_counts_open_the_list_that_they_count(client, director):
    due_in(-3)
    due_in(-1)
    due_in(2)

    counts = {count["part"]: count["count"] for count in client.get(DUE).context["counts"]}
    home = client.get("/").content.decode()

    assert counts == {"overdue": 2, "today": 0, "week": 1}
    assert f"{DUE}?part=overdue" in home
    assert f"{DUE}?part=today" not in home


def test_each_sees_the_files_of_their_own_area_alone(client):
    mine = due_in(-3)
    other = due_in(-3, place=OTHER_VILLAGE)
    CaseAccessFactory(child=other, area=area(TOWNSHIP))

    for role, place in (("CHILD_DIRECTOR", VILLAGE), ("CHILD_SUPERVISOR", TOWNSHIP),
                        ("COUNTY_OFFICER", COUNTY)):  # fmt: skip
        sign_in(client, PostingFactory(role=role, area=area(place)))
        assert listed(client) == [mine], role
    sign_in(client, PostingFactory(role="CHILD_DIRECTOR", area=area(OTHER_VILLAGE)))
    assert listed(client) == [other]


def test_a_place_outside_our_area_is_not_looked_into(client):
    mine = due_in(-3)
    due_in(-3, place=OTHER_VILLAGE)
    sign_in(client, PostingFactory(role="CHILD_SUPERVISOR", area=area(TOWNSHIP)))

    assert listed(client, inside=OTHER_VILLAGE) == [mine]
    assert listed(client, inside="x") == [mine]
    assert listed(client, inside=VILLAGE) == [mine]


@pytest.mark.parametrize("after", ["x", "2026-99-99.1", "2026-01-01", ".", "2026-01-01.x"])
def test_a_place_in_the_list_that_is_none_begins_anew(client, director, after):
    child = due_in(-3)

    assert listed(client, after=after) == [child]


def test_long_lists_go_on_below_without_a_gap(client, director, monkeypatch):
    monkeypatch.setattr("children.views.due.SHOWN", 3)
    children = [due_in(-number // 3) for number in range(7)]

    found, after = [], None
    while after != "":
        context = client.get(DUE, {"after": after} if after else {}).context
        found += [line.row.child for line in context["lines"]]
        after = context["next"]

    assert sorted(child.pk for child in found) == sorted(child.pk for child in children)


@pytest.mark.parametrize("url", [DUE, PLACES, "/"])
def test_pages_take_the_same_queries_for_one_and_for_ten(client, director, url):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    due_in(-3)
    counted()
    one = counted()
    for _number in range(9):
        due_in(-3)
    assert counted() == one


def test_a_visit_takes_the_child_off_the_list(client, director):
    child = due_in(-3)

    HomeVisitFactory(child=child, visitor=director, visited_on=TODAY)

    assert listed(client) == []


def test_nobody_at_home_brings_the_child_back_in_a_few_days(client, director):
    child = due_in(-3)
    HomeVisitFactory(child=child, in_vain=True, visited_on=TODAY)

    (line,) = client.get(DUE).context["lines"]

    ((item, _days),) = line.items
    assert (line.row.child, item.on, item.reason) == (child, TODAY + days(5), "SECOND_TRY")
    assert shows(client.get(DUE), in_chinese("nobody met once") % {"tries": 1})


# Place by place ----------------------------------------------------------------------------------


def test_the_township_sees_its_villages_and_whose_facts_are_stale(client):
    due_in(-3)
    stale = ChildFactory(opened_on=TODAY - days(400))
    HomeVisitFactory(child=stale, visited_on=TODAY)
    sign_in(client, PostingFactory(role="CHILD_SUPERVISOR", area=area(TOWNSHIP)))

    (row,) = client.get(PLACES).context["rows"]

    told = (row["place"], row["files"], row["visits"], row["calls"], row["stale"], row["share"])
    assert told == (VILLAGE, 2, 1, 0, 1, 50)


def test_the_county_sees_townships_and_opens_one(client):
    due_in(-3)
    sign_in(client, PostingFactory(role="COUNTY_OFFICER", area=area(COUNTY)))

    first = client.get(PLACES).context
    below = client.get(PLACES, {"inside": TOWNSHIP}).context

    assert [row["place"] for row in first["rows"]] == [TOWNSHIP]
    assert [row["place"] for row in below["rows"]] == [VILLAGE]
    assert (first["total"]["visits"], below["total"]["visits"]) == (1, 1)


# Putting off -------------------------------------------------------------------------------------


def put_off(client, child, kind="VISIT", **typed):
    url = of(child, "due_put_off", due_kind=kind)
    return client.post(url, {"until": TODAY + days(10), "reason": "随母亲去省城看病"} | typed)


def test_work_is_put_off_once_with_a_reason(client, director):
    child = due_in(-3)

    assert put_off(client, child).status_code == 302
    again = put_off(client, child)

    row = PutOff.objects.get()
    assert (row.cause_on, row.until, row.put_off_by) == (
        TODAY - days(3),
        TODAY + days(10),
        director,
    )
    assert DueWork.objects.get(child=child).visit_on == TODAY + days(10)
    assert listed(client) == []
    text = in_chinese("This was put off once already: now it must be done.")
    assert text in errors(again)["__all__"]


@pytest.mark.parametrize("until", [TODAY, TODAY + days(31), ""])
def test_it_is_put_off_to_a_day_ahead_and_not_for_ever(client, director, until):
    child = due_in(-3)

    assert list(errors(put_off(client, child, until=until))) == ["until"]
    assert not PutOff.objects.exists()


def test_without_a_reason_nothing_is_put_off(client, director):
    assert list(errors(put_off(client, due_in(-3), reason=" "))) == ["reason"]


def test_what_is_not_due_at_all_cannot_be_put_off(client, director):
    child = due_in(-3)  # the visit makes the call unnecessary

    assert put_off(client, child, kind="CALL").status_code == 404


def test_the_childs_page_says_what_is_due_and_offers_to_put_it_off_once(client, director):
    child = due_in(-3)
    url = of(child, "due_put_off", due_kind="VISIT")

    before = client.get(of(child, "child_detail"))
    put_off(client, child, until=TODAY + days(5))
    after = client.get(of(child, "child_detail"))

    said = in_chinese("%(what)s by %(day)s")
    for page, day in ((before, TODAY - days(3)), (after, TODAY + days(5))):
        told = {"what": in_chinese("home visit"), "day": date_format(day, "SHORT_DATE_FORMAT")}
        assert shows(page, said % told)
    assert shows(before, url)
    assert not shows(after, url)


# Confirming --------------------------------------------------------------------------------------


def confirm(client, child, *facts):
    return client.post(of(child, "facts_confirm"), {"fact": facts})


def test_one_tap_confirms_a_fact_and_one_all(client, director):
    child = ChildFactory(opened_on=TODAY - days(400))

    confirm(client, child, "CARER")
    assert list(FactConfirmation.objects.values_list("fact", flat=True)) == ["CARER"]
    confirm(client, child, "ALL")

    assert FactConfirmation.objects.count() == 5  # twice on one day is once
    assert DueWork.objects.get(child=child).verified_on == TODAY
    assert set(FactConfirmation.objects.values_list("confirmed_by", flat=True)) == {director.pk}


def test_nothing_named_and_nothing_known_confirms_nothing(client, director):
    child = ChildFactory()

    confirm(client, child)
    confirm(client, child, "X")

    assert not FactConfirmation.objects.exists()


def test_a_file_is_stale_as_long_as_one_fact_is(client, director):
    child = ChildFactory(opened_on=TODAY - days(400))
    for fact in ("RESIDENCE", "CARER", "PARENTS", "HOUSEHOLD"):
        FactConfirmationFactory(child=child, fact=fact, confirmed_on=TODAY)

    def panel():
        panels = dict(client.get(of(child, "child_detail")).context["panels"])
        return panels["children/_confirmations.html"]

    assert panel()["is_stale"]
    confirm(client, child, "CATEGORIES")
    assert not panel()["is_stale"]


def test_a_file_that_is_only_shared_is_neither_confirmed_nor_put_off(client, director):
    child = due_in(-3, place=OTHER_VILLAGE)
    CaseAccessFactory(child=child, user=director.user)

    assert confirm(client, child, "ALL").status_code == 404
    assert put_off(client, child).status_code == 404


def test_a_month_keeps_its_capital_in_what_is_due():
    item = Item(DueKind.VISIT, date(2026, 11, 27), date(2026, 11, 27), "")

    with translation.override("en"):
        assert _say(item) == "Home visit by 27 Nov 2026"
