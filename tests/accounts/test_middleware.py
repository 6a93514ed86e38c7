"""Who acts: one posting at a time, for as long as it is used, in the language chosen."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import LAST_USED
from accounts.roles import IDLE_MINUTES, SECOND_FACTOR_ROLES, Role
from children.models import Child
from tests.asking import of
from tests.children.typed import correction
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    VILLAGE,
    CaseAccessFactory,
    ChildFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def unused_for(client, minutes):
    session = client.session
    session[LAST_USED] = int(time.time() - minutes * 60)
    session.save()


def is_signed_in(client):
    return client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_a_session_unused_for_too_long_has_ended(role):
    client = sign_in(Client(), PostingFactory(role=role))
    limit = IDLE_MINUTES[role]

    assert is_signed_in(client)
    unused_for(client, limit - 1)
    assert is_signed_in(client)
    unused_for(client, limit + 1)
    assert not is_signed_in(client)
    assert not is_signed_in(client), "nor does asking again open it"


def test_those_with_a_second_factor_are_signed_out_sooner():
    short = {IDLE_MINUTES[role] for role in SECOND_FACTOR_ROLES}
    long = {IDLE_MINUTES[role] for role in Role if role not in SECOND_FACTOR_ROLES}

    assert max(short) <= 30 < min(long)


def test_use_is_remembered_so_that_working_people_stay_signed_in():
    client = sign_in(Client(), PostingFactory())
    client.get(reverse("home"))
    unused_for(client, 100)

    client.get(reverse("home"))

    assert time.time() - client.session[LAST_USED] < 60


# One posting at a time ------------------------------------------------------------------------


@pytest.fixture
def here():
    """Supervisor here, and teacher of one child there."""
    return PostingFactory(role=Role.CHILD_SUPERVISOR)


@pytest.fixture
def there(here):
    teacher = PostingFactory(user=here.user, role=Role.CLASS_TEACHER, starts_on="2021-01-01")
    return teacher


def switch(client, posting):
    return client.post(reverse("accounts:posting_switch"), {"posting": posting.pk})


def test_rights_held_here_never_mix_with_a_role_held_there(here, there):
    ours = ChildFactory()
    pupil = ChildFactory(residence_area=area(OTHER_VILLAGE), name="李四")
    CaseAccessFactory(child=pupil, user=here.user)
    client = sign_in(Client(), here)

    assert client.get(of(ours, "child_change")).status_code == 200
    assert client.get(of(pupil, "child_change")).status_code == 404
    typed = correction(pupil, name="李五")
    assert client.post(of(pupil, "child_change"), typed).status_code == 404

    switch(client, there)

    assert client.get(of(pupil, "child_detail")).status_code == 200
    assert client.get(of(ours, "child_detail")).status_code == 404
    assert client.post(of(pupil, "child_change"), typed).status_code == 403
    assert Child.objects.get(pk=pupil.pk).name == "李四"


def test_a_supervisor_in_two_towns_sees_one_at_a_time(here):
    second = PostingFactory(user=here.user, area=area(OTHER_TOWNSHIP), starts_on="2022-01-01")
    one, other = ChildFactory(), ChildFactory(residence_area=area(OTHER_VILLAGE))
    client = sign_in(Client(), here)

    def seen():
        return {row.pk for row in client.get(reverse("children:child_list")).context["page"].rows}

    assert seen() == {one.pk}
    switch(client, second)
    assert seen() == {other.pk}


def test_a_change_is_written_down_with_the_posting_it_was_made_in(here):
    second = PostingFactory(user=here.user, area=area(OTHER_TOWNSHIP), starts_on="2022-01-01")
    child = ChildFactory(residence_area=area(OTHER_VILLAGE))
    client = sign_in(Client(), here)
    switch(client, second)

    client.post(of(child, "child_change"), correction(child, name="李四", notes="x"))

    assert child.history.first().acting_posting_id == second.pk


def test_nobody_acts_in_anothers_posting_nor_in_one_that_has_ended(here):
    client = sign_in(Client(), here)
    yesterday = timezone.localdate() - timedelta(days=1)
    tomorrow = timezone.localdate() + timedelta(days=1)

    for posting in (
        PostingFactory(),
        PostingFactory(user=here.user, ends_on=yesterday),
        PostingFactory(user=here.user, starts_on=tomorrow),
    ):
        assert switch(client, posting).status_code == 404


def test_a_posting_that_ends_while_signed_in_stops_at_once(here):
    child = ChildFactory()
    client = sign_in(Client(), here)
    assert client.get(of(child, "child_detail")).status_code == 200

    here.ends_on = timezone.localdate() - timedelta(days=1)
    here.save()

    assert client.get(of(child, "child_detail")).status_code == 403


def test_a_user_who_is_no_longer_active_is_out_at_once(here):
    client = sign_in(Client(), here)
    here.user.is_active = False
    here.user.save()

    assert not is_signed_in(client)


def test_switching_into_a_role_with_second_factor_asks_for_it(here):
    officer = PostingFactory(
        user=here.user, role=Role.COUNTY_OFFICER, area=area("330127"), starts_on="2022-01-01"
    )
    ChildFactory(residence_area=area(VILLAGE))
    client = sign_in(Client(), here, second_factor=False)
    switch(client, officer)

    answer = client.get(reverse("children:child_list"))

    assert answer.url == reverse("accounts:second_factor")


# Language -------------------------------------------------------------------------------------


def test_the_users_language_goes_before_the_browsers(here):
    client = sign_in(Client(headers={"Accept-Language": "en"}), here)
    assert b'lang="en"' in client.get(reverse("home")).content

    answer = client.post(reverse("accounts:language_set"), {"language": "zh-hans", "next": "/"})

    assert answer.status_code == 302
    assert b'lang="zh' in client.get(reverse("home")).content
    here.user.refresh_from_db()
    assert here.user.language == "zh-hans"
    again = sign_in(Client(headers={"Accept-Language": "en"}), here)
    assert b'lang="zh' in again.get(reverse("home")).content


def test_single_keys_stay_off_for_the_user_until_turned_on(here):
    client = sign_in(Client(), here)
    where = reverse("accounts:keys_set")

    def turn(**typed):
        answer = client.post(where, typed)
        here.user.refresh_from_db()
        return answer.url, here.user.single_keys

    assert turn() == turn(keys="perhaps") == ("/", True)
    assert turn(keys="off", next="/exchange/pairs/1/?kind=files") == (
        "/exchange/pairs/1/?kind=files", False,
    )  # fmt: skip
    assert turn(keys="off", next="https://elsewhere.example/") == ("/", False)
    assert turn(keys="on") == ("/", True)


def test_a_stranger_chooses_by_cookie(client):
    client.post(reverse("accounts:language_set"), {"language": "en", "next": "/"})

    assert b'lang="en"' in client.get(reverse("account_login")).content


@pytest.mark.parametrize("language", ["xx", "", "fr", "en\r\nX: 1", "\x00"])
def test_a_language_we_do_not_speak_changes_nothing(here, language):
    client = sign_in(Client(), here)

    client.post(reverse("accounts:language_set"), {"language": language})

    here.user.refresh_from_db()
    assert here.user.language == ""


@pytest.mark.parametrize("view", ["access_log", None])
def test_a_page_that_is_not_open_offers_the_other_postings(view):
    posting = PostingFactory()
    PostingFactory(user=posting.user, role=Role.PRINCIPAL)
    client = sign_in(Client(), posting)

    answer = client.get(reverse(view) if view else "/nowhere/")

    assert answer.status_code == (403 if view else 404)
    assert reverse("accounts:posting_switch") in answer.content.decode()


def test_no_password_is_set_anew_by_mail(client):
    assert client.get(reverse("account_reset_password")).status_code == 404
    posted = client.post(reverse("account_reset_password"), {"email": "a@example.org"})
    assert posted.status_code == 404
