"""Departments ask for persons: what they get is what their agreement names, and no more."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessEvent
from accounts.scope import acting
from children.models import CategorySpell, Child
from exchange.actions import department_search
from exchange.actions.department_caller import caller_of
from exchange.models import DepartmentCall, DepartmentSearch, SharingRecord
from tests.exchange.department.calling import (
    BORN,
    NAME,
    NUMBER,
    call,
    header,
    person,
    records,
    search_for,
    token_of,
)
from tests.factories import (
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    CategorySpellFactory,
    CertificateFactory,
    ChildFactory,
    DepartmentCallFactory,
    DepartmentTokenFactory,
    SharingAgreementFactory,
    UserFactory,
    area,
)

pytestmark = pytest.mark.django_db
SOCIAL, DISABILITY = "social/registry/sync/search", "disability/registry/sync/search"


@pytest.fixture
def child():
    child = ChildFactory(
        name=NAME, id_number=NUMBER, birth_date=BORN, sex="FEMALE", status="ACTIVE",
        managing_area=area(VILLAGE), residence_area=area(VILLAGE), address="东街 1 号",
    )  # fmt: skip
    CategorySpellFactory(child=child, category="DE_FACTO")
    CertificateFactory(child=child)
    return child


def test_a_record_holds_what_the_agreement_names_and_is_logged_without_the_person(child):
    agreement = SharingAgreementFactory(fields=["name", "categories"])
    token, _row = token_of(agreement)

    answer = call(token, SOCIAL, search_for())

    assert records(answer) == [[{
        "@type": "Member",
        "demographic_info": {
            "@type": "SRPerson", "name": {"surname": "张", "given_name": "小明"},
        },
        "additional_attributes": [{"name": "categories", "value": ["DE_FACTO"]}],
    }]]  # fmt: skip
    shared, logged = SharingRecord.objects.get(), DepartmentCall.objects.get()
    assert (shared.kind, shared.rows, shared.fields) == ("api.social", 1, ["name", "categories"])
    assert (shared.purpose, shared.legal_ground) == (agreement.purpose, agreement.legal_ground)
    assert bytes(shared.file_hash) == hashlib.sha256(answer.content).digest()
    assert (logged.searches, logged.rows, logged.status) == (1, 1, 200)
    seen = AccessEvent.objects.get()
    assert (seen.child_id, seen.user, seen.subject) == (child.pk, agreement.caller, "department")
    for row in (shared, logged, seen):
        kept = json.dumps({f.name: str(getattr(row, f.attname)) for f in row._meta.fields})
        assert NAME not in kept
        assert NUMBER not in kept


def test_the_disability_registry_answers_in_its_own_shape(child):
    token, _row = token_of()

    ((found,),) = records(call(token, DISABILITY, search_for()))

    assert found["personal_details"] == {
        "identifier": NUMBER, "name": {"first_name": "小明", "last_name": "张"},
        "date_of_birth": BORN, "gender": "female",
    }  # fmt: skip
    assert found["disability_status"] == "yes"
    assert set(found["disability_details"][0]) == {"impairment_type", "impairment_level"}


def test_number_and_name_must_both_be_right_and_nobody_fishes(child):
    token, _row = token_of()
    by_name = person("r-4", number="", birth_date=BORN)
    asked = [
        person("r-1", name="张大明"),
        person("r-2", number="990101201603010018"),
        person("r-3", number=""),
        by_name,
        person("r-5", birth_date="2016-03-02"),
        person("r-6", number=NUMBER.lower() + " ", name="张\u3000小\u200b明"),
    ]

    found = records(call(token, SOCIAL, search_for(*asked)))

    refused = "rjct.search_criteria.invalid"
    assert found[:5] == [[], [], refused, refused, []]
    assert len(found[5]) == 1
    allowed, _row = token_of(SharingAgreementFactory(by_name_and_birth=True))
    assert len(records(call(allowed, SOCIAL, search_for(by_name)))[0]) == 1


def test_two_of_one_name_and_birth_date_are_not_told_apart_by_guessing(child):
    token, _row = token_of(SharingAgreementFactory(by_name_and_birth=True))
    twin = ChildFactory(
        name=NAME, birth_date=BORN, status="ACTIVE", id_number="", id_type="NONE",
        managing_area=area(VILLAGE),
    )  # fmt: skip
    CategorySpellFactory(child=twin, category="DE_FACTO")

    found = records(call(token, SOCIAL, search_for(person(number="", birth_date=BORN))))

    assert found == ["rjct.search.too_many_records_found"]


@pytest.mark.parametrize("code", ["HIV", "ABUSED", "TRAFFIC_RESCUED"])
def test_a_secret_category_leaves_only_where_the_agreement_names_it(child, code):
    CategorySpellFactory(child=child, category=code)
    other = {"HIV": "ABUSED"}.get(code, "HIV")
    told = {}
    for names in ([], [other], [code]):
        token, _row = token_of(SharingAgreementFactory(secret_categories=names))
        told[tuple(names)] = call(token, SOCIAL, search_for()).content.decode()

    assert [code in text for text in told.values()] == [False, False, True]
    child.category_spells.exclude(category=code).get().delete()
    token, _row = token_of(SharingAgreementFactory(secret_categories=[other]))
    assert records(call(token, SOCIAL, search_for())) == [[]]  # there for a secret alone


def test_another_area_a_lead_and_a_closed_file_are_nobody(child):
    elsewhere, _row = token_of(SharingAgreementFactory(area_code=OTHER_VILLAGE))
    here, _row = token_of(SharingAgreementFactory(area_code=VILLAGE))

    assert records(call(elsewhere, SOCIAL, search_for())) == [[]]
    assert len(records(call(here, SOCIAL, search_for()))[0]) == 1
    child.status = "LEAD"
    child.save()
    assert records(call(here, SOCIAL, search_for())) == [[]]
    assert not AccessEvent.objects.exclude(child_id=child.pk).exists()


def test_the_database_itself_shows_a_department_no_more_than_its_agreement(child):
    ChildFactory(managing_area=area(OTHER_VILLAGE), residence_area=area(OTHER_VILLAGE))
    CategorySpellFactory(child=child, category="HIV")
    told = {}
    for names in ([], ["HIV"]):
        agreement = SharingAgreementFactory(area_code=VILLAGE, secret_categories=names)
        with acting(caller_of(agreement).scope):
            assert list(Child.objects.all()) == [child]
            told[bool(names)] = CategorySpell.objects.filter(category="HIV").count()

    assert told == {False: 0, True: 1}


def test_a_hundred_people_cost_as_many_queries_as_one(child):
    token, _row = token_of()
    counts = []
    for people in ([person()], [person(f"r-{n}") for n in range(100)]):
        with CaptureQueriesContext(connection) as asked:
            assert call(token, SOCIAL, search_for(*people)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] < 25


def test_no_token_an_old_one_a_revoked_one_an_agreement_that_is_over_open_nothing(child):
    now, user = timezone.now(), UserFactory()
    dead = [
        token_of(expires_at=now - timedelta(1), issued_at=now - timedelta(2)),
        token_of(revoked_at=now, revoked_by=user),
        token_of(SharingAgreementFactory(ends_on="2025-06-01")),
        token_of(SharingAgreementFactory(starts_on="2099-01-01")),
        token_of(SharingAgreementFactory(ended_at=now, ended_by=UserFactory(), end_reason="终止")),
        token_of(SharingAgreementFactory(approved_by=None, approved_at=None)),
    ]
    for token in ["", "x", *[told for told, _row in dead]]:
        answer = call(token, SOCIAL, search_for())
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer"), token

    assert not DepartmentCall.objects.exists()
    assert not AccessEvent.objects.exists()


def test_a_token_says_whose_it_is_and_which_registry_it_opens(child):
    token, _row = token_of(SharingAgreementFactory(registries=["SOCIAL"]))

    assert call(token, DISABILITY, search_for()).status_code == 403
    foreign = search_for()
    foreign["header"] = header("search", sender_id="someone.else")
    assert call(token, SOCIAL, foreign).json()["errors"][0]["code"] == "err.sender_id.invalid"
    assert list(DepartmentCall.objects.order_by("pk").values_list("status", flat=True)) == [
        403,
        400,
    ]


def test_calls_a_minute_and_people_a_day_are_bounded(child):
    hasty, row = token_of(SharingAgreementFactory(calls_a_minute=2))
    statuses = [call(hasty, SOCIAL, search_for()).status_code for _time in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert DepartmentCall.objects.filter(token=row).count() == 4

    agreement = SharingAgreementFactory(searches_a_day=3)
    curious, row = token_of(agreement)
    two = search_for(person("r-1"), person("r-2"))
    assert [call(curious, SOCIAL, two).status_code for _time in range(2)] == [200, 429]
    later = call(curious, "social/registry/search", two)
    assert (later.status_code, DepartmentSearch.objects.count()) == (429, 0)
    # Another token of the same agreement has no day of its own.
    other = DepartmentTokenFactory(agreement=agreement)
    DepartmentCallFactory(token=other, searches=1)
    assert call(curious, SOCIAL, search_for()).status_code == 429


def test_later_means_taken_once_answered_by_the_worker_and_fetched_by_status(child, monkeypatch):
    token, _row = token_of()
    jobs = []
    monkeypatch.setattr(
        "exchange.jobs.answer_department_search.defer", lambda search_id: jobs.append(search_id)
    )
    first, again = [call(token, "social/registry/search", search_for()) for _time in range(2)]
    code = first.json()["message"]["correlation_id"]
    assert (first.status_code, again.json()["message"]["correlation_id"]) == (202, code)
    assert jobs == [DepartmentSearch.objects.get().pk]

    waiting = call(token, "social/registry/sync/txn/status", status_of("transaction_id", "t-1"))
    assert waiting.json()["header"]["status"] == "pdng"
    for _time in range(2):
        department_search.answer_search(jobs[0], timezone.now())
    done = call(token, "social/registry/sync/txn/status", status_of("correlation_id", code))

    told = done.json()["message"]["txnstatus_response"]["txn_status"]["search_response"]
    assert (done.json()["header"]["status"], len(told[0]["data"]["reg_records"])) == ("succ", 1)
    assert AccessEvent.objects.count() == SharingRecord.objects.count() == 1
    stranger, _row = token_of()
    for who, asked in ((stranger, code), (token, "nothing")):
        answer = call(who, "social/registry/sync/txn/status", status_of("correlation_id", asked))
        assert answer.status_code == 404
    child.managing_area = area(OTHER_COUNTY)
    child.save()
    moved = call(token, "social/registry/sync/txn/status", status_of("correlation_id", code))
    told = moved.json()["message"]["txnstatus_response"]["txn_status"]["search_response"]
    assert (told[0]["data"]["reg_records"], told[0]["pagination"]["total_count"]) == ([], 0)
    assert SharingRecord.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT asked::text || answer::text FROM exchange_departmentsearch")
        assert NAME.encode().hex() not in cursor.fetchone()[0]
    department_search.forget_searches(timezone.now() + timedelta(days=8))
    assert not DepartmentSearch.objects.exists()


@pytest.mark.parametrize("without", ["reference_id", "txn_type"])
def test_a_status_is_asked_for_as_the_description_says(without):
    token, _row = token_of()
    asked = status_of("transaction_id", "t-1")
    del asked["message"]["txnstatus_request"][without]

    assert call(token, "social/registry/sync/txn/status", asked).status_code == 400


def test_times_of_a_record_are_those_of_the_place_in_whole_seconds(child):
    token, _row = token_of(SharingAgreementFactory(fields=["last_updated"]))

    ((found,),) = records(call(token, SOCIAL, search_for()))

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", found["last_updated"])


def status_of(kind, value):
    asked = {"reference_id": "r", "txn_type": "search", "attribute_type": kind,
             "attribute_value": value}  # fmt: skip
    message = {"transaction_id": "t-2", "txnstatus_request": asked}
    return {"header": header("txn-status"), "message": message}
