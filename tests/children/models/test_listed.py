"""What the database gathers for the list: what the models say, and for no others."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.access import Grant, Permission, scope_of
from accounts.models import Organisation
from accounts.roles import Role
from accounts.scope import acting
from children.models import Child
from children.models.listed import listed
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    CategorySpellFactory,
    ChildFactory,
    GuardianshipFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)
KNOWN = ("0", [])


def grant_of(posting):
    return Grant(posting.user, posting, Permission.CHILD_VIEW)


def shown(posting, rows=None):
    grant = grant_of(posting)
    rows = Child.objects.permitted(grant) if rows is None else rows
    return listed(rows, "recent", TODAY, 50, KNOWN)[0]


@pytest.mark.parametrize("role", [Role.CHILD_SUPERVISOR, Role.COUNTY_OFFICER])
def test_the_gathered_rows_say_what_the_models_say(role):
    posting = PostingFactory(role=role)
    for number in range(3):
        child = ChildFactory()
        CategorySpellFactory(child=child)
        CategorySpellFactory(child=child, category="HIV")
        CategorySpellFactory(child=child, category="DISABLED", ends_on=TODAY - number * DAY)
        CategorySpellFactory(child=child, category="MIGRANT", starts_on=TODAY + DAY * (number - 1))
        GuardianshipFactory(child=child, is_main_carer=number > 0)
        GuardianshipFactory(child=child)

    with acting(scope_of(posting)):
        rows = shown(posting)
        children = list(Child.objects.order_by("-updated_at", "-id").for_list())
        Child.describe_rows(children, grant_of(posting))

    assert [row.pk for row in rows] == [child.pk for child in children]
    for row, child in zip(rows, children, strict=True):
        assert (row.categories or []) == child.category_codes
        assert (row.carer or "") == child.carer_name
        assert (row.place, row.above) == (
            child.residence_area.name,
            child.residence_area.parent.name,
        )
        assert row.changed_on == timezone.localdate(child.updated_at)
        assert row.changed_at == int(child.updated_at.timestamp() * 1_000_000)
    assert any("HIV" in (row.categories or []) for row in rows) == (role == Role.COUNTY_OFFICER)


def asked(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_of_a_child_elsewhere_nothing_is_gathered_but_with_an_access_row():
    posting = PostingFactory()
    theirs = ChildFactory(residence_area=area(OTHER_VILLAGE))
    CategorySpellFactory(child=theirs)
    gathered = "SELECT id, categories FROM registry_listed(%s, %s)"

    with acting(scope_of(posting)):
        assert asked(gathered, [[theirs.pk], TODAY]) == []
    CaseAccessFactory(child=theirs, user=posting.user, organisation=None)
    with acting(scope_of(posting)):
        assert asked(gathered, [[theirs.pk], TODAY]) == [(theirs.pk, ["DE_FACTO"])]


def test_counting_and_walking_end_at_the_postings_own_area():
    posting = PostingFactory()
    ours = ChildFactory()
    ChildFactory(residence_area=area(OTHER_VILLAGE))
    walk = "SELECT registry_walk_children(%s, %s, '', NULL, NULL, %s, %s, 10, 100)"

    with acting(scope_of(posting)):
        assert asked("SELECT registry_count_children('', '~', 10)", []) == [(1,)]
        for sort in ("recent", "name", "age"):
            found = asked(walk, [["#s:" + ours.status], sort, "1900-01-01", "2200-01-01"])
            assert found == [([ours.pk],)], sort


@pytest.mark.parametrize("sort", ["recent", "name", "age"])
def test_walking_goes_on_behind_the_row_where_the_page_before_ended(sort):
    posting = PostingFactory()
    for number in range(9):
        ChildFactory(name="王李张"[number % 3] + "小明")
    keys, born = ["小明"], ["1900-01-01", "2200-01-01"]
    order = {"recent": ("-updated_at", "-id"), "name": ("name_sort", "id"),
             "age": ("birth_date", "id")}[sort]  # fmt: skip

    with acting(scope_of(posting)):
        expected = list(Child.objects.order_by(*order))
        last = expected[3]
        ((found,),) = asked(
            "SELECT registry_walk_children(%s, %s, %s, %s, %s, %s, %s, 50, 100)",
            [keys, sort, posting.area_id, last.pk, last.updated_at, *born],
        )

    assert found == [child.pk for child in expected[4:]]


def test_an_organisation_sees_in_the_list_what_it_sees_of_the_child():
    posting = PostingFactory(role=Role.PRINCIPAL)
    child = ChildFactory()
    CategorySpellFactory(child=child)
    CaseAccessFactory(
        child=child, organisation=Organisation.objects.get(pk=posting.organisation_id)
    )

    with acting(scope_of(posting)):
        rows = shown(posting)

    assert [(row.pk, row.categories) for row in rows] == [(child.pk, ["DE_FACTO"])]
