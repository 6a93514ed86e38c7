"""A department is told when a record changes: kept until it says that it has it."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exchange.actions.department_subscription import forget_notices, note_changes
from exchange.models import DepartmentNotice, DepartmentSubscription, SharingRecord
from tests.children.typed import id_number
from tests.exchange.department.calling import (
    BORN,
    NAME,
    NUMBER,
    TIME,
    call,
    header,
    person,
    token_of,
)
from tests.factories import (
    OTHER_VILLAGE,
    VILLAGE,
    CertificateFactory,
    ChildFactory,
    DepartmentNoticeFactory,
    SharingAgreementFactory,
    area,
)

pytestmark = pytest.mark.django_db
PLACE = "disability/registry/"


def subscribe_all(token, *people):
    message = {"transaction_id": "t-1", "subscribe_request": [
        {"reference_id": f"r-{number}", "timestamp": TIME, "subscribe_criteria": {
            "reg_event_type": "CHANGED", "filter_type": "idtype-value",
            "filter": asked["search_criteria"]["query"], "notify_record_type": "x"}}
        for number, asked in enumerate(people)
    ]}  # fmt: skip
    answer = call(token, PLACE + "subscribe", {"header": header("subscribe"), "message": message})
    return answer.json()["message"]["subscribe_response"]


def subscribe(token, asked):
    return subscribe_all(token, asked)[0]


def fetch(token, *received):
    message = {"transaction_id": "t-2"} | ({"received": list(received)} if received else {})
    sent = {"header": header("notifications"), "message": message}
    return call(token, PLACE + "notifications", sent).json()["message"]["notify_event"]


def test_a_changed_record_waits_until_the_department_has_it():
    child = ChildFactory(
        name=NAME, id_number=NUMBER, birth_date=BORN, sex="FEMALE", status="ACTIVE",
        managing_area=area(VILLAGE), residence_area=area(VILLAGE),
    )  # fmt: skip
    paper = CertificateFactory(child=child, grade=3)
    agreement = SharingAgreementFactory(fields=["disability_grade"], area_code=VILLAGE)
    token, _row = token_of(agreement)
    now = timezone.now()

    begun = subscribe(token, person())
    assert begun["status"] == "succ"
    assert subscribe(token, person())["status_reason_code"] == "rjct.event.already_subscribed"
    assert subscribe(token, person(name="李四"))["status_reason_code"] == "rjct.person_id.invalid"
    assert (note_changes(now), fetch(token)) == (0, [])

    child.notes = "not shared, hence no change"
    child.save()
    assert note_changes(now) == 0
    paper.grade = 1
    paper.save()
    assert (note_changes(now), note_changes(now)) == (1, 0)
    (event,) = fetch(token)
    assert event["data"]["reg_records"][0]["disability_details"] == [{"impairment_level": "1"}]
    assert NAME not in json.dumps(event, ensure_ascii=False)
    assert SharingRecord.objects.get().rows == 1
    assert fetch(token) == [event]  # not lost on the way
    assert fetch(token, event["reference_id"]) == []

    paper.status = "CANCELLED"
    paper.save()
    note_changes(now + timedelta(hours=1))
    (gone,) = fetch(token)
    assert gone["data"]["reg_records"] == []
    assert fetch(token, gone["reference_id"]) == []
    paper.status, paper.grade = "VALID", 2
    paper.save()
    note_changes(now + timedelta(hours=2))
    child.managing_area = area(OTHER_VILLAGE)
    child.save()
    (moved,) = fetch(token)  # what was told while it was ours is ours no more
    assert moved["data"]["reg_records"] == []
    stranger, _row = token_of()
    assert fetch(stranger) == []
    code = begun["subscriptions"][0]["code"]
    for who, status in ((stranger, 400), (token, 200), (token, 200)):
        message = {"transaction_id": "t-3", "subscription_codes": [code]}
        sent = {"header": header("unsubscribe"), "message": message}
        assert call(who, PLACE + "unsubscribe", sent).status_code == status
    assert DepartmentSubscription.objects.get().ended_at
    assert note_changes(now) == 0
    forget_notices(now + timedelta(days=30))
    assert DepartmentNotice.objects.count() == 1  # the newest, to be compared with


def test_many_are_subscribed_to_at_once_each_answered_in_its_place():
    agreement = SharingAgreementFactory(area_code=VILLAGE)
    token, _row = token_of(agreement)
    numbers = [id_number(n) for n in range(1, 12, 2)]
    for number in numbers:
        child = ChildFactory(
            name=NAME, id_number=number, status="ACTIVE", residence_area=area(VILLAGE)
        )
        CertificateFactory(child=child)
    people = [person(number=number) for number in numbers]

    with CaptureQueriesContext(connection) as few:
        subscribe_all(token, people[0])
    with CaptureQueriesContext(connection) as many:
        answers = subscribe_all(token, *people[1:], person(name="李四"), people[1], people[0])

    assert [each["status"] for each in answers] == [*["succ"] * 5, *["rjct"] * 3]
    assert [each["reference_id"] for each in answers] == [f"r-{n}" for n in range(8)]
    assert [each["status_reason_code"] for each in answers[5:]] == [
        "rjct.person_id.invalid", *["rjct.event.already_subscribed"] * 2,
    ]  # fmt: skip
    assert DepartmentSubscription.objects.count() == 6
    # Each further one costs its row and its history alone.
    assert len(many) - len(few) <= 2 * 4


def test_what_is_past_its_days_is_forgotten_but_for_the_newest_of_each():
    agreement = SharingAgreementFactory(days_kept=7, area_code=VILLAGE)
    rows = [DepartmentNoticeFactory(subscription__agreement=agreement) for _ in range(2)]
    now = timezone.now()
    older = DepartmentNoticeFactory(
        subscription=rows[0].subscription, at=rows[0].at - timedelta(days=1)
    )
    newer = DepartmentNoticeFactory(subscription=rows[1].subscription, at=now)

    forget_notices(rows[0].at + timedelta(days=7, minutes=1))

    left = set(DepartmentNotice.objects.values_list("pk", flat=True))
    assert left == {rows[0].pk, newer.pk}
    assert older.pk not in left
