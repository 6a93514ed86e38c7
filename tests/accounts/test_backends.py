"""The user of a request comes with the postings of today, as the models would find them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.backends import Backend
from accounts.models import User
from accounts.roles import Role
from tests.factories import PostingFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DAY = timedelta(days=1)


def test_the_postings_are_those_held_today_in_their_order():
    first = PostingFactory(starts_on=TODAY)
    user = first.user
    PostingFactory(user=user, role=Role.PRINCIPAL, starts_on=TODAY - 9 * DAY, ends_on=TODAY)
    PostingFactory(user=user, starts_on=TODAY + DAY)
    PostingFactory(user=user, starts_on=TODAY - 9 * DAY, ends_on=TODAY - DAY)
    PostingFactory()

    found = Backend().get_user(user.pk)

    held = list(user.postings.held_on(TODAY).select_related("area", "organisation"))
    assert [posting.pk for posting in found.postings_today] == [posting.pk for posting in held]
    assert len(held) == 2
    for ours, theirs in zip(found.postings_today, held, strict=True):
        assert (str(ours), ours.area, ours.organisation) == (
            str(theirs), theirs.area, theirs.organisation,
        )  # fmt: skip
        assert ours.user is found
    assert {f.attname: getattr(found, f.attname) for f in User._meta.concrete_fields} == {
        f.attname: getattr(User.objects.get(pk=user.pk), f.attname)
        for f in User._meta.concrete_fields
    }


def test_one_without_a_posting_is_known_and_one_struck_off_is_not():
    posting = PostingFactory(ends_on=TODAY - DAY)
    user = posting.user
    assert Backend().get_user(user.pk).postings_today == []

    user.is_active = False
    user.save()

    assert Backend().get_user(user.pk) is None
    assert Backend().get_user(0) is None


def test_an_empty_page_asks_for_session_and_user_alone():
    client = sign_in(Client(), PostingFactory())
    client.get(reverse("home"))

    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("access_log")).status_code == 403

    reads = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    assert len(reads) == 2, reads


def test_a_session_that_has_expired_is_none():
    client = sign_in(Client(), PostingFactory())
    session = client.session
    session.set_expiry(-1)
    session.save()

    assert client.get(reverse("home")).status_code == 302
