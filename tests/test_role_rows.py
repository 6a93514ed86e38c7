"""The database's own lock: raw SQL of every role, every table, with every filter removed.

A new table joins by itself: it must have a row in `tests.world.whole_file` to be tested at all.
"""

import pytest
from django.db import connection

from accounts import drafts
from accounts.access import Grant, Permission, may, scope_of
from accounts.actions.access_log import record
from accounts.guard.install import guarded_models, history_model
from accounts.guard.policies import (
    AccessLogRows,
    ChildRows,
    ForArea,
    GuardianRows,
    InAnyArea,
    InArea,
    NamedPeople,
    OfChild,
    OfGuardian,
    OwnRows,
)
from accounts.models import AccessKind, Submission
from accounts.once import new_key
from accounts.roles import AREA_ROLES, ROLES_WITHOUT_CHILDREN, Role
from accounts.scope import NOBODY, acting
from children.models import Application, Guardianship
from schools.models import Digest, DigestDelivery
from tests.factories import PostingFactory
from tests.world import cast, its_other_files, posted_as

pytestmark = pytest.mark.django_db

GUARDED = [model for model in guarded_models() if model.row_security.policy() is not None]


def tables():
    """(table, its column that tells whose the row is, the statement) with the histories."""
    for model in GUARDED:
        security = model.row_security
        column = {
            ChildRows: "id",
            GuardianRows: "id",
            AccessLogRows: "area_code",
            InAnyArea: "kind",
        }.get(type(security)) or getattr(security, "column", None)
        assert column, f"say in {__file__} how {type(security).__name__} is proved"
        yield model, model._meta.db_table, column
        history = history_model(model)
        if history is not None:
            yield model, history._meta.db_table, column


TABLES = list(tables())


def seen(table, column):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def leave_traces(posting, children):
    """Rows of the user's own, and a line of the access log for each child."""
    grant = Grant(posting.user, posting, Permission.WORK)
    row = drafts.Draft(user=posting.user, posting=posting, form="f", data="{}")
    row.saved_at = row.expires_at = "2026-01-01T00:00:00Z"
    row.save()
    digest = Digest.objects.create(
        posting=posting, user=posting.user, week_on="2026-03-02", made_at="2026-03-02T00:00:00Z"
    )
    DigestDelivery.objects.create(
        digest=digest, user=posting.user, state="SENT", at="2026-03-02T00:00:00Z"
    )
    Submission.objects.create(key=new_key(), user=posting.user, answer="/")
    for child in children.values():
        record(
            grant=grant, kind=AccessKind.OPENED, child_id=child.pk,
            area_code=child.managing_area_id,
        )  # fmt: skip


def belongs(security, value, posting, permitted):
    """Whether a row with `value` in its telling column may be seen in the posting."""
    if isinstance(security, ChildRows | OfChild | NamedPeople):
        return value in permitted
    if isinstance(security, GuardianRows | OfGuardian):
        theirs = Guardianship.objects.filter(child_id__in=permitted)
        return value in set(theirs.values_list("guardian_id", flat=True))
    if isinstance(security, OwnRows):
        return value == posting.user_id
    if isinstance(security, InAnyArea):
        return posting.area_id is not None and posting.role not in ROLES_WITHOUT_CHILDREN
    if isinstance(security, ForArea):  # said to all below
        ours = posting.area_id if posting.role not in ROLES_WITHOUT_CHILDREN else None
        return ours is not None and (value.startswith(ours) or ours.startswith(value))
    assert isinstance(security, AccessLogRows | InArea)
    return posting.area_id is not None and value.startswith(posting.area_id)


def is_told(model, posting):
    """Whether the posting is told of such rows; nobody of the cast is named on one."""
    told = model.row_security.told
    return bool(told) and getattr(scope_of(posting), told) == "yes"


def shows_no_secret_row_to_those_not_entitled(posting):
    told = may(posting, Permission.SECRET_VIEW)
    questions = {
        "children_categoryspell": "category IN ('HIV', 'ABUSED')",
        "children_historicalcategoryspell": "category IN ('HIV', 'ABUSED')",
        "children_application": "category IN ('HIV', 'ABUSED')",
        "children_historicalapplication": "category IN ('HIV', 'ABUSED')",
        "children_document": "is_secret",
        "children_historicaldocument": "is_secret",
        "children_applicationstep": "application_id IN (%s)",
    }
    hidden = Application.objects.filter(category="ABUSED").values_list("pk", flat=True)
    keys = ", ".join(map(str, hidden))

    with acting(scope_of(posting)), connection.cursor() as cursor:
        for table, condition in questions.items():
            condition = condition.replace("%s", keys)
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}")
            assert (cursor.fetchone()[0] > 0) == told, table


@pytest.mark.parametrize("role", Role)
def test_raw_sql_shows_no_row_outside_the_posting_and_no_secret_to_those_not_entitled(role):
    posting, stranger = posted_as(role), PostingFactory()
    children = cast(posting)
    leave_traces(stranger, children)
    leave_traces(posting, {})
    own = role in AREA_ROLES and role not in ROLES_WITHOUT_CHILDREN
    ours = {children["own"].pk, *its_other_files(children["own"])}
    permitted = {children["shared"].pk} | (ours if own else set())
    leaks, blind = [], []

    for model, table, column in TABLES:
        everything = seen(table, column)
        assert everything, f"{table} is empty: give it a row in tests.world.whole_file"
        with acting(scope_of(posting)):
            shown = seen(table, column)
        outside = [v for v in shown if not belongs(model.row_security, v, posting, permitted)]
        if outside:
            leaks.append(f"{table}: {len(outside)}")
        inside = [v for v in everything if belongs(model.row_security, v, posting, permitted)]
        if isinstance(model.row_security, NamedPeople) and not is_told(model, posting):
            leaks += [f"{table}: not named"] if shown else []  # the named are proved by the noun
        elif not shown and inside and role not in ROLES_WITHOUT_CHILDREN:
            blind.append(table)

    assert not leaks
    assert not blind, "the posting's own rows are hidden: the test would prove nothing"
    shows_no_secret_row_to_those_not_entitled(posting)


def test_nobody_sees_no_guarded_row_at_all():
    posting = posted_as(Role.COUNTY_OFFICER)
    leave_traces(posting, cast(posting))

    with acting(NOBODY):
        assert {table: len(seen(table, column)) for _m, table, column in TABLES} == {
            table: 0 for _m, table, _c in TABLES
        }


def test_outside_the_posting_nothing_can_be_written():
    posting = posted_as(Role.CHILD_SUPERVISOR)
    other = cast(posting)["other area"]

    with acting(scope_of(posting)), connection.cursor() as cursor:
        for model in GUARDED:
            if not isinstance(model.row_security, ChildRows | OfChild | NamedPeople):
                continue
            if getattr(model, "is_insert_only", False):  # updates are refused as such
                continue
            if getattr(model, "is_derived", False):  # written by the database alone
                continue
            table = model._meta.db_table
            column = getattr(model.row_security, "column", "id")
            change = f"{column} = {column}"
            cursor.execute(f"UPDATE {table} SET {change} WHERE {column} = %s", [other.pk])
            assert cursor.rowcount == 0, table
            if getattr(model, "is_never_deleted", False):  # refused to everybody
                continue
            cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [other.pk])
            assert cursor.rowcount == 0, table
