"""The guardian's page: who has link and number reads one notice; everybody else learns nothing."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.scope import NOBODY, acting
from schools import links
from schools.models import NoticeDelivery, NoticeTry
from tests.asking import in_chinese, text_of
from tests.children.actions.test_simultaneous import at_once, make
from tests.factories import ConcernFactory, GuardianFactory, GuardianshipFactory, NormFactory
from tests.schools.notices import NUMBER, again, sent_delivery
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WRONG = "This does not open. Check the number. If it still does not open, call the teacher."


def url(token):
    return reverse("guardian_page", args=[token])


def typed(client, token, number=NUMBER, **more):
    return client.post(url(token), {"number": number}, **more)


def press(client, token, opened, **buttons):
    return client.post(url(token), {"proof": opened.context["page"].proof, **buttons})


def nothing_of(answer, delivery):
    """Neither the notice nor whose it is."""
    notice, text = delivery.notice, text_of(answer)
    told = [notice.subject, notice.body, notice.child.name, notice.writer.user.full_name]
    return not [part for part in told if part in text]


def test_link_and_number_open_the_one_notice(client):
    delivery, token = sent_delivery()

    answer = typed(client, token)

    text = text_of(answer)
    notice = delivery.notice
    assert notice.subject in text
    assert notice.body in text
    assert notice.writer.user.full_name in text
    assert notice.writer.organisation.name in text
    assert "小明" in text
    for other in ("曾", notice.child.case_number, delivery.guardian.name, "17000001234"):
        assert other not in text
    assert again(delivery).opened_at
    assert again(delivery).state == "SENT"  # opened is not yet read: the button says so


def test_the_link_alone_shows_nothing_not_even_whether_it_is_one(client):
    delivery, token = sent_delivery()

    real, invented = client.get(url(token)), client.get(url("x" * 24))

    assert nothing_of(real, delivery)
    assert real.content == invented.content
    assert not NoticeTry.objects.exists()


def shown_for_nothing(client):
    return client.post(url("x" * 24), {"number": NUMBER}).content


def ended(delivery):
    care = delivery.guardianship
    care.ends_on = timezone.localdate() - timedelta(days=1)
    care.save()


def marked(delivery):
    care = delivery.guardianship
    care.do_not_notify = True
    care.save()


def reported(delivery):
    ConcernFactory(child=delivery.child, guardianship=delivery.guardianship)


def expired(delivery):
    delivery = again(delivery)
    delivery.link_ends_at = timezone.now() - timedelta(seconds=1)
    delivery.save()


def stopped(delivery):
    delivery = again(delivery)
    delivery.state = "STOPPED"
    delivery.save()


@pytest.mark.parametrize("spoil", [ended, marked, reported, expired, stopped])
def test_what_may_not_be_read_any_more_opens_as_little_as_no_link_at_all(client, spoil):
    delivery, token = sent_delivery()
    spoil(delivery)

    answer = typed(client, token)

    assert nothing_of(answer, delivery)
    assert answer.content == shown_for_nothing(client)
    assert in_chinese(WRONG) in text_of(answer)
    assert again(delivery).opened_at is None


@pytest.mark.parametrize("spoil", [ended, marked, reported, expired, stopped])
def test_a_page_left_open_does_not_answer_once_it_may_not_be_read(client, spoil):
    delivery, token = sent_delivery()
    opened = typed(client, token)
    spoil(delivery)
    state = again(delivery).state

    answer = press(client, token, opened, answer="CALL")

    assert nothing_of(answer, delivery)
    assert (again(delivery).state, again(delivery).answer) == (state, "")


def test_a_forwarded_link_opens_with_no_number_but_its_guardians(client):
    delivery, token = sent_delivery()
    _other, _token = sent_delivery(seed=b"1" * 12, number="135791")

    for number in ("135791", "", "000000", delivery.phone[-4:], "24681", "2468100"):
        assert nothing_of(typed(Client(REMOTE_ADDR=f"10.0.0.{len(number)}"), token, number),
                          delivery)  # fmt: skip


def test_the_other_guardian_of_the_child_opens_only_their_own(client):
    mine, token = sent_delivery()
    father = GuardianshipFactory(child=mine.child, guardian=GuardianFactory(name="曾某"))
    theirs, their_token = sent_delivery(seed=b"1" * 12, number="135791", guardianship=father)

    assert nothing_of(typed(client, their_token, NUMBER), theirs)
    assert nothing_of(typed(client, token, "135791"), mine)


def test_five_wrong_numbers_lock_the_link_for_the_right_one_too(client):
    delivery, token = sent_delivery()
    for attempt in range(5):
        typed(Client(REMOTE_ADDR=f"10.0.{attempt}.1"), token, "000000")

    answer = typed(client, token)

    assert nothing_of(answer, delivery)
    assert answer.content == shown_for_nothing(client)


def test_what_locks_is_a_norm_of_the_county(client):
    NormFactory(key="NOTICE_CODE_TRIES", value=1)
    delivery, token = sent_delivery()
    typed(client, token, "000000")

    assert nothing_of(typed(client, token), delivery)


def test_a_new_link_forgets_the_wrong_numbers_of_the_old(client):
    delivery, token = sent_delivery()
    for _attempt in range(5):
        typed(client, token, "000000")
    delivery.sent_at = timezone.now()
    delivery.save()

    assert not nothing_of(typed(client, token), delivery)


def test_an_address_that_guesses_gets_no_further_whatever_the_link():
    NormFactory(key="NOTICE_ADDRESS_TRIES", value=4)
    guesser = Client(REMOTE_ADDR="10.0.0.1")
    for attempt in range(9):
        _other, link = sent_delivery(seed=bytes([attempt] * 12))
        typed(guesser, link, "000000")
    delivery, token = sent_delivery()

    assert NoticeTry.objects.count() == 4  # and no more rows for who goes on
    assert nothing_of(typed(guesser, token), delivery)
    assert not nothing_of(typed(Client(REMOTE_ADDR="10.0.0.2"), token), delivery)


def test_addresses_of_one_ipv6_network_count_as_one():
    assert links.address_hash("2001:db8:1:2::1") == links.address_hash("2001:db8:1:2:ffff::9")
    assert links.address_hash("2001:db8:1:2::1") != links.address_hash("2001:db8:1:3::1")
    assert links.address_hash("10.0.0.1") != links.address_hash("10.0.0.2")


def test_right_numbers_from_a_shared_address_lock_nobody_out():
    NormFactory(key="NOTICE_ADDRESS_TRIES", value=2)
    shared = Client(REMOTE_ADDR="10.0.0.1")
    delivery, token = sent_delivery()

    for _time in range(6):
        assert not nothing_of(typed(shared, token), delivery)


def test_a_link_that_nobody_signed_is_none():
    good = links.link_of(b"0" * 12)

    assert links.hash_of(good.token) == good.hash
    for spoiled in (good.token[:-1] + "x", "x" * 24, "", "字" * 24, good.token[:16], "x" * 5):
        assert links.hash_of(spoiled) == links.NO_LINK


def test_reading_is_confirmed_and_comes_back_once(client):
    delivery, token = sent_delivery()
    opened = typed(client, token)

    for _twice in range(2):
        answer = press(client, token, opened, answer="")

    row = again(delivery)
    assert row.state == "READ"
    assert row.history.filter(state="READ").count() == 1
    assert row.history.first().history_user is None
    assert in_chinese("Thank you. The teacher sees that you have read it.") in text_of(answer)


def test_an_answer_sent_twice_is_one_and_the_first_stays(client):
    delivery, token = sent_delivery(asks_answer=True)
    opened = typed(client, token)

    press(client, token, opened, answer="YES", words="我会来")
    press(client, token, opened, answer="YES", words="我会来")
    press(client, token, opened, answer="NO", words="改了")

    row = again(delivery)
    assert (row.state, row.answer, row.answer_text) == ("ANSWERED", "YES", "我会来")
    assert row.history.filter(state="ANSWERED").count() == 1
    assert row.read_at == row.answered_at


@pytest.mark.parametrize(
    "buttons",
    [{"answer": "X"}, {"answer": "YES" * 99}, {"answer": "YES", "words": "a\x00b" * 999},
     {"proof": "x"}, {"proof": "x" * 5_000}, {"proof": "字"}, {"number": "\x00" * 9},
     {"number": "9" * 9_999}, {"l": "xx"}, {}],
)  # fmt: skip
def test_whatever_is_sent_nothing_breaks(client, buttons):
    _delivery, token = sent_delivery()
    opened = typed(client, token)

    proof = {"proof": opened.context["page"].proof}
    for data in (buttons, proof | buttons):
        assert client.post(url(token), data).status_code == 200
    for method in ("put", "delete", "options", "head"):
        assert getattr(client, method)(url(token)).status_code == 200


def test_a_proof_opens_no_other_link_and_not_for_ever(client):
    _mine, token = sent_delivery()
    other, other_token = sent_delivery(seed=b"1" * 12, number="135791")
    proof = typed(client, token).context["page"].proof

    answer = client.post(url(other_token), {"proof": proof, "answer": "CALL"})

    assert nothing_of(answer, other)
    assert again(other).state == "SENT"
    link, now = links.hash_of(token), timezone.now()
    assert links.number_in(proof, link, now) == NUMBER
    assert links.number_in(proof, link, now + timedelta(minutes=31)) == ""
    assert NUMBER not in proof


def test_the_number_is_taken_as_typed_on_any_keyboard(client):
    delivery, token = sent_delivery()

    for number in (" 246 810 ", "２４６８１０", "246-810"):
        assert not nothing_of(typed(client, token, number), delivery)


def test_the_page_is_kept_nowhere_and_tells_no_other_site(client):
    _delivery, token = sent_delivery()

    for answer in (client.get(url(token)), typed(client, token), typed(client, token, "0")):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert not answer.cookies
        text = text_of(answer)
        assert token not in text
        assert NUMBER not in text
        assert "<script" not in text


def test_the_page_speaks_chinese_to_every_browser_unless_english_is_chosen(client):
    _delivery, token = sent_delivery()
    english = {"accept-language": "en-GB,en"}

    plain = client.get(url(token), headers=english)
    chosen = client.get(url(token), {"l": "en"}, headers={"accept-language": "zh-CN"})

    assert 'lang="zh-hans"' in text_of(plain)
    assert in_chinese("Your number, please") in text_of(plain)
    assert plain["Content-Language"] == "zh-hans"
    assert "Your number, please" in text_of(chosen)


def test_it_weighs_less_than_ten_kilobytes_with_all_it_needs(client):
    delivery, token = sent_delivery(asks_answer=True)
    delivery.notice.body = "请" * 1_000
    delivery.notice.save()

    page = typed(client, token)

    (name,) = re.findall(r'(?:src|href)="/static/([^"?]+)"', text_of(page))
    style = Path(finders.find(name)).read_bytes()
    assert len(page.content) < 8_000  # before compression
    assert len(gzip.compress(page.content)) + len(gzip.compress(style)) < 10_000


def test_who_is_signed_in_sees_no_more_than_a_stranger(client):
    delivery, token = sent_delivery()
    sign_in(client, delivery.notice.writer)

    assert nothing_of(client.get(url(token)), delivery)
    assert nothing_of(typed(client, token, "0"), delivery)
    assert not AccessEvent.objects.exists()


def test_in_the_database_a_stranger_sees_no_row_and_the_function_gives_one_notice_at_most(client):
    sent_delivery()
    with acting(NOBODY):
        assert not NoticeDelivery.objects.exists()
        assert not NoticeTry.objects.exists()


def test_what_is_stored_opens_no_page():
    delivery, token = sent_delivery()

    stored = bytes(again(delivery).link_hash)

    assert stored not in (token.encode(), links.hash_of(token)[:0])
    assert links.hash_of(stored.hex()[:24]) == links.NO_LINK


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_answer_pressed_twice_at_once_is_one():
    delivery, token = make(sent_delivery, asks_answer=True)
    opened = typed(Client(), token)

    def answer():
        return press(Client(), token, opened, answer="YES").status_code

    assert at_once(answer, answer, answer) == [200, 200, 200]

    with transaction.atomic():
        assert again(delivery).history.filter(state="ANSWERED").count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_guessing_many_at_once_gets_no_more_tries():
    with transaction.atomic():
        NormFactory(key="NOTICE_ADDRESS_TRIES", value=3)
        links_sent = [sent_delivery(seed=bytes([n] * 12))[1] for n in range(8)]
    guesser = {"REMOTE_ADDR": "10.0.0.1"}

    at_once(*[lambda token=token: typed(Client(**guesser), token, "0") for token in links_sent])

    with transaction.atomic():
        assert NoticeTry.objects.count() == 3
