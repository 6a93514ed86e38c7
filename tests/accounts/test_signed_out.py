"""Whoever presses something after the session ended learns that it was not done, and goes on."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.asking import in_chinese, of, shows
from tests.factories import PASSWORD, ChildFactory, PostingFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["post", "get"])
def test_after_signing_in_again_the_page_with_the_button_is_opened(method):
    user, child = PostingFactory(role=Role.CHILD_SUPERVISOR).user, ChildFactory()
    client, page, button = Client(), of(child, "child_detail"), of(child, "facts_confirm")

    answer = getattr(client, method)(button, headers={"referer": f"http://testserver{page}"})
    asked = client.get(answer.url)
    signed_in = client.post(
        reverse("account_login"),
        {
            "login": user.username,
            "password": PASSWORD,
            "next": asked.context["redirect_field_value"],
        },
    )

    was_lost = (
        "You had been signed out, so what you pressed was not done. Sign in, then do it once more."
    )
    assert shows(asked, in_chinese(was_lost)) == (method == "post")
    assert signed_in.url.removeprefix("http://testserver") == (page if method == "post" else button)


@pytest.mark.parametrize("came_from", ["", "https://evil.example/children/"])
def test_without_a_page_of_ours_signing_in_leads_home(came_from):
    answer = Client().post(reverse("search"), {"q": "曾"}, headers={"referer": came_from})

    assert answer.url == reverse("account_login") + "?next=%2F&undone=1"


def test_no_sign_in_page_is_put_into_a_part_of_a_page():
    answer = Client().post(reverse("children:child_check"), headers={"hx-request": "true"})

    assert shows(answer, in_chinese("Sign in again in a new window"))
    assert b"<form" not in answer.content


def test_an_address_that_only_takes_forms_says_so_instead_of_a_white_page():
    client = sign_in(Client(), PostingFactory(role=Role.CHILD_DIRECTOR))

    answer = client.get(reverse("search"))

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert shows(answer, in_chinese("Nothing is shown at this address"))
