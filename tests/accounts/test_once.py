"""A form sent twice: one effect, the same answer; a refused one may be sent again."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Submission
from accounts.once import key_of, new_key
from accounts.roles import Role
from children.models import Child
from tests.children.typed import registration
from tests.factories import VILLAGE, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NEW = "children:child_create"


@pytest.fixture
def client():
    area(VILLAGE)
    return sign_in(Client(), PostingFactory(role=Role.CHILD_SUPERVISOR))


def test_a_refused_form_may_be_sent_again_with_its_key(client):
    typed = registration()
    wrong = client.post(reverse(NEW), typed | {"birth_date": "2015-02-29"})
    assert wrong.context["submission"] == typed["submission"]

    right = client.post(reverse(NEW), typed)

    assert right.status_code == 302
    assert Child.objects.count() == 1


def test_the_key_of_another_user_tells_nothing_of_their_answer(client):
    typed = registration()
    first = client.post(reverse(NEW), typed)
    other = sign_in(Client(), PostingFactory(role=Role.CHILD_SUPERVISOR))

    answer = other.post(reverse(NEW), typed)

    assert (answer.status_code, answer.url) == (302, "/")
    assert answer.url != first.url
    assert Child.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "\x00", "9" * 5000])
def test_a_form_without_a_proper_key_still_has_its_effect(client, key):
    assert client.post(reverse(NEW), registration(submission=key)).status_code == 302
    assert not Submission.objects.exists()


def test_forms_of_one_page_tell_themselves_apart_by_what_follows_its_key(rf):
    page = new_key()

    keys = [key_of(rf.post("/", {"submission": page + form})) for form in ("", "-a", "-a", "-b")]

    assert keys[0] == page
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3
