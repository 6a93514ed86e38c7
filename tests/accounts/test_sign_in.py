"""Signing in: no way but with a password, locked after five wrong ones, and a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
)
from axes.models import AccessAttempt
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from tests.accounts.sign_in_page import SECRET, is_in, sign_in
from tests.asking import in_chinese, of, shows
from tests.factories import COUNTY, PASSWORD, ChildFactory, PostingFactory, area
from tests.signing_in import sign_in as sign_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return PostingFactory(role=Role.CHILD_SUPERVISOR).user


def test_the_right_password_opens_and_signing_out_closes(user):
    client = Client()

    assert sign_in(client, user.username).status_code == 302
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)


@pytest.mark.parametrize("told", [{}, {"HTTP_X_REAL_IP": "10.1.2.3"}], ids=["nothing", "proxy"])
def test_behind_a_proxy_on_a_socket_people_sign_in(user, told):
    client = Client(REMOTE_ADDR="", **told)  # a socket has no address of a peer

    assert sign_in(client, user.username).status_code == 302
    assert is_in(client)


def test_too_many_sign_ins_from_one_address_are_told_to_wait_and_others_not(user, settings):
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    office = {"REMOTE_ADDR": "", "HTTP_X_REAL_IP": "10.1.2.3"}
    elsewhere = Client(REMOTE_ADDR="", HTTP_X_REAL_IP="10.1.2.4")

    answers = [sign_in(Client(**office), user.username) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "429.html" in [used.name for used in answers[2].templates]
    assert sign_in(elsewhere, user.username).status_code == 302
    cache.clear()


def test_known_and_unknown_users_are_answered_alike(user):
    known, unknown = Client(), Client()

    answers = [sign_in(known, user.username, "wrong"), sign_in(unknown, "nobody", "wrong")]

    told = [answer.context["form"].errors.as_text() for answer in answers]
    assert told[0] == told[1]


def test_nobody_signs_up(client):
    answer = client.post(
        reverse("account_signup"),
        {"username": "me", "password1": PASSWORD + "9", "password2": PASSWORD + "9"},
    )

    assert answer.status_code in (200, 403)
    assert not is_in(client)


@pytest.mark.parametrize(
    "page", ["password/reset/", "email/", "confirm-email/", "confirm-email/x/"]
)
def test_nobody_gets_a_password_by_mail_or_names_a_mailbox_of_their_own(user, page):
    client = Client()
    sign_in(client, user.username)

    assert client.get(f"/accounts/{page}").status_code == 404
    assert client.post(f"/accounts/{page}", {"email": "me@mail.example"}).status_code == 404


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(user):
    client = Client()
    for _try in range(5):
        answer = sign_in(client, user.username, "wrong")
    assert answer.status_code == 429
    assert b"<html" in answer.content

    other_machine = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(other_machine, user.username).status_code == 429
    assert not is_in(other_machine)


def press(action, user, administrator):
    """What an administrator does with `user` in the list of users."""
    chosen = {"action": action, "_selected_action": [user.pk]}
    client = sign_in_client(Client(), administrator)
    return client.post(reverse("admin:accounts_user_changelist"), chosen, follow=True)


@pytest.fixture
def administrator():
    posting = PostingFactory(role=Role.ADMINISTRATOR, area=area(COUNTY))
    TOTP.activate(posting.user, SECRET)
    return posting


def test_an_administrator_unlocks_a_name_however_it_is_written(user, administrator):
    user.username = "Zhang.San"
    with transaction.atomic():
        user.save()
    for _try in range(5):
        sign_in(Client(), "zhang.san", "wrong")
    assert sign_in(Client(), "Zhang.San").status_code != 302

    press("unlock_sign_in", user, administrator)

    assert sign_in(Client(), "Zhang.San").status_code == 302
    assert user.history.filter(history_change_reason=in_chinese("Sign-in was unlocked.")).exists()


def test_an_administrator_resets_a_lost_second_factor_but_not_their_own(officer, administrator):
    again = in_chinese("The second factor has to be set up again.")

    told = press("reset_second_factor", officer, administrator)
    own_told = press("reset_second_factor", administrator.user, administrator)

    assert [row.user for row in Authenticator.objects.all()] == [administrator.user]
    assert shows(told, again)
    assert not shows(own_told, again)


@pytest.mark.parametrize("made", [True, False], ids=["a new user", "a new password"])
def test_a_password_that_another_set_opens_nothing_but_the_page_to_choose_ones_own(
    user, administrator, made
):
    lent, own = "a long enough secret", "quite another secret"
    giver = sign_in_client(Client(), administrator)
    if made:
        typed = {"username": "newcomer", "full_name": "新人", "usable_password": "true"}
        giver.post(
            reverse("admin:accounts_user_add"), typed | {"password1": lent, "password2": lent}
        )
        user = PostingFactory(user=User.objects.get(username="newcomer")).user
    else:
        giver.post(
            reverse("admin:auth_user_password_change", args=[user.pk]),
            {"usable_password": "true", "password1": lent, "password2": lent},
        )
    client, child = Client(), ChildFactory()
    page = reverse("account_change_password")

    sign_in(client, user.username, lent)
    shut = client.get(of(child, "child_detail"))
    same = client.post(page, {"oldpassword": lent, "password1": lent, "password2": lent})
    before = User.objects.get(pk=user.pk).is_password_lent
    client.post(page, {"oldpassword": lent, "password1": own, "password2": own})

    assert shut.url == page
    assert same.status_code == 200
    assert before
    assert client.get(of(child, "child_detail")).status_code == 200


def test_the_count_survives_a_restart(user):
    for _try in range(5):
        sign_in(Client(), user.username, "wrong")
    cache.clear()

    assert AccessAttempt.objects.get(username=user.username).failures_since_start == 5
    assert sign_in(Client(), user.username).status_code == 429


def test_one_locked_account_locks_no_other_at_the_same_address(user):
    for _try in range(6):
        sign_in(Client(), user.username, "wrong")

    assert sign_in(Client(), PostingFactory().user.username).status_code == 302


def test_four_wrong_ones_are_forgiven_by_the_right_one(user):
    for _round in range(2):
        client = Client()
        for _try in range(4):
            sign_in(client, user.username, "wrong")
        assert sign_in(client, user.username).status_code == 302


def test_a_locked_account_is_refused_before_its_password_is_hashed(user, monkeypatch):
    from django.contrib.auth.hashers import ScryptPasswordHasher

    for _try in range(5):
        sign_in(Client(), user.username, "wrong")
    hashed = []
    monkeypatch.setattr(ScryptPasswordHasher, "verify", lambda *args: hashed.append(1) or False)

    sign_in(Client(), user.username)

    assert not hashed


def test_the_administration_has_no_door_of_its_own(user, officer):
    """A password alone must not open what a second factor guards."""
    for username in (user.username, officer.username):
        client = Client()
        typed = {"username": username, "password": PASSWORD, "next": "/"}
        answer = client.post(reverse("admin:login"), typed)
        assert answer.url.startswith(reverse("account_login"))
        assert not is_in(client)


def test_who_is_signed_in_and_no_administrator_is_told_so_without_a_loop(user):
    client = Client()
    sign_in(client, user.username)

    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.status_code == 403


@pytest.mark.parametrize("spelling", [str.upper, " {} ".format, "{}\u3000".format])
def test_another_spelling_of_the_name_is_no_fresh_set_of_tries(user, spelling):
    for _try in range(5):
        sign_in(Client(), spelling(user.username), "wrong")

    assert sign_in(Client(), user.username).status_code == 429


def test_nobody_elsewhere_locks_a_user_out_of_their_own_machine(user, administrator):
    own, other = Client(), Client()
    sign_in(own, user.username)
    own.post(reverse("account_logout"))
    for _try in range(5):
        sign_in(other, user.username, "wrong")

    assert sign_in(other, user.username).status_code == 429
    assert sign_in(own, user.username).status_code == 302
    own.post(reverse("account_logout"))
    for _try in range(5):
        sign_in(own, user.username, "wrong")
    assert sign_in(own, user.username).status_code == 429
    forged = Client()
    for name in own.cookies:  # of another user it is worth nothing
        forged.cookies[name] = own.cookies[name].value
    colleague = PostingFactory().user
    for _try in range(5):
        sign_in(other, colleague.username, "wrong")
    assert sign_in(forged, colleague.username).status_code == 429

    press("unlock_sign_in", user, administrator)

    assert sign_in(other, user.username).status_code == 302
    assert sign_in(own, user.username).status_code == 302


def test_where_signing_in_leads_on_to_stays_on_our_host(user):
    client = Client()
    url = reverse("account_login") + "?next=https://evil.example/"

    answer = client.post(url, {"login": user.username, "password": PASSWORD})

    assert answer.url.startswith("/")


def test_pages_with_children_are_not_kept_by_shared_machines(user):
    client = Client()
    sign_in(client, user.username)

    answer = client.get(reverse("home"))

    assert answer["Cache-Control"] == "private, no-store"
    assert client.post(reverse("account_logout"))["Cache-Control"] == "private, no-store"
    assert answer["X-Frame-Options"] == "DENY"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
