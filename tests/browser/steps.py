"""What people do in a browser, in the words of the pages."""

from allauth.mfa.totp.internal.auth import TOTP

from distress_registry.demo.county import totp_code
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(page, user, code=False):
    page.goto("/accounts/login/")
    page.fill("[name=login]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    if code:
        page.fill("[name=code]", totp_code(SECRET))
        page.locator("main form:has([name=code]) button[type=submit]").first.click()
    page.wait_for_url("**/")


def give_totp(user):
    TOTP.activate(user, SECRET)
