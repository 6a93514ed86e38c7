"""The database's own lock: what the application's role sees with every filter removed."""

import pytest
from django.db import connection

from accounts.access import scope_of
from accounts.roles import Role
from accounts.scope import NOBODY, acting
from children.models import Child
from tests.factories import (
    OTHER_VILLAGE,
    CaseAccessFactory,
    CategorySpellFactory,
    ChildFactory,
    PostingFactory,
    area,
)

pytestmark = pytest.mark.django_db


def _seen(table, column="id"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return {row[0] for row in cursor.fetchall()}


def test_no_posting_sees_no_child():
    ChildFactory()

    with acting(NOBODY):
        assert _seen("children_child") == set()
        assert _seen("children_historicalchild") == set()


def test_a_posting_sees_the_children_of_its_area_and_their_history_only():
    mine = ChildFactory()
    ChildFactory(residence_area=area(OTHER_VILLAGE))

    with acting(scope_of(PostingFactory())):
        assert _seen("children_child") == {mine.pk}
        assert _seen("children_historicalchild") == {mine.pk}


def test_an_access_row_for_the_school_shows_the_child_to_the_principal_not_to_the_teacher():
    child = ChildFactory()
    principal = PostingFactory(role=Role.PRINCIPAL)
    teacher = PostingFactory(role=Role.CLASS_TEACHER, organisation=principal.organisation)
    CaseAccessFactory(child=child, organisation=principal.organisation)

    with acting(scope_of(principal)):
        assert _seen("children_child") == {child.pk}
    with acting(scope_of(teacher)):
        assert _seen("children_child") == set()


def test_who_sees_by_an_access_row_locks_the_child_but_cannot_change_it():
    child = ChildFactory()
    teacher = PostingFactory(role=Role.CLASS_TEACHER)
    CaseAccessFactory(child=child, user=teacher.user)

    with acting(scope_of(teacher)), connection.cursor() as cursor:
        locked = Child.objects.select_for_update(no_key=True).get(pk=child.pk)
        with pytest.raises(Exception, match="row-level security"):
            cursor.execute("UPDATE children_child SET notes = 'x' WHERE id = %s", [locked.pk])


def test_a_secret_category_does_not_exist_for_those_not_entitled():
    spell = CategorySpellFactory(category="HIV")

    with acting(scope_of(PostingFactory())):
        assert _seen("children_categoryspell") == set()
        assert _seen("children_historicalcategoryspell") == set()
    county = PostingFactory(role=Role.COUNTY_OFFICER, area=area("330127"))
    with acting(scope_of(county)):
        assert _seen("children_categoryspell") == {spell.pk}


def test_an_auditor_sees_no_child_even_with_an_access_row():
    child = ChildFactory()
    CategorySpellFactory(child=child)
    auditor = PostingFactory(role=Role.AUDITOR)
    CaseAccessFactory(child=child, user=auditor.user)

    with acting(scope_of(auditor)):
        for table in ("children_child", "children_historicalchild", "children_categoryspell"):
            assert _seen(table) == set(), table


def test_no_function_takes_the_day_of_the_session_which_runs_in_utc():
    """Until eight in the morning it is yesterday there: `registry_today()` knows the place's."""
    with connection.cursor() as cursor:
        cursor.execute(
            r"""SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
                AND p.proname NOT LIKE 'procrastinate%'
                AND (p.prosrc ~* '\mcurrent_date\M' OR p.prosrc ~* 'now\(\)::date')"""
        )
        assert cursor.fetchall() == []
