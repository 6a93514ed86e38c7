"""Several people at once, over connections of their own: one wins, the others are told."""

import threading

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.roles import Role
from accounts.scope import EVERYTHING, acting
from children.actions.application import NotNow, move_application
from children.actions.child import AlreadyRegistered, register_child
from children.actions.guardianship import add_guardian
from children.actions.promises import PromiseBroken
from children.actions.record import change_record
from children.actions.transfer import AnsweredAlready, acknowledge_file, withdraw_file
from children.models import Application, CaseAccess, Child, Guardianship, StaleRecord
from tests.children.typed import facts, id_number, registration
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    ApplicationFactory,
    ChildFactory,
    PostingFactory,
    TransferFactory,
    UserFactory,
    area,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def at_once(*jobs):
    """Results or exceptions of the jobs, begun together, each with its own connection."""
    together, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            with acting(EVERYTHING):
                together.wait(timeout=20)
                results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return results


def of_type(results, kind):
    return [result for result in results if isinstance(result, kind)]


@transaction.atomic
def make(factory, **facts):
    return factory(**facts)


@transaction.atomic
def count(rows):
    return rows.count()


def test_one_id_number_registered_by_two_at_once_is_registered_once():
    user, typed = make(UserFactory), facts()

    def register():
        return register_child(facts=typed, by=user, now=timezone.now())

    results = at_once(register, register)

    assert len(of_type(results, Child)) == 1
    (told,) = of_type(results, AlreadyRegistered)
    assert told.area_code == typed["residence_area"].pk
    assert count(Child.objects.all()) == 1


def test_registrations_at_once_get_case_numbers_of_their_own():
    user, place = make(UserFactory), facts()["residence_area"]

    def register(sequence):
        typed = facts(id_number=id_number(sequence), residence_area=place)
        return lambda: register_child(facts=typed, by=user, now=timezone.now())

    results = at_once(*(register(2 * n + 1) for n in range(6)))

    assert len({child.case_number for child in of_type(results, Child)}) == 6


def test_no_change_is_lost_when_eight_write_over_one_row():
    user, child = make(UserFactory), make(ChildFactory, notes="0")
    edits = 10

    def add_one():
        done = 0
        while done < edits:
            with transaction.atomic():
                read = Child.objects.get(pk=child.pk)
            try:
                change_record(
                    row=read, version=read.version, facts={"notes": str(int(read.notes) + 1)},
                    by=user, now=timezone.now(),
                )  # fmt: skip
                done += 1
            except StaleRecord:
                continue
        return done

    results = at_once(*[add_one] * 8)

    assert results == [edits] * 8
    with transaction.atomic():
        child.refresh_from_db()
        assert child.notes == str(8 * edits)
        assert child.version == 8 * edits + 1
        assert child.history.count() == 8 * edits + 1


def test_of_two_main_carers_at_once_one_is_recorded_whole():
    user, child = make(UserFactory), make(ChildFactory)
    typed = {
        "name": "曾大山", "id_type": "RESIDENT_ID", "id_number": "", "phone": "", "workplace": "",
        "relation": "OTHER", "kind": "ENTRUSTED", "starts_on": child.birth_date, "ends_on": None,
        "is_main_carer": True, "lives_with_child": True, "do_not_notify": False,
    }  # fmt: skip

    def add():
        return add_guardian(child=child, facts=typed, by=user, now=timezone.now())

    results = at_once(*[add] * 4)

    assert len(of_type(results, Guardianship)) == 1
    refused = of_type(results, PromiseBroken)
    assert {r.constraint for r in refused} == {"guardianship_one_main_carer_at_a_time"}
    assert len(refused) == 3
    with transaction.atomic():
        from children.models import Guardian

        assert Guardian.objects.count() == 1


def test_of_two_decisions_at_once_the_second_is_told():
    posting = make(PostingFactory, role=Role.CHILD_SUPERVISOR)
    row = make(ApplicationFactory, state="SUBMITTED")
    grant = Grant(posting.user, posting, Permission.CHILD_VIEW)

    def accept():
        return move_application(application=row, move="ACCEPT", grant=grant, now=timezone.now())

    results = at_once(accept, accept)

    assert len(of_type(results, Application)) == 1
    assert len(of_type(results, NotNow)) == 1
    with transaction.atomic():
        assert row.steps.count() == 1


@pytest.mark.parametrize("senders", [2, 4])
def test_a_form_sent_twice_at_once_has_one_effect_and_one_answer(senders):
    posting = make(PostingFactory, role=Role.CHILD_SUPERVISOR)
    typed = registration()
    with transaction.atomic():
        area(typed["residence_area"])
        area(COUNTY)

    def send(client):
        return lambda: client.post(reverse("children:child_create"), typed)

    with transaction.atomic():
        clients = [sign_in(Client(), posting) for _ in range(senders)]
    answers = at_once(*(send(client) for client in clients))

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    assert count(Child.objects.all()) == 1


def test_a_file_that_two_acknowledge_while_it_is_withdrawn_is_answered_once():
    with acting(EVERYTHING):
        row = make(TransferFactory)
        by, village, now = make(PostingFactory), make(area, code=OTHER_VILLAGE), timezone.now()

    def take():
        return acknowledge_file(row=row, version=1, village=village, address="", by=by, now=now)

    results = at_once(take, take, lambda: withdraw_file(row=row, version=1, by=by, now=now))

    assert len(of_type(results, AnsweredAlready)) == 2, results
    with acting(EVERYTHING), transaction.atomic():
        row.refresh_from_db()
        moved = row.state == "ACKNOWLEDGED"
        assert (Child.objects.get().managing_area_id == OTHER_VILLAGE) == moved
        assert CaseAccess.objects.filter(reason="TRANSFER").count() == moved
