"""What people do in a browser, in the words of the pages."""

import time

from allauth.mfa import app_settings as mfa
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from distress_registry.demo.staff import totp_code
from tests.factories import PASSWORD
from tests.signing_in import sign_in as sign_in_client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(page, user, code=False):
    page.goto("/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    if code:
        page.fill("[name=code]", _code_that_lasts())
        page.locator("main form:has([name=code]) button[type=submit]").first.click()
    page.wait_for_url("**/")


def _code_that_lasts() -> str:
    """A code that a slow machine still sends in its time: near its end the next one is awaited."""
    left = mfa.TOTP_PERIOD - time.time() % mfa.TOTP_PERIOD
    if left < 5:
        time.sleep(left)
    return totp_code(SECRET)


def give_totp(user):
    TOTP.activate(user, SECRET)


def enter_as(page, posting, second_factor=True):
    """Signed in as the posting's user without the sign-in page."""
    client = Client()
    sign_in_client(client, posting, second_factor)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.goto("/health/")  # to learn where the server is
    home = page.url.removesuffix("health/")
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": home}])
