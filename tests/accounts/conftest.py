import pytest
from allauth.mfa.totp.internal.auth import TOTP

from accounts.roles import Role
from tests.accounts.sign_in_page import SECRET
from tests.factories import COUNTY, PostingFactory, area


@pytest.fixture
def officer():
    user = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)).user
    TOTP.activate(user, SECRET)
    return user
