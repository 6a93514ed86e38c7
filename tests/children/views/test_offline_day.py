"""The day offline, on the server's side: who gets the list, and what becomes of what comes in."""

import base64
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AccessEvent
from accounts.once import new_key
from children.models import Document, HomeVisit
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CareActionFactory,
    CaseAccessFactory,
    ChildFactory,
    GuardianFactory,
    GuardianshipFactory,
    HomeVisitFactory,
    PostingFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
_out = io.BytesIO()
Image.new("RGB", (20, 10), "olive").save(_out, "JPEG")
JPEG = _out.getvalue()
MET = {
    "outcome": "MET", "mode": "HOME", "child_seen": "ALONE", "injuries": "NONE",
    "health": "GOOD", "mood": "FAIR",
}  # fmt: skip


@pytest.fixture
def director():
    return PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))


@pytest.fixture
def phone(director):
    return sign_in(Client(), director)


def files(number=1, **facts):
    """Opened today: the first visit is due at once, by the cadence that is in force."""
    rows = [ChildFactory(opened_on=timezone.localdate() - timedelta(days=90), **facts)
            for _ in range(number)]  # fmt: skip
    for row in rows:
        carer = GuardianFactory(name="曾奶奶", phone="13900001234")
        GuardianshipFactory(child=row, guardian=carer, is_main_carer=True)
    return rows


def take(phone):
    return phone.post(reverse("offline:day_take")).json()


def visit(told, key=None, **facts):
    """What the phone sends of a visit, told by the list's entry."""
    today = timezone.localdate().isoformat()
    return MET | told["seen"] | {"submission": key or new_key(), "visited_on": today} | facts


def send(phone, day, told, key=None, **facts):
    sent = {"owner": day["owner"]} | visit(told, key, **facts)
    return phone.post(told["visit_url"], sent)


def test_the_list_holds_what_the_doorstep_needs_masked_and_logged(phone, director):
    (child,) = files()
    CareActionFactory(plan__child=child, what="办理残疾人证")
    HomeVisitFactory(
        child=child, visited_on=timezone.localdate() - timedelta(days=300), needs="一件冬衣"
    )
    ChildFactory(residence_area=area(OTHER_VILLAGE))

    answer = phone.post(reverse("offline:day_take"))

    day = answer.json()
    (told,) = day["children"]
    assert answer["Cache-Control"] == "no-store"
    assert (told["name"], told["phone"]) == (child.name, "139****1234")
    assert told["issues"][0].endswith("一件冬衣")
    assert "办理残疾人证" in told["issues"][1]
    assert len(base64.b64decode(day["key"])) == 32
    assert "13900001234" not in answer.content.decode()
    event = AccessEvent.objects.get(child_id=child.pk)
    assert (event.kind, event.subject, event.user) == ("EXPORTED", "day", director.user)


def test_a_list_of_ten_asks_as_often_as_one_of_one(phone, django_assert_num_queries):
    files()
    take(phone)
    with CaptureQueriesContext(connection) as few:
        take(phone)
    files(9)

    with django_assert_num_queries(len(few)):
        assert len(take(phone)["children"]) == 10


def test_the_same_person_is_given_the_key_again_nobody_else(phone, director):
    day = take(phone)
    url = reverse("offline:day_key")
    other = sign_in(Client(), PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE)))
    old = day["name"].replace(timezone.localdate().isoformat(), "2020-01-01")

    again = phone.post(url, {"name": day["name"]}).json()

    assert again == {"state": "KEY"} | {name: day[name] for name in ("name", "owner", "key")}
    assert other.post(url, {"name": day["name"]}).json() == {"state": "OTHER"}
    assert phone.post(url, {"name": old}).json() == {"state": "TOO_OLD"}
    assert take(other)["key"] != day["key"]
    for name in ("", "1.2", "a.b.c.d", "1.2.2026-02-30.1", "1.2.x.1", "\x00", "1" * 500):
        assert phone.post(url, {"name": name}).json() == {"state": "OTHER"}
    assert phone.post(url, {"name": day["name"][:-1] + "77"}).json()["state"] == "TOO_OLD"


def test_sent_twice_it_is_one_visit_even_when_the_child_has_moved_meanwhile(phone):
    (child,) = files()
    day = take(phone)
    (told,) = day["children"]
    key = new_key()

    first = send(phone, day, told, key).json()
    second = send(phone, day, told, key, mood="GOOD").json()
    child.managing_area = area(OTHER_VILLAGE)
    child.save()
    third = send(phone, day, told, key).json()

    assert [first["state"], second["state"], third["state"]] == ["ACCEPTED", "ALREADY", "ALREADY"]
    assert first["url"] in second["url"]
    assert HomeVisit.objects.filter(child=child).count() == 1 or child.managing_area_id != VILLAGE
    assert send(phone, day, told).status_code == 404  # a new one is not ours to write any more


def test_what_others_did_meanwhile_is_shown_and_the_visitor_decides(phone, director):
    (child,) = files()
    day = take(phone)
    (told,) = day["children"]
    own = send(phone, day, told).json()  # out of order: an older one of the same child follows
    assert own["state"] == "ACCEPTED"
    HomeVisitFactory(child=child, visited_on=timezone.localdate())
    child.refresh_from_db()
    child.status, child.closing_reason, child.closed_on = "CLOSED", "OTHER", timezone.localdate()
    child.save()

    answer = send(phone, day, told).json()

    assert answer["state"] == "CONFLICT"
    assert len(answer["reasons"]) == 2
    assert HomeVisit.objects.filter(visitor=director).count() == 1
    again = send(phone, day, told, **answer["seen"]).json()
    assert again["state"] == "ACCEPTED"


def test_what_is_missing_or_wrong_is_told_by_field_and_the_key_stays_free(phone):
    files()
    day = take(phone)
    (told,) = day["children"]
    key = new_key()
    later = (timezone.localdate() + timedelta(days=1)).isoformat()

    refused = send(phone, day, told, key, mood="", visited_on=later).json()

    assert refused["state"] == "REFUSED"
    assert set(refused["errors"]) == {"mood", "visited_on"}
    assert send(phone, day, told, key).json()["state"] == "ACCEPTED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"submission": ""}, {"submission": "no key"}, {"seen_version": ""}, {"seen_visit": "-1"},
        {"seen_version": "9" * 30}, {"seen_area": ""}, {"seen_closed": "maybe"},
        {"guardianship": "x"}, {"guardianship": "9" * 30}, {"outcome": "\x00"},
        {"summary": "字" * 6_000}, {"visited_on": "2026-02-30"},
    ],
    ids=lambda wrong: next(iter(wrong)) + "=" + next(iter(wrong.values()))[:8].replace("\x00", "0"),
)  # fmt: skip
def test_bad_input_is_refused_in_words(phone, wrong):
    files()
    day = take(phone)
    (told,) = day["children"]

    answer = send(phone, day, told, **wrong)

    assert (answer.status_code, answer.json()["state"]) == (200, "REFUSED")
    assert all(answer.json()["errors"].values())
    assert not HomeVisit.objects.exists()


def test_a_body_that_is_huge_or_no_form_is_refused_without_an_error_of_ours(phone):
    files()
    (told,) = take(phone)["children"]

    huge = phone.post(told["visit_url"], "summary=" + "x" * 3_000_000,
                      content_type="application/x-www-form-urlencoded")  # fmt: skip
    other = phone.post(told["visit_url"], "[1", content_type="application/json")

    assert huge.status_code == 400
    assert other.json()["state"] == "OTHER"


def test_photos_follow_their_visit_each_once_and_the_school_does_not_see_them(phone):
    (child,) = files()
    day = take(phone)
    (told,) = day["children"]
    key, photo = new_key(), new_key()

    def photograph(content, photo, **facts):
        sent = {"owner": day["owner"], "submission": photo, "visit": key} | facts
        file = SimpleUploadedFile("a.jpg", content)
        return phone.post(told["photo_url"], sent | {"photo": file}).json()

    assert photograph(JPEG, photo)["state"] == "WAIT"  # out of order
    send(phone, day, told, key)
    assert photograph(JPEG, photo)["state"] == "ACCEPTED"
    assert photograph(JPEG, photo)["state"] == "ALREADY"
    for content in (b"", b"%PDF-1.7", b"\xff\xd8\xffbroken", b"\x89PNG\r\n\x1a\n"):
        assert photograph(content, new_key())["state"] == "REFUSED"
    assert photograph(JPEG, "")["state"] == "REFUSED"
    assert photograph(JPEG, new_key(), visit="none")["state"] == "WAIT"
    assert photograph(JPEG, new_key(), owner="1.1")["state"] == "OTHER"
    (row,) = Document.objects.all()
    assert (row.child, row.visit.child, row.kind) == (child, child, "VISIT_PHOTO")
    shown = phone.get(reverse("children:visit_list", args=[child.case_number]))
    assert f"/documents/{row.uuid}/" in shown.content.decode()
    for _ in range(5):
        assert photograph(JPEG, new_key())["state"] == "ACCEPTED"
    assert photograph(JPEG, new_key())["errors"]

    teacher = PostingFactory(role="CLASS_TEACHER")
    CaseAccessFactory(child=child, user=teacher.user)
    school = sign_in(Client(), teacher)
    url = reverse("children:document_show", args=[child.case_number, row.uuid])
    file = school.get(reverse("children:child_detail", args=[child.case_number]))
    assert b"".join(phone.get(url).streaming_content).startswith(JPEG[:3])
    assert school.get(url).status_code == 404
    assert "走访照片" not in file.content.decode()


def test_nobody_sends_what_another_wrote_nor_under_a_key_of_another(phone, director):
    files()
    day = take(phone)
    (told,) = day["children"]
    stranger = PostingFactory(role="CHILD_DIRECTOR", area=area(VILLAGE))
    other, key = sign_in(Client(), stranger), new_key()

    assert send(other, day, told).json() == {"state": "OTHER"}
    assert send(phone, day, told, key).json()["state"] == "ACCEPTED"
    assert send(other, take(other), told, key).json() == {"state": "OTHER"}
    assert HomeVisit.objects.count() == 1


def test_after_signing_out_or_with_the_posting_ended_nothing_is_taken_or_sent(phone, director):
    files()
    day = take(phone)
    (told,) = day["children"]
    url = reverse("offline:day_take")

    director.ends_on = timezone.localdate() - timedelta(days=1)
    director.save()
    assert (phone.post(url).status_code, send(phone, day, told).status_code) == (403, 403)
    second = PostingFactory(role="CHILD_DIRECTOR", user=director.user, area=area(VILLAGE))
    assert send(phone, day, told).json() == {"state": "OTHER"}
    assert second.user_id == director.user_id
    phone.logout()
    for answer in (phone.post(url), send(phone, day, told)):
        assert (answer.status_code, answer.url[:10]) == (302, reverse("account_login")[:10])
    assert not HomeVisit.objects.exists()


def test_the_page_and_its_worker_hold_nobodys_data_and_are_the_same_for_all(phone, director):
    (child,) = files()
    page = reverse("offline:offline_page")

    mine, strangers = phone.get(page), Client().get(page)
    worker = phone.get(reverse("offline:offline_worker"))

    assert mine.content == strangers.content
    assert child.name not in mine.content.decode()
    assert director.user.full_name not in mine.content.decode()
    assert "csrftoken" not in mine.cookies
    assert worker["Service-Worker-Allowed"] == "/"
    assert worker.content == Client().get(reverse("offline:offline_worker")).content
    assert "unsafe" not in mine["Content-Security-Policy"]
