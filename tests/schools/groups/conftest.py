"""A school of this year and its lead, signed in."""

import pytest

from tests.factories import (
    OrganisationFactory,
    PostingFactory,
    SchoolYearFactory,
    school_of,
)
from tests.signing_in import sign_in

from .words import today


@pytest.fixture
def school():
    return OrganisationFactory()


@pytest.fixture
def year():
    start = today().replace(month=1, day=1)
    return SchoolYearFactory(name="now", starts_on=start, ends_on=start.replace(month=12, day=31))


@pytest.fixture
def lead(client, school, year):
    school_of(school)
    posting = PostingFactory(role="PRINCIPAL", organisation=school)
    sign_in(client, posting)
    return posting
