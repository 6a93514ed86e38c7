"""The table of roles and permissions, and what a posting shows of the database."""

import pytest

from accounts.access import ROLE_PERMISSIONS, Grant, Permission, may, scope_of
from accounts.roles import (
    AREA_ROLES,
    IDLE_MINUTES,
    ORGANISATION_WIDE_ROLES,
    ROLES_WITHOUT_CHILDREN,
    SECOND_FACTOR_ROLES,
    Role,
)
from accounts.scope import NOBODY
from tests.factories import COUNTY, PostingFactory, area

P = Permission


def holders(permission):
    return {role for role in Role if permission in ROLE_PERMISSIONS[role]}


def test_every_role_is_in_every_table():
    assert set(ROLE_PERMISSIONS) == set(IDLE_MINUTES) == set(Role)


def test_every_permission_is_held_by_somebody():
    assert [permission for permission in P if not holders(permission)] == []


def test_nobody_both_checks_and_confirms_an_application():
    assert not holders(P.APPLICATION_CHECK) & holders(P.APPLICATION_CONFIRM)


def test_who_sees_secrets_confirms_administers_or_audits_has_a_second_factor():
    guarded = (P.SECRET_VIEW, P.APPLICATION_CONFIRM, P.ADMINISTER, P.ACCESS_LOG_AUDIT)

    assert {role for permission in guarded for role in holders(permission)} <= set(
        SECOND_FACTOR_ROLES
    )


def test_schools_and_departments_change_nothing_and_reveal_nothing():
    outside = {role for role in Role if role not in AREA_ROLES}
    writing = (
        P.CHILD_ENTER, P.CHILD_CHANGE, P.CHILD_CLOSE, P.CHILD_REVERT, P.CHILD_EXPORT,
        P.SENSITIVE_REVEAL, P.DOCUMENT_ADD, P.APPLICATION_ENTER, P.CHILD_HISTORY,
    )  # fmt: skip

    assert not any(holders(permission) & outside for permission in writing)


def test_the_auditor_sees_trails_and_no_child():
    trails = {P.ACCESS_LOG_AUDIT, P.PICTURE_VIEW, P.SHARING_VIEW}
    assert ROLE_PERMISSIONS[Role.AUDITOR] == {P.WORK, *trails}
    assert Role.AUDITOR in ROLES_WITHOUT_CHILDREN


def test_without_a_posting_nothing_may_be_done_or_seen():
    assert not any(may(None, permission) for permission in P)
    assert scope_of(None) == NOBODY


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_the_scope_of_a_posting_holds_its_area_its_organisation_and_no_more(role):
    posting = (
        PostingFactory(role=role, area=area(COUNTY))
        if role in AREA_ROLES
        else PostingFactory(role=role)
    )
    scope = scope_of(posting)

    sees_area = role in AREA_ROLES and role not in ROLES_WITHOUT_CHILDREN
    assert (scope.area_lo, scope.area_hi) == ((COUNTY, COUNTY + ":") if sees_area else ("", ""))
    assert bool(scope.organisation_id) == (role in ORGANISATION_WIDE_ROLES)
    assert (scope.secrets == "yes") == (P.SECRET_VIEW in ROLE_PERMISSIONS[role])
    assert (scope.user_id, scope.posting_id) == (str(posting.user_id), str(posting.pk))
    grant = Grant(posting.user, posting, P.WORK)
    assert grant.sees_own_area == sees_area
    assert grant.home_area_code
