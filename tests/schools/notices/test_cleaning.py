"""Old tries and ended links are forgotten by the clock; what proves a delivery stays."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.access import scope_of
from accounts.scope import EVERYTHING, acting
from schools.actions.notice_cleaning import forget_ended_links, forget_old_tries
from schools.models import NoticeTry
from schools.notice_jobs import clean_notices
from tests.factories import NormFactory, PostingFactory
from tests.schools.notices import again, sent_delivery

pytestmark = pytest.mark.django_db


def tried(delivery, days, **facts):
    told = {"child": delivery.child, "delivery": delivery, "is_right": False}
    return NoticeTry.objects.create(
        at=timezone.now() - timedelta(days=days), address_hash=bytes(32), **told | facts
    )


def ended_delivery(**facts):
    return sent_delivery(link_ends_at=timezone.now() - timedelta(hours=1), **facts)[0]


def test_an_ended_link_is_forgotten_and_what_proves_the_delivery_stays():
    moment = timezone.now() - timedelta(days=3)
    ended = ended_delivery(state="READ", opened_at=moment, read_at=moment, sent_at=moment)
    living, _token = sent_delivery(seed=b"1" * 12, number="135791")
    before = again(ended)

    with acting(EVERYTHING):
        assert forget_ended_links(now=timezone.now()) == 1
        assert forget_ended_links(now=timezone.now()) == 0

    row = again(ended)
    assert row.link_hash is None
    for field in ("state", "sent_at", "opened_at", "read_at", "link_ends_at", "phone"):
        assert getattr(row, field) == getattr(before, field)
    assert row.version == before.version + 1
    assert row.history.first().history_change_reason == "link ended"
    assert again(living).link_hash is not None


def test_tries_are_kept_as_long_as_the_norm_says_and_as_their_link_lives():
    NormFactory(key="NOTICE_TRIES_KEPT_DAYS", value=30)
    ended = ended_delivery()
    living, _token = sent_delivery(seed=b"1" * 12, number="135791")
    kept = [tried(ended, 29), tried(living, 31)]
    tried(ended, 31)
    tried(ended, 31, is_right=True)

    with acting(EVERYTHING):
        assert forget_old_tries(now=timezone.now()) == 2

    assert set(NoticeTry.objects.all()) == set(kept)


def test_a_try_at_a_link_of_nobody_is_forgotten_too(client):
    client.post(reverse("guardian_page", args=["x" * 24]), {"number": "000000"})
    with acting(EVERYTHING):
        assert forget_old_tries(now=timezone.now() + timedelta(days=179)) == 0
        assert forget_old_tries(now=timezone.now() + timedelta(days=181)) == 1


def test_the_clock_does_both_and_a_second_run_finds_nothing():
    ended = ended_delivery()
    tried(ended, 400)

    for _twice in range(2):
        clean_notices(timestamp=0)

    assert not NoticeTry.objects.exists()
    assert again(ended).link_hash is None
    assert again(ended).history.count() == 2


def test_no_person_deletes_a_try():
    tried(ended_delivery(), 400)

    with (
        acting(scope_of(PostingFactory())),
        pytest.raises(ProgrammingError, match="by the clock alone"),
        transaction.atomic(),
    ):
        forget_old_tries(now=timezone.now())

    assert NoticeTry.objects.count() == 1
