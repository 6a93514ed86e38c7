"""A teacher and a child at one school."""

import pytest

from tests.factories import (
    OrganisationFactory,
    PostingFactory,
)

from .words import paired


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def teacher(school):
    return PostingFactory(role="CLASS_TEACHER", organisation=school)


@pytest.fixture
def child(school, teacher):
    return paired(school, teacher)
