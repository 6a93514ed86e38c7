"""Turning the key of the hashes: found by the old and the new all the while, whatever happens."""

import base64
import io
import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accounts.access import Grant, Permission
from accounts.crypto import cipher, rehash
from accounts.crypto.in_place import NotTheOwner
from accounts.scope import EVERYTHING, acting
from children.actions.child import AlreadyRegistered, area_of_id_number, register_child
from children.models import Child, DisabilityCertificate, Guardian
from children.models.duplicates import same_or_similar
from children.rules.identifiers import make_resident_id
from tests.factories import (
    CertificateFactory,
    ChildFactory,
    GuardianFactory,
    PostingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])

ID_NUMBER, PHONE, CERTIFICATE = "99010120160301007X", "13800001234", "99010120160301007X42"
OLD, BOTH, NEW = {1: b"a" * 32}, {1: b"a" * 32, 2: b"b" * 32}, {2: b"b" * 32}


@pytest.fixture
def child(settings):
    """Written under key 1, changed once; key 2 is the newest from now on."""
    settings.FIELD_HASH_KEYS = OLD
    with transaction.atomic():
        child = ChildFactory(id_number=ID_NUMBER)
        CertificateFactory(child=child, number=CERTIFICATE)
        GuardianFactory(phone=PHONE)
    with transaction.atomic():
        child.phone = PHONE
        child.save()
    settings.FIELD_HASH_KEYS = BOTH
    return child


def rebuild(**options):
    return {table.table: table for table in rehash.rebuild(**options)}


def rewritten(**options):
    return sum(table.rewritten for table in rebuild(**options).values())


def found():
    """By every look-up of the registry."""
    with transaction.atomic():
        return [
            Child.objects.filter(id_number_hash=ID_NUMBER).count(),
            Child.objects.filter(phone_hash=PHONE).count(),
            Guardian.objects.filter(phone_hash=PHONE).count(),
            DisabilityCertificate.objects.filter(number_hash=CERTIFICATE).count(),
            int(area_of_id_number(ID_NUMBER) is not None),
        ]


def stored_keys():
    """Which keys the hashes of the ID number are under, history included."""
    names = {cipher._hasher("id_number", key)(ID_NUMBER): n for n, key in BOTH.items()}
    with transaction.atomic():
        rows = [*Child.objects.all(), *Child.history.all()]
        return [names[bytes(row.id_number_hash)] for row in rows]


def facts(**more):
    like = ChildFactory.build(id_number=ID_NUMBER)
    return {
        "name": "乙小二", "id_type": "RESIDENT_ID", "id_number": ID_NUMBER, "sex": like.sex,
        "birth_date": like.birth_date, "ethnicity": like.ethnicity, **more,
    }  # fmt: skip


@pytest.mark.usefixtures("child")
class TestMeanwhile:
    def test_before_between_and_after_everything_is_found(self, settings):
        assert (found(), stored_keys()) == ([1] * 5, [1, 1, 1])

        rebuild()
        assert (found(), stored_keys()) == ([1] * 5, [2, 2, 2])

        settings.FIELD_HASH_KEYS = NEW
        assert found() == [1] * 5

    def test_a_process_that_has_not_been_restarted_yet_finds_what_others_did_not_rewrite(
        self, settings
    ):
        settings.FIELD_HASH_KEYS = OLD

        assert found() == [1] * 5

    def test_a_saved_row_comes_under_the_newest_key_with_its_history(self, child):
        with transaction.atomic():
            child.notes = "a third version"
            child.save()

        assert stored_keys() == [2, 2, 1, 1]  # the row, its newest history row, the older ones
        assert found() == [1] * 5

    def test_a_number_held_under_the_older_key_is_not_registered_again(self, child):
        with transaction.atomic():
            home, by = child.residence_area, UserFactory()
        for _try in ("before", "after"):
            with pytest.raises(AlreadyRegistered) as refused, transaction.atomic():
                register_child(
                    facts=facts(residence_area=home, hukou_area=home), by=by, now=timezone.now()
                )
            assert refused.value.area_code == home.pk
            rebuild()

        assert found() == [1] * 5

    def test_nor_is_a_certificate(self):
        with transaction.atomic():
            other = ChildFactory()

        with pytest.raises(IntegrityError, match="held under an older key"), transaction.atomic():
            CertificateFactory(child=other, number=CERTIFICATE)

    def test_a_merged_file_may_hold_the_number_of_the_one_that_stays(self, child):
        with transaction.atomic():
            ChildFactory(
                id_number=ID_NUMBER, merged_into=child, status="CLOSED",
                closed_on=timezone.localdate(), closing_reason="DUPLICATE",
            )  # fmt: skip

        assert rebuild()["children_child"].refused == 0

    def test_who_is_registered_already_is_told_before_saving(self, child):
        with transaction.atomic():
            posting = PostingFactory(area=child.managing_area)
            grant = Grant(posting.user, posting, Permission.CHILD_ENTER)

            assert same_or_similar(grant, {"id_number": ID_NUMBER}) == [child]
            assert same_or_similar(grant, {"id_number": CERTIFICATE}) == [child]


@pytest.mark.usefixtures("child")
class TestRebuilding:
    def test_every_table_with_a_hash_is_found(self):
        tables = {model._meta.db_table for model, _ in rehash.hashed_models()}

        assert {
            "children_child", "children_historicalchild", "children_guardian",
            "children_disabilitycertificate", "schools_enrolment", "schools_noticecode",
        } <= tables  # fmt: skip

    @pytest.mark.parametrize("chunk", [1, 2, 1000])
    def test_it_is_told_by_table_and_a_second_time_nothing_is_left(self, chunk):
        done = rebuild(chunk=chunk)

        counts = {table: told.rewritten for table, told in done.items() if told.rewritten}
        assert counts == {
            "children_child": 1, "children_historicalchild": 2, "children_guardian": 1,
            "children_historicalguardian": 1, "children_disabilitycertificate": 1,
            "children_historicaldisabilitycertificate": 1,
        }  # fmt: skip
        assert rewritten() == 0

    def test_no_history_row_is_added_and_no_version_taken(self, child):
        rebuild()

        with transaction.atomic():
            assert child.history.count() == 2
            child.notes = "the version read before still saves"
            child.save()

    def test_the_application_role_is_refused_rather_than_told_that_all_is_done(self):
        with pytest.raises(NotTheOwner):
            rebuild(using="default")

    def test_a_value_that_does_not_open_is_left_and_told(self, settings):
        settings.FIELD_KEYS = {9: b"9" * 32}

        with pytest.raises(CommandError, match="left under an older key"):
            call_command("rebuild_hashes", stdout=io.StringIO())

        assert stored_keys() == [1, 1, 1]

    def test_two_rows_of_one_number_are_told_and_the_others_rebuilt(self, child):
        """As a process that was not restarted could leave them behind."""
        with transaction.atomic():
            other = ChildFactory(id_number=make_resident_id("990101", child.birth_date, 31))
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT set_config('registry.maintenance', 'key rotation', true)")
            cursor.execute(
                "UPDATE children_child SET id_number_hash = %s WHERE id = %s",
                [cipher.blind_index(ID_NUMBER, "id_number"), other.pk],
            )
        with transaction.atomic():
            late = ChildFactory(id_number=make_resident_id("990101", child.birth_date, 32))

        assert rebuild()["children_child"].refused == 1
        assert rebuild()["children_child"].refused == 0  # the other one has its own again
        assert found() == [1] * 5
        with transaction.atomic():
            assert Child.objects.get(id_number_hash=late.id_number) == late


class TestInterrupted:
    def test_killed_in_the_middle_it_goes_on_and_everything_is_found(self, settings):
        settings.FIELD_HASH_KEYS = OLD
        with transaction.atomic():
            GuardianFactory.create_batch(400, phone=PHONE)
        settings.FIELD_HASH_KEYS = BOTH
        process = subprocess.Popen(
            [sys.executable, "manage.py", "rebuild_hashes", "--chunk", "1"],
            cwd=project.BASE_DIR, env=_environment(), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            while _under_the_new_key() < 20:
                assert process.poll() is None
                time.sleep(0.02)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()

        done = _under_the_new_key()
        assert 20 <= done < 400
        with transaction.atomic():
            assert Guardian.objects.filter(phone_hash=PHONE).count() == 400
        assert rebuild()["children_guardian"].rewritten == 400 - done
        assert _under_the_new_key() == 400
        assert rewritten() == 0

    def test_a_number_changed_meanwhile_is_kept(self, child, monkeypatch):
        hash_anew, changes = rehash._Table._hash_anew, iter([child])

        def change_first(self, row):
            hashed = hash_anew(self, row)
            if self.result.table == "children_child":
                for changed in changes:
                    with transaction.atomic():
                        changed.phone = "13900005678"
                        changed.save()
            return hashed

        monkeypatch.setattr(rehash._Table, "_hash_anew", change_first)
        rebuild()

        with transaction.atomic():
            assert Child.objects.get(phone_hash="13900005678") == child
            assert not Child.objects.filter(phone_hash=PHONE).exists()
        assert found()[0] == 1

    def test_a_row_that_somebody_is_saving_is_waited_for(self, child):
        is_locked = threading.Event()

        def save_slowly():
            with acting(EVERYTHING), transaction.atomic():
                slow = Child.objects.select_for_update(no_key=True).get(pk=child.pk)
                is_locked.set()
                time.sleep(1.2)  # longer than the lock timeout
                slow.phone = "13900005678"
                slow.save()
            connection.close()

        person = threading.Thread(target=save_slowly)
        person.start()
        assert is_locked.wait(10)
        rebuild()
        person.join()

        assert rewritten() == 0
        with transaction.atomic():
            assert Child.objects.get(phone_hash="13900005678") == child


def _environment():
    """Of a process of the owner on the tests' own database, with both keys."""
    name = connections["owner"].settings_dict["NAME"]
    url = urlsplit(os.environ["OWNER_DATABASE_URL"])._replace(path=f"/{name}").geturl()

    def keys(some):
        return ",".join(f"{n}:{base64.b64encode(key).decode()}" for n, key in some.items())

    return os.environ | {
        "OWNER_DATABASE_URL": url, "FIELD_HASH_KEYS": keys(BOTH),
        "FIELD_KEYS": keys(project.FIELD_KEYS), "FIELD_HASH_KEY": "",
    }  # fmt: skip


def _under_the_new_key():
    with transaction.atomic():
        newest = cipher.blind_index(PHONE, "phone")
        return Guardian.objects.extra(where=["phone_hash = %s"], params=[newest]).count()
