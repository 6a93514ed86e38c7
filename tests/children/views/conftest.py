"""A township's supervisor, the county's officer and a director, each with a client."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.factories import COUNTY, VILLAGE, PostingFactory, area
from tests.signing_in import sign_in


@pytest.fixture
def supervisor():
    area(VILLAGE)
    return PostingFactory(role=Role.CHILD_SUPERVISOR)


@pytest.fixture
def officer():
    return PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY))


@pytest.fixture
def director():
    return PostingFactory(role=Role.CHILD_DIRECTOR, area=area(VILLAGE))


@pytest.fixture
def town(supervisor):
    return sign_in(Client(), supervisor)


@pytest.fixture
def county(officer):
    return sign_in(Client(), officer)


@pytest.fixture
def village(director):
    return sign_in(Client(), director)
