"""The second factor: codes are good once, counted and kept encrypted; before one nobody is in."""

import time
from types import SimpleNamespace

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests.accounts.sign_in_page import SECRET, is_in, sign_in
from tests.asking import of
from tests.factories import COUNTY, PASSWORD, ChildFactory, PostingFactory, area
from tests.signing_in import sign_in as sign_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _half_a_minute_that_lasts(monkeypatch):
    """A code is good for thirty seconds, and a busy machine may need as many for two sign-ins."""
    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))


def code():
    counter = next(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(SECRET, counter))


def test_an_officer_sees_no_child_before_the_second_factor(officer):
    child, client = ChildFactory(), Client()

    answer = sign_in(client, officer.username)

    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert client.get(of(child, "child_detail")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert client.get(of(child, "child_detail")).status_code == 302
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get(of(child, "child_detail")).status_code == 200


def test_a_code_is_good_once_in_all_processes(officer):
    first, second, given = Client(), Client(), code()
    sign_in(first, officer.username)
    first.post(reverse("mfa_authenticate"), {"code": given})
    cache.clear()  # each process has its own, and another one may answer
    sign_in(second, officer.username)

    second.post(reverse("mfa_authenticate"), {"code": given})

    assert is_in(first)
    assert not is_in(second)


def test_wrong_codes_lock_the_account_however_often_one_begins_anew(officer):
    for number in range(5):
        client = Client()
        sign_in(client, officer.username)
        cache.clear()
        answer = client.post(reverse("mfa_authenticate"), {"code": f"00000{number}"})
    assert answer.status_code == 429

    assert client.post(reverse("mfa_authenticate"), {"code": code()}).status_code == 429
    assert not is_in(client)
    assert sign_in(Client(), officer.username).status_code == 429


def test_codes_are_counted_too_where_somebody_confirms_it_is_them(officer):
    client = sign_in_client(Client(), officer.postings.get())
    page = reverse("mfa_reauthenticate")

    answers = [client.post(page, {"code": "000000"}).status_code for _try in range(6)]

    assert answers == [200, 200, 200, 200, 429, 429]


def test_a_recovery_code_is_good_once(officer):
    codes = RecoveryCodes.activate(officer).get_unused_codes()
    for attempt, opens in ((Client(), True), (Client(), False)):
        sign_in(attempt, officer.username)
        attempt.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_in(attempt) == opens


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])  # allauth acts on commit
def test_an_officer_without_a_factor_is_led_to_set_one_up_and_may_then_go_on():
    with transaction.atomic():
        officer = PostingFactory(role=Role.COUNTY_OFFICER, area=area(COUNTY)).user
    client = Client()
    sign_in(client, officer.username)
    assert client.get(reverse("home")).url == reverse("accounts:second_factor")

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    counter = next(yield_hotp_counters_from_time())
    given = format_hotp_value(hotp_value(secret, counter))
    client.post(reverse("mfa_activate_totp"), {"code": given})

    assert is_in(client)


def test_secrets_of_second_factors_lie_encrypted(officer):
    with connection.cursor() as cursor:
        cursor.execute("SELECT data::text FROM mfa_authenticator")
        stored = cursor.fetchone()[0]

    assert SECRET not in stored
    row = Authenticator.objects.get(user=officer)
    assert get_adapter().decrypt(row.data["secret"]) == SECRET


def test_taking_the_factor_away_shuts_the_county_out_again(officer):
    client = Client()
    sign_in(client, officer.username)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    Authenticator.objects.filter(user=officer).delete()

    fresh = Client()
    sign_in(fresh, officer.username)

    assert fresh.get(reverse("home")).url == reverse("accounts:second_factor")


def test_a_change_of_factor_or_password_ends_the_sessions_elsewhere(
    officer, django_capture_on_commit_callbacks
):
    """The one in which it is changed goes on; nobody else's ends."""
    here, there, other = Client(), Client(), sign_in_client(Client(), PostingFactory())
    for client in (here, there):
        sign_in_client(client, officer.postings.get())
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    with django_capture_on_commit_callbacks(execute=True):
        answer = here.post(reverse("mfa_generate_recovery_codes"))

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert [is_in(client) for client in (here, there, other)] == [True, False, True]
    sign_in_client(there, officer.postings.get())
    typed = {
        "oldpassword": PASSWORD,
        "password1": "Neu-und-lang-77",
        "password2": "Neu-und-lang-77",
    }
    here.post(reverse("account_change_password"), typed)
    assert [is_in(client) for client in (here, there, other)] == [True, False, True]
