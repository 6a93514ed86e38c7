"""A county whose officer sends lists; files lie where the test can look."""

import pytest

from accounts.roles import Role
from tests.exchange import lists
from tests.factories import PostingFactory, area
from tests.signing_in import sign_in


@pytest.fixture
def county_files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    lists.county()


@pytest.fixture
def officer(client):
    posting = PostingFactory(role=Role.COUNTY_OFFICER, area=area(lists.COUNTY))
    sign_in(client, posting)
    return posting
