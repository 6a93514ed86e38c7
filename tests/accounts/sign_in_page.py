"""Signing in as people do: through the page, with a password."""

from django.urls import reverse

from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of second factors


def sign_in(client, username, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": username, "password": password})


def is_in(client):
    return client.get(reverse("home")).status_code == 200
