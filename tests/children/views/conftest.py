"""A township's supervisor, the county's officer and a director, each with a client."""

from datetime import date

import pytest
from django.test import Client

from accounts.roles import Role
from tests.children.typed import id_number
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    CertificateFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    PostingFactory,
    area,
)
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


@pytest.fixture
def people():
    zeng = ChildFactory(
        name="曾小明", id_number=id_number(), case_number="3301272001500001", phone="17000001234"
    )
    shan = ChildFactory(name="单雨桐", birth_date=date(2015, 1, 1))
    CertificateFactory(child=shan, number=id_number(9) + "52")
    ChildFactory(name="欧阳·阿依", birth_date=date(2015, 2, 1))
    ChildFactory(name="曾小明", birth_date=date(2014, 1, 1), residence_area=area(OTHER_VILLAGE))
    guardian = GuardianFactory(phone="17000009876")
    GuardianshipFactory(child=shan, guardian=guardian)
    return zeng


@pytest.fixture
def many():
    """Sixty children; names, birth dates and moments repeat, so that ids must decide."""
    children = []
    for number in range(60):
        name = f"{'王李张'[number % 3]}小{'明红'[number % 2]}"
        children.append(ChildFactory(name=name, birth_date=date(2012 + number % 4, 5, 5)))
    return children
