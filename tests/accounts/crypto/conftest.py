import pytest

from tests.factories import ChildFactory

from .sealing import ID_NUMBER, PHONE


@pytest.fixture
def child():
    return ChildFactory(id_number=ID_NUMBER, phone=PHONE)
