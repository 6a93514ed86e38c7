"""The people of one school around one child."""

import pytest

from accounts.roles import Role
from tests.factories import (
    CaseAccessFactory,
    ChildFactory,
    OrganisationFactory,
)

from .words import posted


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    return posted(school, Role.CLASS_TEACHER)


@pytest.fixture
def colleague(school):
    return posted(school, Role.SUBJECT_TEACHER)


@pytest.fixture
def counsellor(school):
    return posted(school, Role.COUNSELLOR)


@pytest.fixture
def lead(school):
    return posted(school, Role.PRINCIPAL)


@pytest.fixture
def child(school, teacher, colleague):
    child = ChildFactory()
    CaseAccessFactory(child=child, organisation=school)
    for posting in (teacher, colleague):
        CaseAccessFactory(child=child, user=posting.user, reason="PAIRING")
    return child
