"""Two schools of one county and their principals."""

import pytest

from tests.factories import PostingFactory, SchoolFactory


@pytest.fixture
def principal():
    return PostingFactory(role="PRINCIPAL")


@pytest.fixture
def primary(principal):
    return SchoolFactory(organisation=principal.organisation, stages=["PRIMARY"])


@pytest.fixture
def receiving(principal):
    """The principal of the junior school of the same county."""
    return PostingFactory(
        role="PRINCIPAL", organisation__area=principal.organisation.area,
    )  # fmt: skip


@pytest.fixture
def junior(receiving):
    return SchoolFactory(organisation=receiving.organisation, stages=["JUNIOR"])
