"""Half-typed forms: kept, offered again, thrown away, and nobody else's."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import drafts
from accounts.models import Draft
from accounts.roles import Role
from children.models import Child
from tests.asking import of, shows
from tests.children.typed import correction, registration
from tests.factories import VILLAGE, ChildFactory, PostingFactory, area
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NEW, SAVE, DISCARD = "children:child_create", "accounts:draft_save", "accounts:draft_discard"
FORM = "children:child_create"


@pytest.fixture
def posting():
    area(VILLAGE)
    return PostingFactory(role=Role.CHILD_SUPERVISOR)


@pytest.fixture
def client(posting):
    return sign_in(Client(), posting)


def keep(client, form=FORM, **typed):
    answer = client.post(reverse(SAVE), {"draft": form, **typed})
    assert answer.status_code == 204


def test_what_was_typed_is_offered_again_after_signing_in_anew(client, posting):
    keep(client, name="曾小明", notes="写到一半", birth_date="2016-0")

    page = sign_in(Client(), posting).get(reverse(NEW))

    form = page.context["form"]
    assert form["name"].value() == "曾小明"
    assert form["birth_date"].value() == "2016-0", "as typed, right or wrong"
    assert page.context["kept_at"] is not None
    assert shows(page, "写到一半")


def test_the_newest_keeping_wins(client):
    keep(client, name="曾")
    keep(client, name="曾小明")

    assert client.get(reverse(NEW)).context["form"]["name"].value() == "曾小明"
    assert Draft.objects.count() == 1


def test_a_draft_is_thrown_away_on_wish_and_once_saved(client):
    keep(client, name="写错的")
    answer = client.post(reverse(DISCARD), {"draft": FORM, "next": reverse(NEW)})

    assert answer.url == reverse(NEW)
    assert not Draft.objects.exists()

    keep(client, name="曾小明")
    client.post(reverse(NEW), registration())
    assert not Draft.objects.exists()


def test_a_refused_form_keeps_its_draft(client):
    keep(client, name="曾小明")

    client.post(reverse(NEW), registration(birth_date="2015-02-29"))

    assert Draft.objects.count() == 1


def test_an_expired_draft_is_not_offered_and_then_forgotten(client):
    keep(client, name="曾小明")
    Draft.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert client.get(reverse(NEW)).context["form"]["name"].value() is None
    assert drafts.forget_expired(now=timezone.now()) == 1


def test_a_draft_lives_for_a_week(client):
    keep(client, name="曾小明")

    row = Draft.objects.get()
    assert row.expires_at - row.saved_at == timedelta(days=7)
    assert drafts.forget_expired(now=timezone.now()) == 0


def test_nobody_elses_draft_is_offered_nor_thrown_away(client):
    keep(client, name="曾小明")
    other = sign_in(Client(), PostingFactory(role=Role.CHILD_SUPERVISOR))

    assert other.get(reverse(NEW)).context["form"]["name"].value() is None
    other.post(reverse(DISCARD), {"draft": FORM})
    assert Draft.objects.count() == 1


def test_a_draft_of_one_posting_is_not_offered_in_another(client, posting):
    keep(client, name="曾小明")
    second = PostingFactory(user=posting.user, role=Role.CHILD_DIRECTOR, area=area(VILLAGE))
    client.post(reverse("accounts:posting_switch"), {"posting": second.pk})

    assert client.get(reverse(NEW)).context["form"]["name"].value() is None


def test_each_form_and_row_has_a_draft_of_its_own(client):
    first, second = ChildFactory(), ChildFactory(name="李四")
    keep(client, form=f"children:child_change:{first.pk}", name="曾小亮")

    assert client.get(of(first, "child_change")).context["form"]["name"].value() == "曾小亮"
    assert client.get(of(second, "child_change")).context["form"]["name"].value() == "李四"


def test_a_draft_changes_nothing_until_it_is_sent(client):
    child = ChildFactory()
    keep(client, form=f"children:child_change:{child.pk}", **correction(child, name="曾小亮"))

    assert Child.objects.get().name == child.name


def test_what_was_typed_lies_encrypted_without_tokens_and_files(client):
    from django.db import connection

    keep(client, name="曾小明", csrfmiddlewaretoken="t", submission="s")

    assert set(json.loads(Draft.objects.get().data)) == {"name"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM accounts_draft")
        assert "曾小明".encode() not in bytes(cursor.fetchone()[0])


def test_too_long_a_text_keeps_what_was_kept_before(client):
    keep(client, name="曾小明")
    keep(client, notes="x" * 200_000)

    assert client.get(reverse(NEW)).context["form"]["name"].value() == "曾小明"


@pytest.mark.parametrize("following", ["//evil.example", "https://evil.example/", "\\\\evil"])
def test_discarding_leads_to_no_foreign_place(client, following):
    assert client.post(reverse(DISCARD), {"draft": "f", "next": following}).url == "/"


def test_strangers_keep_nothing():
    answer = Client().post(reverse(SAVE), {"draft": FORM, "name": "x"})

    assert answer.status_code == 302
    assert not Draft.objects.exists()


def test_what_one_typed_is_not_kept_or_sent_as_anothers(client, posting):
    other, elsewhere = PostingFactory(), PostingFactory(user=posting.user)
    own = {"draft": FORM, "name": "曾小明", "as": f"{posting.user_id}.{posting.pk}"}

    answers = [
        sign_in(Client(), somebody).post(reverse(SAVE), own) for somebody in (posting, other)
    ]
    switched = sign_in(Client(), posting)
    switched.post(reverse("accounts:posting_switch"), {"posting": elsewhere.pk})

    assert [answer.status_code for answer in answers] == [204, 409]
    assert switched.post(reverse(SAVE), own).status_code == 409
    assert [draft.user for draft in Draft.objects.all()] == [posting.user]
    assert set(json.loads(Draft.objects.get().data)) == {"name"}
